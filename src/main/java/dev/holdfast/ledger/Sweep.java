package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.DebtIndex.DueAnswer;
import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import dev.holdfast.ledger.SweepReport.Debts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Finds what is owed and was not worked off: pending events, and recorded events without a claim.
 * What is older than a minute goes back on the fallback queue, so that both debts are paid even
 * when the queue lost every message (R4). Measures how much is owed, and since when.
 *
 * <p>While the store that the debts are owed to does not answer, nothing goes back on the queue:
 * the drainer could do nothing with it. Thread-safe; sweeps that run side by side are harmless.
 */
public final class Sweep {

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final FallbackQueue fallbackQueue;
  private final Limits limits;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for how old a debt is
   * @param ticker for how long a sweep takes
   */
  public Sweep(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      Limits limits,
      Clock clock,
      Ticker ticker) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.fallbackQueue = fallbackQueue;
    this.limits = limits;
    this.clock = clock;
    this.ticker = ticker;
  }

  /**
   * How much one sweep does.
   *
   * @param olderThan what is younger is left to the message that was sent for it
   * @param perShard how many events of one shard of one index go back on the queue, the oldest
   *     first
   * @param longest after this, no further event goes back
   */
  public record Limits(Duration olderThan, int perShard, Duration longest) {}

  /** One sweep over all shards of both indexes. */
  public SweepReport sweep() {
    TimeBudget time = new TimeBudget(clock, ticker, limits.longest());
    Optional<Tally> pending = tally(pendingIndex);
    Optional<Tally> unclaimed = tally(eventTable);
    int pendingRequeued = requeue(pendingIndex, this::eventTableAnswers, time);
    int unclaimedRequeued = requeue(eventTable, this::pendingIndexAnswers, time);
    return new SweepReport(
        new Debts(pending, pendingRequeued), new Debts(unclaimed, unclaimedRequeued));
  }

  /**
   * Puts what is due back on the queue.
   *
   * @param isAnswered asked once, with the first event that is due: whether the store that lacks it
   *     answers
   */
  private int requeue(DebtIndex debts, Predicate<AcceptedEvent> isAnswered, TimeBudget time) {
    Instant before = clock.instant().minus(limits.olderThan());
    int requeued = 0;
    for (Shard shard : Shard.all()) {
      if (!(debts.due(shard, before, limits.perShard()) instanceof DueAnswer.Due due)) {
        return requeued;
      }
      for (AcceptedEvent event : due.events()) {
        if (time.isSpent()
            || (requeued == 0 && !isAnswered.test(event))
            || fallbackQueue.send(event) instanceof Unavailable) {
          return requeued;
        }
        requeued++;
      }
    }
    return requeued;
  }

  private boolean eventTableAnswers(AcceptedEvent event) {
    return !(eventTable.find(event.bookingCode(), Version.FIRST) instanceof Unavailable);
  }

  private boolean pendingIndexAnswers(AcceptedEvent event) {
    return !(pendingIndex.find(event.bookingCode()) instanceof Unavailable);
  }

  private static Optional<Tally> tally(DebtIndex debts) {
    Tally sum = new Tally(0, 0, Optional.empty(), true);
    for (Shard shard : Shard.all()) {
      if (!(debts.tally(shard) instanceof Tally tally)) {
        return Optional.empty();
      }
      sum = sum.plus(tally);
    }
    return Optional.of(sum);
  }
}
