package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The pending index as a DynamoDB table with the key bookingCode: an item is a head.
 *
 * <p>An event that DynamoDB will never take, one that is too large among others, is a bug and ends
 * in an exception; every other failure is an answer, also an item that is no head: it is logged and
 * counted, and its booking goes on as if the pending index did not answer. Safe for use by several
 * threads.
 */
public final class DynamoDbPendingIndex implements PendingIndex {

  private static final String COMES_NEXT = "version = :before AND recordedAt <= :recordedAt";

  private static final String SET_LAST =
      "SET version = :version, eventId = :eventId, fingerprint = :fingerprint"
          + ", recordedAt = :recordedAt";

  private static final Unavailable HEAD_IS_GONE =
      new Unavailable("The pending index has lost a head that it held a moment ago");

  private final PendingTable table;
  private final SparseIndex pending;

  public DynamoDbPendingIndex(PendingTable table) {
    this.table = table;
    this.pending = table.sparseIndex("pending", head -> head.events().get(0));
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return table.answer(
        bookingCode,
        () ->
            table
                .find(PendingTable.key(bookingCode))
                .<FindAnswer>map(item -> new FindAnswer.Found(HeadAttributes.read(item)))
                .orElseGet(FindAnswer.Absent::new),
        unavailable -> unavailable);
  }

  @Override
  public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
    if (event.version().isFirst()) {
      return createFor(Head.claimed(event, previous, now));
    }
    Map<String, AttributeValue> values = valuesOf(event, now);
    EventIdentity before = previous.orElseThrow();
    values.put(":previousId", AttributeValue.fromS(before.eventId().toString()));
    values.put(":previousFingerprint", AttributeValue.fromS(before.fingerprint().hex()));
    return update(
        event.bookingCode(),
        COMES_NEXT
            + " AND eventId = :previousId AND fingerprint = :previousFingerprint"
            + " AND attribute_not_exists(pendingSince)",
        SET_LAST
            + ", events = :events, bytes = :bytes, claimedAt = :now"
            + ", previousId = :previousId, previousFingerprint = :previousFingerprint"
            + " REMOVE recorded ADD revision :one",
        values);
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    if (event.version().isFirst()) {
      return createFor(Head.parked(event, now));
    }
    Map<String, AttributeValue> values = valuesOf(event, now);
    values.put(":shard", HeadAttributes.shard(event.bookingCode()));
    values.put(":room", number(Head.MOST_BYTES - event.bytes()));
    return update(
        event.bookingCode(),
        COMES_NEXT + " AND bytes <= :room AND attribute_not_exists(kept)",
        SET_LAST
            + ", events = list_append(events, :events), claimedAt = :now"
            + ", pendingSince = if_not_exists(pendingSince, :now)"
            + ", pendingShard = if_not_exists(pendingShard, :shard)"
            + " REMOVE recorded ADD revision :one, bytes :bytes",
        values);
  }

  private ClaimAnswer createFor(Head head) {
    ReplaceAnswer answer = create(head);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return answer instanceof ReplaceAnswer.Moved moved
        ? new ClaimAnswer.Refused(Optional.of(moved.standing()))
        : new ClaimAnswer.Granted(head);
  }

  private ClaimAnswer update(
      BookingCode bookingCode,
      String condition,
      String update,
      Map<String, AttributeValue> values) {
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(table.name())
            .key(PendingTable.key(bookingCode))
            .conditionExpression(condition)
            .updateExpression(update)
            .expressionAttributeValues(values)
            .returnValues(ReturnValue.ALL_NEW)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    return table.answer(
        bookingCode,
        () -> {
          try {
            return new ClaimAnswer.Granted(head(table.calls().update(request).attributes()));
          } catch (ConditionalCheckFailedException unmet) {
            return new ClaimAnswer.Refused(
                unmet.hasItem() ? Optional.of(head(unmet.item())) : Optional.empty());
          }
        },
        unavailable -> unavailable);
  }

  private static Head head(Map<String, AttributeValue> item) {
    return HeadAttributes.read(new StoredItem(item));
  }

  @Override
  public ReplaceAnswer create(Head head) {
    return put(head, "attribute_not_exists(bookingCode)", Map.of());
  }

  @Override
  public ReplaceAnswer replace(Head seen, Head next) {
    return put(next, "revision = :seen", Map.of(":seen", number(seen.revision())));
  }

  private ReplaceAnswer put(Head head, String condition, Map<String, AttributeValue> values) {
    PutItemRequest.Builder request =
        PutItemRequest.builder()
            .tableName(table.name())
            .item(HeadAttributes.write(head))
            .conditionExpression(condition)
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD);
    if (!values.isEmpty()) {
      request.expressionAttributeValues(values);
    }
    return table.answer(
        head.bookingCode(),
        () -> {
          try {
            table.calls().put(request.build(), PendingTable.key(head.bookingCode()));
            return new ReplaceAnswer.Replaced();
          } catch (ConditionalCheckFailedException unmet) {
            return unmet.hasItem() ? moved(head(unmet.item()), head) : HEAD_IS_GONE;
          }
        },
        unavailable -> unavailable);
  }

  /** A write that is repeated, because its answer was lost, meets itself. */
  private static ReplaceAnswer moved(Head standing, Head next) {
    return standing.equals(next) ? new ReplaceAnswer.Replaced() : new ReplaceAnswer.Moved(standing);
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return pending.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return pending.tally(shard, after);
  }

  private static Map<String, AttributeValue> valuesOf(AcceptedEvent event, Instant now) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":before", number(event.version().number() - 1L));
    values.put(":version", AttributeValue.fromN(event.version().toString()));
    values.put(":eventId", AttributeValue.fromS(event.identity().eventId().toString()));
    values.put(":fingerprint", AttributeValue.fromS(event.identity().fingerprint().hex()));
    values.put(":recordedAt", HeadAttributes.recordedAt(event));
    values.put(":events", HeadAttributes.events(List.of(event)));
    values.put(":bytes", HeadAttributes.bytes(List.of(event)));
    values.put(":now", HeadAttributes.timestamp(now));
    values.put(":one", number(1));
    return values;
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }
}
