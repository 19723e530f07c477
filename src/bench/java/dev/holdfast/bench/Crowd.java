package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntConsumer;

/** Work that many threads share. */
final class Crowd {

  private Crowd() {}

  /** Lets threads work off a list, and answers how many they did in a second. */
  static <T> double workOff(List<T> work, int threads, Consumer<T> call) {
    long start = System.nanoTime();
    forEach(work.size(), threads, index -> call.accept(work.get(index)));
    return work.size() / seconds(System.nanoTime() - start);
  }

  /** Calls with every number from 0 to {@code count} − 1, from several threads. */
  static void forEach(int count, int threads, IntConsumer call) {
    ExecutorService pool = Executors.newFixedThreadPool(threads);
    try {
      AtomicInteger next = new AtomicInteger();
      List<Future<?>> done = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        done.add(
            pool.submit(
                () -> {
                  for (int index = next.getAndIncrement();
                      index < count;
                      index = next.getAndIncrement()) {
                    call.accept(index);
                  }
                }));
      }
      for (Future<?> part : done) {
        part.get();
      }
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    } finally {
      pool.shutdown();
    }
  }

  static double seconds(long nanos) {
    return nanos / 1e9;
  }
}
