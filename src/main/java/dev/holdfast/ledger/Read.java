package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.PageAnswer;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.HeadReading.HeadAnswer;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.Page;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.time.Clock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Reads a booking by its code alone (R5). What is asked for decides who is asked.
 *
 * <ul>
 *   <li><b>One version</b>: the event table. What it has is the answer. What it has not may wait at
 *       the head.
 *   <li><b>The end of a booking</b>, which is its current price, or a page that reaches it: the
 *       event table, and the pending index beside it. What waits at the head comes after what is
 *       recorded.
 *   <li>Where the head is past what the event table showed, and nothing waits there, the event
 *       table is asked once more: the drainer may have moved an event between the two looks.
 *   <li><b>The event table fails</b>: the head has the answer, see {@link HeadReading}, or nobody
 *       can give it now.
 *   <li><b>The pending index fails</b>: what the event table has is the answer. What it has not is
 *       never "not found": it may wait at the head (R2).
 * </ul>
 *
 * While the circuit breaker on the event table is open, the head is asked first, and the event
 * table only for what the head has not: the breaker is a belief. Thread-safe.
 */
public final class Read {

  private static final Unavailable BELIEVED_TO_FAIL =
      new Unavailable("the circuit breaker on the event table is open");

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final HeadReading headReading;
  private final CircuitBreaker circuitBreaker;
  private final Meanwhile meanwhile;

