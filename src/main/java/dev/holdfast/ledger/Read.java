package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Range;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * Reads a booking by its code alone (R5). What is asked for decides who is asked.
 *
 * <ul>
 *   <li><b>One version</b>: the event table. What it has is the answer. What it has not may wait at
 *       the head.
 *   <li><b>The end of a booking</b>, which is its current price, or a page that reaches it: the
 *       event table, and the pending index beside it. What waits at the head comes after what is
 *       recorded.
 *   <li><b>The event that held at a moment</b>: the event table, by halves; the pending index only
 *       where the moment is not before the last event there.
 *   <li>Where the head is past what the event table showed, and nothing waits there, the event
 *       table is asked once more: the drainer may have moved an event between the two looks.
 *   <li><b>The event table fails</b>: the head has the answer, see {@link HeadReading}, or nobody
 *       can give it now.
 *   <li><b>The pending index fails</b>: what the event table has is the answer. What it has not is
 *       never "not found": it may wait at the head (R2).
 * </ul>
 *
 * While the circuit breaker on the event table is open, the head is asked first, and the event
 * table only for what the head has not: the breaker is a belief. Thread-safe.
 */
public final class Read {

  /** No step begins later than this after a read began; see {@code application.properties}. */
  static final Duration STEPS_BEGIN_WITHIN = Duration.ofMillis(1500);

  private final Stores stores;
  private final CircuitBreaker circuitBreaker;
  private final Meanwhile meanwhile;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for what is written down, to the millisecond
   * @param ticker for how long a read takes
   */
  public Read(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Meanwhile meanwhile,
      Clock clock,
      Ticker ticker) {
    this.stores = new Stores(eventTable, pendingIndex, fallbackQueue);
    this.circuitBreaker = circuitBreaker;
    this.meanwhile = meanwhile;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** The last event of a booking, which holds its current price. */
  public ReadOutcome.OneEvent current(BookingCode bookingCode) {
    return reading(bookingCode).current();
  }

  /** One event of a booking. */
  public ReadOutcome.OneEvent event(BookingCode bookingCode, Version version) {
    return reading(bookingCode).event(version);
  }

  /** A page of a booking's events; empty where the booking is shorter than the range. */
  public ReadOutcome.Events events(BookingCode bookingCode, Range range) {
    return reading(bookingCode).events(range);
  }

  /**
   * The event that held at a moment: the last one that was accepted by then, as the ledger knew it.
   * The answer is final once the booking has an event that was accepted later. Until then one may
   * still come in before the moment: by a call that is on its way, or by a clock that is behind.
   *
   * <p>A moment is in the future where this clock has not come to it, and no event of the booking
   * has either: the clock of whoever accepted one may be ahead.
   */
  public ReadOutcome.AsOf asOf(BookingCode bookingCode, Instant moment) {
    if (moment.isAfter(clock.instant())) {
      ReadOutcome.OneEvent current = current(bookingCode);
      if (current instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (!(current instanceof ReadOutcome.Found found)
          || found.event().event().recordedAt().isBefore(moment)) {
        return new ReadOutcome.InTheFuture();
      }
    }
    return new ReadingAsOf(bookingCode, moment, inTime(), circuitBreaker.isOpen(), clock).read();
  }

  private Reading reading(BookingCode bookingCode) {
    return new Reading(bookingCode, inTime(), circuitBreaker.isOpen(), meanwhile, clock);
  }

  private Stores inTime() {
    return stores.within(new TimeBudget(clock, ticker, STEPS_BEGIN_WITHIN));
  }
}
