package dev.holdfast.ledger;

import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A store as an audit sees it: item by item, also those that hold nothing that can be read. Of a
 * position in the pending index only the booking code counts. Strongly consistent, and reads only.
 *
 * <p>Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface AuditView {

  /** A page of a segment; the events of a booking beside each other. */
  PageAnswer page(Segment segment, Optional<Position> after);

  /** What is at a place. */
  Look at(Position place);

  /** What is at a place. */
  sealed interface Look permits Item, Absent, Unavailable {}

  /** An item of a store. */
  sealed interface Item extends Look permits EventItem, HeadItem, Unreadable {}

  /**
   * An event of the event table.
   *
   * @param unclaimedSince its debt mark, if it has one
   */
  record EventItem(AcceptedEvent event, Optional<Instant> unclaimedSince) implements Item {}

  record HeadItem(Head head) implements Item {}

  /**
   * An item that holds nothing that can be read.
   *
   * @param key for people: {@code bookingCode/version}, {@code bookingCode} where it is a head,
   *     {@code bookingCode/eventId} where it is a resolved conflict
   */
  record Unreadable(String key) implements Item {}

  record Absent() implements Look {}

  /** What {@link #page} answers. */
  sealed interface PageAnswer permits Page, Unavailable {}

  /**
   * A page, in the segment's order.
   *
   * @param next after what the next page begins, if there is one
   */
  record Page(List<Item> items, Optional<Position> next) implements PageAnswer {}
}
