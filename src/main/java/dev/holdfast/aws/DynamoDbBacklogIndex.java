package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The sparse indexes {@code pending} and {@code conflict} of the pending index's table. Safe for
 * use by several threads.
 */
public final class DynamoDbBacklogIndex implements BacklogIndex {

  /** How many queries of at most 1 MB one page may take. */
  static final int QUERIES_PER_PAGE = 20;

  private final PendingTable table;

  public DynamoDbBacklogIndex(PendingTable table) {
    this.table = table;
  }

  @Override
  public PageAnswer page(
      Shard shard, Kind kind, Optional<Instant> before, Optional<Position> after, int limit) {
    QueryRequest.Builder query = query(shard, kind, before);
    after.ifPresent(position -> query.exclusiveStartKey(key(shard, kind, position)));
    List<Head> entries = new ArrayList<>();
    try {
      for (int queries = 1; true; queries++) {
        QueryRequest request = query.limit(limit - entries.size()).build();
        QueryResponse response = table.calls().run(client -> client.query(request));
        response.items().stream()
            .flatMap(item -> table.items().read(item, HeadAttributes::read).stream())
            .forEach(entries::add);
        if (!response.hasLastEvaluatedKey()) {
          return new PageAnswer.Page(List.copyOf(entries), Optional.empty());
        }
        // A key that cannot be told is passed over, however many queries it takes.
        Optional<Position> reached =
            ReadableItems.readKey(response.lastEvaluatedKey(), item -> positionOf(item, kind));
        if (reached.isPresent() && (queries >= QUERIES_PER_PAGE || entries.size() == limit)) {
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
    String name = nameOf(kind);
    return QueryRequest.builder()
        .tableName(table.name())
        .indexName(name)
        .keyConditionExpression(
            name
                + "Shard = :shard"
                + (before.isPresent() ? " AND " + name + "Since < :before" : ""))
        .expressionAttributeValues(values);
  }

  /** The name of an index, and the beginning of its attributes' names. */
  private static String nameOf(Kind kind) {
    return switch (kind) {
      case WAITING -> "pending";
      case IN_CONFLICT -> "conflict";
    };
  }

  private static Map<String, AttributeValue> key(Shard shard, Kind kind, Position position) {
    Map<String, AttributeValue> key = PendingTable.key(position.bookingCode());
    key.put(nameOf(kind) + "Shard", SparseIndex.shardValue(shard));
    key.put(nameOf(kind) + "Since", AttributeValue.fromS(Timestamps.format(position.since())));
    return key;
  }

  private static Position positionOf(StoredItem item, Kind kind) {
    return new Position(
        item.text(nameOf(kind) + "Since", Timestamps::parse),
        item.value("bookingCode", BookingCode::new));
  }
}
