package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import java.time.Clock;

/**
 * Appends an event to a booking that exists: version n after version n−1, to the event table only.
 * Such an event never waits in the pending index: while the event table fails, it is refused.
 *
 * <p>Version 2 ends the time in which its booking can be pending. Before it is recorded, the claim
 * of version 1 is {@linkplain PendingIndex#settle settled}, which also fences off a writer that is
 * still about to park version 1. Otherwise the pending index would go on to show version 1 as all
 * there is, and a read that the event table does not answer would leave out version 2 (R2). Where
 * the pending index does not answer, version 2 goes on without: that is the pending index's fault,
 * and until its debt is drained only a second fault, of the event table, could show it.
 */
final class NextVersion {

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final Clock clock;

  NextVersion(EventTable eventTable, PendingIndex pendingIndex, Clock clock) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.clock = clock;
  }

  AppendOutcome append(AcceptedEvent event, TimeBudget time) {
    EventTable.FindAnswer answer = eventTable.last(event.bookingCode());
    if (answer instanceof EventTable.FindAnswer.Found found) {
      return appendAfter(found.event(), event, time);
    }
    return answer instanceof EventTable.FindAnswer.Absent
        ? appendToUnrecorded(event, time)
        : (Unavailable) answer;
  }

  private AppendOutcome appendAfter(AcceptedEvent last, AcceptedEvent event, TimeBudget time) {
    if (!event.version().isAfter(last.version())) {
      return compareWithStanding(event, last, time);
    }
    if (event.identity().reusesIdOf(last.identity())) {
      return new AppendOutcome.EventIdReused();
    }
    if (!event.version().follows(last.version())) {
      return new AppendOutcome.VersionConflict(last.version().number());
    }
    return last.version().isFirst() ? settleAndRecord(last, event, time) : record(event, time);
  }

  /** The event table has nothing under this code; the first event may be pending. */
  private AppendOutcome appendToUnrecorded(AcceptedEvent event, TimeBudget time) {
    PendingIndex.FindAnswer answer = pendingIndex.find(event.bookingCode());
    if (answer instanceof PendingIndex.FindAnswer.Absent) {
      return new AppendOutcome.VersionConflict(0);
    }
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    Claim claim = ((PendingIndex.FindAnswer.Found) answer).claim();
    if (claim.isPending()) {
      return appendToPending(claim.parked().orElseThrow(), event, time);
    }
    // The drainer may have moved it between the two looks.
    EventTable.FindAnswer again = eventTable.last(event.bookingCode());
    if (again instanceof EventTable.FindAnswer.Found found) {
      return appendAfter(found.event(), event, time);
    }
    return again instanceof EventTable.FindAnswer.Absent
        ? new AppendOutcome.VersionConflict(0)
        : (Unavailable) again;
  }

  /** Helps the drainer: version 1 has to be recorded before version 2 is. */
  private AppendOutcome appendToPending(Parked first, AcceptedEvent event, TimeBudget time) {
    if (event.identity().reusesIdOf(first.event().identity())) {
      return new AppendOutcome.EventIdReused();
    }
    if (!event.version().follows(first.event().version())) {
      return new AppendOutcome.VersionConflict(first.event().version().number());
    }
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    EventTable.RecordAnswer answer = eventTable.record(first.event());
    if (answer instanceof EventTable.RecordAnswer.Occupied occupied
        && !occupied.standing().is(first.event().identity())) {
      // A conflict: the drainer marks it. Which of the two the sender meant, nobody knows.
      return new Unavailable("version 1 is in conflict");
    }
    return answer instanceof Unavailable unavailable
        ? unavailable
        : settleAndRecord(first.event(), event, time);
  }

  private AppendOutcome settleAndRecord(AcceptedEvent first, AcceptedEvent event, TimeBudget time) {
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    pendingIndex.settle(first, clock.instant());
    return record(event, time);
  }

  private AppendOutcome record(AcceptedEvent event, TimeBudget time) {
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    EventTable.RecordAnswer answer = eventTable.record(event);
    if (answer instanceof EventTable.RecordAnswer.Recorded) {
      return new AppendOutcome.Recorded(event);
    }
    if (answer instanceof EventTable.RecordAnswer.Occupied occupied) {
      return judge(event, occupied.standing(), currentVersion(occupied.standing(), time));
    }
    return (Unavailable) answer;
  }

  /** The booking has this version already: is it this event? */
  private AppendOutcome compareWithStanding(
      AcceptedEvent event, AcceptedEvent last, TimeBudget time) {
    if (event.version().equals(last.version())) {
      return judge(event, last, last.version());
    }
    if (time.isSpent()) {
      return TimeBudget.SPENT;
    }
    EventTable.FindAnswer answer = eventTable.find(event.bookingCode(), event.version());
    if (answer instanceof EventTable.FindAnswer.Found found) {
      return judge(event, found.event(), last.version());
    }
    return answer instanceof Unavailable unavailable
        ? unavailable
        : new AppendOutcome.VersionConflict(last.version().number());
  }

  /** The last version, or what is known of it: at least that of an event that stands. */
  private Version currentVersion(AcceptedEvent standing, TimeBudget time) {
    return !time.isSpent()
            && eventTable.last(standing.bookingCode()) instanceof EventTable.FindAnswer.Found found
        ? found.event().version()
        : standing.version();
  }

  private static AppendOutcome judge(AcceptedEvent event, AcceptedEvent standing, Version current) {
    if (standing.is(event.identity())) {
      return new AppendOutcome.AlreadyRecorded(standing);
    }
    return event.identity().reusesIdOf(standing.identity())
        ? new AppendOutcome.EventIdReused()
        : new AppendOutcome.VersionConflict(current.number());
  }
}
