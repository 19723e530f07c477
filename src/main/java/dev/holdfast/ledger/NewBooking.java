package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.ParkAnswer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Appends the first event of a booking code: claim, record, park.
 *
 * <ol>
 *   <li><b>Claim</b> the code in the pending index, with one conditional write. Who does not get it
 *       is told so at once (R3). Where the pending index does not answer, go on unclaimed: the
 *       event table alone decides, and owes a claim (R1).
 *   <li><b>Record</b> the event in the event table, if its place is empty.
 *   <li><b>Park</b> it in its claim where the event table fails, and tell the drainer (R1, R4).
 * </ol>
 *
 * <p>While the circuit breaker on the event table is open, claim and park are one write and record
 * is left out.
 */
final class NewBooking {

  /**
   * How old a claim must be before another event may take it over: far beyond the last moment at
   * which a writer who holds it sends anything, about a minute after the claim even where he was
   * frozen, and beyond what two clocks may differ by (docs/proof.md, "What depends on clocks").
   */
  static final Duration ABANDONED_AFTER = Duration.ofMinutes(15);

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final FallbackQueue fallbackQueue;
  private final CircuitBreaker circuitBreaker;
  private final Clock clock;

  NewBooking(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.fallbackQueue = fallbackQueue;
    this.circuitBreaker = circuitBreaker;
    this.clock = clock;
  }

  AppendOutcome append(AcceptedEvent event, TimeBudget time) {
    return circuitBreaker.isOpen() ? claimAndPark(event, time) : claim(event, time);
  }

  /** Step 1. */
  private AppendOutcome claim(AcceptedEvent event, TimeBudget time) {
    ClaimAnswer answer = pendingIndex.claim(event.bookingCode(), event.identity(), clock.instant());
    if (answer instanceof ClaimAnswer.Granted granted) {
      return record(event, granted.claim(), !granted.claim().isNew(), time);
    }
    if (answer instanceof ClaimAnswer.Taken taken) {
      return contest(event, taken.standing(), time);
    }
    return recordUnclaimed(event, time);
  }

  /** Steps 1 and 3 in one write, while the event table is believed to be down. */
  private AppendOutcome claimAndPark(AcceptedEvent event, TimeBudget time) {
    ClaimAnswer answer = pendingIndex.claimAndPark(event, clock.instant());
    if (answer instanceof ClaimAnswer.Granted granted) {
      return parked(granted.claim().parked().orElseThrow(), time);
    }
    if (answer instanceof ClaimAnswer.Taken taken) {
      return taken.standing().isOwnedBy(event.identity())
          ? park(event, taken.standing(), true, time)
          : contest(event, taken.standing(), time);
    }
    // The breaker is a belief. With the pending index down, the event table is the last resort
    // (R1).
    return recordUnclaimed(event, time);
  }

  /**
   * Step 1, where another event has the claim. While that event is pending it owns the code. If it
   * is not, the event table tells whether it ever came to something; a claim that did not, and that
   * nobody can be working on any more, is taken over. Until one of them tells that the event was
   * accepted, its id was not used.
   */
  private AppendOutcome contest(AcceptedEvent event, Claim standing, TimeBudget time) {
    if (standing.isPending() && event.identity().reusesIdOf(standing.owner())) {
      return new AppendOutcome.EventIdReused();
    }
    // In a conflict the event table holds another event than the one that is parked: ask it.
    if (standing.parked().filter(parked -> !parked.isInConflict()).isPresent()) {
      return new AppendOutcome.BookingCodeTaken();
    }
    EventTable.FindAnswer answer = eventTable.find(event.bookingCode(), Version.FIRST);
    if (answer instanceof EventTable.FindAnswer.Found found) {
      return judge(event, found.event());
    }
    boolean empty = answer instanceof EventTable.FindAnswer.Absent;
    return empty && isAbandoned(standing) && !time.isSpent()
        ? takeOver(event, standing, time)
        : new AppendOutcome.BookingCodeTaken();
  }

  private boolean isAbandoned(Claim claim) {
    Instant abandoned = claim.claimedAt().plus(ABANDONED_AFTER);
    return !claim.isPending() && clock.instant().isAfter(abandoned);
  }

