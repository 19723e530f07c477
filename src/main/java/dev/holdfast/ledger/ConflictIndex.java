package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.Claim.Parked;
import java.util.Optional;

/**
 * The pending index as {@link Resolve} uses it: events in conflict, what operators decide on them,
 * and the record of that, which stays for ever beside the claims.
 *
 * <p>Every method that writes is one conditional write; one that writes a claim raises {@link
 * Claim#revision} by one. Reads are strongly consistent. A call that answers {@link Unavailable}
 * may have done its work. Implementations are safe for use by several threads and never answer
 * {@code null}.
 */
public interface ConflictIndex {

  /** What stands under a code, and what the record has of one event that was in conflict there. */
  FindAnswer find(BookingCode bookingCode, EventId eventId);

  /**
   * Writes down what is to be done about an event, before it is done, if it is in conflict and
   * nothing else was decided: so two operators cannot do two things at once, and who finds a
   * resolution half done knows which.
   */
  DecideAnswer decide(BookingCode bookingCode, EventIdentity kept, Decision decision);

  /** Takes a decision back, if it is still this one: it could not be carried out. */
  WithdrawAnswer withdraw(BookingCode bookingCode, EventIdentity kept, Decision decision);

  /**
   * Enters a resolution, with the whole event, in the record, unless that has a later decision
   * about the event. Nothing is full for want of room: each resolution is an item of its own.
   */
  RecordAnswer record(Resolution resolution);

  /**
   * Ends a conflict that is in the record, if it is still as it was decided: hands the claim to the
   * event that the event table holds, and drops the kept event.
   */
  CloseAnswer close(Resolution resolution, EventIdentity recorded);

  /** What {@link #find} answers. */
  sealed interface FindAnswer permits FindAnswer.Found, Unavailable {
    /**
     * What there is.
     *
     * @param parked the event that waits under the code, in conflict or not
     * @param resolution what the record has of the event that was asked for; of one that is parked
     *     it is not asked
     */
    record Found(Optional<Parked> parked, Optional<Resolution> resolution) implements FindAnswer {}
  }

  /** What {@link #decide} answers. */
  sealed interface DecideAnswer
      permits DecideAnswer.Decided, DecideAnswer.DecidedBefore, DecideAnswer.Gone, Unavailable {
    record Decided() implements DecideAnswer {}

    /** A decision stands, perhaps the same; nothing was written. */
    record DecidedBefore(Decision standing) implements DecideAnswer {}

    /** The event is not in conflict, or not any more. */
    record Gone() implements DecideAnswer {}
  }

  /** What {@link #withdraw} answers. */
  sealed interface WithdrawAnswer permits WithdrawAnswer.Withdrawn, Unavailable {
    /** The decision does not stand, by this call or before. */
    record Withdrawn() implements WithdrawAnswer {}
  }

  /** What {@link #record} answers. */
  sealed interface RecordAnswer
      permits RecordAnswer.Recorded, RecordAnswer.Superseded, Unavailable {
    /** It is in the record, by this call or before. */
    record Recorded() implements RecordAnswer {}

    /** A later decision is in the record; nothing was written. */
    record Superseded(Resolution standing) implements RecordAnswer {}
  }

  /** What {@link #close} answers. */
  sealed interface CloseAnswer permits CloseAnswer.Closed, CloseAnswer.Gone, Unavailable {
    record Closed() implements CloseAnswer {}

    /** The conflict is not as it was decided; nothing was written. */
    record Gone() implements CloseAnswer {}
  }
}
