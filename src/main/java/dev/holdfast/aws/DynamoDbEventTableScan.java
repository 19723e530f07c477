package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTableScan;
import java.time.Duration;
import java.util.ArrayList;
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
  public PageAnswer page(Segment segment, Optional<Position> after) {
    ScanRequest.Builder request =
        ScanRequest.builder()
            .tableName(table)
            .segment(segment.number())
            .totalSegments(segment.total())
            .filterExpression("version = :first")
            .expressionAttributeValues(Map.of(":first", AttributeValue.fromN("1")))
            .limit(EVENTS_PER_PAGE)
            .consistentRead(true);
    after.ifPresent(
        position ->
            request.exclusiveStartKey(
                EventAttributes.key(position.bookingCode(), position.version())));
    List<AcceptedEvent> firstEvents = new ArrayList<>();
    int scanned = 0;
    try {
      while (true) {
        ScanRequest scan = request.build();
        ScanResponse response = calls.run(client -> client.scan(scan));
        response.items().stream()
            .flatMap(item -> items.read(item, EventAttributes::read).stream())
            .forEach(firstEvents::add);
        scanned += response.scannedCount();
        Optional<Position> reached =
            ReadableItems.readKey(response.lastEvaluatedKey(), DynamoDbEventTableScan::position);
        // A key that cannot be told is passed over: the next page begins where it can.
        if (reached.isPresent() || !response.hasLastEvaluatedKey()) {
          return new PageAnswer.Page(List.copyOf(firstEvents), scanned, reached);
        }
        request.exclusiveStartKey(response.lastEvaluatedKey());
      }
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  private static Position position(StoredItem key) {
    return new Position(
        key.value("bookingCode", BookingCode::new), EventAttributes.readVersion(key));
  }
}
