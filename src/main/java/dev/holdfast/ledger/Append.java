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
  static final Duration STEPS_BEGIN_WITHIN = Duration.ofSeconds(2);

  private final NewBooking newBooking;
  private final NextVersion nextVersion;
  private final Clock clock;

  public Append(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock) {
    this.newBooking =
        new NewBooking(eventTable, pendingIndex, fallbackQueue, circuitBreaker, clock);
    this.nextVersion = new NextVersion(eventTable, pendingIndex, clock);
    this.clock = clock;
  }

  /** Appends an event; version 1 makes the booking. */
  public AppendOutcome append(PriceEvent event) {
    TimeBudget time = new TimeBudget(clock, STEPS_BEGIN_WITHIN);
    AcceptedEvent accepted =
        new AcceptedEvent(event, event.identity(), clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return event.version().isFirst()
        ? newBooking.append(accepted, time)
        : nextVersion.append(accepted, time);
  }
}
