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
            table.callsToOneRegion(),
            table.calls(),
            table.name(),
            place -> PendingTable.key(place.bookingCode()),
            key -> new Position(key.text("bookingCode", BookingCode::parse), Version.FIRST),
            this::read);
  }

  @Override
  public PageAnswer page(Segment segment, Optional<Position> after) {
    return table.page(segment, after);
  }

  @Override
  public Look at(Position place) {
    return table.at(place);
  }

  private Optional<Item> read(Map<String, AttributeValue> item) {
    return items
        .<Optional<Item>>read(item, DynamoDbPendingIndexView::audited)
        .orElseGet(() -> Optional.of(new Unreadable(item.get("bookingCode").s())));
  }

  /** Beside the heads stand the resolved conflicts, which only have to be readable. */
  private static Optional<Item> audited(StoredItem item) {
    if (item.has("resolution")) {
      var unused = ResolutionAttributes.read(item.map("resolution"));
      return Optional.empty();
    }
    return Optional.of(new HeadItem(HeadAttributes.read(item)));
  }
}
