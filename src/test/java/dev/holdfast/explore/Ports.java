package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import dev.holdfast.simulated.Network.Store;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The ledger's ports, answered by a script.
 *
 * @param onlyShard the shard of the one booking code there is; the other shards are empty for ever,
 *     so that a look at them is answered at once and costs the explorer nothing
 */
record Ports(Script script, Shard onlyShard) {

  EventTable eventTable() {
    return new ScriptedEventTable(script, onlyShard);
  }

  PendingIndex pendingIndex() {
    return new ScriptedPendingIndex(script, Store.PENDING_INDEX, onlyShard);
  }

  /** The same index, reached in its second region. */
  PendingIndex pendingReplica() {
    return new ScriptedPendingIndex(script, Store.PENDING_REPLICA, onlyShard);
  }

  FallbackQueue fallbackQueue() {
    return new ScriptedFallbackQueue(script);
  }

  private record ScriptedFallbackQueue(Script script) implements FallbackQueue {

    @Override
    public SendAnswer send(AcceptedEvent event) {
      return send("send", stores -> stores.fallbackQueue().send(event));
    }

    @Override
    public SendAnswer sendAgain(DebtIndex.Debt debt) {
      return send("sendAgain", stores -> stores.fallbackQueue().sendAgain(debt));
    }

    private SendAnswer send(String name, Function<Stores, Object> effect) {
      return (SendAnswer) script.ask(new Call(Store.FALLBACK_QUEUE, name, false, effect));
    }
  }

  private abstract static class ScriptedDebts implements DebtIndex {

    private static final Tally NOTHING = new Tally(0, 0, Optional.empty(), true);

    private final Script script;
    private final Store store;
    private final Shard onlyShard;

    ScriptedDebts(Script script, Store store, Shard onlyShard) {
      this.script = script;
      this.store = store;
      this.onlyShard = onlyShard;
    }

    abstract DebtIndex in(Stores stores);

    @Override
    public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return shard.equals(onlyShard)
          ? (DebtsAnswer) read("debts", stores -> in(stores).debts(shard, after, limit))
          : new DebtsAnswer.Page(List.of(), NOTHING, Optional.empty());
    }

    /** A tally is only reported: no step of the ledger depends on it. */
    @Override
    public TallyAnswer tally(Shard shard, Optional<Position> after) {
      return NOTHING;
    }

    Object read(String name, Function<Stores, Object> effect) {
      return script.ask(new Call(store, name, true, effect));
    }

    Object write(String name, Function<Stores, Object> effect) {
      return script.ask(new Call(store, name, false, effect));
    }
  }

  private static final class ScriptedEventTable extends ScriptedDebts implements EventTable {

    ScriptedEventTable(Script script, Shard onlyShard) {
      super(script, Store.EVENT_TABLE, onlyShard);
    }

    @Override
    DebtIndex in(Stores stores) {
      return stores.eventTable();
    }

    @Override
    public RecordAnswer record(AcceptedEvent event) {
      return (RecordAnswer) write("record", stores -> stores.eventTable().record(event));
    }

    @Override
    public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
      return (RecordAnswer)
          write("recordUnclaimed", stores -> stores.eventTable().recordUnclaimed(event, since));
    }

    @Override
    public EventTable.FindAnswer find(BookingCode bookingCode, Version version) {
      return (EventTable.FindAnswer)
          read("find", stores -> stores.eventTable().find(bookingCode, version));
    }

    @Override
    public EventTable.FindAnswer last(BookingCode bookingCode) {
      return (EventTable.FindAnswer) read("last", stores -> stores.eventTable().last(bookingCode));
    }

    @Override
    public PageAnswer read(BookingCode bookingCode, Range range) {
      return (PageAnswer) read("read", stores -> stores.eventTable().read(bookingCode, range));
    }

    @Override
    public RepairAnswer markClaimed(BookingCode bookingCode) {
      return (RepairAnswer)
          write("markClaimed", stores -> stores.eventTable().markClaimed(bookingCode));
    }
  }

  private static final class ScriptedPendingIndex extends ScriptedDebts implements PendingIndex {

    ScriptedPendingIndex(Script script, Store region, Shard onlyShard) {
      super(script, region, onlyShard);
    }

    @Override
    DebtIndex in(Stores stores) {
      return stores.pendingIndex();
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      return (ClaimAnswer)
          write("claim", stores -> stores.pendingIndex().claim(bookingCode, event, now));
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return (ClaimAnswer)
          write("claimAndPark", stores -> stores.pendingIndex().claimAndPark(event, now));
    }

    @Override
    public ClaimAnswer takeOver(
        BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
      return (ClaimAnswer)
          write(
              "takeOver", stores -> stores.pendingIndex().takeOver(bookingCode, event, seen, now));
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return (ParkAnswer)
          write("park", stores -> stores.pendingIndex().park(event, seen, resumed, now));
    }

    @Override
    public PendingIndex.FindAnswer find(BookingCode bookingCode) {
      return (PendingIndex.FindAnswer)
          read("find", stores -> stores.pendingIndex().find(bookingCode));
    }

    @Override
    public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
      return (SettleAnswer) write("settle", stores -> stores.pendingIndex().settle(recorded, now));
    }

    @Override
    public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
      return (ConflictAnswer)
          write(
              "markConflict",
              stores -> stores.pendingIndex().markConflict(bookingCode, event, now));
    }
  }
}
