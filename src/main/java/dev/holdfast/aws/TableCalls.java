package dev.holdfast.aws;

import static software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure.ALL_OLD;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;
import software.amazon.awssdk.services.dynamodb.model.GetItemRequest;
import software.amazon.awssdk.services.dynamodb.model.GetItemResponse;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemResponse;

/**
 * Makes the calls to one DynamoDB table. Where that is a global table with strong consistency
 * between its regions, a call that the first region does not answer is made in the next one.
 *
 * <p>The first region may have done the work and lost its answer, so that the next one sees the
 * call's own effect. That is no conflict: every conditional write here either takes an effect of
 * its own for success, or answers with the item as it stands, in which its caller recognizes
 * itself. It is what happens, too, when the SDK repeats a call. A table that is only eventually
 * consistent must be given one region: two would be two registers, and two events could own one
 * booking code (docs/decisions/0011-one-register-in-two-regions.md).
 *
 * <p>Safe for use by several threads.
 */
final class TableCalls {

  private final List<DynamoDbClient> regions;
  private final Duration limit;
  private final InstantSource wallClock;
  private final BoundedCalls calls;

  /**
   * @param table what is called
   * @param regions a client for each region, in the order in which they are tried; one or more
   * @param limit how long a caller waits, all regions together
   * @param metrics where the time of each call goes
   */
  TableCalls(
      Dependency table, List<DynamoDbClient> regions, Duration limit, EmbeddedMetrics metrics) {
    this(table, regions, limit, metrics, InstantSource.system());
  }

  /**
   * @param wallClock for the deadlines of what is sent
   */
  TableCalls(
      Dependency table,
      List<DynamoDbClient> regions,
      Duration limit,
      EmbeddedMetrics metrics,
      InstantSource wallClock) {
    this.regions = List.copyOf(regions);
    this.limit = limit;
    this.wallClock = wallClock;
    this.calls = new BoundedCalls(table, limit.dividedBy(regions.size()), metrics, wallClock);
  }

  /** Makes one call; fails as {@link BoundedCalls#run} does, and as its last region did. */
  <T> T run(Function<DynamoDbClient, T> call) throws NoAnswerException {
    // One for all: what the first region has lost must not land late through the next one.
    Instant deadline = wallClock.instant().plus(limit);
    NoAnswerException failure = new NoAnswerException("No region to ask");
    for (DynamoDbClient region : regions) {
      try {
        return calls.run(() -> call.apply(region), deadline);
      } catch (NoAnswerException silent) {
        failure = silent;
      }
    }
    throw failure;
  }

  /** Makes one update, as {@link #run} does; a refusal has the item that it was refused for. */
  UpdateItemResponse update(UpdateItemRequest request) throws NoAnswerException {
    try {
      return run(client -> client.updateItem(request));
    } catch (ConditionalCheckFailedException unmet) {
      throw request.returnValuesOnConditionCheckFailure() == ALL_OLD
          ? withItem(unmet, request.tableName(), request.key())
          : unmet;
    }
  }

  /** Makes one put, as {@link #run} does; a refusal has the item that it was refused for. */
  void put(PutItemRequest request, Map<String, AttributeValue> key) throws NoAnswerException {
    try {
      run(client -> client.putItem(request));
    } catch (ConditionalCheckFailedException unmet) {
      throw withItem(unmet, request.tableName(), key);
    }
  }

  /**
   * What speaks DynamoDB's language without knowing {@code ReturnValuesOnConditionCheckFailure}
   * refuses without the item: then it is read. It has none still where there is none.
   */
  private ConditionalCheckFailedException withItem(
      ConditionalCheckFailedException unmet, String table, Map<String, AttributeValue> key)
      throws NoAnswerException {
    if (unmet.hasItem()) {
      return unmet;
    }
    GetItemRequest request =
        GetItemRequest.builder().tableName(table).key(key).consistentRead(true).build();
    GetItemResponse response = run(client -> client.getItem(request));
    return response.hasItem() ? unmet.toBuilder().item(response.item()).build() : unmet;
  }
}
