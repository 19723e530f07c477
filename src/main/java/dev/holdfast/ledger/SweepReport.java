package dev.holdfast.ledger;

import dev.holdfast.ledger.DebtIndex.Tally;

/**
 * What a sweep did and saw.
 *
 * @param pending the bookings of which the event table lacks events
 * @param unclaimed the events that the pending index does not know of
 * @param conflicts the bookings that keep an event in conflict; none of them goes back on the queue
 */
public record SweepReport(Debts pending, Debts unclaimed, Debts conflicts) {

  /**
   * The debts of one index.
   *
   * @param owed how much there was when each shard was looked at; not complete: at least so much
   * @param requeued how many of them went back on the fallback queue
   * @param unswept of how many shards nothing was seen: no answer, or no time
   */
  public record Debts(Tally owed, int requeued, int unswept) {

    /** 0 where more is put back than was seen, for an index is read with some delay. */
    private long backlog() {
      return Math.max(0, owed.waiting() - requeued);
    }
  }

  /** How many debts went back on the fallback queue. */
  public int requeued() {
    return pending.requeued() + unclaimed.requeued();
  }

  /** Of how many shards of the three indexes nothing was seen. */
  public int unswept() {
    return pending.unswept() + unclaimed.unswept() + conflicts.unswept();
  }

  /**
   * What is owed and did not go back on the queue with this sweep: what is too young for it, what
   * cannot be read, and what it had no time, no queue or no use for. Where not everything was
   * counted, at least so much.
   */
  public long backlog() {
    return pending.backlog() + unclaimed.backlog();
  }

  /** Whether everything that is owed was counted. */
  public boolean isComplete() {
    return pending.owed().complete() && unclaimed.owed().complete();
  }
}
