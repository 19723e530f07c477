package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AuditView;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** The pending index, for an audit. Safe for use by several threads. */
public final class DynamoDbPendingIndexView implements AuditView {

  private final ReadableItems items;
  private final AuditedTable table;

  public DynamoDbPendingIndexView(PendingTable table) {
    this.items = table.items();
    this.table =
        new AuditedTable(
            table.calls(),
            table.name(),
            place -> PendingTable.key(place.bookingCode()),
            key -> new Position(key.text("bookingCode", BookingCode::parse), Version.FIRST),
            // Beside the heads stand the resolved conflicts.
            item -> Optional.of(item).filter(it -> !it.containsKey("resolution")).map(this::read));
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
        .<Item>read(item, it -> new HeadItem(HeadAttributes.read(it)))
        .orElseGet(() -> new Unreadable(item.get("bookingCode").s()));
  }
}
