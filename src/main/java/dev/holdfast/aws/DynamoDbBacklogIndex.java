package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The sparse index {@code pending} of the pending index's table. Safe for use by several threads.
 */
public final class DynamoDbBacklogIndex implements BacklogIndex {

  /**
   * How many queries of at most 1 MB one page may take: in a large outage most of what is read is
   * not what a listing of conflicts looks for.
   */
  static final int QUERIES_PER_PAGE = 20;

  private final TableCalls calls;
  private final String table;

  /**
   * @param regions as those of {@link DynamoDbPendingIndex}
   * @param table name or ARN
   * @param limit how long one request may take, all attempts in all regions together
   * @param metrics where the time of each request goes
   */
  public DynamoDbBacklogIndex(
      List<DynamoDbClient> regions, String table, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.PENDING_INDEX, regions, limit, metrics);
    this.table = table;
  }

  @Override
  public PageAnswer page(
      Shard shard, Kind kind, Instant before, Optional<Position> after, int limit) {
    List<Parked> entries = new ArrayList<>();
    Optional<Position> position = after;
    try {
      for (int queries = 0; queries < QUERIES_PER_PAGE; queries++) {
        QueryRequest query = query(shard, kind, before, position, limit - entries.size());
        QueryResponse response = calls.run(client -> client.query(query));
        for (Map<String, AttributeValue> item : response.items()) {
          entries.add(ClaimAttributes.readParked(new StoredItem(item)));
          if (entries.size() == limit) {
            return new PageAnswer.Page(List.copyOf(entries), Optional.of(position(item)));
          }
        }
        if (!response.hasLastEvaluatedKey()) {
          return new PageAnswer.Page(List.copyOf(entries), Optional.empty());
        }
        position = Optional.of(position(response.lastEvaluatedKey()));
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
    return new PageAnswer.Page(List.copyOf(entries), position);
  }

  private QueryRequest query(
      Shard shard, Kind kind, Instant before, Optional<Position> after, int limit) {
    QueryRequest.Builder query =
        QueryRequest.builder()
            .tableName(table)
            .indexName("pending")
            .keyConditionExpression("pendingShard = :shard AND pendingSince < :before")
            .expressionAttributeValues(
                Map.of(
                    ":shard", SparseIndex.shardValue(shard),
                    ":before", AttributeValue.fromS(Timestamps.format(before))));
    after.ifPresent(position -> query.exclusiveStartKey(key(shard, position)));
    return kind == Kind.IN_CONFLICT
        // Few of very many: without a limit, a query looks at as much as it may.
        ? query.filterExpression("attribute_exists(conflictSince)").build()
        : query.filterExpression("attribute_not_exists(conflictSince)").limit(limit).build();
  }

  private static Map<String, AttributeValue> key(Shard shard, Position position) {
    Map<String, AttributeValue> key =
        new HashMap<>(EventAttributes.key(position.bookingCode(), Version.FIRST));
    key.put("pendingShard", SparseIndex.shardValue(shard));
    key.put("pendingSince", AttributeValue.fromS(Timestamps.format(position.since())));
    return key;
  }

  private static Position position(Map<String, AttributeValue> attributes) {
    StoredItem item = new StoredItem(attributes);
    return new Position(
        item.text("pendingSince", Timestamps::parse), item.text("bookingCode", BookingCode::parse));
  }
}
