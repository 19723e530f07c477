package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.Optional;

/** An event table as another one is, but for what a mutant overrides. */
abstract class ForwardingEventTable implements EventTable {

  private final EventTable table;

  ForwardingEventTable(EventTable table) {
    this.table = table;
  }

  @Override
  public RecordAnswer record(AcceptedEvent event) {
    return table.record(event);
  }

  @Override
  public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
    return table.recordUnclaimed(event, since);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, Version version) {
    return table.find(bookingCode, version);
  }

  @Override
  public FindAnswer last(BookingCode bookingCode) {
    return table.last(bookingCode);
  }

  @Override
  public PageAnswer read(BookingCode bookingCode, Range range) {
    return table.read(bookingCode, range);
  }

  @Override
  public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
    return table.markClaimed(bookingCode, version);
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return table.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return table.tally(shard, after);
  }
}
