package dev.holdfast.function;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does several things at a time, on threads of its own, whose log lines have the fields of the
 * caller's. Safe for use by several threads.
 */
final class SideBySide {

  private final ThreadPoolExecutor threads;

  /**
   * @param name of the threads
   * @param atOnce how many things are done at a time, 1 or more
   */
  SideBySide(String name, int atOnce) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Does all of it. When it returns, or throws an {@link IllegalStateException}, no work is left
   * behind.
   *
   * @return what came of each, in the order of the work
   * @throws IllegalStateException if some of the work threw; what it did until then is unknown
   * @throws InterruptedIOException if this thread was interrupted; so is the work
   */
  <T> List<T> all(List<Callable<T>> work) throws InterruptedIOException {
    List<Callable<T>> withFields = work.stream().map(LogFields::sharedWith).toList();
    try {
      List<T> results = new ArrayList<>();
      // All of them have ended when this has: nothing may run on while the process is frozen.
      for (Future<T> each : threads.invokeAll(withFields)) {
        results.add(each.get());
      }
      return results;
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while work was done side by side");
    }
  }
}
