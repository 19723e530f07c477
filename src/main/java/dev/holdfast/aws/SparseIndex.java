package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
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
 *
 * <p>Each answer is one query, which reads 1 MB at most: some hundred events of common size, and
 * for all shards together little enough for every minute of an outage.
 */
final class SparseIndex implements DebtIndex {

  private final TableCalls calls;
  private final ReadableItems items;
  private final String table;
  private final String name;
  private final Function<StoredItem, AcceptedEvent> event;
  private final Function<StoredItem, String> state;

  /**
   * @param name of the index, and the beginning of its attributes' names
   * @param event reads the event that an item owes
   * @param state reads the {@link DebtIndex.Debt#state} of an item
   */
  SparseIndex(
      TableCalls calls,
      ReadableItems items,
      String table,
      String name,
      Function<StoredItem, AcceptedEvent> event,
      Function<StoredItem, String> state) {
    this.calls = calls;
    this.items = items;
    this.table = table;
    this.name = name;
    this.event = event;
    this.state = state;
  }

  String shardAttribute() {
    return name + "Shard";
  }

  String sinceAttribute() {
    return name + "Since";
  }

  /** The key of the last item that was read. */
  private record Reached(Map<String, AttributeValue> key) implements Position {}

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    try {
      QueryResponse page = ask(queryOf(shard, after).limit(limit));
      List<Debt> debts =
          page.items().stream().flatMap(item -> items.read(item, this::debt).stream()).toList();
      return new DebtsAnswer.Page(
          debts,
          tallyOf(page),
          page.hasLastEvaluatedKey()
              ? Optional.of(new Reached(page.lastEvaluatedKey()))
              : Optional.empty());
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private Debt debt(StoredItem item) {
    return new Debt(
        event.apply(item), item.text(sinceAttribute(), Timestamps::parse), state.apply(item));
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    try {
      return tallyOf(ask(queryOf(shard, after).projectionExpression(sinceAttribute())));
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private Tally tallyOf(QueryResponse page) {
    // The index is sorted: the first has waited longest.
    Optional<Instant> oldest =
        page.items().stream()
            .flatMap(item -> Timestamps.parse(item.get(sinceAttribute()).s()).stream())
            .findFirst();
    return new Tally(page.items().size(), oldest, !page.hasLastEvaluatedKey());
  }

  static AttributeValue shardValue(Shard shard) {
    return AttributeValue.fromN(Integer.toString(shard.number()));
  }

  private QueryRequest.Builder queryOf(Shard shard, Optional<Position> after) {
    QueryRequest.Builder query =
        QueryRequest.builder()
            .tableName(table)
            .indexName(name)
            .keyConditionExpression(shardAttribute() + " = :shard")
            .expressionAttributeValues(Map.of(":shard", shardValue(shard)));
    after.ifPresent(position -> query.exclusiveStartKey(((Reached) position).key()));
    return query;
  }

  private QueryResponse ask(QueryRequest.Builder query) throws NoAnswerException {
    QueryRequest request = query.build();
    return calls.run(client -> client.query(request));
  }
}
