package dev.holdfast.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The real package behind the Runtime API: the local cloud's processes over the bench's stores,
 * with its proxies between. They are invoked directly, past the gateway.
 */
final class Functions implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final LocalCloud cloud;

  Functions(EmbeddedStores stores) {
    Options options =
        Options.onFreePorts()
            .with("local.event-table", stores.eventsEndpoint())
            .with("local.pending-index", stores.pendingEndpoint())
            .with("local.fallback-queue", stores.sqsEndpoint())
            .with(Options.LOGS, Path.of("target", "bench"))
            // Nothing runs but what is measured.
            .with(Options.SCHEDULE, Duration.ofHours(12))
            // A start is to cost what it does, and nothing to run beside it.
            .with(Options.CLASS_ARCHIVE, false)
            .with(Options.PROCESSES, 1);
    cloud = LocalCloud.start(options, System.out::println);
  }

  boolean isNative() {
    return cloud.isNative();
  }

  /** The ledger in this process, over the same tables by the same proxies. */
  Ledger ledger() {
    return Ledger.over(
        EmbeddedStores.clientOf(cloud.proxy(Door.HOME, Dependency.EVENT_TABLE)),
        cloud.tableName(Dependency.EVENT_TABLE),
        EmbeddedStores.clientOf(cloud.proxy(Door.HOME, Dependency.PENDING_INDEX)),
        cloud.tableName(Dependency.PENDING_INDEX),
        cloud.sqs(),
        cloud.queueUrl("FallbackQueue"));
  }

  /** The limit, by the same proxy. */
  Raw raw(Items items) {
    return new Raw(
        EmbeddedStores.clientOf(cloud.proxy(Door.HOME, Dependency.EVENT_TABLE)),
        cloud.tableName(Dependency.EVENT_TABLE),
        items);
  }

  /** The limit at the pending index, by the same proxy. */
  RawHeads heads(Items items) {
    return new RawHeads(
        EmbeddedStores.clientOf(cloud.proxy(Door.HOME, Dependency.PENDING_INDEX)),
        cloud.tableName(Dependency.PENDING_INDEX),
        items);
  }

  /** The event table behind its fault proxy. */
  URI eventTable() {
    return cloud.proxy(Door.HOME, Dependency.EVENT_TABLE);
  }

  /** From now on the event table fails so behind its proxy. */
  void injectIntoEventTable(Fault fault) {
    cloud.faults().inject(Dependency.EVENT_TABLE, fault);
  }

  /** Ends what {@link #injectIntoEventTable} began. */
  void healEventTable() {
    cloud.faults().heal(Dependency.EVENT_TABLE);
  }

  Contender newBooking() {
    JsonNode sample = sample("append-new.json");
    return new Contender(
        "append function",
        () -> {
          PriceEvent event = Events.first(Events.anyCode()).event();
          String json = request(sample, event.bookingCode()).put("body", body(event)).toString();
          return () -> expectStatus(201, cloud.invoke("append", json));
        });
  }

  /** A request that the function refuses before it calls a store. */
  Contender badAppend() {
    String json = request(sample("append-new.json"), Events.anyCode()).put("body", "{}").toString();
    return Contender.of(
        "append function, a bad request", () -> expectStatus(400, cloud.invoke("append", json)));
  }

  Contender read(BookingCode code) {
    ObjectNode request = request(sample("read-events.json"), code);
    request.put("rawQueryString", "limit=10");
    request.putObject("queryStringParameters").put("limit", "10");
    String json = request.toString();
    return Contender.of("read function", () -> expectStatus(200, cloud.invoke("read", json)));
  }

  /** Drains a batch of pending events. */
  void drain(List<AcceptedEvent> batch) {
    JsonNode sample = sample("drain-batch.json").path("Records").get(0);
    ObjectNode event = JSON.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (AcceptedEvent pending : batch) {
      ObjectNode record = sample.deepCopy();
      record.put("messageId", pending.identity().eventId().toString());
      record.put("body", EventMessage.write(pending));
      ((ObjectNode) record.get("attributes")).put("MessageGroupId", pending.bookingCode().value());
      records.add(record);
    }
    String answer = cloud.invoke("drain", event.toString());
    if (!answer.contains("\"batchItemFailures\":[]")) {
      throw new IllegalStateException("Not all of a batch was drained: " + answer);
    }
  }

  private static ObjectNode request(JsonNode sample, BookingCode code) {
    ObjectNode request = sample.deepCopy();
    String path = "/bookings/" + code.value() + "/events";
    request.put("rawPath", path);
    ((ObjectNode) request.get("requestContext").get("http")).put("path", path);
    ((ObjectNode) request.get("pathParameters")).put("bookingCode", code.value());
    return request;
  }

  private static String body(PriceEvent event) {
    ObjectNode body = JSON.createObjectNode();
    body.put("eventId", event.eventId().toString());
    body.put("version", event.version().number());
    body.put("type", "booked");
    body.putObject("price").put("amount", "412.50").put("currency", "EUR");
    body.put("occurredAt", "2026-11-23T09:15:00+01:00");
    return body.toString();
  }

  private static JsonNode sample(String file) {
    try {
      return JSON.readTree(Files.readString(Path.of("events", file)));
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  private static void expectStatus(int status, String answer) {
    if (!answer.contains("\"statusCode\":" + status)) {
      throw new IllegalStateException(answer + " instead of " + status);
    }
  }

  @Override
  public void close() {
    cloud.close();
  }
}
