package dev.holdfast.ledger;

import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a sweep did and saw.
 *
 * @param pending the events that the event table lacks
 * @param unclaimed the claims that the pending index lacks
 */
public record SweepReport(Debts pending, Debts unclaimed) {

  /**
   * The debts of one index.
   *
   * @param tally what was owed when the sweep began; empty where the store of the index did not
   *     answer
   * @param requeued how many of them went back on the fallback queue
   */
  public record Debts(Optional<Tally> tally, int requeued) {

    /** 0 where more is put back than was seen, for an index is read with some delay. */
    private Optional<Long> backlog() {
      return tally.map(owed -> Math.max(0, owed.waiting() - requeued));
    }
  }

  /** How many events went back on the fallback queue. */
  public int requeued() {
    return pending.requeued() + unclaimed.requeued();
  }

  /**
   * What is owed, can be drained, and did not go back on the queue with this sweep: what is too
   * young for it, and what it had no time, no queue or no use for. Of the indexes whose tally is
   * known; empty where none is.
   */
  public Optional<Long> backlog() {
    return Stream.of(pending, unclaimed)
        .map(Debts::backlog)
        .flatMap(Optional::stream)
        .reduce(Long::sum);
  }
}
