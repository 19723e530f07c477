package dev.holdfast.aws;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Makes the calls to one DynamoDB table. Where that is a global table with strong consistency
 * between its regions, a call that the first region does not answer is made in the next one.
 *
 * <p>The first region may have done the work and lost its answer, so that the next one sees the
 * call's own effect. That is no conflict: every conditional write here either takes an effect of
 * its own for success, or answers with the item as it stands, in which its caller recognizes
 * itself. It is what happens, too, when the SDK repeats a call. A table that is only eventually
 * consistent must be given one region: two would be two registers, and two events could own one
 * booking code (docs/decisions/one-register-in-two-regions.md).
 *
 * <p>Safe for use by several threads.
 */
final class TableCalls {

  private final List<DynamoDbClient> regions;
  private final BoundedCalls calls;

  /**
   * @param table what is called
   * @param regions a client for each region, in the order in which they are tried; one or more
   * @param limit how long a caller waits, all regions together
   * @param metrics where the time of each call goes
   */
  TableCalls(
      Dependency table, List<DynamoDbClient> regions, Duration limit, EmbeddedMetrics metrics) {
    this.regions = List.copyOf(regions);
    this.calls = new BoundedCalls(table, limit.dividedBy(regions.size()), metrics);
  }

  /** Makes one call; fails as {@link BoundedCalls#run} does, and as its last region did. */
  <T> T run(Function<DynamoDbClient, T> call) throws NoAnswerException {
    NoAnswerException failure = new NoAnswerException("No region to ask");
    for (DynamoDbClient region : regions) {
      try {
        return calls.run(() -> call.apply(region));
      } catch (NoAnswerException silent) {
        failure = silent;
      }
    }
    throw failure;
  }
}
