package dev.holdfast.local;

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
import java.util.TreeMap;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceInUseException;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;
import software.amazon.awssdk.services.dynamodb.waiters.DynamoDbWaiter;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/**
 * S, P and Q themselves, without the fault proxies: the embedded ones, or those that run elsewhere.
 */
final class Stores implements AutoCloseable {
  private static final String DEAD_LETTER_QUEUE = "DeadLetterQueue";
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Attributes that a queue can do without, in case a server does not know them. */
  private static final List<QueueAttributeName> OPTIONAL =
      List.of(
          QueueAttributeName.DEDUPLICATION_SCOPE,
          QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
          QueueAttributeName.KMS_MASTER_KEY_ID,
          QueueAttributeName.SQS_MANAGED_SSE_ENABLED);

  private final List<Runnable> embedded = new ArrayList<>();
  private final Map<Dependency, URI> endpoints = new EnumMap<>(Dependency.class);
  private final Map<Dependency, String> tableNames = new EnumMap<>(Dependency.class);
  private final Map<String, String> queueUrls = new HashMap<>();
  private final DynamoDbClient eventTable;
  private final DynamoDbClient pendingIndex;
  private final SqsClient queues;

  private Stores(Options options) {
    for (Dependency dependency : Dependency.values()) {
      endpoints.put(
          dependency,
          options.external().containsKey(dependency)
              ? options.external().get(dependency)
              : startEmbedded(dependency, options.network().stores().get(dependency)));
    }
    eventTable = Clients.dynamoDb(endpoints.get(Dependency.EVENT_TABLE), PATIENCE);
    pendingIndex = Clients.dynamoDb(endpoints.get(Dependency.PENDING_INDEX), PATIENCE);
    queues = Clients.sqs(endpoints.get(Dependency.FALLBACK_QUEUE), PATIENCE);
  }

