package dev.holdfast.ledger;

/** A clock that nobody sets, for how long something takes: {@link System#nanoTime}. */
@FunctionalInterface
public interface Ticker {

  /** Nanoseconds since some moment, always the same one; they never go back. */
  long nanos();
}
