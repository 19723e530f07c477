package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer;
import dev.holdfast.ledger.Settlement.Placing;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * One call to append an event, one way for every version.
 *
 * <ol>
 *   <li><b>Look</b> which event the event table has last. A first event has nothing before it and
 *       skips this.
 *   <li><b>Claim</b> the version at the head of the booking, with one conditional write. The whole
 *       event goes with it. Who does not get it is told so at once (R3). Where the pending index
 *       does not answer, go on unclaimed: the event table alone decides, and remembers that the
 *       head does not know (R1).
 *   <li><b>Record</b> the event in the event table, if its place is empty.
 *   <li><b>Park</b> it at the head where the event table fails, and tell the drainer (R1, R4).
 * </ol>
 *
 * <p>While the event table is known to fail, <b>the short way</b> is claim and park in one write.
 *
 * <p>For one call, by one thread.
 */
final class Appending {

  /**
   * How old a claim must be before another event may take it over: by then nothing of the calls
   * that its writers made can still land (see docs/proof.md), and the event table is asked after
   * that.
   */
  static final Duration ABANDONED_AFTER = Duration.ofMinutes(15);

  /** Beyond this, a booking is written to by too many at once for one call to get through. */
  private static final int MOST_TURNS = 5;

  private final BookingCode bookingCode;
  private final Version version;
  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final FallbackQueue fallbackQueue;
  private final Settlement settlement;
  private final Settlement help;
  private final Clock clock;

  /** This event, as this call would have it accepted. */
  private AcceptedEvent event;

  /** The event before this one, once the event table has shown it. */
  private Optional<EventIdentity> previous = Optional.empty();

  /** This event as it was accepted first, once the head has shown it. */
  private Optional<AcceptedEvent> claimed = Optional.empty();

  /** Whether the event table was asked by this call and did not answer, or not in time. */
  private boolean eventTableFails;

  /** Whether the pending index was asked by this call and did not answer. */
  private boolean pendingIndexFails;

  private boolean lookedTwice;
  private int turns;

  /**
   * @param inTimeToHelp the same stores, for what is done for other events: it ends earlier
   */
  Appending(AcceptedEvent event, Stores stores, Stores inTimeToHelp, Clock clock) {
    this.event = event;
    this.bookingCode = event.bookingCode();
    this.version = event.version();
    this.eventTable = stores.eventTable();
    this.pendingIndex = stores.pendingIndex();
    this.fallbackQueue = stores.fallbackQueue();
    this.settlement = new Settlement(eventTable, pendingIndex, clock);
    this.help = new Settlement(inTimeToHelp.eventTable(), inTimeToHelp.pendingIndex(), clock);
    this.clock = clock;
  }

  /** By the direct way, or by the short way where the event table is believed to fail. */
  AppendOutcome append(boolean believedToFail) {
    if (believedToFail) {
      return shortWay();
    }
    return version.isFirst() ? claim() : look();
  }

  // 1 Look

  private AppendOutcome look() {
    EventTable.FindAnswer answer = eventTable.last(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      eventTableFails = true;
      return pendingIndexFails ? unavailable : shortWay();
    }
    if (!(answer instanceof EventTable.FindAnswer.Found found)) {
      return lookForPending(0);
    }
    AcceptedEvent last = found.event();
    if (last.version().equals(version)) {
      return compare(last, version);
    }
    if (last.version().isAfter(version)) {
      return compareWithRecorded(last.version());
    }
    if (!version.follows(last.version())) {
      return lookForPending(last.version().number());
    }
    if (event.identity().reusesIdOf(last.identity())) {
      return new AppendOutcome.EventIdReused();
    }
    comesAfter(last);
    return claim();
  }

  /** What is before this event is known, and with it the least moment that this one can have. */
  private void comesAfter(AcceptedEvent before) {
    previous = Optional.of(before.identity());
    event = event.notBefore(before);
  }

