package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.Claim.Parked;
import java.util.List;
import java.util.Optional;

/**
 * The pending index as {@link Resolve} uses it: events in conflict, what operators decide on them,
 * and the record of that, which stays with the claim for ever.
 *
 * <p>Every method that writes is one conditional write that raises {@link Claim#revision} by one.
 * Reads are strongly consistent. A call that answers {@link Unavailable} may have done its work.
 * Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface ConflictIndex {

  /** What stands under a code. */
  FindAnswer find(BookingCode bookingCode);

  /**
   * Writes down what is to be done about an event, before it is done, if it is in conflict and
   * nothing else was decided: so two operators cannot do two things at once, and who finds a
   * resolution half done knows which.
   */
  DecideAnswer decide(BookingCode bookingCode, EventIdentity kept, Decision decision);

  /** Takes a decision back, if it is still this one: it could not be carried out. */
  WithdrawAnswer withdraw(BookingCode bookingCode, EventIdentity kept, Decision decision);

  /**
   * Ends a conflict, if it is still as it was decided: hands the claim to the event that the event
   * table holds, and moves the kept event from where it waits to the record.
   */
  CloseAnswer close(Resolution resolution, EventIdentity recorded);

  /** What {@link #find} answers. */
  sealed interface FindAnswer permits FindAnswer.Found, Unavailable {
    /**
     * What there is.
     *
     * @param parked the event that waits under the code, in conflict or not
     * @param resolutions of earlier conflicts under this code
     */
    record Found(Optional<Parked> parked, List<Resolution> resolutions) implements FindAnswer {}
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

  /** What {@link #close} answers. */
  sealed interface CloseAnswer permits CloseAnswer.Closed, CloseAnswer.Gone, Unavailable {
    record Closed() implements CloseAnswer {}

    /** The conflict is not as it was decided; nothing was written. */
    record Gone() implements CloseAnswer {}
  }
}
