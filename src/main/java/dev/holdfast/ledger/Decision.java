package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import java.time.Instant;

/**
 * What an operator decided to do about a kept event.
 *
 * @param operator who, and {@code reason} why; for the record
 */
public record Decision(Action action, String operator, String reason, Instant decidedAt) {

  /** What is to become of the event. */
  public sealed interface Action permits Action.Reassign, Action.Reappend, Action.Discard {
    /** A first event becomes the first event of another booking code. */
    record Reassign(BookingCode newBookingCode) implements Action {}

    /** A later event becomes the next version of its booking. */
    record Reappend(Version version) implements Action {}

    /** It becomes nothing; the record keeps it. */
    record Discard() implements Action {}
  }
}
