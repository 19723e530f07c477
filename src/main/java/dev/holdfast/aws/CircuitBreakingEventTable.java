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
import java.util.function.Supplier;

/**
 * An event table whose answers feed a circuit breaker. It never refuses a call: the breaker is a
 * belief that {@link #isOpen} tells, and the ledger decides what to make of it.
 *
 * <p>The breaker opens at the first call that is not answered. A process serves one request at a
 * time and waits 0.7 s for every call that fails, so a second and third failure to be sure would
 * cost each process, and its clients, those seconds; and to be wrong costs next to nothing, since
 * the way by the pending index is as safe as the direct one and drained within moments. After a
 * while it is half open: not open, so that the next append or read tries the table, and the answer
 * to that, or to any other call, closes the breaker or opens it for another while.
 *
 * <p>Safe for use by several threads, if the table is.
 */
public final class CircuitBreakingEventTable implements EventTable, CircuitBreaker {

  private final EventTable table;
  private final dev.failsafe.CircuitBreaker<Object> breaker;

  /**
   * @param delay how long the breaker stays open
   */
  public CircuitBreakingEventTable(EventTable table, Duration delay) {
    this.table = table;
    this.breaker =
        dev.failsafe.CircuitBreaker.builder().withFailureThreshold(1).withDelay(delay).build();
  }

  @Override
  public boolean isOpen() {
    // Failsafe's breaker leaves the open state only with a permit. A permit that is taken and never
    // given back, since the append goes another way, would keep it half open for ever.
    if (breaker.isOpen() && breaker.getRemainingDelay().isZero()) {
      breaker.halfOpen();
    }
    return breaker.isOpen();
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
    // Failsafe ignores an answer while the breaker is open; this makes it half open in time.
    if (!isOpen()) {
      if (answer instanceof Unavailable) {
        breaker.recordFailure();
      } else {
        breaker.recordSuccess();
      }
    }
    return answer;
  }
}
