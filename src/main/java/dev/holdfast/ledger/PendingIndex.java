package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import java.time.Instant;

/**
 * P: who owns a booking code, and the first events that wait for the event table. It is the common
 * register of both ways by which a booking can be accepted. Its debts are the pending events.
 *
 * <p>Every method that writes is one conditional write that raises {@link Claim#revision} by one.
 * Every read of a claim is strongly consistent. A call that answers {@link Unavailable} may have
 * done its work. Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface PendingIndex extends DebtIndex {

  /**
   * Claims a code if nobody has; if the same event has, renews {@code claimedAt}, which never goes
   * back: whoever may be at work under this claim keeps his time.
   *
   * @return {@link ClaimAnswer.Granted} with the claim as this call left it, or {@link
   *     ClaimAnswer.Taken} where another event has it
   */
  ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now);

  /**
   * Claims and parks in one write, if nobody has the code or this event is parked under it already
   * (then what is parked, and {@code claimedAt}, stays as it is).
   *
   * @return {@link ClaimAnswer.Granted} with the claim as this call left it, or {@link
   *     ClaimAnswer.Taken} where another event has the code, or this event has it and is not parked
   */
  ClaimAnswer claimAndPark(AcceptedEvent event, Instant now);

  /**
   * Makes another event the owner of a code whose claim came to nothing.
   *
   * @param seen the claim to replace: it must be as it was seen, to the revision
   * @return {@link ClaimAnswer.Granted}, or {@link ClaimAnswer.Taken} with the claim as it is now
   */
  ClaimAnswer takeOver(BookingCode bookingCode, EventIdentity event, Claim seen, Instant now);

  /**
   * Parks an event under its claim, if the claim is still as it was seen, to the revision.
   *
   * @param seen a claim that {@code event} owns and that is not pending
   * @param resumed see {@link Claim.Parked}
   */
  ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now);

  /** The claim of a code. */
  FindAnswer find(BookingCode bookingCode);

  /**
   * Makes a code's claim agree with the event table, which holds {@code recorded} as its first
   * event: sets the owner, and drops what is parked if it is this event. Makes the claim where
   * there is none. Refuses where another event is parked.
   */
  SettleAnswer settle(AcceptedEvent recorded, Instant now);

  /** Marks the parked event, if it is still {@code event}, as one whose place in S is taken. */
  ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now);

  /** What {@link #claim}, {@link #claimAndPark} and {@link #takeOver} answer. */
  sealed interface ClaimAnswer permits ClaimAnswer.Granted, ClaimAnswer.Taken, Unavailable {
    /** The code is this event's. */
    record Granted(Claim claim) implements ClaimAnswer {}

    /** Nothing was written. */
    record Taken(Claim standing) implements ClaimAnswer {}
  }

  /** What {@link #park} answers. */
  sealed interface ParkAnswer permits ParkAnswer.Parked, ParkAnswer.Moved, Unavailable {
    record Parked() implements ParkAnswer {}

    /** The claim is not as it was seen; nothing was written. */
    record Moved(Claim standing) implements ParkAnswer {}
  }

  /** What {@link #find} answers. */
  sealed interface FindAnswer permits FindAnswer.Found, FindAnswer.Absent, Unavailable {
    record Found(Claim claim) implements FindAnswer {}

    record Absent() implements FindAnswer {}
  }

  /** What {@link #settle} answers. */
  sealed interface SettleAnswer
      permits SettleAnswer.Settled, SettleAnswer.OtherPending, Unavailable {
    record Settled(Effect effect) implements SettleAnswer {

      /** What settling did; a call that was repeated may find its own work. */
      public enum Effect {
        /** There was no claim. */
        CLAIMED,
        /** The claim agreed with the event table already. */
        STANDING,
        /** Another event owned the code, or this one was still parked. */
        CORRECTED
      }
    }

    /** Another event is parked under this code; nothing was written. */
    record OtherPending(Claim standing) implements SettleAnswer {}
  }

  /** What {@link #markConflict} answers. */
  sealed interface ConflictAnswer permits ConflictAnswer.Marked, Unavailable {
    /** It is marked, by this call or before, or the event is no longer parked. */
    record Marked() implements ConflictAnswer {}
  }
}
