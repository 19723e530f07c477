package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AuditView;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The event table, for an audit. Safe for use by several threads. */
public final class DynamoDbEventTableView implements AuditView {

  private final ReadableItems items;
  private final AuditedTable table;

  /**
   * @param table name or ARN
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public DynamoDbEventTableView(
      DynamoDbClient client, String table, Duration limit, EmbeddedMetrics metrics) {
    this.items = new ReadableItems(Dependency.EVENT_TABLE, metrics);
    TableCalls calls = new TableCalls(Dependency.EVENT_TABLE, List.of(client), limit, metrics);
    this.table =
        new AuditedTable(
            calls,
            calls,
            table,
            place -> EventAttributes.key(place.bookingCode(), place.version()),
            key ->
                new Position(
                    key.text("bookingCode", BookingCode::parse), EventAttributes.readVersion(key)),
            item -> Optional.of(read(item)));
  }

  @Override
  public PageAnswer page(Segment segment, Optional<Position> after) {
    return table.page(segment, after);
  }

  @Override
  public Look at(Position place) {
    return table.at(place);
  }

  private Item read(Map<String, AttributeValue> item) {
    return items
        .<Item>read(
            item,
            it ->
                new EventItem(
                    EventAttributes.read(it),
                    it.has("unclaimedSince")
                        ? Optional.of(it.text("unclaimedSince", Timestamps::parse))
                        : Optional.empty()))
        .orElseGet(
            () -> new Unreadable(item.get("bookingCode").s() + "/" + item.get("version").n()));
  }
}
