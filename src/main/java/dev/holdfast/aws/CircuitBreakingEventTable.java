package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * An event table whose answers feed a circuit breaker. It never refuses a call: the breaker is a
 * belief that {@link #isOpen} tells, and the ledger decides what to make of it.
 *
 * <p>The breaker opens at the first call that is not answered. A process serves one request at a
 * time and waits 0.7 s for every call that fails, so a second and third failure to be sure would
 * cost each process, and its clients, those seconds; and to be wrong costs next to nothing, since
 * the way by the pending index is as safe as the direct one and drained within moments. After a
 * while it is not open any more: the next append or read tries the table, and a call that is not
 * answered opens it for another while. Between half open and closed there is no difference where
 * one failure is enough.
 *
 * <p>Safe for use by several threads, if the table is.
 */
public final class CircuitBreakingEventTable implements EventTable, CircuitBreaker {

  private final EventTable table;
  private final Duration delay;
  private final LongSupplier nanoTime;

  /** When it is open no more. */
  private volatile long openUntil;

  /**
   * @param delay how long the breaker stays open
   */
  public CircuitBreakingEventTable(EventTable table, Duration delay) {
    this(table, delay, System::nanoTime);
  }

  CircuitBreakingEventTable(EventTable table, Duration delay, LongSupplier nanoTime) {
    this.table = table;
    this.delay = delay;
    this.nanoTime = nanoTime;
    this.openUntil = nanoTime.getAsLong();
  }

  @Override
  public boolean isOpen() {
    return nanoTime.getAsLong() - openUntil < 0;
  }

  @Override
  public RecordAnswer record(AcceptedEvent event) {
    return heed(() -> table.record(event));
  }

  @Override
  public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
    return heed(() -> table.recordUnclaimed(event, since));
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, Version version) {
    return heed(() -> table.find(bookingCode, version));
  }

  @Override
  public FindAnswer last(BookingCode bookingCode) {
    return heed(() -> table.last(bookingCode));
  }

  @Override
  public PageAnswer read(BookingCode bookingCode, Range range) {
    return heed(() -> table.read(bookingCode, range));
  }

  @Override
  public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
    return heed(() -> table.markClaimed(bookingCode, version));
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return heed(() -> table.debts(shard, after, limit));
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return heed(() -> table.tally(shard, after));
  }

  private <A> A heed(Supplier<A> call) {
    A answer = call.get();
    // A call that began before it opened says nothing new: it opens for as long as the first said.
    if (answer instanceof Unavailable failure && !failure.isUnreadable() && !isOpen()) {
      openUntil = nanoTime.getAsLong() + delay.toNanos();
    }
    return answer;
  }
}
