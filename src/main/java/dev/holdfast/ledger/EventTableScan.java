package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import java.util.List;
import java.util.Optional;

/**
 * The event table, read from one end to the other, in segments that can be read side by side.
 * Strongly consistent: what was recorded before a segment's scan began is in it.
 *
 * <p>Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface EventTableScan {

  /** A page of a segment. */
  PageAnswer page(Segment segment, Optional<Position> after);

  /**
   * A part of the table; all {@code total} of them together are the table.
   *
   * @param number 0 to {@code total} − 1
   * @param total 1 or more
   */
  record Segment(int number, int total) {

    public Segment {
      if (number < 0 || number >= total) {
        throw new IllegalArgumentException("A segment is a number from 0 to " + (total - 1));
      }
    }
  }

  /** An event's place in a segment's order. */
  record Position(BookingCode bookingCode, Version version) {}

  /** What {@link #page} answers. */
  sealed interface PageAnswer permits PageAnswer.Page, Unavailable {
    /**
     * A page, in the segment's order.
     *
     * @param firstEvents the first events of bookings among what was read
     * @param scanned how many events were read
     * @param next after what the next page begins, if there is one
     */
    record Page(List<AcceptedEvent> firstEvents, int scanned, Optional<Position> next)
        implements PageAnswer {}
  }
}
