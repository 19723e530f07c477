package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.ResolutionLog;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * The resolved conflicts in the pending index's table: each is an item of its own. As a list in the
 * head they would one day fill the 400 KB that an item has, and then no event could wait there any
 * more. Safe for use by several threads.
 */
public final class DynamoDbResolutionLog implements ResolutionLog {

  private final PendingTable table;

  public DynamoDbResolutionLog(PendingTable table) {
    this.table = table;
  }

  /** No booking code has a slash, so this is nobody's head. */
  private static Map<String, AttributeValue> key(BookingCode bookingCode, EventId eventId) {
    return PendingTable.key(bookingCode + "/" + eventId);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, EventId eventId) {
    try {
      Optional<StoredItem> item = table.find(key(bookingCode, eventId));
      return item.isPresent()
          ? new FindAnswer.Found(ResolutionAttributes.read(item.get().map("resolution")))
          : new FindAnswer.Absent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public WriteAnswer write(Resolution resolution) {
    Map<String, AttributeValue> item =
        new HashMap<>(key(resolution.kept().bookingCode(), resolution.kept().identity().eventId()));
    // Within an attribute, so that nothing that looks for heads finds one in it.
    item.put("resolution", AttributeValue.fromM(ResolutionAttributes.write(resolution)));
    PutItemRequest request =
        PutItemRequest.builder()
            .tableName(table.name())
            .item(item)
            .conditionExpression(
                "attribute_not_exists(bookingCode) OR resolution.decidedAt < :decidedAt")
            .expressionAttributeValues(
                Map.of(
                    ":decidedAt",
                    AttributeValue.fromS(Timestamps.format(resolution.decision().decidedAt()))))
            .build();
    try {
      table.calls().run(client -> client.putItem(request));
      return new WriteAnswer.Written();
    } catch (ConditionalCheckFailedException stands) {
      return new WriteAnswer.Written();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }
}
