package dev.holdfast.recovery;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/** An event table each of whose answers somebody is told of. */
final class Guarded implements EventTable {
  private final EventTable table;
  private final Consumer<Object> told;

  Guarded(EventTable table, Consumer<Object> told) {
    this.table = table;
    this.told = told;
  }

  @Override
  public RecordAnswer record(AcceptedEvent event) {
    return told(table.record(event));
  }

  @Override
  public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
    return told(table.recordUnclaimed(event, since));
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, Version version) {
    return told(table.find(bookingCode, version));
  }

  @Override
  public FindAnswer last(BookingCode bookingCode) {
    return told(table.last(bookingCode));
  }

  @Override
  public PageAnswer read(BookingCode bookingCode, Range range) {
    return told(table.read(bookingCode, range));
  }

  @Override
  public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
    return told(table.markClaimed(bookingCode, version));
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return told(table.debts(shard, after, limit));
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return told(table.tally(shard, after));
  }

  private <A> A told(A answer) {
    told.accept(answer);
    return answer;
  }
}
