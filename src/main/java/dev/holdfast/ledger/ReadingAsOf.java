package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.HeadReading.HeadAnswer;
import dev.holdfast.ledger.ReadOutcome.AsOf;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.NotMadeYet;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;

/**
 * One call to read which event of a booking held at a moment: the last one that was accepted by
 * then. Along a booking no event was accepted before the one before it, so the event table is
 * searched by halves. For one call, by one thread.
 */
final class ReadingAsOf {

  private final BookingCode bookingCode;
  private final Instant moment;
  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final HeadReading headReading;
  private final boolean believedToFail;

  /**
   * @param believedToFail whether the event table is
   */
  ReadingAsOf(
      BookingCode bookingCode, Instant moment, Stores stores, boolean believedToFail, Clock clock) {
    this.bookingCode = bookingCode;
    this.moment = moment;
    this.eventTable = stores.eventTable();
    this.pendingIndex = stores.pendingIndex();
    this.headReading = new HeadReading(pendingIndex, stores.fallbackQueue(), clock);
    this.believedToFail = believedToFail;
  }

  AsOf read() {
    if (believedToFail) {
      AsOf answer = atHead(pendingIndex.find(bookingCode), Reading.BELIEVED_TO_FAIL);
      if (!(answer instanceof Unavailable)) {
        return answer;
      }
    }
    EventTable.FindAnswer last = eventTable.last(bookingCode);
    if (last instanceof Unavailable unavailable) {
      return atHead(pendingIndex.find(bookingCode), unavailable);
    }
    if (!(last instanceof EventTable.FindAnswer.Found found)) {
      return afterRecorded(Optional.empty());
    }
    // What waits came after the last one, and is not asked for.
    return isLater(found.event())
        ? search(Optional.empty(), found.event().version())
        : afterRecorded(Optional.of(found.event()));
  }

  /**
   * The moment is not before the end of what the event table has: the answer may wait at the head.
   *
   * @param last what the event table has last, if it has anything
   */
  private AsOf afterRecorded(Optional<AcceptedEvent> last) {
    PendingIndex.FindAnswer answer = pendingIndex.find(bookingCode);
    if (answer instanceof Unavailable unavailable) {
      return last.<AsOf>map(ReadingAsOf::recorded).orElse(unavailable);
    }
    if (!(answer instanceof PendingIndex.FindAnswer.Found found)
        || last.filter(it -> !found.head().version().isAfter(it.version())).isPresent()) {
      return last.<AsOf>map(ReadingAsOf::recorded).orElseGet(NotFound::new);
    }
    Head head = found.head();
    if (head.isPending()) {
      return lastBy(head)
          .<AsOf>map(event -> new Found(new ReadEvent(event, Status.PENDING)))
          .orElseGet(() -> search(last, head.events().get(0).version()));
    }
    // The drainer may have moved it between the two looks.
    EventTable.FindAnswer again = eventTable.last(bookingCode);
    if (again instanceof Unavailable unavailable) {
      return atHead(answer, unavailable);
    }
    if (!(again instanceof EventTable.FindAnswer.Found moved)) {
      return new NotFound();
    }
    return isLater(moved.event()) ? search(last, moved.event().version()) : recorded(moved.event());
  }

  /**
   * By halves, so that a booking of ten thousand events is searched by fourteen reads.
   *
   * @param held the last event that is known to have held by the moment
   * @param later the first version that is known to have come later
   */
  private AsOf search(Optional<AcceptedEvent> held, Version later) {
    Optional<AcceptedEvent> last = held;
    int from = held.map(it -> it.version().number()).orElse(0);
    int to = later.number();
    while (to - from > 1) {
      int middle = from + (to - from) / 2;
      EventTable.FindAnswer answer = eventTable.find(bookingCode, new Version(middle));
      if (answer instanceof Unavailable unavailable) {
        return atHead(pendingIndex.find(bookingCode), unavailable);
      }
      if (!(answer instanceof EventTable.FindAnswer.Found found)) {
        return new Unavailable("the event table has a booking without one of its events");
      }
      if (isLater(found.event())) {
        to = middle;
      } else {
        from = middle;
        last = Optional.of(found.event());
      }
    }
    return last.<AsOf>map(ReadingAsOf::recorded).orElseGet(NotMadeYet::new);
  }

  /** The head alone, where the event table does not answer. */
  private AsOf atHead(PendingIndex.FindAnswer answer, Unavailable why) {
    HeadAnswer read = headReading.read(answer, this::tells, why);
    if (!(read instanceof HeadAnswer.Accepted accepted)) {
      return (Unavailable) read;
    }
    return lastBy(accepted.head())
        .<AsOf>map(event -> new Found(new ReadEvent(event, Pages.statusOf(accepted.head()))))
        .orElseGet(NotMadeYet::new);
  }

  /** Whether a head has the answer: what came before its events is history. */
  private boolean tells(Head head) {
    AcceptedEvent first = head.events().get(0);
    return first.version().isFirst() || !isLater(first);
  }

  /** The last of a head's events that was accepted by the moment. */
  private Optional<AcceptedEvent> lastBy(Head head) {
    return head.events().stream().filter(event -> !isLater(event)).reduce((one, next) -> next);
  }

  private boolean isLater(AcceptedEvent event) {
    return event.recordedAt().isAfter(moment);
  }

  private static Found recorded(AcceptedEvent event) {
    return new Found(new ReadEvent(event, Status.RECORDED));
  }
}
