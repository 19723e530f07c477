package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The event table, read from one end to the other, in segments that can be read side by side.
 * Strongly consistent: what was recorded before a segment's scan began is in it.
 *
 * <p>Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface EventTableScan {

  /** A page of a segment: what of it is selected. */
  PageAnswer page(Selection selection, Segment segment, Optional<Position> after);

  /** Which events. */
  sealed interface Selection permits Selection.FirstEvents, Selection.RecordedWithin {
    /** The first event of every booking. */
    record FirstEvents() implements Selection {}

    /**
     * Those that the ledger accepted within a span of time.
     *
     * @param from empty: from the beginning
     * @param until exclusive; empty: to the end
     */
    record RecordedWithin(Optional<Instant> from, Optional<Instant> until) implements Selection {}
  }

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
     * @param events those that are selected, of what was read
     * @param scanned how many events were read
     * @param next after what the next page begins, if there is one
     */
    record Page(List<AcceptedEvent> events, int scanned, Optional<Position> next)
        implements PageAnswer {}
  }
}
