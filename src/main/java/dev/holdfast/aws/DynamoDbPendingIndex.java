package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.SettleAnswer.Settled.Effect;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValue;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The pending index as a DynamoDB table with the key (bookingCode, version), where version is
 * always 1, and the sparse index {@code pending}.
 *
 * <p>An event that DynamoDB will never take, one that is too large among others, and an item that
 * is no claim are bugs and end in an exception; every other failure is an answer. Safe for use by
 * several threads.
 */
public final class DynamoDbPendingIndex implements PendingIndex {

  private static final String IS_OURS = "eventId = :eventId AND fingerprint = :fingerprint";
  private static final String SET_OWNER = "SET eventId = :eventId, fingerprint = :fingerprint";
  private static final String RAISE_REVISION = " ADD revision :one";
  private static final Unavailable CLAIM_IS_GONE =
      new Unavailable("The pending index has lost a claim that it held a moment ago");

  private final TableCalls calls;
  private final String table;
  private final SparseIndex pending;

  /**
   * @param regions the table's clients, in the order in which they are tried: two only where it is
   *     strongly consistent between them
   * @param table name or ARN
   * @param limit how long one request may take, all attempts in all regions together
   * @param metrics where the time of each request goes
   */
  public DynamoDbPendingIndex(
      List<DynamoDbClient> regions, String table, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.PENDING_INDEX, regions, limit, metrics);
    this.table = table;
    this.pending =
        new SparseIndex(
            calls,
            new ReadableItems(Dependency.PENDING_INDEX, metrics),
            table,
            "pending",
            item -> EventAttributes.read(item.map("event")),
            // Whatever is done about a claim raises it.
            item -> Long.toString(item.number("revision")));
  }

  @Override
  public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
    Map<String, AttributeValue> values = valuesOf(event);
    values.put(":now", timestamp(now));
    ClaimAnswer answer =
        answerClaim(
            write(
                bookingCode,
                "attribute_not_exists(bookingCode) OR (" + IS_OURS + " AND claimedAt <= :now)",
                SET_OWNER + ", claimedAt = :now" + RAISE_REVISION,
                values));
    return answer instanceof ClaimAnswer.Taken taken && taken.standing().isOwnedBy(event)
        ? claimAgain(bookingCode, event)
        : answer;
  }

  /** The claim was renewed later than now, by a clock that is ahead: that stays as it is. */
  private ClaimAnswer claimAgain(BookingCode bookingCode, EventIdentity event) {
    return answerClaim(write(bookingCode, IS_OURS, SET_OWNER + RAISE_REVISION, valuesOf(event)));
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    Map<String, AttributeValue> values = valuesOf(event.identity());
    values.putAll(parkedValuesOf(event));
    values.put(":now", timestamp(now));
    return answerClaim(
        write(
            event.bookingCode(),
            "attribute_not_exists(bookingCode) OR (" + IS_OURS + " AND attribute_exists(event))",
            SET_OWNER
                + ", claimedAt = if_not_exists(claimedAt, :now)"
                + ", event = if_not_exists(event, :event)"
                + ", pendingSince = if_not_exists(pendingSince, :now)"
                + ", pendingShard = if_not_exists(pendingShard, :shard)"
                + RAISE_REVISION,
            values));
  }

  @Override
  public ClaimAnswer takeOver(
      BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
    Map<String, AttributeValue> values = valuesOf(event);
    values.put(":seen", number(seen.revision()));
    values.put(":now", timestamp(now));
    return answerClaim(
        write(
            bookingCode,
            "revision = :seen AND attribute_not_exists(event)",
            SET_OWNER + ", claimedAt = :now" + RAISE_REVISION,
            values));
  }

  private ClaimAnswer answerClaim(UpdateItemRequest request) {
    try {
      return new ClaimAnswer.Granted(
          ClaimAttributes.read(new StoredItem(calls.update(request).attributes())));
    } catch (ConditionalCheckFailedException unmet) {
      return unmet.hasItem() ? new ClaimAnswer.Taken(standing(unmet)) : CLAIM_IS_GONE;
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
    Map<String, AttributeValue> values = valuesOf(event.identity());
    values.putAll(parkedValuesOf(event));
    values.put(":seen", number(seen.revision()));
    values.put(":now", timestamp(now));
    if (resumed) {
      values.put(":true", AttributeValue.fromBool(true));
    }
    UpdateItemRequest request =
        write(
            event.bookingCode(),
            IS_OURS + " AND revision = :seen AND attribute_not_exists(event)",
            "SET event = :event, pendingSince = :now, pendingShard = :shard"
                + (resumed ? ", resumed = :true" : "")
                + RAISE_REVISION,
            values);
    try {
      calls.update(request);
      return new ParkAnswer.Parked();
    } catch (ConditionalCheckFailedException unmet) {
      return unmet.hasItem() ? new ParkAnswer.Moved(standing(unmet)) : CLAIM_IS_GONE;
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table)
            .key(EventAttributes.key(bookingCode, Version.FIRST))
            .consistentRead(true)
            .build();
    try {
      GetItemResponse response = calls.run(client -> client.getItem(request));
      return response.hasItem()
          ? new FindAnswer.Found(ClaimAttributes.read(new StoredItem(response.item())))
          : new FindAnswer.Absent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
    Map<String, AttributeValue> values = valuesOf(recorded.identity());
    values.put(":now", timestamp(now));
    UpdateItemRequest request =
        write(
                recorded.bookingCode(),
                "attribute_not_exists(event) OR (" + IS_OURS + ")",
                SET_OWNER
                    + ", claimedAt = if_not_exists(claimedAt, :now)"
                    + " REMOVE event, pendingSince, pendingShard, resumed, conflictSince"
                    + RAISE_REVISION,
                values)
            .toBuilder()
            .returnValues(ReturnValue.ALL_OLD)
            .build();
    try {
      return new SettleAnswer.Settled(effect(values, calls.update(request).attributes()));
    } catch (ConditionalCheckFailedException unmet) {
      return unmet.hasItem() ? new SettleAnswer.OtherPending(standing(unmet)) : CLAIM_IS_GONE;
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  /** Reads nothing: whatever stood there has been set right. */
  private static Effect effect(
      Map<String, AttributeValue> values, Map<String, AttributeValue> before) {
    if (before.isEmpty()) {
      return Effect.CLAIMED;
    }
    return values.get(":eventId").equals(before.get("eventId"))
            && values.get(":fingerprint").equals(before.get("fingerprint"))
            && !before.containsKey("event")
        ? Effect.STANDING
        : Effect.CORRECTED;
  }

  @Override
  public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
    Map<String, AttributeValue> values = valuesOf(event);
    values.put(":now", timestamp(now));
    UpdateItemRequest request =
        write(
            bookingCode,
            IS_OURS + " AND attribute_exists(event)",
            "SET conflictSince = if_not_exists(conflictSince, :now)" + RAISE_REVISION,
            values);
    try {
      calls.update(request);
      return new ConflictAnswer.Marked();
    } catch (ConditionalCheckFailedException noLongerParked) {
      return new ConflictAnswer.Marked();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return pending.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return pending.tally(shard, after);
  }

  private UpdateItemRequest write(
      BookingCode bookingCode,
      String condition,
      String update,
      Map<String, AttributeValue> values) {
    return UpdateItemRequest.builder()
        .tableName(table)
        .key(EventAttributes.key(bookingCode, Version.FIRST))
        .conditionExpression(condition)
        .updateExpression(update)
        .expressionAttributeValues(values)
        .returnValues(ReturnValue.ALL_NEW)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  /** What every write refers to: the event, and the step by which the revision goes up. */
  private static Map<String, AttributeValue> valuesOf(EventIdentity event) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":eventId", AttributeValue.fromS(event.eventId().toString()));
    values.put(":fingerprint", AttributeValue.fromS(event.fingerprint().hex()));
    values.put(":one", number(1));
    return values;
  }

  private static Map<String, AttributeValue> parkedValuesOf(AcceptedEvent event) {
    return Map.of(
        ":event", AttributeValue.fromM(EventAttributes.write(event)),
        ":shard", SparseIndex.shardValue(Shard.of(event.bookingCode())));
  }

  private static AttributeValue timestamp(Instant moment) {
    return AttributeValue.fromS(Timestamps.format(moment));
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  private static Claim standing(ConditionalCheckFailedException unmet) {
    return ClaimAttributes.read(new StoredItem(unmet.item()));
  }
}