  /**
   * The event table lacks the version before this one: it may be on its way there.
   *
   * @param current what the event table has last
   */
  private AppendOutcome lookForPending(int current) {
    PendingIndex.FindAnswer answer = pendingIndex.find(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (!(answer instanceof PendingIndex.FindAnswer.Found found)) {
      return new AppendOutcome.VersionConflict(current);
    }
    Head head = found.head();
    int atHead = head.version().number();
    if (head.isPending() && atHead >= version.number() - 1) {
      return help(head);
    }
    if (head.isPending() || atHead <= current) {
      return new AppendOutcome.VersionConflict(Math.max(atHead, current));
    }
    // The drainer may have moved it between the two looks. Else it is a claim, and no more.
    return lookedTwice ? new AppendOutcome.VersionConflict(current) : lookAgain();
  }

  private AppendOutcome lookAgain() {
    lookedTwice = true;
    return look();
  }

  // 2 Claim

  private AppendOutcome claim() {
    if (pendingIndexFails) {
      return recordUnclaimed(event);
    }
    ClaimAnswer answer = pendingIndex.claim(event, previous, clock.instant());
    if (answer instanceof ClaimAnswer.Granted granted) {
      return record(granted.head());
    }
    return answer instanceof ClaimAnswer.Refused refused
        ? refused.standing().map(this::contest).orElseGet(this::claimUnknown)
        : recordUnclaimed(event);
  }

  /** The event table has the version before this one, and the pending index missed it all. */
  private AppendOutcome claimUnknown() {
    Head head = Head.claimed(event, previous, clock.instant());
    ReplaceAnswer answer = pendingIndex.create(head);
    if (answer instanceof ReplaceAnswer.Moved moved) {
      return again(() -> contest(moved.standing()));
    }
    return answer instanceof Unavailable ? recordUnclaimed(event) : record(head);
  }

  /** The version does not come next at the head. */
  private AppendOutcome contest(Head head) {
    if (version.isAfter(head.version())) {
      // What is pending is helped first: a claim in its place would lose what is acknowledged (R4).
      return head.isPending() ? help(head) : claimOver(head);
    }
    if (head.isAt(event.identity())) {
      return head.state() instanceof Head.State.Recorded
          ? new AppendOutcome.AlreadyRecorded(head.last())
          : claimAgain(head);
    }
    return head.version().equals(version) ? contestClaim(head) : compareWithHead(head);
  }

  /** The pending events that come before this one are put where they belong, if there is time. */
  private AppendOutcome help(Head pending) {
    Placing placing = help.place(pending);
    if (placing instanceof Unavailable) {
      // The event table fails, or is asked for too much: this event waits with them.
      eventTableFails = true;
      return shortWay();
    }
    if (placing instanceof Placing.Displaced displaced) {
      return settlement.moveAside(pending, displaced.events()) instanceof Unavailable unavailable
          ? unavailable
          : again(this::look);
    }
    if (!version.isAfter(pending.version())) {
      return pending
          .eventAt(version)
          .map(placed -> compare(placed, pending.version()))
          .orElseGet(() -> compareWithRecorded(pending.version()));
    }
    if (version.follows(pending.version())) {
      comesAfter(pending.last());
    }
    return claimOver(pending);
  }

  /** The event table has everything before this event, so the head has nothing more to say. */
  private AppendOutcome claimOver(Head seen) {
    return claimInstead(seen, seen.claimedFor(event, previous, clock.instant()));
  }

  /** This event has the claim, by an earlier call of it. What it says of the event counts. */
  private AppendOutcome claimAgain(Head seen) {
    claimed = Optional.of(seen.last());
    // Raises the revision, so that whoever saw the claim and would take it over is fenced off (R3).
    return claimInstead(seen, seen.claimedAgain(clock.instant()));
  }

  private AppendOutcome claimInstead(Head seen, Head next) {
    ReplaceAnswer answer = pendingIndex.replace(seen, next);
    if (answer instanceof ReplaceAnswer.Moved moved) {
      return again(() -> contest(moved.standing()));
    }
    return answer instanceof Unavailable ? recordUnclaimed(next.last()) : record(next);
  }

  /**
   * Another event has this version. If it is pending or recorded, it is accepted. If it is only
   * claimed, the event table tells whether it came to something; a claim that did not, and that
   * nobody can be working on any more, is taken over, on condition that it is as it was before the
   * event table was read: otherwise a writer who resumed it would be acknowledged beside us (R3).
   */
  private AppendOutcome contestClaim(Head seen) {
    if (!(seen.state() instanceof Head.State.Claimed)) {
      return refuse(seen.last().identity(), version);
    }
    EventTable.FindAnswer answer = eventTable.find(bookingCode, version);
    if (answer instanceof EventTable.FindAnswer.Found found) {
      return compare(found.event(), version);
    }
    if (answer instanceof Unavailable) {
      eventTableFails = true;
      return parkAtHead(seen);
    }
    return isAbandoned(seen) ? claimOver(seen) : lost(version);
  }

  private boolean isAbandoned(Head head) {
    return clock.instant().isAfter(head.claimedAt().plus(ABANDONED_AFTER));
  }

  // 3 Record

  /**
   * @param head as this call left it, at this event
   */
  private AppendOutcome record(Head head) {
    // What was accepted before stays what it was, to the moment when it was accepted.
    AcceptedEvent first = head.last();
    claimed = Optional.of(first);
    RecordAnswer answer = eventTable.record(first);
    if (answer instanceof RecordAnswer.Recorded) {
      return head.isPending()
          ? new AppendOutcome.AlreadyRecorded(first)
          : new AppendOutcome.Recorded(first);
    }
    if (answer instanceof RecordAnswer.Occupied occupied) {
      return recordedBefore(head, occupied.standing());
    }
    eventTableFails = true;
    return park(head);
  }

  private AppendOutcome recordedBefore(Head head, AcceptedEvent standing) {
    if (!standing.equals(head.last()) && !head.isPending()) {
      // Best effort: the head goes to the event that is there in truth. What is pending was
      // acknowledged; the drainer makes a conflict of it (R4).
      settlement.agree(bookingCode, Optional.of(head));
    }
    return compare(standing, version);
  }

  /** Without a claim: the pending index does not answer, and the event table decides alone. */
  private AppendOutcome recordUnclaimed(AcceptedEvent first) {
    RecordAnswer answer = eventTable.recordUnclaimed(first, clock.instant());
    if (answer instanceof RecordAnswer.Recorded) {
      fallbackQueue.send(Hint.ofUnclaimed(first));
      return new AppendOutcome.Recorded(first);
    }
    if (answer instanceof RecordAnswer.Occupied occupied) {
      return compare(occupied.standing(), version);
    }
    // Neither register answers: nothing that could be promised would hold.
    return (Unavailable) answer;
  }

  // 4 Park

  /**
   * The event waits at the head, if that still is as it was seen: an event is never pending at a
   * head that went to another one (R3).
   */
  private AppendOutcome park(Head seen) {
    if (seen.state() instanceof Head.State.Recorded) {
      return new AppendOutcome.AlreadyRecorded(seen.last());
    }
    if (seen.isPending()) {
      return pending(seen.last(), seen);
    }
    if (seen.bytes() > Head.MOST_BYTES) {
      return Head.FULL;
    }
    Head parked = seen.parked(clock.instant());
    ReplaceAnswer answer = pendingIndex.replace(seen, parked);
    if (answer instanceof ReplaceAnswer.Moved moved) {
      return again(() -> parkMoved(moved.standing()));
    }
    return answer instanceof Unavailable unavailable ? unavailable : pending(seen.last(), parked);
  }

  private AppendOutcome parkMoved(Head head) {
    if (!head.isAt(event.identity())) {
      return head.version().equals(version)
          ? refuse(head.last().identity(), version)
          : compareWithHead(head);
    }
    // Still ours, but touched: by a repetition of this call, a reader, or the drainer.
    claimed = Optional.of(head.last());
    return park(head);
  }

  /**
   * Best effort: what the queue does not take, the sweeper finds.
   *
   * @param head at which it waits
   */
  private AppendOutcome pending(AcceptedEvent accepted, Head head) {
    fallbackQueue.send(Hint.ofPending(accepted, head));
    return new AppendOutcome.Pending(accepted);
  }

  // The short way

  private AppendOutcome shortWay() {
    ClaimAnswer answer = pendingIndex.claimAndPark(event, clock.instant());
    if (answer instanceof ClaimAnswer.Granted granted) {
      return pending(granted.head().last(), granted.head());
    }
    if (answer instanceof ClaimAnswer.Refused refused) {
      return refused.standing().map(this::parkAtHead).orElseGet(this::askEventTable);
    }
    pendingIndexFails = true;
    return eventTableFails ? (Unavailable) answer : direct();
  }

  /** The pending index cannot help. That the event table fails may be a belief: it is asked. */
  private AppendOutcome askEventTable() {
    return eventTableFails
        ? new Unavailable("the pending index does not know what comes before this event")
        : look();
  }

  /** The last resort (R1). */
  private AppendOutcome direct() {
    return version.isFirst() ? recordUnclaimed(event) : look();
  }

  /** The version does not come next at the head, or there is no room. */
  private AppendOutcome parkAtHead(Head head) {
    if (version.follows(head.version())) {
      return head.hasRoomFor(event) ? parkAfter(head) : Head.FULL;
    }
    if (version.isAfter(head.version())) {
      return askEventTable();
    }
    if (head.isAt(event.identity())) {
      return parkMoved(head);
    }
    if (!head.version().equals(version)) {
      return compareWithHead(head);
    }
    return head.state() instanceof Head.State.Claimed
        ? concede(head)
        : refuse(head.last().identity(), version);
  }

  /**
   * Another event has claimed this version, and nobody can tell whether it came to something. It is
   * made pending before this one is refused for it, as a reader does before it shows one: what was
   * refused for a claim that came to nothing could still be accepted, by a call of its own that
   * lands late (R3).
   */
  private AppendOutcome concede(Head rival) {
    if (rival.bytes() > Head.MOST_BYTES) {
      return Head.FULL;
    }
    Head parked = rival.parked(clock.instant());
    ReplaceAnswer answer = pendingIndex.replace(rival, parked);
    if (answer instanceof ReplaceAnswer.Moved moved) {
      // Whoever touched it has fenced such a call off.
      return again(() -> parkMoved(moved.standing()));
    }
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    fallbackQueue.send(Hint.ofPending(parked.last(), parked));
    return refuse(parked.last().identity(), version);
  }

  private AppendOutcome parkAfter(Head seen) {
    Head parked = seen.parkedWith(event, clock.instant());
    ReplaceAnswer answer = pendingIndex.replace(seen, parked);
    if (answer instanceof ReplaceAnswer.Moved moved) {
      return again(() -> parkAtHead(moved.standing()));
    }
    return answer instanceof Unavailable unavailable ? unavailable : pending(parked.last(), parked);
  }

  // What an event is told where another one, or itself, is in its place

  /** The head is past this version. */
  private AppendOutcome compareWithHead(Head head) {
    Optional<AcceptedEvent> waiting = head.eventAt(version);
    if (waiting.filter(it -> it.is(event.identity())).isPresent()) {
      return pending(waiting.get(), head);
    }
    Optional<EventIdentity> there = head.identityAt(version);
    if (there.filter(it -> !it.equals(event.identity())).isPresent()) {
      return refuse(there.get(), head.version());
    }
    return there.isPresent() && claimed.isPresent()
        // What comes after this event was claimed upon it, as the event table showed it.
        ? new AppendOutcome.Recorded(claimed.get())
        : compareWithRecorded(head.version());
  }

  private AppendOutcome compareWithRecorded(Version current) {
    EventTable.FindAnswer answer = eventTable.find(bookingCode, version);
    if (answer instanceof EventTable.FindAnswer.Found found) {
      return compare(found.event(), current);
    }
    return answer instanceof Unavailable unavailable
        ? unavailable
        : new Unavailable("the event table has lost what it held a moment ago");
  }

  private AppendOutcome compare(AcceptedEvent standing, Version current) {
    return standing.is(event.identity())
        ? new AppendOutcome.AlreadyRecorded(standing)
        : refuse(standing.identity(), current);
  }

  /**
   * @param standing the event that was accepted in this one's place
   */
  private AppendOutcome refuse(EventIdentity standing, Version current) {
    return event.identity().reusesIdOf(standing)
        ? new AppendOutcome.EventIdReused()
        : lost(current);
  }

  private AppendOutcome lost(Version current) {
    return version.isFirst()
        ? new AppendOutcome.BookingCodeTaken()
        : new AppendOutcome.VersionConflict(current.number());
  }

  /** The booking is not any more as it was seen. */
  private AppendOutcome again(Supplier<AppendOutcome> step) {
    turns++;
    return turns > MOST_TURNS
        ? new Unavailable("the booking is written to by too many at once")
        : step.get();
  }
}
