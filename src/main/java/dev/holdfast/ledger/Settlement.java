package dev.holdfast.ledger;

import dev.holdfast.booking.EventIdentity;
import java.time.Clock;

/** Makes a claim agree with the event that the event table holds. */
final class Settlement {

  private final PendingIndex pendingIndex;
  private final Clock clock;

  Settlement(PendingIndex pendingIndex, Clock clock) {
    this.pendingIndex = pendingIndex;
    this.clock = clock;
  }

  /**
   * Settles the claim of a recorded first event. Where another event is pending under its code, the
   * conflict is marked.
   *
   * @param done the answer where there is no conflict
   */
  DrainOutcome settle(AcceptedEvent recorded, DrainOutcome done) {
    PendingIndex.SettleAnswer answer = pendingIndex.settle(recorded, clock.instant());
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return answer instanceof PendingIndex.SettleAnswer.OtherPending other
        ? markConflict(recorded, other.standing().owner())
        : done;
  }

  /**
   * Marks a pending event whose place in the event table is taken. Both events were acknowledged,
   * which takes two faults at once. Neither is dropped (R4).
   */
  DrainOutcome markConflict(AcceptedEvent recorded, EventIdentity pending) {
    return pendingIndex.markConflict(recorded.bookingCode(), pending, clock.instant())
            instanceof Unavailable unavailable
        ? unavailable
        : new DrainOutcome.InConflict();
  }
}
