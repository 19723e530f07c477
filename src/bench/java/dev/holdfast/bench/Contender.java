package dev.holdfast.bench;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * One way to do a piece of work.
 *
 * @param prepare makes what the next call needs, outside of the measured time; what it answers is
 *     the call itself, which is measured
 */
record Contender(String name, Supplier<Runnable> prepare) {

  private static final ExecutorService THREADS = Executors.newCachedThreadPool();

  /** A call that needs nothing prepared. */
  static Contender of(String name, Runnable call) {
    return new Contender(name, () -> call);
  }

  /** This call, and another one after it. */
  Contender then(String both, Contender next) {
    return new Contender(
        both,
        () -> {
          Runnable first = prepare.get();
          Runnable second = next.prepare.get();
          return () -> {
            first.run();
            second.run();
          };
        });
  }

  /** This call, and another one at the same time on a thread of its own. */
  Contender beside(String both, Contender other) {
    return new Contender(
        both,
        () -> {
          Runnable here = prepare.get();
          Runnable there = other.prepare.get();
          return () -> {
            CompletableFuture<Void> meanwhile = CompletableFuture.runAsync(there, THREADS);
            here.run();
            meanwhile.join();
          };
        });
  }
}
