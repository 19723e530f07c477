package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.asyncapi.FeedDocument;
import dev.holdfast.aws.DynamoDbEventTable;
import dev.holdfast.aws.Events;
import dev.holdfast.aws.SqsChangeFeed;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ChangeFeed.PublishAnswer;
import io.cloudevents.CloudEvent;
import io.cloudevents.SpecVersion;
import io.cloudevents.jackson.JsonFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What the pipes of template.yaml make of real records, DynamoDB Local's stream and ElasticMQ's
 * messages, held against docs/asyncapi.yaml.
 */
class ChangeFeedTest {

  private static final Pattern VARIABLE = Pattern.compile("<(\\$[^>]+)>");

  private static final String CODE_IN_IMAGE = "/dynamodb/NewImage/bookingCode/S";

  private static final FeedDocument DOCUMENT = new FeedDocument();
  private static Template template;
  private static StoreServers stores;
  private static EventBus bus;
  private static DynamoDbClient client;
  private static SqsClient sqs;
  private static DynamoDbEventTable eventTable;
  private static SqsChangeFeed feed;

  @BeforeAll
  static void start() {
    template = Template.read(Path.of("template.yaml"), Map.of("ChangeFeedBus", "bookings"));
    stores = new StoreServers(template, Options.onFreePorts());
    bus = stores.eventBus(template);
    client = dev.holdfast.aws.Clients.dynamoDb(stores.endpoint(Dependency.EVENT_TABLE));
    eventTable =
        new DynamoDbEventTable(
            client,
            stores.tableName(Dependency.EVENT_TABLE),
            dev.holdfast.aws.Clients.PATIENCE,
            dev.holdfast.aws.Clients.unmeasured());
    sqs =
        Clients.of(
            SqsClient.builder(), stores.endpoint(Dependency.FALLBACK_QUEUE), StoreServers.PATIENCE);
    feed = feed(stores.queues().urls().get("RepublishQueue"));
  }

  private static SqsChangeFeed feed(String queueUrl) {
    return new SqsChangeFeed(
        () -> sqs,
        queueUrl,
        dev.holdfast.aws.Clients.PATIENCE,
        dev.holdfast.aws.Clients.unmeasured());
  }

  @AfterAll
  static void stop() {
    bus.close();
    client.close();
    sqs.close();
    stores.close();
  }

  /** Everything that the ledger writes of an event, in every shape that it may have. */
  @Test
  void everyRecordedEventIsACloudEventAsTheDocumentDescribesIt() {
    AcceptedEvent first = Events.first(Events.anyCode());
    List<AcceptedEvent> events =
        List.of(
            first,
            Events.version(first.bookingCode(), 2),
            Events.version(first.bookingCode(), 1_000_000),
            Events.withData(Events.anyCode(), "{\"note\":\"\\\"quoted\\\" <$.eventID> \\u0000\"}"),
            Events.priced("0", "JPY"),
            Events.priced("123456789012345.678", "KWD"));
    events.forEach(eventTable::record);
    AcceptedEvent unclaimed = Events.first(Events.anyCode());
    eventTable.recordUnclaimed(unclaimed, Events.NOW);

    List<AcceptedEvent> all = Stream.concat(events.stream(), Stream.of(unclaimed)).toList();
    List<JsonNode> delivered = deliveries(all);
    assertThat(delivered).hasSameSizeAs(all);
    for (int i = 0; i < all.size(); i++) {
      AcceptedEvent event = all.get(i);
      JsonNode delivery = delivered.get(i);
      assertThat(DOCUMENT.faults(delivery)).as(delivery.toString()).isEmpty();
      CloudEvent cloudEvent =
          new JsonFormat()
              .deserialize(delivery.path("detail").toString().getBytes(StandardCharsets.UTF_8));
      assertThat(cloudEvent.getSpecVersion()).isEqualTo(SpecVersion.V1);
      assertThat(cloudEvent.getSubject()).isEqualTo(event.bookingCode().value());
      assertThat(cloudEvent.getTime().toInstant()).isEqualTo(event.recordedAt());
      JsonNode data = delivery.at("/detail/data");
      assertThat(data.path("version").asInt()).isEqualTo(event.version().number());
      assertThat(data.path("eventId").asText()).isEqualTo(event.identity().eventId().toString());
      assertThat(data.at("/price/amount").asText())
          .isEqualTo(event.event().price().amount().text());
      assertThat(data.path("occurredAt").asText()).isEqualTo(event.event().occurredAt().text());
    }
    // No two events are one to whoever goes by source and id.
    assertThat(delivered).extracting(it -> it.at("/detail/id").asText()).doesNotHaveDuplicates();
  }

