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

/** One call to read of a booking, as {@link Read} says. For one call, by one thread. */
final class Reading {

  static final Unavailable BELIEVED_TO_FAIL =
      new Unavailable("the circuit breaker on the event table is open");

  private final BookingCode bookingCode;
  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final HeadReading headReading;
  private final boolean believedToFail;
  private final Meanwhile meanwhile;

  /**
   * @param believedToFail whether the event table is
   */
  Reading(
      BookingCode bookingCode,
      Stores stores,
      boolean believedToFail,
      Meanwhile meanwhile,
      Clock clock) {
    this.bookingCode = bookingCode;
    this.eventTable = stores.eventTable();
    this.pendingIndex = stores.pendingIndex();
    this.headReading = new HeadReading(pendingIndex, stores.fallbackQueue(), clock);
    this.believedToFail = believedToFail;
    this.meanwhile = meanwhile;
  }

  // The current price

  ReadOutcome.OneEvent current() {
    return headFirst(head -> lastOf(head, BELIEVED_TO_FAIL), this::directCurrent);
  }

  private ReadOutcome.OneEvent directCurrent() {
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

  ReadOutcome.OneEvent event(Version version) {
    return headFirst(head -> at(version, head, BELIEVED_TO_FAIL), () -> directEvent(version));
  }

  private ReadOutcome.OneEvent directEvent(Version version) {
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

  ReadOutcome.Events events(Range range) {
    return headFirst(head -> within(range, head, BELIEVED_TO_FAIL), () -> directEvents(range));
  }

  private ReadOutcome.Events directEvents(Range range) {
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
        ? join(range, recorded, found)
        : orNotFound(range, Pages.of(recorded));
  }

  private ReadOutcome.Events join(
      Range range, PageAnswer.Page recorded, PendingIndex.FindAnswer.Found found) {
    Head head = found.head();
    if (Pages.fit(recorded, head, range)) {
      return orNotFound(range, Pages.join(recorded, head, range));
    }
    PageAnswer again = eventTable.read(bookingCode, range);
    return again instanceof PageAnswer.Page second
        ? orNotFound(range, Pages.join(second, head, range))
        : within(range, found, (Unavailable) again);
  }

  private ReadOutcome.Events within(Range range, PendingIndex.FindAnswer answer, Unavailable why) {
    HeadAnswer read = headReading.read(answer, head -> Pages.covers(head, range), why);
    return read instanceof HeadAnswer.Accepted accepted
        ? Pages.of(accepted.head(), range)
        : (Unavailable) read;
  }

  /** An empty page is one of a booking that exists. */
  private ReadOutcome.Events orNotFound(Range range, Page page) {
    if (!page.events().isEmpty()) {
      return page;
    }
    if (Pages.isOfEveryBooking(range)) {
      return new NotFound();
    }
    ReadOutcome.OneEvent any = current();
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
  private <A> A headFirst(Function<PendingIndex.FindAnswer, A> fromHead, Supplier<A> direct) {
    if (believedToFail) {
      A answer = fromHead.apply(pendingIndex.find(bookingCode));
      if (!(answer instanceof Unavailable)) {
        return answer;
      }
    }
    return direct.get();
  }
}