  /**
   * Starts what is embedded and makes the template's tables and queues where they are not there.
   *
   * @throws StartFailure if a store does not answer or the template lacks a part
   */
  static Stores open(Template template, Options options) {
    Stores stores = new Stores(options);
    try {
      stores.create(template);
      return stores;
    } catch (RuntimeException failed) {
      stores.close();
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

  /** The URL of every queue by its logical id. */
  Map<String, String> queueUrls() {
    return Map.copyOf(queueUrls);
  }

  /**
   * Counts what is there.
   *
   * @throws SdkException if a store does not answer
   */
  State state(List<State.Worker> workers) {
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
    long pending = 0;
    long pendingBookings = 0;
    long conflicts = 0;
    Optional<Instant> oldest = Optional.empty();
    ScanRequest owing =
        ScanRequest.builder()
            .tableName(tableName(Dependency.PENDING_INDEX))
            .consistentRead(true)
            .filterExpression("attribute_exists(pendingSince) OR attribute_exists(kept)")
            .projectionExpression("pendingSince, events, kept")
            .build();
    for (ScanResponse page : pendingIndex.scanPaginator(owing)) {
      for (Map<String, AttributeValue> head : page.items()) {
        conflicts += count(head, "kept");
        if (head.containsKey("pendingSince")) {
          pending += count(head, "events");
          pendingBookings++;
          oldest = earlier(oldest, Instant.parse(head.get("pendingSince").s()));
        }
      }
    }
    return new State(
        recorded,
        pending,
        pendingBookings,
        unclaimed,
        conflicts,
        oldest,
        messages(Dependency.FALLBACK_QUEUE.logicalId()),
        messages(DEAD_LETTER_QUEUE),
        workers);
  }

  private static long count(Map<String, AttributeValue> head, String list) {
    return head.containsKey(list) ? head.get(list).l().size() : 0;
  }

  private static Optional<Instant> earlier(Optional<Instant> soFar, Instant since) {
    return Stream.concat(soFar.stream(), Stream.of(since)).min(Comparator.naturalOrder());
  }

  @Override
  public void close() {
    eventTable.close();
    pendingIndex.close();
    queues.close();
    embedded.forEach(Runnable::run);
  }

  private URI startEmbedded(Dependency dependency, int port) {
    if (dependency.isTable()) {
      EmbeddedDynamoDb server = EmbeddedDynamoDb.start(port);
      embedded.add(server::close);
      return server.endpoint();
    }
    EmbeddedSqs server = EmbeddedSqs.start(port);
    embedded.add(server::close);
    return server.endpoint();
  }

  private void create(Template template) {
    List<Template.Table> tables = template.tables();
    createTable(Dependency.EVENT_TABLE, eventTable, tables);
    createTable(Dependency.PENDING_INDEX, pendingIndex, tables);
    try {
      createQueues(template.queues());
    } catch (SdkException failed) {
      throw unusable(Dependency.FALLBACK_QUEUE, failed);
    }
    for (String logicalId : List.of(Dependency.FALLBACK_QUEUE.logicalId(), DEAD_LETTER_QUEUE)) {
      if (!queueUrls.containsKey(logicalId)) {
        throw new StartFailure("The template has no queue " + logicalId + ".");
      }
    }
  }

  private void createTable(
      Dependency dependency, DynamoDbClient client, List<Template.Table> tables) {
    Template.Table table =
        tables.stream()
            .filter(candidate -> candidate.logicalId().equals(dependency.logicalId()))
            .findFirst()
            .orElseThrow(
                () ->
                    new StartFailure("The template has no table " + dependency.logicalId() + "."));
    tableNames.put(dependency, table.name());
    try (DynamoDbWaiter waiter = DynamoDbWaiter.builder().client(client).build()) {
      try {
        client.createTable(table.request());
      } catch (ResourceInUseException alreadyThere) {
        // A store that runs elsewhere keeps its tables from one run to the next.
      }
      waiter.waitUntilTableExists(request -> request.tableName(table.name()));
    } catch (SdkException failed) {
      throw unusable(dependency, failed);
    }
  }

  private StartFailure unusable(Dependency dependency, SdkException failed) {
    return new StartFailure(
        "The "
            + dependency.title()
            + " at "
            + endpoint(dependency)
            + " cannot be used: "
            + failed.getMessage(),
        failed);
  }

  /** Those without a redrive policy first: the others name them. */
  private void createQueues(List<Template.Queue> definitions) {
    Map<String, String> arns = new HashMap<>();
    definitions.stream()
        .sorted(Comparator.comparing(queue -> queue.redrive().isPresent()))
        .forEach(
            queue -> {
              Map<QueueAttributeName, String> attributes = new TreeMap<>(queue.attributes());
              queue
                  .redrive()
                  .ifPresent(
                      redrive ->
                          attributes.put(
                              QueueAttributeName.REDRIVE_POLICY,
                              Json.MAPPER
                                  .createObjectNode()
                                  .put(
                                      "deadLetterTargetArn",
                                      arns.getOrDefault(
                                          redrive.deadLetterArn(), redrive.deadLetterArn()))
                                  .put("maxReceiveCount", redrive.maxReceiveCount())
                                  .toString()));
              String url = createQueue(queue.name(), attributes);
              queueUrls.put(queue.logicalId(), url);
              arns.put(
                  queue.arn(),
                  queues
                      .getQueueAttributes(
                          request ->
                              request.queueUrl(url).attributeNames(QueueAttributeName.QUEUE_ARN))
                      .attributes()
                      .getOrDefault(QueueAttributeName.QUEUE_ARN, queue.arn()));
            });
  }

  private String createQueue(String name, Map<QueueAttributeName, String> attributes) {
    try {
      return queues
          .createQueue(request -> request.queueName(name).attributes(attributes))
          .queueUrl();
    } catch (SqsException refused) {
      Map<QueueAttributeName, String> fewer = new TreeMap<>(attributes);
      fewer.keySet().removeAll(OPTIONAL);
      try {
        return queues.createQueue(request -> request.queueName(name).attributes(fewer)).queueUrl();
      } catch (SqsException refusedAgain) {
        // It may be there with other attributes; then it is used as it is.
        return queues.getQueueUrl(request -> request.queueName(name)).queueUrl();
      }
    }
  }

  private State.Messages messages(String queue) {
    Map<QueueAttributeName, String> counts =
        queues
            .getQueueAttributes(
                request ->
                    request
                        .queueUrl(queueUrls.get(queue))
                        .attributeNames(
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
                            QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED))
            .attributes();
    return new State.Messages(
        count(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES),
        count(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE),
        count(counts, QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED));
  }

  private static long count(Map<QueueAttributeName, String> counts, QueueAttributeName name) {
    return Long.parseLong(counts.getOrDefault(name, "0"));
  }
}
