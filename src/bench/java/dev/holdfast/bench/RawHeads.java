package dev.holdfast.bench;

import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The limit at the pending index: one call of it by the same client, with the same head, and
 * nothing else. A head holds its last event whole, so it is about twice an item of the event table.
 */
record RawHeads(DynamoDbClient client, String table, Items items) {

  static RawHeads of(EmbeddedStores stores, Raw raw) {
    return new RawHeads(stores.pending(), EmbeddedDynamoDb.PENDING_INDEX, raw.items());
  }

  /** One conditional put of a head whose event is only claimed. */
  Contender put() {
    return put("raw put of a head", code -> items.headOf(code, 1));
  }

  /** One conditional put of a head whose event is pending. */
  Contender park() {
    return put("raw put of a pending head", items::parkedOf);
  }

  /** One update of ever another head whose event is recorded: a next one is pending at it. */
  Contender change() {
    return new Contender(
        "raw update of a head, which makes it pending",
        () -> {
          BookingCode code = Events.anyCode();
          add(code, 1);
          Map<String, AttributeValue> after = items.changedOf(code);
          AttributeValue event = after.get("events").l().get(1);
          UpdateItemRequest request =
              updateOf(code)
                  .conditionExpression(
                      "version = :before AND bytes <= :room AND attribute_not_exists(kept)")
                  .updateExpression(
                      "SET version = :version, eventId = :eventId, fingerprint = :fingerprint"
                          + ", events = list_append(events, :events), claimedAt = :now"
                          + ", pendingSince = if_not_exists(pendingSince, :now)"
                          + ", pendingShard = if_not_exists(pendingShard, :shard)"
                          + " REMOVE recorded ADD revision :one, bytes :bytes")
                  .expressionAttributeValues(
                      Map.ofEntries(
                          Map.entry(":before", AttributeValue.fromN("1")),
                          Map.entry(":room", AttributeValue.fromN("300000")),
                          Map.entry(":version", after.get("version")),
                          Map.entry(":eventId", after.get("eventId")),
                          Map.entry(":fingerprint", after.get("fingerprint")),
                          Map.entry(":events", AttributeValue.fromL(List.of(event))),
                          Map.entry(":bytes", after.get("bytes")),
                          Map.entry(":now", after.get("pendingSince")),
                          Map.entry(":shard", after.get("pendingShard")),
                          Map.entry(":one", AttributeValue.fromN("1"))))
                  .build();
          return () -> client.updateItem(request);
        });
  }

  /** One update of ever another head whose event is recorded: claimed for a next event. */
  Contender update() {
    return new Contender(
        "raw update of a head",
        () -> {
          BookingCode code = Events.anyCode();
          add(code, 1);
          Map<String, AttributeValue> before = items.headOf(code, 1);
          Map<String, AttributeValue> after = items.headOf(code, 2);
          UpdateItemRequest request =
              updateOf(code)
                  .conditionExpression(
                      "version = :before AND recordedAt <= :recordedAt"
                          + " AND eventId = :previousId AND fingerprint = :previous"
                          + " AND attribute_not_exists(pendingSince)")
                  .updateExpression(
                      "SET version = :version, eventId = :eventId, fingerprint = :fingerprint"
                          + ", recordedAt = :recordedAt, events = :events, bytes = :bytes, claimedAt = :now"
                          + ", previousId = :previousId, previousFingerprint = :previous"
                          + " REMOVE recorded ADD revision :one")
                  .expressionAttributeValues(
                      Map.ofEntries(
                          Map.entry(":before", before.get("version")),
                          Map.entry(":previousId", before.get("eventId")),
                          Map.entry(":previous", before.get("fingerprint")),
                          Map.entry(":version", after.get("version")),
                          Map.entry(":eventId", after.get("eventId")),
                          Map.entry(":fingerprint", after.get("fingerprint")),
                          Map.entry(":recordedAt", after.get("recordedAt")),
                          Map.entry(":events", after.get("events")),
                          Map.entry(":bytes", after.get("bytes")),
                          Map.entry(":now", after.get("claimedAt")),
                          Map.entry(":one", AttributeValue.fromN("1"))))
                  .build();
          return () -> client.updateItem(request);
        });
  }

  private UpdateItemRequest.Builder updateOf(BookingCode code) {
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(Items.headKey(code))
        .returnValues(ReturnValue.ALL_NEW)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  private Contender put(String name, Function<BookingCode, Map<String, AttributeValue>> head) {
    return new Contender(
        name,
        () -> {
          PutItemRequest request =
              request(head.apply(Events.anyCode()))
                  .conditionExpression("attribute_not_exists(bookingCode)")
                  .build();
          return () -> client.putItem(request);
        });
  }

  private PutItemRequest.Builder request(Map<String, AttributeValue> head) {
    return PutItemRequest.builder()
        .tableName(table)
        .item(head)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
  }

  /** One consistent get of a head. */
  Contender get(BookingCode code) {
    return Contender.of("raw consistent get of the head", () -> read(code));
  }

  /** Gives a booking of so many recorded events its head. */
  void add(BookingCode code, int events) {
    client.putItem(request(items.headOf(code, events)).build());
  }

  void read(BookingCode code) {
    if (!client
        .getItem(get -> get.tableName(table).key(Items.headKey(code)).consistentRead(true))
        .hasItem()) {
      throw new IllegalStateException("Nothing to read");
    }
  }

  /** A pending head that nobody touched is recorded. */
  void settle(BookingCode code) {
    Map<String, AttributeValue> head = new HashMap<>(items.headOf(code, 1));
    head.put("recorded", AttributeValue.fromBool(true));
    head.put("revision", AttributeValue.fromN("2"));
    client.putItem(
        request(head)
            .conditionExpression("revision = :seen")
            .expressionAttributeValues(Map.of(":seen", AttributeValue.fromN("1")))
            .build());
  }
}
