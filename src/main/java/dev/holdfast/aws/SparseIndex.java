package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/**
 * The debts of a table, read through a global secondary index on two attributes that an item has
 * only while its debt stands: {@code <name>Shard} and {@code <name>Since}.
 */
final class SparseIndex implements DebtIndex {

  /**
   * How many pages of at most 1 MB one {@link #tally} reads: some thousand events of common size,
   * and for all shards together little enough for every minute of an outage.
   */
  static final int TALLIED_PAGES = 4;

  private final TableCalls calls;
  private final String table;
  private final String name;
  private final Function<StoredItem, AcceptedEvent> event;

  /**
   * @param name of the index, and the beginning of its attributes' names
   * @param event reads the event that an item owes
   */
  SparseIndex(
      TableCalls calls, String table, String name, Function<StoredItem, AcceptedEvent> event) {
    this.calls = calls;
    this.table = table;
    this.name = name;
    this.event = event;
  }

  String shardAttribute() {
    return name + "Shard";
  }

  String sinceAttribute() {
    return name + "Since";
  }

  @Override
  public DueAnswer due(Shard shard, Instant before, int limit) {
    QueryRequest.Builder query =
        queryOf(shardAttribute() + " = :shard AND " + sinceAttribute() + " < :before")
            .expressionAttributeValues(
                Map.of(
                    ":shard", shardValue(shard),
                    ":before", AttributeValue.fromS(Timestamps.format(before))))
            .filterExpression("attribute_not_exists(conflictSince)")
            .limit(limit);
    List<AcceptedEvent> due = new ArrayList<>();
    try {
      boolean more = true;
      while (more && due.size() < limit) {
        QueryResponse page = ask(query);
        page.items().stream()
            .limit(limit - due.size())
            .map(item -> event.apply(new StoredItem(item)))
            .forEach(due::add);
        query.exclusiveStartKey(page.lastEvaluatedKey());
        more = page.hasLastEvaluatedKey();
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
    return new DueAnswer.Due(List.copyOf(due));
  }

  @Override
  public TallyAnswer tally(Shard shard) {
    QueryRequest.Builder query =
        queryOf(shardAttribute() + " = :shard")
            .expressionAttributeValues(Map.of(":shard", shardValue(shard)))
            .projectionExpression(sinceAttribute() + ", conflictSince");
    long waiting = 0;
    long conflicts = 0;
    Optional<Instant> oldest = Optional.empty();
    boolean more = true;
    try {
      for (int page = 0; more && page < TALLIED_PAGES; page++) {
        QueryResponse response = ask(query);
        for (Map<String, AttributeValue> attributes : response.items()) {
          StoredItem item = new StoredItem(attributes);
          if (item.has("conflictSince")) {
            conflicts++;
          } else {
            waiting++;
            // The index is sorted: the first that waits has waited longest.
            oldest = oldest.or(() -> item.optionalText(sinceAttribute(), Timestamps::parse));
          }
        }
        query.exclusiveStartKey(response.lastEvaluatedKey());
        more = response.hasLastEvaluatedKey();
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
    return new TallyAnswer.Tally(waiting, conflicts, oldest, !more);
  }

  static AttributeValue shardValue(Shard shard) {
    return AttributeValue.fromN(Integer.toString(shard.number()));
  }

  private QueryRequest.Builder queryOf(String keyCondition) {
    return QueryRequest.builder()
        .tableName(table)
        .indexName(name)
        .keyConditionExpression(keyCondition);
  }

  private QueryResponse ask(QueryRequest.Builder query) throws NoAnswerException {
    QueryRequest request = query.build();
    return calls.run(client -> client.query(request));
  }
}