  @Test
  void whatIsRepublishedIsTheSameCloudEventMarked() {
    List<AcceptedEvent> events =
        List.of(
            Events.first(Events.anyCode()), Events.withData(Events.anyCode(), "{\"a\":\"\\\"\"}"));
    events.forEach(eventTable::record);
    assertThat(feed.republish(events)).isEqualTo(new PublishAnswer.Published());

    for (AcceptedEvent event : events) {
      List<JsonNode> both = await().until(() -> of(event), found -> found.size() == 2);
      ObjectNode marked =
          (ObjectNode)
              both.stream().filter(it -> it.path("detail").has("republished")).findFirst().get();
      JsonNode unmarked = both.stream().filter(it -> !it.equals(marked)).findFirst().get();
      assertThat(DOCUMENT.faults(marked)).isEmpty();
      ((ObjectNode) marked.path("detail")).remove("republished");
      assertThat(marked.path("detail")).isEqualTo(unmarked.path("detail"));
    }
  }

  @Test
  void aMarkThatIsDroppedIsNoEvent() {
    AcceptedEvent event = Events.first(Events.anyCode());
    eventTable.recordUnclaimed(event, Events.NOW);
    eventTable.markClaimed(event.bookingCode(), event.version());
    AcceptedEvent next = Events.version(event.bookingCode(), 2);
    eventTable.record(next);

    assertThat(deliveries(List.of(event, next))).hasSize(2);
  }

  /** Each variable of each template, misspelt: AWS says nothing of it, and puts in nothing. */
  @Test
  void aTemplateWithAMistakeIsNoticed() {
    AcceptedEvent event = Events.first(Events.anyCode());
    eventTable.record(event);
    deliveries(List.of(event));
    for (Pipe pipe : template.pipes()) {
      JsonNode record = record(pipe, event);
      assertThat(DOCUMENT.faults(pipe.event(record, Instant.now()))).isEmpty();
      Set<String> variables = new HashSet<>();
      Matcher found = VARIABLE.matcher(pipe.inputTemplate());
      while (found.find()) {
        variables.add(found.group(1));
      }
      assertThat(variables).hasSize(8);
      for (String variable : variables) {
        Pipe mutant =
            new Pipe(
                pipe.logicalId(),
                pipe.sourceArn(),
                pipe.filters(),
                pipe.inputTemplate().replace("<" + variable + ">", "<" + variable + "x>"),
                pipe.source(),
                pipe.detailType());
        assertThat(DOCUMENT.faults(mutant.event(record, Instant.now())))
            .as(pipe.logicalId() + " without " + variable)
            .isNotEmpty();
      }
    }
  }

  /** What a pipe gets of an event. */
  private static JsonNode record(Pipe pipe, AcceptedEvent event) {
    return pipe.sourceArn().contains("/stream/") ? streamRecord(event) : message(event);
  }

  private static JsonNode streamRecord(AcceptedEvent event) {
    String table = stores.tableName(Dependency.EVENT_TABLE);
    String arn = client.describeTable(it -> it.tableName(table)).table().latestStreamArn();
    try (DynamoDbStreamsClient streams =
        Clients.of(
            DynamoDbStreamsClient.builder(),
            stores.endpoint(Dependency.EVENT_TABLE),
            StoreServers.PATIENCE)) {
      return new StreamSource(streams, () -> Optional.of(arn))
          .get().stream()
              .filter(it -> it.at(CODE_IN_IMAGE).asText().equals(event.bookingCode().value()))
              .findFirst()
              .orElseThrow();
    }
  }

  private static JsonNode message(AcceptedEvent event) {
    String queue = sqs.createQueue(it -> it.queueName("nobodys")).queueUrl();
    feed(queue).republish(List.of(event));
    return Queues.record(sqs.receiveMessage(it -> it.queueUrl(queue)).messages().get(0));
  }

  /** The deliveries of these events, in their order; a second has to pass without a further one. */
  private static List<JsonNode> deliveries(List<AcceptedEvent> events) {
    return events.stream()
        .flatMap(event -> await().until(() -> of(event), found -> !found.isEmpty()).stream())
        .toList();
  }

  private static List<JsonNode> of(AcceptedEvent event) {
    bus.deliveries(0);
    String id = event.bookingCode() + "/" + event.version();
    List<JsonNode> found = new ArrayList<>();
    long next = 0;
    for (Optional<EventBus.Entry> entry = bus.from(next); entry.isPresent(); ) {
      entry
          .get()
          .event()
          .filter(it -> it.at("/detail/id").asText().equals(id))
          .ifPresent(it -> found.add(it.deepCopy()));
      next = entry.get().number() + 1;
      entry = bus.from(next);
    }
    return found;
  }
}
