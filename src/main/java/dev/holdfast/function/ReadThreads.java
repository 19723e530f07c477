package dev.holdfast.function;

import dev.holdfast.ledger.Meanwhile;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Makes each call at once, on a thread of its own: one that hangs, and that nobody waits for any
 * more, holds up no other. Its log lines have the fields of the caller's. Safe for use by several
 * threads.
 */
public final class ReadThreads implements Meanwhile {

  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          call -> {
            Thread thread = new Thread(call, "holdfast-read");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public <A> Supplier<A> begin(Supplier<A> call) {
    Future<A> answer = threads.submit(LogFields.sharedWith(call::get));
    return () -> answerOf(answer);
  }

  private static <A> A answerOf(Future<A> call) {
    try {
      return call.get();
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during a read", stop);
    }
  }
}
