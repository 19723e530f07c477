package dev.holdfast.ledger;

import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer;
import java.time.Clock;
import java.util.function.Predicate;

/**
 * Reads from the head of a booking while the event table does not answer. Thread-safe.
 *
 * <p>Nobody knows then whether an event that was only claimed is in the event table. If it is, its
 * sender was told so, and it must be shown; if it is not, it may never be, and must not be. So it
 * is made pending before it is shown: from then on it is accepted either way, and it will be in the
 * event table (R2, R3).
 */
final class HeadReading {

  /** How often others may touch a head before a read of it gives up. */
  private static final int MOST_TURNS = 5;

  private final PendingIndex pendingIndex;
  private final FallbackQueue fallbackQueue;
  private final Clock clock;

  HeadReading(PendingIndex pendingIndex, FallbackQueue fallbackQueue, Clock clock) {
    this.pendingIndex = pendingIndex;
    this.fallbackQueue = fallbackQueue;
    this.clock = clock;
  }

  /** What {@link #read} answers. */
  sealed interface HeadAnswer permits HeadAnswer.Accepted, Unavailable {
    /** A head whose events are accepted, every one. */
    record Accepted(Head head) implements HeadAnswer {}
  }

  /**
   * The head, once its events are accepted.
   *
   * @param found what the pending index answered
   * @param isAnswer whether a head has what is asked for; where it has not, nothing is written
   * @param why the event table is not asked: the answer where the head has none
   */
  HeadAnswer read(FindAnswer found, Predicate<Head> isAnswer, Unavailable why) {
    if (found instanceof Unavailable unavailable) {
      return unavailable;
    }
    if (!(found instanceof FindAnswer.Found standing)) {
      return why;
    }
    Head head = standing.head();
    for (int turn = 0; isAnswer.test(head); turn++) {
      if (!(head.state() instanceof Head.State.Claimed)) {
        return new HeadAnswer.Accepted(head);
      }
      if (turn == MOST_TURNS) {
        return new Unavailable("the booking is written to by too many at once");
      }
      if (head.bytes() > Head.MOST_BYTES) {
        return Head.FULL;
      }
      Head parked = head.parked(clock.instant());
      ReplaceAnswer answer = pendingIndex.replace(head, parked);
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (answer instanceof ReplaceAnswer.Replaced) {
        fallbackQueue.send(Hint.ofPending(parked.last(), parked));
        return new HeadAnswer.Accepted(parked);
      }
      head = ((ReplaceAnswer.Moved) answer).standing();
    }
    return why;
  }
}
