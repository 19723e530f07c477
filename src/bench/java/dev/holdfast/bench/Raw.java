package dev.holdfast.bench;

import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.aws.Events;
import dev.holdfast.booking.BookingCode;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The limit at the event table: one call of it by the same client, with the same item, and nothing
 * else.
 */
record Raw(DynamoDbClient client, String table, Items items) {

  static final String PUT = "raw conditional put";
  static final String QUERY = "raw consistent query";

  static Raw of(EmbeddedStores stores) {
    return new Raw(stores.events(), EmbeddedDynamoDb.EVENT_TABLE, Items.sampled(stores));
  }

  /** One conditional put of a new event. */
  Contender put() {
    return new Contender(
        PUT,
        () -> {
          PutItemRequest request = request();
          return () -> client.putItem(request);
        });
  }

  /** A new booking of so many events, past the ledger. */
  BookingCode history(int events) {
    BookingCode code = Events.anyCode();
    items.addHistory(client, table, code, events);
    return code;
  }

  /** What {@link #put} sends. */
  PutItemRequest request() {
    return put(items.eventOf(Events.anyCode(), 1));
  }

  private PutItemRequest put(Map<String, AttributeValue> item) {
    return PutItemRequest.builder()
        .tableName(table)
        .item(item)
        .conditionExpression("attribute_not_exists(bookingCode)")
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  /** The three calls of a drain that finds one event pending, and nothing else. */
  void drain(RawHeads heads, BookingCode code) {
    heads.read(code);
    client.putItem(put(items.eventOf(code, 1)));
    heads.settle(code);
  }

  /** One consistent get of an event. */
  Contender get(BookingCode code, int version) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table)
            .key(Items.eventKey(code, version))
            .consistentRead(true)
            .build();
    return Contender.of(
        "raw consistent get",
        () -> {
          if (!client.getItem(request).hasItem()) {
            throw new IllegalStateException("Nothing to read");
          }
        });
  }

  /** One consistent query for a page of a booking's events. */
  Contender query(BookingCode code, int limit, boolean ascending) {
    QueryRequest request =
        QueryRequest.builder()
            .tableName(table)
            .keyConditionExpression("bookingCode = :code")
            .expressionAttributeValues(Map.of(":code", AttributeValue.fromS(code.value())))
            .scanIndexForward(ascending)
            .limit(limit)
            .consistentRead(true)
            .build();
    return Contender.of(
        QUERY,
        () -> {
          if (client.query(request).items().isEmpty()) {
            throw new IllegalStateException("Nothing to read");
          }
        });
  }
}
