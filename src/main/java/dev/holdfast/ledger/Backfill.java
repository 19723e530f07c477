package dev.holdfast.ledger;

import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.EventTableScan.Selection;
import dev.holdfast.ledger.SegmentWalk.Answer;
import dev.holdfast.ledger.SegmentWalk.Pace;
import dev.holdfast.ledger.SegmentWalk.Progress;
import dev.holdfast.ledger.Settlement.Agreement;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Gives every booking of an event table its head: for a table that was there before its pending
 * index, or whose pending index was lost.
 *
 * <p>Safe while traffic runs, and as often as one likes. What the event table holds is there for
 * ever, so to make the head agree with its last event is right at any time; and no event slips
 * through: what was recorded since the scan has passed was claimed by whoever did it, or is owed by
 * the event table and found by {@link Sweep} (R3). Thread-safe.
 */
public final class Backfill {

  private final SegmentWalk walk;
  private final Settlement settlement;

  /**
   * @param clock for what is written down
   * @param ticker for how long a run takes
   */
  public Backfill(
      EventTableScan scan,
      EventTable eventTable,
      PendingIndex pendingIndex,
      Clock clock,
      Ticker ticker) {
    this.walk = new SegmentWalk(scan, clock, ticker);
    this.settlement = new Settlement(eventTable, pendingIndex, clock);
  }

  /** What the head of a booking was. */
  public enum Finding {
    /** There was none, and is one now. */
    CLAIMED,
    /** It knew of the event table's last event. */
    STANDING,
    /** It did not, and does now. */
    CORRECTED,
    /** Events wait there: a drain makes it agree. */
    PENDING,
    /**
     * It, or what it has to agree with, cannot be read: the adapter has said which and counted it.
     */
    UNREADABLE
  }

  /**
   * Goes through a segment, or a part of it.
   *
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, no further head is made
   */
  public Progress<Finding> run(
      Segment segment, Optional<Position> after, Duration longest, Pace pace) {
    return walk.run(new Selection.FirstEvents(), 1, this::agree, segment, after, longest, pace);
  }

  private Answer<Finding> agree(List<AcceptedEvent> one) {
    Agreement agreement = settlement.agree(one.get(0).bookingCode());
    if (agreement instanceof Unavailable unavailable) {
      return unavailable.isUnreadable()
          ? new Answer.Done<>(Finding.UNREADABLE)
          : new Answer.Stopped<>(unavailable);
    }
    if (agreement instanceof Agreement.Made) {
      return new Answer.Done<>(Finding.CLAIMED);
    }
    if (agreement instanceof Agreement.Corrected) {
      return new Answer.Done<>(Finding.CORRECTED);
    }
    return new Answer.Done<>(
        agreement instanceof Agreement.IsPending ? Finding.PENDING : Finding.STANDING);
  }
}
