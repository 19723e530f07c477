package dev.holdfast.example;

import java.util.HashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;

/**
 * The department's table: of each booking its current price, and the version of the event that it
 * comes from. Price and version change in one conditional write, so that any number of these may
 * work on one table, and each may be killed at any moment. Thread-safe.
 */
final class CurrentPrices {

  private final DynamoDbClient client;
  private final String table;

  /**
   * @param table has the key {@code bookingCode}, a text
   */
  CurrentPrices(DynamoDbClient client, String table) {
    this.client = client;
    this.table = table;
  }

  /**
   * Applies an event, if the one before it was applied last.
   *
   * @return the version that was applied last by now: the event's own, a higher one if the event
   *     was applied before, a lower one if events before it are missing; 0: none
   */
  int apply(PriceEvent event) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("bookingCode", AttributeValue.fromS(event.bookingCode()));
    item.put("version", number(event.version()));
    item.put("amount", AttributeValue.fromS(event.amount()));
    item.put("currency", AttributeValue.fromS(event.currency()));
    PutItemRequest.Builder put =
        PutItemRequest.builder()
            .tableName(table)
            .item(item)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (event.version() == 1) {
      put.conditionExpression("attribute_not_exists(bookingCode)");
    } else {
      put.conditionExpression("version = :before")
          .expressionAttributeValues(Map.of(":before", number(event.version() - 1)));
    }
    try {
      client.putItem(put.build());
      return event.version();
    } catch (ConditionalCheckFailedException unmet) {
      return unmet.hasItem() ? Integer.parseInt(unmet.item().get("version").n()) : 0;
    }
  }

  private static AttributeValue number(int value) {
    return AttributeValue.fromN(Integer.toString(value));
  }
}
