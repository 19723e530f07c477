package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import java.time.Instant;
import java.util.Optional;

/** The three stores, as one operation sees them. */
record Stores(EventTable eventTable, PendingIndex pendingIndex, FallbackQueue fallbackQueue) {

  /**
   * The same stores, which are not asked any more once the time is spent: every call answers then
   * that there is none left. So an operation ends within its budget and the time of one call,
   * whatever hangs.
   */
  Stores within(TimeBudget time) {
    return new Stores(
        within(eventTable, time),
        within(pendingIndex, time),
        new BudgetedFallbackQueue(fallbackQueue, time));
  }

  /** One of them, as {@link #within(TimeBudget)}. */
  static EventTable within(EventTable eventTable, TimeBudget time) {
    return new BudgetedEventTable(eventTable, time);
  }

  /** One of them, as {@link #within(TimeBudget)}. */
  static PendingIndex within(PendingIndex pendingIndex, TimeBudget time) {
    return new BudgetedPendingIndex(pendingIndex, time);
  }

  private record BudgetedFallbackQueue(FallbackQueue queue, TimeBudget time)
      implements FallbackQueue {

    @Override
    public SendAnswer send(Hint hint) {
      return time.isSpent() ? TimeBudget.SPENT : queue.send(hint);
    }
  }

  private record BudgetedEventTable(EventTable table, TimeBudget time) implements EventTable {

    @Override
    public RecordAnswer record(AcceptedEvent event) {
      return time.isSpent() ? TimeBudget.SPENT : table.record(event);
    }

    @Override
    public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
      return time.isSpent() ? TimeBudget.SPENT : table.recordUnclaimed(event, since);
    }

    @Override
    public EventTable.FindAnswer find(BookingCode bookingCode, Version version) {
      return time.isSpent() ? TimeBudget.SPENT : table.find(bookingCode, version);
    }

    @Override
    public EventTable.FindAnswer last(BookingCode bookingCode) {
      return time.isSpent() ? TimeBudget.SPENT : table.last(bookingCode);
    }

    @Override
    public PageAnswer read(BookingCode bookingCode, Range range) {
      return time.isSpent() ? TimeBudget.SPENT : table.read(bookingCode, range);
    }

    @Override
    public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
      return time.isSpent() ? TimeBudget.SPENT : table.markClaimed(bookingCode, version);
    }

    @Override
    public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return time.isSpent() ? TimeBudget.SPENT : table.debts(shard, after, limit);
    }

    @Override
    public TallyAnswer tally(Shard shard, Optional<Position> after) {
      return time.isSpent() ? TimeBudget.SPENT : table.tally(shard, after);
    }
  }

  private record BudgetedPendingIndex(PendingIndex index, TimeBudget time) implements PendingIndex {

    @Override
    public PendingIndex.FindAnswer find(BookingCode bookingCode) {
      return time.isSpent() ? TimeBudget.SPENT : index.find(bookingCode);
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      return time.isSpent() ? TimeBudget.SPENT : index.claim(event, previous, now);
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return time.isSpent() ? TimeBudget.SPENT : index.claimAndPark(event, now);
    }

    @Override
    public ReplaceAnswer create(Head head) {
      return time.isSpent() ? TimeBudget.SPENT : index.create(head);
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return time.isSpent() ? TimeBudget.SPENT : index.replace(seen, next);
    }

    @Override
    public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return time.isSpent() ? TimeBudget.SPENT : index.debts(shard, after, limit);
    }

    @Override
    public TallyAnswer tally(Shard shard, Optional<Position> after) {
      return time.isSpent() ? TimeBudget.SPENT : index.tally(shard, after);
    }
  }
}