  public Read(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Meanwhile meanwhile,
      Clock clock) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.headReading = new HeadReading(pendingIndex, fallbackQueue, clock);
    this.circuitBreaker = circuitBreaker;
    this.meanwhile = meanwhile;
  }

  // The current price

  /** The last event of a booking, which holds its current price. */
  public ReadOutcome.OneEvent current(BookingCode bookingCode) {
    return headFirst(
        bookingCode, head -> lastOf(head, BELIEVED_TO_FAIL), () -> directCurrent(bookingCode));
  }

  private ReadOutcome.OneEvent directCurrent(BookingCode bookingCode) {
    Supplier<PendingIndex.FindAnswer> beside =
        meanwhile.begin(() -> pendingIndex.find(bookingCode));
    EventTable.FindAnswer last = eventTable.last(bookingCode);
    PendingIndex.FindAnswer head = beside.get();
    if (last instanceof Unavailable unavailable) {
      return lastOf(head, unavailable);
    }
    if (!(head instanceof PendingIndex.FindAnswer.Found found)) {
      return head instanceof Unavailable unavailable
          ? recordedOr(unavailable, last)
          : recordedOr(new NotFound(), last);
    }
    if (!isPast(found.head(), last)) {
      return recordedOr(new NotFound(), last);
    }
    if (found.head().isPending()) {
      return pending(found.head().last());
    }
    EventTable.FindAnswer again = eventTable.last(bookingCode);
    return again instanceof Unavailable unavailable
        ? lastOf(head, unavailable)
        : recordedOr(new NotFound(), again);
  }

  private static boolean isPast(Head head, EventTable.FindAnswer last) {
    return !(last instanceof EventTable.FindAnswer.Found found)
        || head.version().isAfter(found.event().version());
  }

  private ReadOutcome.OneEvent lastOf(PendingIndex.FindAnswer answer, Unavailable why) {
    HeadAnswer read = headReading.read(answer, anyHead -> true, why);
    return read instanceof HeadAnswer.Accepted accepted
        ? new Found(new ReadEvent(accepted.head().last(), Pages.statusOf(accepted.head())))
        : (Unavailable) read;
  }

  // One version

  /** One event of a booking. */
  public ReadOutcome.OneEvent event(BookingCode bookingCode, Version version) {
    return headFirst(
        bookingCode,
        head -> at(version, head, BELIEVED_TO_FAIL),
        () -> directEvent(bookingCode, version));
  }

  private ReadOutcome.OneEvent directEvent(BookingCode bookingCode, Version version) {
    EventTable.FindAnswer answer = eventTable.find(bookingCode, version);
    if (answer instanceof EventTable.FindAnswer.Found) {
      return recordedOr(new NotFound(), answer);
    }
    PendingIndex.FindAnswer head = pendingIndex.find(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      return at(version, head, unavailable);
    }
    if (head instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (!(head instanceof PendingIndex.FindAnswer.Found found)
        || version.isAfter(found.head().version())) {
      return new NotFound();
    }
    if (found.head().isPending() && found.head().eventAt(version).isPresent()) {
      return pending(found.head().eventAt(version).get());
    }
    EventTable.FindAnswer again = eventTable.find(bookingCode, version);
    return again instanceof Unavailable unavailable
        ? at(version, head, unavailable)
        : recordedOr(new NotFound(), again);
  }

  private ReadOutcome.OneEvent at(
      Version version, PendingIndex.FindAnswer answer, Unavailable why) {
    HeadAnswer read = headReading.read(answer, head -> head.eventAt(version).isPresent(), why);
    return read instanceof HeadAnswer.Accepted accepted
        ? shown(accepted.head(), version, why)
        : (Unavailable) read;
  }

  // Pages

  /** A page of a booking's events; empty where the booking is shorter than the range. */
  public ReadOutcome.Events events(BookingCode bookingCode, Range range) {
    return headFirst(
        bookingCode,
        head -> within(range, head, BELIEVED_TO_FAIL),
        () -> directEvents(bookingCode, range));
  }

  private ReadOutcome.Events directEvents(BookingCode bookingCode, Range range) {
    Supplier<PendingIndex.FindAnswer> look = () -> pendingIndex.find(bookingCode);
    // Most bookings are one page. Who asks for another page reads a long one, whose end is far.
    Supplier<PendingIndex.FindAnswer> beside =
        range.from().isEmpty() ? meanwhile.begin(look) : look;
    PageAnswer answer = eventTable.read(bookingCode, range);
    if (answer instanceof Unavailable unavailable) {
      return within(range, beside.get(), unavailable);
    }
    PageAnswer.Page recorded = (PageAnswer.Page) answer;
    if (Pages.endsBefore(recorded, range)) {
      return Pages.of(recorded);
    }
    PendingIndex.FindAnswer head = beside.get();
    if (head instanceof Unavailable unavailable) {
      return recorded.events().isEmpty() ? unavailable : Pages.of(recorded);
    }
    return head instanceof PendingIndex.FindAnswer.Found found
        ? join(bookingCode, range, recorded, found)
        : orNotFound(bookingCode, range, Pages.of(recorded));
  }

  private ReadOutcome.Events join(
      BookingCode bookingCode,
      Range range,
      PageAnswer.Page recorded,
      PendingIndex.FindAnswer.Found found) {
    Head head = found.head();
    if (Pages.fit(recorded, head, range)) {
      return orNotFound(bookingCode, range, Pages.join(recorded, head, range));
    }
    PageAnswer again = eventTable.read(bookingCode, range);
    return again instanceof PageAnswer.Page second
        ? orNotFound(bookingCode, range, Pages.join(second, head, range))
        : within(range, found, (Unavailable) again);
  }

  private ReadOutcome.Events within(Range range, PendingIndex.FindAnswer answer, Unavailable why) {
    HeadAnswer read = headReading.read(answer, head -> Pages.covers(head, range), why);
    return read instanceof HeadAnswer.Accepted accepted
        ? Pages.of(accepted.head(), range)
        : (Unavailable) read;
  }

  /** An empty page is one of a booking that exists. */
  private ReadOutcome.Events orNotFound(BookingCode bookingCode, Range range, Page page) {
    if (!page.events().isEmpty()) {
      return page;
    }
    if (Pages.isOfEveryBooking(range)) {
      return new NotFound();
    }
    ReadOutcome.OneEvent any = current(bookingCode);
    if (any instanceof Found) {
      return page;
    }
    return any instanceof Unavailable unavailable ? unavailable : new NotFound();
  }

  // Answers

  private static ReadOutcome.OneEvent shown(Head head, Version version, Unavailable why) {
    return head.eventAt(version)
        .<ReadOutcome.OneEvent>map(event -> new Found(new ReadEvent(event, Pages.statusOf(head))))
        .orElse(why);
  }

  private static ReadOutcome.OneEvent pending(AcceptedEvent event) {
    return new Found(new ReadEvent(event, Status.PENDING));
  }

  private static ReadOutcome.OneEvent recordedOr(
      ReadOutcome.OneEvent otherwise, EventTable.FindAnswer answer) {
    return answer instanceof EventTable.FindAnswer.Found found
        ? new Found(new ReadEvent(found.event(), Status.RECORDED))
        : otherwise;
  }

  /** The head alone, while the event table is believed to fail, if it has the answer. */
  private <A> A headFirst(
      BookingCode bookingCode, Function<PendingIndex.FindAnswer, A> fromHead, Supplier<A> direct) {
    if (circuitBreaker.isOpen()) {
      A answer = fromHead.apply(pendingIndex.find(bookingCode));
      if (!(answer instanceof Unavailable)) {
        return answer;
      }
    }
    return direct.get();
  }
}
