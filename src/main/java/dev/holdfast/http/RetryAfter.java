package dev.holdfast.http;

import java.util.function.IntUnaryOperator;

/**
 * When a client is asked to come back that was answered with 503 (RFC 9110, 10.2.3): long enough
 * for a throttled table to recover a little, short enough for a person who waits, and not the same
 * for everybody, so that the end of an outage is not met by all clients at once. Thread-safe if its
 * random numbers are.
 */
public final class RetryAfter {

  static final int LONGEST_SECONDS = 5;

  private final IntUnaryOperator random;

  /**
   * @param random any number from 0 on and below the one it is given
   */
  public RetryAfter(IntUnaryOperator random) {
    this.random = random;
  }

  /** From 1 to {@value #LONGEST_SECONDS}, each as likely. */
  int seconds() {
    return 1 + random.applyAsInt(LONGEST_SECONDS);
  }
}
