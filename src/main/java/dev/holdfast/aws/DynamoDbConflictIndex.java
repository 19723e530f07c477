package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Resolution;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The conflicts in the pending index's table: a claim's item has its {@code decision} while one is
 * carried out. Each resolution is an item of its own, under booking code and event id: as a list in
 * the claim they would one day fill the 400 KB that an item has, and then no event could be parked
 * there any more.
 *
 * <p>An item that is no claim is a bug and ends in an exception; every other failure is an answer.
 * Safe for use by several threads.
 */
public final class DynamoDbConflictIndex implements ConflictIndex {

  private static final String KEPT =
      "eventId = :eventId AND fingerprint = :fingerprint AND attribute_exists(event)";
  private static final String DECIDED = KEPT + " AND decision = :decision";
  private static final String RAISE_REVISION = " ADD revision :one";

  private final TableCalls calls;
  private final String table;

  /**
   * @param regions as those of {@link DynamoDbPendingIndex}
   * @param table name or ARN
   * @param limit how long one request may take, all attempts in all regions together
   * @param metrics where the time of each request goes
   */
  public DynamoDbConflictIndex(
      List<DynamoDbClient> regions, String table, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.PENDING_INDEX, regions, limit, metrics);
    this.table = table;
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, EventId eventId) {
    try {
      StoredItem claim = get(EventAttributes.key(bookingCode, Version.FIRST));
      Optional<Parked> parked =
          claim.has("event") ? Optional.of(ClaimAttributes.readParked(claim)) : Optional.empty();
      if (parked.filter(it -> it.event().identity().eventId().equals(eventId)).isPresent()) {
        return new FindAnswer.Found(parked, Optional.empty());
      }
      StoredItem record = get(ResolutionAttributes.key(bookingCode, eventId));
      return new FindAnswer.Found(
          parked,
          record.has("resolution")
              ? Optional.of(ResolutionAttributes.read(record.map("resolution")))
              : Optional.empty());
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private StoredItem get(Map<String, AttributeValue> key) throws NoAnswerException {
    GetItemRequest request =
        GetItemRequest.builder().tableName(table).key(key).consistentRead(true).build();
    return new StoredItem(calls.run(client -> client.getItem(request)).item());
  }

  @Override
  public DecideAnswer decide(BookingCode bookingCode, EventIdentity kept, Decision decision) {
    Map<String, AttributeValue> values = valuesOf(kept, decision);
    UpdateItemRequest request =
        write(
            bookingCode,
            KEPT + " AND attribute_exists(conflictSince) AND attribute_not_exists(decision)",
            "SET decision = :decision",
            values);
    try {
      calls.update(request);
      return new DecideAnswer.Decided();
    } catch (ConditionalCheckFailedException unmet) {
      StoredItem standing = new StoredItem(unmet.item());
      return standing.has("event")
              && standing.has("decision")
              && EventAttributes.readIdentity(standing).equals(kept)
          ? new DecideAnswer.DecidedBefore(
              ResolutionAttributes.readDecision(standing.map("decision")))
          : new DecideAnswer.Gone();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public WithdrawAnswer withdraw(BookingCode bookingCode, EventIdentity kept, Decision decision) {
    UpdateItemRequest request =
        write(bookingCode, DECIDED, "REMOVE decision", valuesOf(kept, decision));
    try {
      calls.update(request);
      return new WithdrawAnswer.Withdrawn();
    } catch (ConditionalCheckFailedException anotherStands) {
      return new WithdrawAnswer.Withdrawn();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public RecordAnswer record(Resolution resolution) {
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(
                ResolutionAttributes.key(
                    resolution.kept().bookingCode(), resolution.kept().identity().eventId()))
            .conditionExpression(
                "attribute_not_exists(bookingCode) OR resolution.decidedAt <= :decidedAt")
            .updateExpression("SET resolution = :resolution")
            .expressionAttributeValues(
                Map.of(
                    ":resolution",
                    AttributeValue.fromM(ResolutionAttributes.write(resolution)),
                    ":decidedAt",
                    AttributeValue.fromS(Timestamps.format(resolution.decision().decidedAt()))))
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    try {
      calls.update(request);
      return new RecordAnswer.Recorded();
    } catch (ConditionalCheckFailedException laterDecision) {
      return new RecordAnswer.Superseded(
          ResolutionAttributes.read(new StoredItem(laterDecision.item()).map("resolution")));
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public CloseAnswer close(Resolution resolution, EventIdentity recorded) {
    Map<String, AttributeValue> values =
        valuesOf(resolution.kept().identity(), resolution.decision());
    values.put(":ownerId", AttributeValue.fromS(recorded.eventId().toString()));
    values.put(":ownerFingerprint", AttributeValue.fromS(recorded.fingerprint().hex()));
    UpdateItemRequest request =
        write(
            resolution.kept().bookingCode(),
            DECIDED,
            "SET eventId = :ownerId, fingerprint = :ownerFingerprint"
                + " REMOVE event, pendingSince, pendingShard, resumed, conflictSince, decision",
            values);
    try {
      calls.update(request);
      return new CloseAnswer.Closed();
    } catch (ConditionalCheckFailedException unmet) {
      return new CloseAnswer.Gone();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
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
        .updateExpression(update + RAISE_REVISION)
        .expressionAttributeValues(values)
        .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
        .build();
  }

  private static Map<String, AttributeValue> valuesOf(EventIdentity kept, Decision decision) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":eventId", AttributeValue.fromS(kept.eventId().toString()));
    values.put(":fingerprint", AttributeValue.fromS(kept.fingerprint().hex()));
    values.put(":decision", AttributeValue.fromM(ResolutionAttributes.write(decision)));
    values.put(":one", AttributeValue.fromN("1"));
    return values;
  }
}
