package dev.holdfast.ledger;

import dev.holdfast.booking.PriceEvent;
import java.time.Clock;
import java.time.Duration;

/**
 * Appends an event to its booking: look, claim, record, park.
 *
 * <p>The same event may be sent again at any time, also while an earlier call of it runs: it is
 * accepted once, as it was accepted first. An answer other than {@link Unavailable} is final.
 * Thread-safe.
 */
public final class Append {

  /** No step begins later than this after an append began; see {@code application.properties}. */
  static final Duration STEPS_BEGIN_WITHIN = Duration.ofMillis(1500);

  /**
   * No step that helps other events begins later than this: the slowest takes 0.7 s, and then there
   * is time for the short way.
   */
  static final Duration HELP_BEGINS_WITHIN = Duration.ofMillis(750);

  private final Stores stores;
  private final CircuitBreaker circuitBreaker;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for what is written down, to the millisecond
   * @param ticker for how long an append takes
   */
  public Append(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock,
      Ticker ticker) {
    this.stores = new Stores(eventTable, pendingIndex, fallbackQueue);
    this.circuitBreaker = circuitBreaker;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Appends an event; version 1 makes the booking. */
  public AppendOutcome append(PriceEvent event) {
    AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), clock.instant());
    Stores inTime = stores.within(new TimeBudget(clock, ticker, STEPS_BEGIN_WITHIN));
    Stores inTimeToHelp = stores.within(new TimeBudget(clock, ticker, HELP_BEGINS_WITHIN));
    return new Appending(accepted, inTime, inTimeToHelp, clock).append(circuitBreaker.isOpen());
  }
}
