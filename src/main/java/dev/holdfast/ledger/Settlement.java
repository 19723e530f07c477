package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Pays what one store owes the other, for one booking. Every step may be repeated. */
final class Settlement {

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final Clock clock;

  Settlement(EventTable eventTable, PendingIndex pendingIndex, Clock clock) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.clock = clock;
  }

  /** What came of {@link #place}. */
  sealed interface Placing permits Placing.Placed, Placing.Displaced, Unavailable {
    /** The event table has every event. */
    record Placed() implements Placing {}

    /** Others have the places of these. */
    record Displaced(List<AcceptedEvent> events) implements Placing {}
  }

  /**
   * Puts the events of a pending head into the event table, in order, each if its place is empty.
   */
  Placing place(Head pending) {
    List<AcceptedEvent> displaced = new ArrayList<>();
    for (AcceptedEvent event : pending.events()) {
      EventTable.RecordAnswer answer = eventTable.record(event);
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (answer instanceof EventTable.RecordAnswer.Occupied occupied
          && !occupied.standing().is(event.identity())) {
        displaced.add(event);
      }
    }
    return displaced.isEmpty() ? new Placing.Placed() : new Placing.Displaced(displaced);
  }

  /** What came of {@link #settle}. */
  sealed interface Settling
      permits Settling.Settled, Settling.InConflict, Settling.Moved, Unavailable {
    /** The event table has every event, and the head says so. */
    record Settled() implements Settling {}

    /** Others had the places of some, which are kept now; the head is at the event table's last. */
    record InConflict() implements Settling {}

    /** The head was touched meanwhile. */
    record Moved() implements Settling {}
  }

  /**
   * Puts the events of a pending head into the event table, and then says so at the head. In this
   * order: a head that was settled before would lose its events with a crash (R4).
   */
  Settling settle(Head pending) {
    Placing placing = place(pending);
    if (placing instanceof Unavailable unavailable) {
      return unavailable;
    }
    return placing instanceof Placing.Displaced displaced
        ? moveAside(pending, displaced.events())
        : settled(pendingIndex.replace(pending, pending.settled()), new Settling.Settled());
  }

  /**
   * Both of two events in one place were acknowledged, which takes two faults at once. Neither is
   * dropped (R4), and the booking goes on after the one that the event table has.
   */
  Settling moveAside(Head pending, List<AcceptedEvent> displaced) {
    EventTable.FindAnswer last = eventTable.last(pending.bookingCode());
    if (!(last instanceof EventTable.FindAnswer.Found found)) {
      return last instanceof Unavailable unavailable
          ? unavailable
          : new Unavailable("the event table has lost what it held a moment ago");
    }
    Owner owner = ownerOf(found.event());
    if (!(owner instanceof Owner.Known known)) {
      return (Unavailable) owner;
    }
    Head next = pending.displaced(displaced, found.event(), known.event(), clock.instant());
    return settled(pendingIndex.replace(pending, next), new Settling.InConflict());
  }

  private static Settling settled(ReplaceAnswer answer, Settling done) {
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return answer instanceof ReplaceAnswer.Moved ? new Settling.Moved() : done;
  }

  /** What came of {@link #agree}. */
  sealed interface Agreement
      permits Agreement.Stood,
          Agreement.Ahead,
          Agreement.Made,
          Agreement.Corrected,
          Agreement.IsPending,
          Agreement.NoSuchBooking,
          Unavailable {
    /** The head is at the event table's last event. */
    record Stood(Head head) implements Agreement {}

    /** The head is past the event table's last event: more was claimed upon it. */
    record Ahead() implements Agreement {}

    /** There was no head. */
    record Made() implements Agreement {}

    /** The head did not know of the event table's last event. */
    record Corrected() implements Agreement {}

    /** Events wait at the head: they have to be settled first. */
    record IsPending() implements Agreement {}

    /** The event table has no event of this booking. */
    record NoSuchBooking() implements Agreement {}
  }

  /**
   * Makes the head of a booking agree with the event table: it goes to the last event there. Never
   * back from what was claimed since, for that came after it; and never over what is pending, which
   * was acknowledged (R4).
   */
  Agreement agree(BookingCode bookingCode) {
    PendingIndex.FindAnswer answer = pendingIndex.find(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return agree(
        bookingCode,
        answer instanceof PendingIndex.FindAnswer.Found found
            ? Optional.of(found.head())
            : Optional.empty());
  }

  /** As {@link #agree(BookingCode)}, where the head, or that there is none, was seen before. */
  Agreement agree(BookingCode bookingCode, Optional<Head> seen) {
    if (seen.filter(Head::isPending).isPresent()) {
      return new Agreement.IsPending();
    }
    EventTable.FindAnswer answer = eventTable.last(bookingCode);
    if (!(answer instanceof EventTable.FindAnswer.Found found)) {
      return answer instanceof Unavailable unavailable
          ? unavailable
          : new Agreement.NoSuchBooking();
    }
    AcceptedEvent last = found.event();
    if (seen.filter(head -> head.version().isAfter(last.version())).isPresent()) {
      return new Agreement.Ahead();
    }
    if (seen.filter(head -> head.last().equals(last)).isPresent()) {
      return new Agreement.Stood(seen.get());
    }
    Owner owner = ownerOf(last);
    if (!(owner instanceof Owner.Known known)) {
      return (Unavailable) owner;
    }
    return seen.isPresent()
        ? agreed(
            pendingIndex.replace(seen.get(), seen.get().handedTo(last, known.event())),
            new Agreement.Corrected())
        : agreed(
            pendingIndex.create(Head.recorded(last, known.event(), clock.instant())),
            new Agreement.Made());
  }

  /**
   * Says at a head that agrees with the event table that it does. Whoever found the event table
   * empty before, and is about to take the claim over, is fenced off by that (R3).
   */
  Agreement confirm(Head claimed) {
    return agreed(pendingIndex.replace(claimed, claimed.settled()), new Agreement.Corrected());
  }

  private static Agreement agreed(ReplaceAnswer answer, Agreement done) {
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return answer instanceof ReplaceAnswer.Moved
        ? new Unavailable("the head of the booking was touched meanwhile")
        : done;
  }

  /** Who owns a booking code. */
  sealed interface Owner permits Owner.Known, Unavailable {
    record Known(EventIdentity event) implements Owner {}
  }

  /** The first event of a booking, as the event table has it. */
  private Owner ownerOf(AcceptedEvent last) {
    if (last.version().isFirst()) {
      return new Owner.Known(last.identity());
    }
    EventTable.FindAnswer first = eventTable.find(last.bookingCode(), Version.FIRST);
    if (first instanceof EventTable.FindAnswer.Found found) {
      return new Owner.Known(found.event().identity());
    }
    return first instanceof Unavailable unavailable
        ? unavailable
        : new Unavailable("the event table has a booking without its first event");
  }
}
