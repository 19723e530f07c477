package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.EventTable.PageAnswer;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.Page;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Reads a booking by its code alone (R5). The event table is asked first.
 *
 * <ul>
 *   <li>It has events: they are the answer.
 *   <li>It has none: the first event may be pending, and then that is the answer. If the code is
 *       only claimed, the event table is asked once more, because the drainer may have moved the
 *       event between the two looks.
 *   <li>It fails: a pending event is the answer, if nothing later can stand in the event table.
 * </ul>
 *
 * In every other case the answer is {@link Unavailable}. "Not found" is never said while the
 * pending index does not answer: it may hold the event (R2). Thread-safe.
 */
public final class Read {

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;

  public Read(EventTable eventTable, PendingIndex pendingIndex) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
  }

  /** The last event of a booking, which holds its current price. */
  public ReadOutcome.OneEvent current(BookingCode bookingCode) {
    return only(read(bookingCode, () -> page(eventTable.last(bookingCode)), Read::isWholeBooking));
  }

  /** One event of a booking. */
  public ReadOutcome.OneEvent event(BookingCode bookingCode, Version version) {
    Supplier<PageAnswer> look = () -> page(eventTable.find(bookingCode, version));
    // Only the first event can be pending.
    return only(
        version.isFirst() ? read(bookingCode, look, anyParked -> true) : recorded(look.get()));
  }

  /** A page of a booking's events; empty where the booking is shorter than the range. */
  public ReadOutcome.Events events(BookingCode bookingCode, EventTable.Range range) {
    Supplier<PageAnswer> look = () -> eventTable.read(bookingCode, range);
    if (range.reachesFirst()) {
      return read(bookingCode, look, Read::isWholeBooking);
    }
    ReadOutcome.Events outcome = recorded(look.get());
    return outcome instanceof NotFound ? emptyIfExists(bookingCode) : outcome;
  }

  private ReadOutcome.Events emptyIfExists(BookingCode bookingCode) {
    ReadOutcome.OneEvent first = event(bookingCode, Version.FIRST);
    if (first instanceof Unavailable unavailable) {
      return unavailable;
    }
    return first instanceof Found ? new Page(List.of(), Optional.empty()) : new NotFound();
  }

  /**
   * The read of whatever includes a booking's first event.
   *
   * @param look how to ask the event table
   * @param isAnswer whether a parked event answers the question while the event table fails
   */
  private ReadOutcome.Events read(
      BookingCode bookingCode, Supplier<PageAnswer> look, Predicate<Parked> isAnswer) {
    ReadOutcome.Events outcome = recorded(look.get());
    if (outcome instanceof Page) {
      return outcome;
    }
    PendingIndex.FindAnswer answer = pendingIndex.find(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (answer instanceof PendingIndex.FindAnswer.Absent) {
      return outcome;
    }
    Optional<Parked> parked = ((PendingIndex.FindAnswer.Found) answer).claim().parked();
    if (parked.isPresent() && parked.get().isInConflict()) {
      // Another event is in its place, and the event table alone says which.
      return new Unavailable("the pending event is in conflict");
    }
    if (outcome instanceof NotFound) {
      return parked.map(Read::pending).orElseGet(() -> recorded(look.get()));
    }
    return parked.filter(isAnswer).map(Read::pending).orElse(outcome);
  }

  /** Parked on a new claim, the first event is all there is: version 2 would have settled it. */
  private static boolean isWholeBooking(Parked parked) {
    return !parked.resumed();
  }

  private static ReadOutcome.Events pending(Parked parked) {
    return new Page(List.of(new ReadEvent(parked.event(), Status.PENDING)), Optional.empty());
  }

  private static ReadOutcome.Events recorded(PageAnswer answer) {
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    PageAnswer.Page page = (PageAnswer.Page) answer;
    return page.events().isEmpty()
        ? new NotFound()
        : new Page(
            page.events().stream().map(event -> new ReadEvent(event, Status.RECORDED)).toList(),
            page.next());
  }

  private static PageAnswer page(EventTable.FindAnswer answer) {
    if (answer instanceof Unavailable unavailable) {
      return unavailable;
    }
    return new PageAnswer.Page(
        answer instanceof EventTable.FindAnswer.Found found ? List.of(found.event()) : List.of(),
        Optional.empty());
  }

  private static ReadOutcome.OneEvent only(ReadOutcome.Events outcome) {
    if (outcome instanceof Page page) {
      return new Found(page.events().get(0));
    }
    return outcome instanceof Unavailable unavailable ? unavailable : new NotFound();
  }
}
