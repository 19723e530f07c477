package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * P: the heads of all bookings. It is the common register of the ways by which an event can be
 * accepted: every event passes the head of its booking before it touches the event table (R3). Its
 * debts are the pending events.
 *
 * <p>Every method that writes is one conditional write. Every read is strongly consistent. A call
 * that answers {@link Unavailable} may have done its work, or may do it later. Implementations are
 * safe for use by several threads and never answer {@code null}.
 */
public interface PendingIndex extends DebtIndex {

  /** The head of a booking. */
  FindAnswer find(BookingCode bookingCode);

  /**
   * Claims an event's version, where that comes next: the booking has no head and this is its first
   * event; or the head is at the version before, at {@code previous}, accepted {@linkplain
   * Head#isFollowedBy no later}, and not pending. The head is then {@linkplain Head#claimedFor
   * claimed for} the event.
   *
   * @param previous the event before this one, as the event table shows it; empty for a first one
   */
  ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now);

  /**
   * Claims an event's version and parks the event in the same write, where that comes next: the
   * booking has no head and this is its first event; or the head is at the version before, whatever
   * its state, at an event that was accepted {@linkplain Head#isFollowedBy no later}, {@linkplain
   * Head#hasRoomFor has room} and keeps nothing. The head is then {@linkplain Head#parkedWith
   * parked with} the event.
   */
  ClaimAnswer claimAndPark(AcceptedEvent event, Instant now);

  /** Puts the head of a booking that has none. */
  ReplaceAnswer create(Head head);

  /**
   * Replaces a head that nobody touched since it was seen.
   *
   * @param seen the head to replace: it must be as it was, to the revision
   * @param next what one of its methods made of it
   */
  ReplaceAnswer replace(Head seen, Head next);

  /** What {@link #find} answers. */
  sealed interface FindAnswer permits FindAnswer.Found, FindAnswer.Absent, Unavailable {
    record Found(Head head) implements FindAnswer {}

    record Absent() implements FindAnswer {}
  }

  /** What {@link #claim} and {@link #claimAndPark} answer. */
  sealed interface ClaimAnswer permits ClaimAnswer.Granted, ClaimAnswer.Refused, Unavailable {
    /** The head as this call left it. */
    record Granted(Head head) implements ClaimAnswer {}

    /** Nothing was written: the version does not come next. */
    record Refused(Optional<Head> standing) implements ClaimAnswer {}
  }

  /** What {@link #create} and {@link #replace} answer. */
  sealed interface ReplaceAnswer permits ReplaceAnswer.Replaced, ReplaceAnswer.Moved, Unavailable {
    /** The head is {@code next}, by this call or by another one that wrote just the same. */
    record Replaced() implements ReplaceAnswer {}

    /** Somebody was faster; nothing was written. */
    record Moved(Head standing) implements ReplaceAnswer {}
  }
}
