package dev.holdfast.ledger;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/**
 * How long steps may still begin. No step begins after the budget is spent and none takes longer
 * than its store's call may take, so that an operation ends within the sum of both, whatever hangs.
 */
final class TimeBudget {

  /** What a step answers that may not begin. */
  static final Unavailable SPENT = new Unavailable("no time left for a further step");

  private final Clock clock;
  private final Instant end;

  TimeBudget(Clock clock, Duration length) {
    this.clock = clock;
    this.end = clock.instant().plus(length);
  }

  boolean isSpent() {
    return !clock.instant().isBefore(end);
  }
}
