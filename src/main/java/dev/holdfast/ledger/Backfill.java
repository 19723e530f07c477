package dev.holdfast.ledger;

import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.EventTableScan.PageAnswer;
import dev.holdfast.ledger.EventTableScan.PageAnswer.Page;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.PendingIndex.SettleAnswer;
import dev.holdfast.ledger.PendingIndex.SettleAnswer.Settled.Effect;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Gives every booking code of an event table its claim: for a table that was there before its
 * pending index, or whose pending index was lost.
 *
 * <p>Safe while traffic runs, and as often as one likes. What the event table holds owns its code
 * for ever, so to make the claim agree with it is right at any time; and no event slips through: a
 * code that is new since the scan has passed was claimed by whoever made it, or is owed by the
 * event table and found by {@link Sweep} (R3). Thread-safe.
 */
public final class Backfill {

  private final EventTableScan scan;
  private final PendingIndex pendingIndex;
  private final Settlement settlement;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for what is written down
   * @param ticker for how long a run takes
   */
  public Backfill(EventTableScan scan, PendingIndex pendingIndex, Clock clock, Ticker ticker) {
    this.scan = scan;
    this.pendingIndex = pendingIndex;
    this.settlement = new Settlement(pendingIndex, clock);
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Lets the next claim wait for its turn. */
  @FunctionalInterface
  public interface Pace {
    void await();
  }

  /**
   * How far a backfill of one segment came.
   *
   * @param scanned how many events were read
   * @param claimed how many bookings had no claim, and have it now
   * @param standing how many had a claim that agreed with the event table already
   * @param corrected how many had a claim that did not, and does now
   * @param conflicts how many of the codes have another event pending; marked, for an operator
   * @param last after which event to go on; empty: at the segment's beginning
   * @param isDone whether the segment is at its end
   * @param stopped why it ended early, where a store did not answer
   */
  public record Progress(
      long scanned,
      long claimed,
      long standing,
      long corrected,
      long conflicts,
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
          conflicts,
          page.next(),
          page.next().isEmpty(),
          stopped);
    }

    private Progress past(AcceptedEvent event, Effect effect) {
      return new Progress(
          scanned,
          claimed + (effect == Effect.CLAIMED ? 1 : 0),
          standing + (effect == Effect.STANDING ? 1 : 0),
          corrected + (effect == Effect.CORRECTED ? 1 : 0),
          conflicts,
          positionOf(event),
          isDone,
          stopped);
    }

    private Progress pastConflict(AcceptedEvent event) {
      return new Progress(
          scanned, claimed, standing, corrected, conflicts + 1, positionOf(event), isDone, stopped);
    }

    private static Optional<Position> positionOf(AcceptedEvent event) {
      return Optional.of(new Position(event.bookingCode(), event.version()));
    }

    private Progress stoppedBy(Unavailable why) {
      return new Progress(
          scanned, claimed, standing, corrected, conflicts, last, isDone, Optional.of(why));
    }
  }

  /**
   * Goes through a segment, or a part of it.
   *
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, no further claim is made
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
        progress = settle(event, progress);
        if (progress.stopped().isPresent()) {
          return progress;
        }
      }
      progress = progress.past(page);
    }
    return progress;
  }

  private Progress settle(AcceptedEvent event, Progress progress) {
    SettleAnswer answer = pendingIndex.settle(event, clock.instant());
    if (answer instanceof SettleAnswer.Settled settled) {
      return progress.past(event, settled.effect());
    }
    if (answer instanceof Unavailable unavailable) {
      return progress.stoppedBy(unavailable);
    }
    EventIdentity pending = ((SettleAnswer.OtherPending) answer).standing().owner();
    return settlement.markConflict(event, pending) instanceof Unavailable unavailable
        ? progress.stoppedBy(unavailable)
        : progress.pastConflict(event);
  }
}
