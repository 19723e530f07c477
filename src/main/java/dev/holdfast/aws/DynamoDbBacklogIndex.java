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
  private final ReadableItems items;
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
    this.items = new ReadableItems(Dependency.PENDING_INDEX, metrics);
    this.table = table;
  }

  /** What is listed, and where it stands. */
  private record Entry(Parked parked, Position position) {

    static Entry of(StoredItem item) {
      return new Entry(ClaimAttributes.readParked(item), positionOf(item));
    }
  }

  @Override
  public PageAnswer page(
      Shard shard, Kind kind, Optional<Instant> before, Optional<Position> after, int limit) {
    QueryRequest.Builder query = query(shard, kind, before);
    after.ifPresent(position -> query.exclusiveStartKey(key(shard, position)));
    List<Parked> entries = new ArrayList<>();
    try {
      for (int queries = 1; true; queries++) {
        QueryResponse response = ask(query, kind, limit - entries.size());
        for (Map<String, AttributeValue> item : response.items()) {
          Optional<Entry> entry = items.read(item, Entry::of);
          entry.map(Entry::parked).ifPresent(entries::add);
          if (entries.size() == limit) {
            return new PageAnswer.Page(List.copyOf(entries), entry.map(Entry::position));
          }
        }
        if (!response.hasLastEvaluatedKey()) {
          return new PageAnswer.Page(List.copyOf(entries), Optional.empty());
        }
        // A key that cannot be told is passed over, however many queries it takes.
        Optional<Position> reached =
            ReadableItems.readKey(response.lastEvaluatedKey(), DynamoDbBacklogIndex::positionOf);
        if (queries >= QUERIES_PER_PAGE && reached.isPresent()) {
          return new PageAnswer.Page(List.copyOf(entries), reached);
        }
        query.exclusiveStartKey(response.lastEvaluatedKey());
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private QueryRequest.Builder query(Shard shard, Kind kind, Optional<Instant> before) {
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":shard", SparseIndex.shardValue(shard));
    before.ifPresent(
        moment -> values.put(":before", AttributeValue.fromS(Timestamps.format(moment))));
    return QueryRequest.builder()
        .tableName(table)
        .indexName("pending")
        .keyConditionExpression(
            "pendingShard = :shard" + (before.isPresent() ? " AND pendingSince < :before" : ""))
        .expressionAttributeValues(values)
        .filterExpression(
            kind == Kind.IN_CONFLICT
                ? "attribute_exists(conflictSince)"
                : "attribute_not_exists(conflictSince)");
  }

  private QueryResponse ask(QueryRequest.Builder query, Kind kind, int wanted)
      throws NoAnswerException {
    if (kind == Kind.WAITING) {
      // Conflicts are few of very many: without a limit, a query looks at as much as it may.
      query.limit(wanted);
    }
    QueryRequest request = query.build();
    return calls.run(client -> client.query(request));
  }

  private static Map<String, AttributeValue> key(Shard shard, Position position) {
    Map<String, AttributeValue> key =
        new HashMap<>(EventAttributes.key(position.bookingCode(), Version.FIRST));
    key.put("pendingShard", SparseIndex.shardValue(shard));
    key.put("pendingSince", AttributeValue.fromS(Timestamps.format(position.since())));
    return key;
  }

  private static Position positionOf(StoredItem item) {
    return new Position(
        item.text("pendingSince", Timestamps::parse), item.value("bookingCode", BookingCode::new));
  }
}
