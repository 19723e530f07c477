package dev.holdfast.ledger;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * How long steps may still begin. No step begins after the budget is spent and none takes longer
 * than its store's call may take, so that an operation ends within the sum of both, whatever hangs.
 *
 * <p>It is measured by a clock that nobody sets: that the wall clock was put right ends no request.
 * But a process that was frozen finds that clock where it was, while others took its work for
 * abandoned. So the budget is spent, too, once the wall clock went on by far more than it is ever
 * put right by.
 */
final class TimeBudget {

  /** What a step answers that may not begin. */
  static final Unavailable SPENT = new Unavailable("no time left for a further step");

  /** The most by which a clock is put right at once, generously. */
  static final Duration LARGEST_STEP = Duration.ofMinutes(1);

  private final InstantSource wallClock;
  private final Ticker ticker;
  private final Duration length;
  private final Instant begin;
  private final long beginNanos;

  TimeBudget(InstantSource wallClock, Ticker ticker, Duration length) {
    this.wallClock = wallClock;
    this.ticker = ticker;
    this.length = length;
    this.begin = wallClock.instant();
    this.beginNanos = ticker.nanos();
  }

  boolean isSpent() {
    return ticker.nanos() - beginNanos >= length.toNanos()
        || wallClock.instant().isAfter(begin.plus(length).plus(LARGEST_STEP));
  }
}
