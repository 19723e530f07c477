package dev.holdfast.bench;

import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Shard;
import java.time.Duration;
import java.time.Instant;
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
 * @param claim an item of the pending index whose event is recorded
 * @param parked an item of the pending index whose event is pending, for longer than a sweep waits
 */
record Items(
    Map<String, AttributeValue> event,
    Map<String, AttributeValue> claim,
    Map<String, AttributeValue> parked) {

  private static final int BATCH = 25;
  private static final int WRITERS = 4;

  /** Takes samples of what the ledger writes. */
  static Items sampled(Stores stores) {
    Ledger ledger = stores.ledger();
    AcceptedEvent recorded = Events.first(Events.anyCode());
    ledger.append().append(recorded.event());
    AcceptedEvent pending = Events.first(Events.anyCode());
    ledger.pendingIndex().claimAndPark(pending, Instant.now().minus(Duration.ofHours(1)));
    Items items =
        new Items(
            get(stores.events(), EmbeddedDynamoDb.EVENT_TABLE, recorded.bookingCode()),
            get(stores.pending(), EmbeddedDynamoDb.PENDING_INDEX, recorded.bookingCode()),
            get(stores.pending(), EmbeddedDynamoDb.PENDING_INDEX, pending.bookingCode()));
    // Nothing is owed for a sample.
    ledger.drain().drain(pending);
    return items;
  }

  private static Map<String, AttributeValue> get(
      DynamoDbClient client, String table, BookingCode code) {
    return client
        .getItem(
            get ->
                get.tableName(table)
                    .consistentRead(true)
                    .key(
                        Map.of(
                            "bookingCode", AttributeValue.fromS(code.value()),
                            "version", AttributeValue.fromN("1"))))
        .item();
  }

  /** The item of a new booking. */
  Map<String, AttributeValue> eventOf(BookingCode code, int version) {
    Map<String, AttributeValue> item = new HashMap<>(event);
    item.put("bookingCode", AttributeValue.fromS(code.value()));
    item.put("version", AttributeValue.fromN(Integer.toString(version)));
    item.put("eventId", AttributeValue.fromS(new EventId(UUID.randomUUID()).toString()));
    return item;
  }

  private Map<String, AttributeValue> claimOf(BookingCode code) {
    Map<String, AttributeValue> item = new HashMap<>(claim);
    item.put("bookingCode", AttributeValue.fromS(code.value()));
    return item;
  }

  private Map<String, AttributeValue> parkedOf(BookingCode code) {
    Map<String, AttributeValue> item = new HashMap<>(parked);
    item.put("bookingCode", AttributeValue.fromS(code.value()));
    item.put("pendingShard", AttributeValue.fromN(Integer.toString(Shard.of(code).number())));
    Map<String, AttributeValue> whole = new HashMap<>(parked.get("event").m());
    whole.put("bookingCode", AttributeValue.fromS(code.value()));
    item.put("event", AttributeValue.fromM(whole));
    return item;
  }

  /** Makes bookings that are recorded and claimed. */
  void addRecorded(Stores stores, int count) {
    addBookings(stores, count, true);
  }

  /** Makes bookings that are recorded, of which the pending index knows nothing. */
  void addRecordedWithoutClaims(Stores stores, int count) {
    addBookings(stores, count, false);
  }

  private void addBookings(Stores stores, int count, boolean claimed) {
    inBatches(
        count,
        codes -> {
          write(
              stores.events(),
              EmbeddedDynamoDb.EVENT_TABLE,
              codes.stream().map(code -> eventOf(code, 1)).toList());
          if (claimed) {
            write(
                stores.pending(),
                EmbeddedDynamoDb.PENDING_INDEX,
                codes.stream().map(this::claimOf).toList());
          }
        });
  }

  /** Makes bookings that are pending. */
  void addPending(Stores stores, int count) {
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
