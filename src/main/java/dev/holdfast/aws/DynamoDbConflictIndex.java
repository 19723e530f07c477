package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
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
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The conflicts in the pending index's table: a claim's item has its {@code decision} while one is
 * carried out, and the list of its {@code resolutions} from then on.
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
  public FindAnswer find(BookingCode bookingCode) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table)
            .key(EventAttributes.key(bookingCode, Version.FIRST))
            .consistentRead(true)
            .build();
    try {
      GetItemResponse response = calls.run(client -> client.getItem(request));
      StoredItem item = new StoredItem(response.item());
      return new FindAnswer.Found(
          item.has("event") ? Optional.of(ClaimAttributes.readParked(item)) : Optional.empty(),
          item.has("resolutions")
              ? item.maps("resolutions").stream().map(ResolutionAttributes::read).toList()
              : List.of());
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
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
  public CloseAnswer close(Resolution resolution, EventIdentity recorded) {
    Map<String, AttributeValue> values =
        valuesOf(resolution.kept().identity(), resolution.decision());
    values.put(":ownerId", AttributeValue.fromS(recorded.eventId().toString()));
    values.put(":ownerFingerprint", AttributeValue.fromS(recorded.fingerprint().hex()));
    values.put(":none", AttributeValue.fromL(List.of()));
    values.put(
        ":resolution",
        AttributeValue.fromL(
            List.of(AttributeValue.fromM(ResolutionAttributes.write(resolution)))));
    UpdateItemRequest request =
        write(
            resolution.kept().bookingCode(),
            DECIDED,
            "SET eventId = :ownerId, fingerprint = :ownerFingerprint"
                + ", resolutions = list_append(if_not_exists(resolutions, :none), :resolution)"
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
