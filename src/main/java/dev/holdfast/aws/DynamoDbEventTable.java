package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Hint;
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
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;
import software.amazon.awssdk.services.dynamodb.model.ReturnValuesOnConditionCheckFailure;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/**
 * The event table as a DynamoDB table with the key (bookingCode, version) and the sparse index
 * {@code unclaimed}.
 *
 * <p>An event that DynamoDB will never take, one that is too large among others, is a bug and ends
 * in an exception, and so does a page with an item that is no event; every other failure is an
 * answer. An item that is no event is named in the log and counted, so that it is mended, and
 * meanwhile the booking goes on as if the event table did not answer for it (R1). Safe for use by
 * several threads.
 */
public final class DynamoDbEventTable implements EventTable {

  private static final Unavailable EVENT_IS_GONE =
      new Unavailable("The event table has lost an event that it held a moment ago");

  private static final Unavailable UNREADABLE =
      Unavailable.unreadable("An event of the booking cannot be read");

  private final TableCalls calls;
  private final ReadableItems items;
  private final String table;
  private final SparseIndex unclaimed;

  /**
   * @param table name or ARN
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public DynamoDbEventTable(
      DynamoDbClient client, String table, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.EVENT_TABLE, List.of(client), limit, metrics);
    this.items = new ReadableItems(Dependency.EVENT_TABLE, metrics);
    this.table = table;
    this.unclaimed =
        new SparseIndex(
            calls,
            items,
            table,
            "unclaimed",
            EventAttributes::read,
            item -> Hint.unclaimedState(EventAttributes.readVersion(item)));
  }

  @Override
  public RecordAnswer record(AcceptedEvent event) {
    return put(event, EventAttributes.write(event));
  }

  @Override
  public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
    Map<String, AttributeValue> item = new HashMap<>(EventAttributes.write(event));
    item.put(unclaimed.sinceAttribute(), AttributeValue.fromS(Timestamps.format(since)));
    item.put(unclaimed.shardAttribute(), SparseIndex.shardValue(Shard.of(event.bookingCode())));
    return put(event, item);
  }

  private RecordAnswer put(AcceptedEvent event, Map<String, AttributeValue> item) {
    PutItemRequest request =
        PutItemRequest.builder()
            .tableName(table)
            .item(item)
            .conditionExpression("attribute_not_exists(bookingCode)")
            .returnValuesOnConditionCheckFailure(ReturnValuesOnConditionCheckFailure.ALL_OLD)
            .build();
    try {
      calls.put(request, EventAttributes.key(event.bookingCode(), event.version()));
      return new RecordAnswer.Recorded();
    } catch (ConditionalCheckFailedException taken) {
      return taken.hasItem() ? occupied(taken.item()) : EVENT_IS_GONE;
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private RecordAnswer occupied(Map<String, AttributeValue> item) {
    return items
        .read(item, EventAttributes::read)
        .<RecordAnswer>map(RecordAnswer.Occupied::new)
        .orElse(UNREADABLE);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, Version version) {
    GetItemRequest request =
        GetItemRequest.builder()
            .tableName(table)
            .key(EventAttributes.key(bookingCode, version))
            .consistentRead(true)
            .build();
    try {
      GetItemResponse response = calls.run(client -> client.getItem(request));
      return response.hasItem() ? found(response.item()) : new FindAnswer.Absent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public FindAnswer last(BookingCode bookingCode) {
    QueryRequest request =
        queryOf(new Range(Optional.empty(), 1, Order.DESCENDING), bookingCode).build();
    try {
      List<Map<String, AttributeValue>> last = calls.run(client -> client.query(request)).items();
      return last.isEmpty() ? new FindAnswer.Absent() : found(last.get(0));
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private FindAnswer found(Map<String, AttributeValue> item) {
    return items
        .read(item, EventAttributes::read)
        .<FindAnswer>map(FindAnswer.Found::new)
        .orElse(UNREADABLE);
  }

  @Override
  public PageAnswer read(BookingCode bookingCode, Range range) {
    // One more than asked for tells whether, and where, the next page begins.
    QueryRequest request = queryOf(range, bookingCode).limit(range.limit() + 1).build();
    try {
      return page(calls.run(client -> client.query(request)), bookingCode, range);
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private static PageAnswer page(QueryResponse response, BookingCode bookingCode, Range range) {
    List<AcceptedEvent> events =
        response.items().stream()
            .map(item -> EventAttributes.read(new StoredItem(item), bookingCode))
            .toList();
    if (events.size() > range.limit()) {
      return new PageAnswer.Page(
          events.subList(0, range.limit()), Optional.of(events.get(range.limit()).version()));
    }
    // A query ends early at 1 MB (AWS, "Paginating table query results"): history has no gaps, so
    // the next page begins beside the last event of this one.
    return new PageAnswer.Page(
        events,
        response.hasLastEvaluatedKey()
            ? beside(events.get(events.size() - 1).version(), range.order())
            : Optional.empty());
  }

  private static Optional<Version> beside(Version version, Order order) {
    int number = version.number() + (order == Order.ASCENDING ? 1 : -1);
    return number < Version.MIN || number > Version.MAX
        ? Optional.empty()
        : Optional.of(new Version(number));
  }

  private QueryRequest.Builder queryOf(Range range, BookingCode bookingCode) {
    boolean ascending = range.order() == Order.ASCENDING;
    Map<String, AttributeValue> values = new HashMap<>();
    values.put(":bookingCode", AttributeValue.fromS(bookingCode.value()));
    range.from().ifPresent(from -> values.put(":from", AttributeValue.fromN(from.toString())));
    String beginning = " AND version " + (ascending ? ">=" : "<=") + " :from";
    return QueryRequest.builder()
        .tableName(table)
        .keyConditionExpression(
            "bookingCode = :bookingCode" + (range.from().isPresent() ? beginning : ""))
        .expressionAttributeValues(values)
        .scanIndexForward(ascending)
        .limit(range.limit())
        .consistentRead(true);
  }

  @Override
  public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
    UpdateItemRequest request =
        UpdateItemRequest.builder()
            .tableName(table)
            .key(EventAttributes.key(bookingCode, version))
            .conditionExpression("attribute_exists(" + unclaimed.sinceAttribute() + ")")
            .updateExpression(
                "REMOVE " + unclaimed.sinceAttribute() + ", " + unclaimed.shardAttribute())
            .build();
    try {
      calls.update(request);
      return new RepairAnswer.Repaired();
    } catch (ConditionalCheckFailedException noSuchMark) {
      return new RepairAnswer.NothingOwed();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return unclaimed.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return unclaimed.tally(shard, after);
  }
}
