package dev.holdfast.bench;

import java.util.function.Supplier;

/**
 * One way to do a piece of work.
 *
 * @param prepare makes what the next call needs, outside of the measured time; what it answers is
 *     the call itself, which is measured
 */
record Contender(String name, Supplier<Runnable> prepare) {

  /** A call that needs nothing prepared. */
  static Contender of(String name, Runnable call) {
    return new Contender(name, () -> call);
  }
}
