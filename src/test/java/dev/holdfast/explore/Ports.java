package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.ResolutionLog;
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
    return hint ->
        (FallbackQueue.SendAnswer)
            script.ask(
                new Call(
                    Store.FALLBACK_QUEUE,
                    "send",
                    false,
                    stores -> stores.fallbackQueue().send(hint)));
  }

  /** The record of what operators resolved. It is in the pending index's table. */
  ResolutionLog resolutionLog() {
    return new ResolutionLog() {
      @Override
      public FindAnswer find(BookingCode bookingCode, EventId eventId) {
        return (FindAnswer)
            script.ask(
                new Call(
                    Store.PENDING_INDEX,
                    "findResolution",
                    true,
                    stores -> stores.resolutionLog().find(bookingCode, eventId)));
      }

      @Override
      public WriteAnswer write(Resolution resolution) {
        return (WriteAnswer)
            script.ask(
                new Call(
                    Store.PENDING_INDEX,
                    "writeResolution",
                    false,
                    stores -> stores.resolutionLog().write(resolution)));
      }
    };
  }

  /** One page has all that the event table holds. */
  EventTableScan scan(BookingCode bookingCode) {
    return (selection, segment, after) ->
        (EventTableScan.PageAnswer)
            script.ask(
                new Call(
                    Store.EVENT_TABLE,
                    "scan",
                    true,
                    stores -> {
                      List<AcceptedEvent> all = stores.eventTable().eventsOf(bookingCode);
                      return new EventTableScan.PageAnswer.Page(
                          all.stream().limit(1).toList(), all.size(), Optional.empty());
                    }));
  }

  /** What is kept is only counted, and no step of the ledger depends on it. */
  ConflictIndex conflictIndex() {
    return new ConflictIndex() {
      @Override
      public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
        return new DebtsAnswer.Page(List.of(), ScriptedDebts.NOTHING, Optional.empty());
      }

      @Override
      public TallyAnswer tally(Shard shard, Optional<Position> after) {
        return ScriptedDebts.NOTHING;
      }
    };
  }

  private abstract static class ScriptedDebts implements DebtIndex {

    private static final Tally NOTHING = new Tally(0, Optional.empty(), true);

    private final Script script;
    private final Store store;
    private final Shard onlyShard;

    ScriptedDebts(Script script, Store store, Shard onlyShard) {
      this.script = script;
      this.store = store;
      this.onlyShard = onlyShard;
    }

    abstract DebtIndex in(Snapshot stores);

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

    Object read(String name, Function<Snapshot, Object> effect) {
      return script.ask(new Call(store, name, true, effect));
    }

    Object write(String name, Function<Snapshot, Object> effect) {
      return script.ask(new Call(store, name, false, effect));
    }
  }

  private static final class ScriptedEventTable extends ScriptedDebts implements EventTable {

    ScriptedEventTable(Script script, Shard onlyShard) {
      super(script, Store.EVENT_TABLE, onlyShard);
    }

    @Override
    DebtIndex in(Snapshot stores) {
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
    public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
      return (RepairAnswer)
          write("markClaimed", stores -> stores.eventTable().markClaimed(bookingCode, version));
    }
  }

  private static final class ScriptedPendingIndex extends ScriptedDebts implements PendingIndex {

    ScriptedPendingIndex(Script script, Store region, Shard onlyShard) {
      super(script, region, onlyShard);
    }

    @Override
    DebtIndex in(Snapshot stores) {
      return stores.pendingIndex();
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      return (ClaimAnswer)
          write("claim", stores -> stores.pendingIndex().claim(event, previous, now));
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return (ClaimAnswer)
          write("claimAndPark", stores -> stores.pendingIndex().claimAndPark(event, now));
    }

    @Override
    public ReplaceAnswer create(Head head) {
      return (ReplaceAnswer) write("create", stores -> stores.pendingIndex().create(head));
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return (ReplaceAnswer) write("replace", stores -> stores.pendingIndex().replace(seen, next));
    }

    @Override
    public PendingIndex.FindAnswer find(BookingCode bookingCode) {
      return (PendingIndex.FindAnswer)
          read("find", stores -> stores.pendingIndex().find(bookingCode));
    }
  }
}
