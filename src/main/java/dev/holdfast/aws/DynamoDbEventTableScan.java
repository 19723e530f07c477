package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTableScan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ScanRequest;
import software.amazon.awssdk.services.dynamodb.model.ScanResponse;

/**
 * A parallel scan of the event table (AWS, "Scanning tables in DynamoDB", "Parallel scan"). Safe
 * for use by several threads.
 */
public final class DynamoDbEventTableScan implements EventTableScan {

  /** Small, so that a scan takes from the table what it needs for the next moments only. */
  private static final int EVENTS_PER_PAGE = 250;

  private final TableCalls calls;
  private final ReadableItems items;
  private final String table;

  /**
   * @param table name or ARN
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public DynamoDbEventTableScan(
      DynamoDbClient client, String table, Duration limit, EmbeddedMetrics metrics) {
    this.calls = new TableCalls(Dependency.EVENT_TABLE, List.of(client), limit, metrics);
    this.items = new ReadableItems(Dependency.EVENT_TABLE, metrics);
    this.table = table;
  }

  @Override
  public PageAnswer page(Selection selection, Segment segment, Optional<Position> after) {
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(table)
            .segment(segment.number())
            .totalSegments(segment.total())
            .limit(EVENTS_PER_PAGE)
            .consistentRead(true);
    select(selection, request);
    after.ifPresent(
        position ->
            request.exclusiveStartKey(
                EventAttributes.key(position.bookingCode(), position.version())));
    List<AcceptedEvent> events = new ArrayList<>();
    int scanned = 0;
    try {
      while (true) {
        ScanRequest scan = request.build();
        ScanResponse response = calls.run(client -> client.scan(scan));
        response.items().stream()
            .flatMap(item -> items.read(item, EventAttributes::read).stream())
            .forEach(events::add);
        scanned += response.scannedCount();
        Optional<Position> reached =
            ReadableItems.readKey(response.lastEvaluatedKey(), DynamoDbEventTableScan::position);
        // A key that cannot be told is passed over: the next page begins where it can.
        if (reached.isPresent() || !response.hasLastEvaluatedKey()) {
          return new PageAnswer.Page(List.copyOf(events), scanned, reached);
        }
        request.exclusiveStartKey(response.lastEvaluatedKey());
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  /** What is not selected is read all the same, and left out of the answer. */
  private static void select(Selection selection, ScanRequest.Builder request) {
    if (selection instanceof Selection.RecordedWithin span) {
      List<String> conditions = new ArrayList<>();
      Map<String, AttributeValue> values = new HashMap<>();
      span.from()
          .ifPresent(
              from -> {
                conditions.add("recordedAt >= :from");
                values.put(":from", AttributeValue.fromS(Timestamps.format(from)));
              });
      span.until()
          .ifPresent(
              until -> {
                conditions.add("recordedAt < :until");
                values.put(":until", AttributeValue.fromS(Timestamps.format(until)));
              });
      if (!conditions.isEmpty()) {
        request
            .filterExpression(String.join(" AND ", conditions))
            .expressionAttributeValues(values);
      }
    } else {
      request
          .filterExpression("version = :first")
          .expressionAttributeValues(Map.of(":first", AttributeValue.fromN("1")));
    }
  }

  private static Position position(StoredItem key) {
    return new Position(
        key.value("bookingCode", BookingCode::new), EventAttributes.readVersion(key));
  }
}
