package dev.holdfast.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Shard;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BatchWriteItemResponse;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * Items as the ledger writes them, for calls past the ledger: each is a copy of one that the ledger
 * wrote, under another booking code.
 *
 * @param event an item of the event table
 * @param head a head whose event is recorded
 * @param parked a head whose event is pending, for longer than a sweep waits
 * @param changed a head with two pending events: a booking that was recorded, and its price changed
 *     while the event table failed
 */
record Items(
    Map<String, AttributeValue> event,
    Map<String, AttributeValue> head,
    Map<String, AttributeValue> parked,
    Map<String, AttributeValue> changed) {

  private static final int BATCH = 25;
  private static final int WRITERS = 4;

  /** Takes samples of what the ledger writes. */
  static Items sampled(EmbeddedStores stores) {
    Ledger ledger = stores.ledger();
    AcceptedEvent recorded = Events.first(Events.anyCode());
    ledger.append().append(recorded.event());
    AcceptedEvent pending = Events.first(Events.anyCode());
    ledger.pendingIndex().claimAndPark(pending, Instant.now().minus(Duration.ofHours(1)));
    PriceEvent next = Events.version(InProcess.recorded(ledger).bookingCode(), 2).event();
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    AcceptedEvent change = new AcceptedEvent(next, next.identity(), now);
    ledger.pendingIndex().claimAndPark(change, now);
    Items items =
        new Items(
            get(stores.events(), EmbeddedDynamoDb.EVENT_TABLE, eventKey(recorded.bookingCode(), 1)),
            head(stores, recorded.bookingCode()),
            head(stores, pending.bookingCode()),
            head(stores, change.bookingCode()));
    // Nothing is owed for a sample.
    ledger.drain().drain(pending);
    ledger.drain().drain(change);
    return items;
  }

  private static Map<String, AttributeValue> head(EmbeddedStores stores, BookingCode code) {
    return get(stores.pending(), EmbeddedDynamoDb.PENDING_INDEX, headKey(code));
  }

  private static Map<String, AttributeValue> get(
      DynamoDbClient client, String table, Map<String, AttributeValue> key) {
    return client.getItem(get -> get.tableName(table).consistentRead(true).key(key)).item();
  }

  static Map<String, AttributeValue> eventKey(BookingCode code, int version) {
    return Map.of(
        "bookingCode", AttributeValue.fromS(code.value()),
        "version", AttributeValue.fromN(Integer.toString(version)));
  }

  static Map<String, AttributeValue> headKey(BookingCode code) {
    return Map.of("bookingCode", AttributeValue.fromS(code.value()));
  }

  /** The item of a new booking. */
  Map<String, AttributeValue> eventOf(BookingCode code, int version) {
    Map<String, AttributeValue> item = new HashMap<>(event);
    item.put("bookingCode", AttributeValue.fromS(code.value()));
    item.put("version", AttributeValue.fromN(Integer.toString(version)));
    item.putAll(identity("eventId", "fingerprint", code, version));
    return item;
  }

  /** The same whenever it is asked for, so that a head and its event agree. */
  private static Map<String, AttributeValue> identity(
      String id, String fingerprint, BookingCode code, int version) {
    PriceEvent any = Events.version(code, version).event();
    PriceEvent event =
        new PriceEvent(
            code,
            any.version(),
            new EventId(UUID.nameUUIDFromBytes((code + "/" + version).getBytes(UTF_8))),
            any.type(),
            any.price(),
            any.occurredAt(),
            any.data());
    return Map.of(
        id, AttributeValue.fromS(event.eventId().toString()),
        fingerprint, AttributeValue.fromS(event.identity().fingerprint().hex()));
  }

  /** The head of a booking whose last event has this version and is recorded. */
  Map<String, AttributeValue> headOf(BookingCode code, int version) {
    Map<String, AttributeValue> item = of(code, head);
    AttributeValue number = AttributeValue.fromN(Integer.toString(version));
    item.put("version", number);
    item.putAll(identity("eventId", "fingerprint", code, version));
    item.putAll(identity("ownerId", "ownerFingerprint", code, 1));
    Map<String, AttributeValue> last = new HashMap<>(item.get("events").l().get(0).m());
    last.put("version", number);
    last.putAll(identity("eventId", "fingerprint", code, version));
    item.put("events", AttributeValue.fromL(List.of(AttributeValue.fromM(last))));
    return item;
  }

  /** The head of a booking that is pending. */
  Map<String, AttributeValue> parkedOf(BookingCode code) {
    return pendingOf(code, parked);
  }

  /** The head of a booking of which two events are pending. */
  Map<String, AttributeValue> changedOf(BookingCode code) {
    return pendingOf(code, changed);
  }

  private static Map<String, AttributeValue> pendingOf(
      BookingCode code, Map<String, AttributeValue> sample) {
    Map<String, AttributeValue> item = of(code, sample);
    item.put("pendingShard", AttributeValue.fromN(Integer.toString(Shard.of(code).number())));
    return item;
  }

  private static Map<String, AttributeValue> of(
      BookingCode code, Map<String, AttributeValue> sample) {
    Map<String, AttributeValue> item = new HashMap<>(sample);
    item.putAll(headKey(code));
    item.put(
        "events",
        AttributeValue.fromL(sample.get("events").l().stream().map(it -> of(code, it)).toList()));
    return item;
  }

  private static AttributeValue of(BookingCode code, AttributeValue event) {
    Map<String, AttributeValue> attributes = new HashMap<>(event.m());
    attributes.putAll(headKey(code));
    return AttributeValue.fromM(attributes);
  }

  /** Makes bookings that are recorded, and their heads. */
  void addRecorded(EmbeddedStores stores, int count) {
    addBookings(stores, count, true);
  }

  /** Makes bookings that are recorded, of which the pending index knows nothing. */
  void addRecordedWithoutHeads(EmbeddedStores stores, int count) {
    addBookings(stores, count, false);
  }

  private void addBookings(EmbeddedStores stores, int count, boolean withHeads) {
    inBatches(
        count,
        codes -> {
          write(
              stores.events(),
              EmbeddedDynamoDb.EVENT_TABLE,
              codes.stream().map(code -> eventOf(code, 1)).toList());
          if (withHeads) {
            write(
                stores.pending(),
                EmbeddedDynamoDb.PENDING_INDEX,
                codes.stream().map(code -> headOf(code, 1)).toList());
          }
        });
  }

  /** Makes bookings that are pending. */
  void addPending(EmbeddedStores stores, int count) {
    inBatches(
        count,
        codes ->
            write(
                stores.pending(),
                EmbeddedDynamoDb.PENDING_INDEX,
                codes.stream().map(this::parkedOf).toList()));
  }

  /** Gives a booking its events. */
  void addHistory(DynamoDbClient client, String table, BookingCode code, int events) {
    for (int first = 1; first <= events; first += BATCH) {
      write(
          client,
          table,
          IntStream.rangeClosed(first, Math.min(events, first + BATCH - 1))
              .mapToObj(version -> eventOf(code, version))
              .toList());
    }
  }

  private static void inBatches(int count, Consumer<List<BookingCode>> write) {
    int batches = (count + BATCH - 1) / BATCH;
    Crowd.forEach(
        batches,
        WRITERS,
        batch ->
            write.accept(
                IntStream.range(0, Math.min(BATCH, count - batch * BATCH))
                    .mapToObj(item -> Events.anyCode())
                    .toList()));
  }

  private static void write(
      DynamoDbClient client, String table, List<Map<String, AttributeValue>> items) {
    BatchWriteItemResponse response =
        client.batchWriteItem(
            batch ->
                batch.requestItems(
                    Map.of(
                        table,
                        items.stream()
                            .map(
                                item ->
                                    WriteRequest.builder()
                                        .putRequest(put -> put.item(item))
                                        .build())
                            .toList())));
    if (!response.unprocessedItems().isEmpty()) {
      throw new IllegalStateException("DynamoDB left out a part of a batch");
    }
  }
}