  /**
   * The claim must be as it was seen before the event table was read. Otherwise a writer who
   * resumed it in between would be acknowledged beside us (R3).
   */
  private AppendOutcome takeOver(AcceptedEvent event, Claim seen, TimeBudget time) {
    ClaimAnswer answer =
        pendingIndex.takeOver(event.bookingCode(), event.identity(), seen, clock.instant());
    if (answer instanceof ClaimAnswer.Granted granted) {
      // The event table was empty under the old claim, and only an owner writes to it.
      return record(event, granted.claim(), false, time);
    }
    if (answer instanceof ClaimAnswer.Taken taken && taken.standing().isOwnedBy(event.identity())) {
      return record(event, taken.standing(), true, time);
    }
    return new AppendOutcome.BookingCodeTaken();
  }

  /** Step 2, with the claim. */
  private AppendOutcome record(AcceptedEvent event, Claim claim, boolean resumed, TimeBudget time) {
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    // What was accepted before stays what it was, to the moment when it was accepted.
    AcceptedEvent first = claim.parked().map(Parked::event).orElse(event);
    EventTable.RecordAnswer answer = eventTable.record(first);
    if (answer instanceof EventTable.RecordAnswer.Recorded) {
      return claim.isPending()
          ? new AppendOutcome.AlreadyRecorded(first)
          : new AppendOutcome.Recorded(first);
    }
    if (answer instanceof EventTable.RecordAnswer.Occupied occupied) {
      if (!occupied.standing().is(event.identity()) && !time.isSpent()) {
        // Best effort: our claim goes to the event that owns the code in truth. If we are parked
        // it is refused, and the drainer marks the conflict (R4).
        pendingIndex.settle(occupied.standing(), clock.instant());
      }
      return judge(event, occupied.standing());
    }
    return park(event, claim, resumed, time);
  }

  /** Step 2, without a claim: the pending index does not answer, the event table decides alone. */
  private AppendOutcome recordUnclaimed(AcceptedEvent event, TimeBudget time) {
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    EventTable.RecordAnswer answer = eventTable.recordUnclaimed(event, clock.instant());
    if (answer instanceof EventTable.RecordAnswer.Recorded) {
      tellDrainer(event, time);
      return new AppendOutcome.Recorded(event);
    }
    if (answer instanceof EventTable.RecordAnswer.Occupied occupied) {
      return judge(event, occupied.standing());
    }
    // Neither register answers: nothing that could be promised would hold.
    return (Unavailable) answer;
  }

  /**
   * Step 3.
   *
   * @param claim as it was when it was last seen; the event is parked only if it still is, so that
   *     a claim that went to another event is never pending for this one (R3)
   */
  private AppendOutcome park(AcceptedEvent event, Claim claim, boolean resumed, TimeBudget time) {
    if (claim.isPending()) {
      return parked(claim.parked().orElseThrow(), time);
    }
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    ParkAnswer answer = pendingIndex.park(event, claim, resumed, clock.instant());
    if (answer instanceof ParkAnswer.Parked) {
      tellDrainer(event, time);
      return new AppendOutcome.Pending(event);
    }
    if (answer instanceof ParkAnswer.Moved moved) {
      // Still ours, but touched: a repetition of this call, or somebody who found the event in the
      // event table. So it may be there already.
      return moved.standing().isOwnedBy(event.identity())
          ? park(event, moved.standing(), true, time)
          : new AppendOutcome.BookingCodeTaken();
    }
    return (Unavailable) answer;
  }

  /** The event is parked, by this call or before. */
  private AppendOutcome parked(Parked parked, TimeBudget time) {
    if (parked.isInConflict()) {
      return new AppendOutcome.BookingCodeTaken();
    }
    tellDrainer(parked.event(), time);
    return new AppendOutcome.Pending(parked.event());
  }

  /** Best effort: what the queue does not take, the sweeper finds. */
  private void tellDrainer(AcceptedEvent event, TimeBudget time) {
    if (!time.isSpent()) {
      fallbackQueue.send(event);
    }
  }

  /** What the sender of an event is told where {@code standing} is in its place. */
  private static AppendOutcome judge(AcceptedEvent event, AcceptedEvent standing) {
    if (standing.is(event.identity())) {
      return new AppendOutcome.AlreadyRecorded(standing);
    }
    return event.identity().reusesIdOf(standing.identity())
        ? new AppendOutcome.EventIdReused()
        : new AppendOutcome.BookingCodeTaken();
  }
}
