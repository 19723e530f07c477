package dev.holdfast.ledger;

import dev.holdfast.booking.PriceEvent;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/**
 * Appends an event to its booking.
 *
 * <p>The same event may be sent again at any time, also while an earlier call of it runs: it is
 * accepted once. An answer other than {@link Unavailable} is final. Thread-safe.
 */
public final class Append {

  /** No step begins later than this after an append began; see {@code application.properties}. */
  static final Duration STEPS_BEGIN_WITHIN = Duration.ofMillis(1500);

  private final NewBooking newBooking;
  private final NextVersion nextVersion;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for what is written down
   * @param ticker for how long an append takes
   */
  public Append(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock,
      Ticker ticker) {
    this.newBooking =
        new NewBooking(eventTable, pendingIndex, fallbackQueue, circuitBreaker, clock);
    this.nextVersion = new NextVersion(eventTable, pendingIndex, clock);
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Appends an event; version 1 makes the booking. */
  public AppendOutcome append(PriceEvent event) {
    TimeBudget time = new TimeBudget(clock, ticker, STEPS_BEGIN_WITHIN);
    AcceptedEvent accepted =
        new AcceptedEvent(event, event.identity(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return event.version().isFirst()
        ? newBooking.append(accepted, time)
        : nextVersion.append(accepted, time);
  }
}
