package dev.holdfast.ledger;

import dev.holdfast.ledger.EventTableScan.PageAnswer;
import dev.holdfast.ledger.EventTableScan.PageAnswer.Page;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.Settlement.Agreement;
import java.time.Clock;
import java.time.Duration;
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

  private final EventTableScan scan;
  private final Settlement settlement;
  private final Clock clock;
  private final Ticker ticker;

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
    this.scan = scan;
    this.settlement = new Settlement(eventTable, pendingIndex, clock);
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Lets the next head wait for its turn. */
  @FunctionalInterface
  public interface Pace {
    void await();
  }

  /**
   * How far a backfill of one segment came.
   *
   * @param scanned how many events were read
   * @param claimed how many bookings had no head, and have one now
   * @param standing how many had a head that knew of the event table's last event
   * @param corrected how many had a head that did not, and does now
   * @param pending how many have events that wait: a drain makes their heads agree
   * @param last after which event to go on; empty: at the segment's beginning
   * @param isDone whether the segment is at its end
   * @param stopped why it ended early, where a store did not answer
   */
  public record Progress(
      long scanned,
      long claimed,
      long standing,
      long corrected,
      long pending,
      Optional<Position> last,
      boolean isDone,
      Optional<Unavailable> stopped) {

    /** Nothing done yet. */
    private static Progress from(Optional<Position> start) {
      return new Progress(0, 0, 0, 0, 0, start, false, Optional.empty());
    }

    private Progress past(Page page) {
      return new Progress(
          scanned + page.scanned(),
          claimed,
          standing,
          corrected,
          pending,
          page.next(),
          page.next().isEmpty(),
          stopped);
    }

    private Progress past(AcceptedEvent event, Agreement agreement) {
      if (agreement instanceof Unavailable unavailable) {
        return stoppedBy(unavailable);
      }
      boolean isMade = agreement instanceof Agreement.Made;
      boolean isCorrected = agreement instanceof Agreement.Corrected;
      boolean isPending = agreement instanceof Agreement.IsPending;
      return new Progress(
          scanned,
          claimed + (isMade ? 1 : 0),
          standing + (isMade || isCorrected || isPending ? 0 : 1),
          corrected + (isCorrected ? 1 : 0),
          pending + (isPending ? 1 : 0),
          Optional.of(new Position(event.bookingCode(), event.version())),
          isDone,
          stopped);
    }

    private Progress stoppedBy(Unavailable why) {
      return new Progress(
          scanned, claimed, standing, corrected, pending, last, isDone, Optional.of(why));
    }
  }

  /**
   * Goes through a segment, or a part of it.
   *
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, no further head is made
   */
  public Progress run(Segment segment, Optional<Position> after, Duration longest, Pace pace) {
    TimeBudget time = new TimeBudget(clock, ticker, longest);
    Progress progress = Progress.from(after);
    while (!progress.isDone() && !time.isSpent()) {
      PageAnswer answer = scan.page(segment, progress.last());
      if (!(answer instanceof Page page)) {
        return progress.stoppedBy((Unavailable) answer);
      }
      for (AcceptedEvent event : page.firstEvents()) {
        if (time.isSpent()) {
          return progress;
        }
        pace.await();
        progress = progress.past(event, settlement.agree(event.bookingCode()));
        if (progress.stopped().isPresent()) {
          return progress;
        }
      }
      progress = progress.past(page);
    }
    return progress;
  }
}
