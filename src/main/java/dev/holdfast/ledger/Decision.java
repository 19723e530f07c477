package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import java.time.Instant;

/**
 * What an operator decided to do about an event in conflict.
 *
 * @param operator who, and {@code reason} why; for the record
 */
public record Decision(Action action, String operator, String reason, Instant decidedAt) {

  /** Whether both come to the same, whoever decided them. */
  boolean agreesWith(Decision other) {
    return action.equals(other.action);
  }

  /** What is to become of the event. */
  public sealed interface Action permits Action.Reassign, Action.Discard {
    /** It becomes the first event of another booking code. */
    record Reassign(BookingCode newBookingCode) implements Action {}

    /** It becomes no booking; the record keeps it. */
    record Discard() implements Action {}
  }
}
