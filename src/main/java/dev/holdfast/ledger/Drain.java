package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import java.time.Clock;
import java.util.Optional;

/**
 * Works off one message of the fallback queue, which is a hint that something is owed for an event.
 *
 * <ol>
 *   <li>The pending index has the event pending: put it into the event table, then settle its claim
 *       (R4). Where the event table holds another event, mark the conflict and keep both.
 *   <li>It has not, but the event table has the event: make the claim agree with it, then drop the
 *       mark that the claim is owed (R3 from here on is the claim's business again).
 *   <li>Neither: the message is stale.
 * </ol>
 *
 * Every step may be repeated, and a drain that dies half-way leaves the debt as it was.
 * Thread-safe.
 */
public final class Drain {

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final Settlement settlement;

  public Drain(EventTable eventTable, PendingIndex pendingIndex, Clock clock) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.settlement = new Settlement(pendingIndex, clock);
  }

  /** Works off a message; on {@link Unavailable} it has to come again. */
  public DrainOutcome drain(AcceptedEvent message) {
    PendingIndex.FindAnswer answer = pendingIndex.find(message.bookingCode());
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    Optional<Parked> parked =
        answer instanceof PendingIndex.FindAnswer.Found found
            ? found.claim().parked()
            : Optional.empty();
    return parked
        .map(Parked::event)
        .filter(event -> event.is(message.identity()))
        .map(this::record)
        .orElseGet(() -> repair(message));
  }

  /** Into the event table first: a claim settled before would lose the event with a crash (R4). */
  private DrainOutcome record(AcceptedEvent pending) {
    EventTable.RecordAnswer answer = eventTable.record(pending);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (answer instanceof EventTable.RecordAnswer.Occupied occupied
        && !occupied.standing().is(pending.identity())) {
      return settlement.markConflict(pending, pending.identity());
    }
    return settlement.settle(pending, new DrainOutcome.Settled());
  }

  private DrainOutcome repair(AcceptedEvent message) {
    EventTable.FindAnswer answer = eventTable.find(message.bookingCode(), Version.FIRST);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (!(answer instanceof EventTable.FindAnswer.Found found
        && found.event().is(message.identity()))) {
      return new DrainOutcome.Stale();
    }
    DrainOutcome settled = settlement.settle(message, new DrainOutcome.Repaired());
    if (settled instanceof Unavailable) {
      return settled;
    }
    // The claim first: until it stands, the mark is all that remembers the debt. A conflict is
    // remembered by its own mark.
    return eventTable.markClaimed(message.bookingCode()) instanceof Unavailable unavailable
        ? unavailable
        : settled;
  }
}
