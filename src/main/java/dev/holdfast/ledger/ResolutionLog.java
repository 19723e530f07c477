package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;

/**
 * The record of the conflicts that are over, kept in the pending index for ever, one entry for each
 * event (R4: an event that was acknowledged is never dropped without a trace).
 *
 * <p>Reads are strongly consistent. A call that answers {@link Unavailable} may have done its work.
 * Implementations are safe for use by several threads and never answer {@code null}. See
 * docs/decisions/0021-a-resolution-is-an-item-of-its-own.md.
 */
public interface ResolutionLog {

  /** How the conflict of an event ended. */
  FindAnswer find(BookingCode bookingCode, EventId eventId);

  /** Writes an entry down; one that stands already stays, unless it was decided earlier. */
  WriteAnswer write(Resolution resolution);

  /** What {@link #find} answers. */
  sealed interface FindAnswer permits FindAnswer.Found, FindAnswer.Absent, Unavailable {
    record Found(Resolution resolution) implements FindAnswer {}

    record Absent() implements FindAnswer {}
  }

  /** What {@link #write} answers. */
  sealed interface WriteAnswer permits WriteAnswer.Written, Unavailable {
    /** By this call or before. */
    record Written() implements WriteAnswer {}
  }
}
