package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;

/**
 * S, P and Q themselves, without the fault proxies: the embedded ones, or those that run elsewhere.
 */
final class StoreServers implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(10);

  private final List<Runnable> embedded = new ArrayList<>();
  private final Map<Dependency, URI> endpoints = new EnumMap<>(Dependency.class);
  private final Map<Dependency, String> tableNames = new EnumMap<>(Dependency.class);
  private final DynamoDbClient eventTable;
  private final DynamoDbClient pendingIndex;
  private final DynamoDbStreamsClient streams;
  private final Queues queues;

  /**
   * Starts what is embedded and makes the template's tables and queues where they are not there.
   *
   * @throws StartFailure if a store does not answer or the template lacks a part
   */
  StoreServers(Template template, Options options) {
    for (Dependency table : List.of(Dependency.EVENT_TABLE, Dependency.PENDING_INDEX)) {
      endpoints.put(
          table, options.external(table).orElseGet(() -> startEmbedded(options.port(table))));
    }
    eventTable =
        Clients.of(DynamoDbClient.builder(), endpoints.get(Dependency.EVENT_TABLE), PATIENCE);
    pendingIndex =
        Clients.of(DynamoDbClient.builder(), endpoints.get(Dependency.PENDING_INDEX), PATIENCE);
    streams =
        Clients.of(
            DynamoDbStreamsClient.builder(), endpoints.get(Dependency.EVENT_TABLE), PATIENCE);
    try {
      createTable(Dependency.EVENT_TABLE, eventTable, template);
      createTable(Dependency.PENDING_INDEX, pendingIndex, template);
      queues =
          options
              .external(Dependency.FALLBACK_QUEUE)
              .map(elsewhere -> Queues.external(template, elsewhere))
              .orElseGet(() -> Queues.embedded(template, options.port(Dependency.FALLBACK_QUEUE)));
      endpoints.put(Dependency.FALLBACK_QUEUE, queues.endpoint());
    } catch (RuntimeException failed) {
      closeTables();
      throw failed;
    }
  }

  URI endpoint(Dependency dependency) {
    return endpoints.get(dependency);
  }

  /** The table of S or P. */
  String tableName(Dependency dependency) {
    return tableNames.get(dependency);
  }

  /**
   * The event bus of the template's pipes.
   *
   * @throws StartFailure if a pipe's source is none of the stores
   */
  EventBus eventBus(Template template) {
    Map<Pipe, Supplier<List<JsonNode>>> sources = new HashMap<>();
    for (Pipe pipe : template.pipes()) {
      Optional<Template.Queue> queue = template.queue(pipe.sourceArn());
      if (queue.isPresent()) {
        sources.put(pipe, () -> queues.take(queue.get().logicalId()));
      } else if (pipe.sourceArn().contains("/stream/")) {
        sources.put(pipe, new StreamSource(streams, this::eventTableStream));
      } else {
        throw new StartFailure(pipe.logicalId() + " takes from what the local cloud has not.");
      }
    }
    return new EventBus(sources);
  }

  /** Nothing where the table was there before, without one. */
  private Optional<String> eventTableStream() {
    String table = tableName(Dependency.EVENT_TABLE);
    return Optional.ofNullable(
        eventTable.describeTable(it -> it.tableName(table)).table().latestStreamArn());
  }

  /** The queues of the home region. */
  Queues queues() {
    return queues;
  }

  /**
   * Counts what is there.
   *
   * @param doors all of them
   * @throws SdkException if a store does not answer
   */
  State state(List<State.DoorState> doors, List<State.Worker> workers) {
    long recorded = 0;
    long unclaimed = 0;
    ScanRequest everything =
        ScanRequest.builder()
            .tableName(tableName(Dependency.EVENT_TABLE))
            .consistentRead(true)
            .filterExpression("attribute_exists(unclaimedSince)")
            .projectionExpression("unclaimedSince")
            .build();
    for (ScanResponse page : eventTable.scanPaginator(everything)) {
      recorded += page.scannedCount();
      unclaimed += page.count();
    }
    ScanRequest owing =
        ScanRequest.builder()
            .tableName(tableName(Dependency.PENDING_INDEX))
            .consistentRead(true)
            .filterExpression("attribute_exists(pendingSince) OR attribute_exists(kept)")
            .projectionExpression("pendingSince, events, kept")
            .build();
    List<Map<String, AttributeValue>> heads =
        pendingIndex.scanPaginator(owing).items().stream().toList();
    List<Map<String, AttributeValue>> pending =
        heads.stream().filter(head -> head.containsKey("pendingSince")).toList();
    return new State(
        recorded,
        count(pending, "events"),
        pending.size(),
        unclaimed,
        count(heads, "kept"),
        pending.stream()
            .map(head -> Instant.parse(head.get("pendingSince").s()))
            .min(Comparator.naturalOrder()),
        doors.stream().mapToLong(State.DoorState::queue).sum(),
        doors.stream().mapToLong(State.DoorState::deadLetterQueue).sum(),
        workers,
        doors.size() > 1 ? doors : List.of());
  }

  private static long count(List<Map<String, AttributeValue>> heads, String list) {
    return heads.stream()
        .filter(head -> head.containsKey(list))
        .mapToLong(head -> head.get(list).l().size())
        .sum();
  }

  @Override
  public void close() {
    queues.close();
    closeTables();
  }

  private void closeTables() {
    eventTable.close();
    streams.close();
    pendingIndex.close();
    embedded.forEach(Runnable::run);
  }

  private URI startEmbedded(int port) {
    EmbeddedDynamoDb server = EmbeddedDynamoDb.start(port);
    embedded.add(server::close);
    return server.endpoint();
  }

  private void createTable(Dependency dependency, DynamoDbClient client, Template template) {
    String logicalId = dependency.logicalId();
    Template.Table table =
        template.tables().stream()
            .filter(candidate -> candidate.logicalId().equals(logicalId))
            .findFirst()
            .orElseThrow(() -> new StartFailure("The template has no table " + logicalId + "."));
    tableNames.put(dependency, table.name());
    try {
      try {
        client.createTable(table.request());
      } catch (ResourceInUseException alreadyThere) {
        // A store that runs elsewhere keeps its tables from one run to the next.
      }
      client.waiter().waitUntilTableExists(request -> request.tableName(table.name()));
    } catch (SdkException failed) {
      throw unusable(dependency, endpoint(dependency), failed);
    }
  }

  static StartFailure unusable(Dependency dependency, URI endpoint, SdkException failed) {
    return new StartFailure(
        "The " + dependency.title() + " at " + endpoint + " cannot be used: " + failed.getMessage(),
        failed);
  }
}
