package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * S, the truth: one event per (booking code, version), written once and never changed. Its debts
 * are the events that the pending index does not know of.
 *
 * <p>Every read is strongly consistent. A call that answers {@link Unavailable} may have done its
 * work. Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface EventTable extends DebtIndex {

  /** Puts an event if its place is empty. */
  RecordAnswer record(AcceptedEvent event);

  /**
   * Puts an event if its place is empty, marked as a debt since {@code since}: its version was
   * never claimed.
   */
  RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since);

  /** The event at one place. */
  FindAnswer find(BookingCode bookingCode, Version version);

  /** The last event of a booking, at a cost that does not grow with the booking. */
  FindAnswer last(BookingCode bookingCode);

  /** A page of a booking's events; empty where there are none in the range. */
  PageAnswer read(BookingCode bookingCode, Range range);

  /** Drops an event's debt mark: the head of its booking knows of it now. */
  RepairAnswer markClaimed(BookingCode bookingCode, Version version);

  /** What {@link #record} answers. */
  sealed interface RecordAnswer permits RecordAnswer.Recorded, RecordAnswer.Occupied, Unavailable {
    /** Put by this call. */
    record Recorded() implements RecordAnswer {}

    /** The place was taken before: by another event, or by this one. */
    record Occupied(AcceptedEvent standing) implements RecordAnswer {}
  }

  /** What {@link #find} and {@link #last} answer. */
  sealed interface FindAnswer permits FindAnswer.Found, FindAnswer.Absent, Unavailable {
    record Found(AcceptedEvent event) implements FindAnswer {}

    record Absent() implements FindAnswer {}
  }

  /** What {@link #read} answers. */
  sealed interface PageAnswer permits PageAnswer.Page, Unavailable {
    /**
     * A page of events.
     *
     * @param next where the next page begins, if there is one
     */
    record Page(List<AcceptedEvent> events, Optional<Version> next) implements PageAnswer {}
  }

  /** What {@link #markClaimed} answers. */
  sealed interface RepairAnswer
      permits RepairAnswer.Repaired, RepairAnswer.NothingOwed, Unavailable {
    record Repaired() implements RepairAnswer {}

    /** There was no mark, or no event. */
    record NothingOwed() implements RepairAnswer {}
  }

  /**
   * Which events of a booking to read.
   *
   * @param from the first version of the page; empty: the booking's first, or its last where the
   *     order is descending
   * @param limit how many at most, 1 or more
   */
  record Range(Optional<Version> from, int limit, Order order) {}

  /** In which order to read. */
  enum Order {
    ASCENDING,
    DESCENDING
  }
}
