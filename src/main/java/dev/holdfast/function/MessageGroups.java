package dev.holdfast.function;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Works off the messages of a batch: those of one message group, which is one booking, one after
 * the other in their order; those of different groups side by side. Safe for use by several
 * threads.
 */
final class MessageGroups {

  private final ThreadPoolExecutor threads;

  /**
   * @param atOnce how many messages are worked on at a time, 1 or more
   */
  MessageGroups(int atOnce) {
    AtomicInteger number = new AtomicInteger();
    this.threads =
        new ThreadPoolExecutor(
            atOnce,
            atOnce,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            lane -> {
              Thread thread = new Thread(lane, "holdfast-messages-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    threads.allowCoreThreadTimeOut(true);
  }

  /**
   * Works off all messages. When it returns, or throws an {@link IllegalStateException}, no work is
   * left behind.
   *
   * @param work whether it is done with a message; called on other threads
   * @return those that it is not done with, group by group
   * @throws IllegalStateException if the work threw; what it did until then is unknown
   * @throws InterruptedIOException if this thread was interrupted; so is the work
   */
  List<QueueMessage> workOff(List<QueueMessage> messages, Predicate<QueueMessage> work)
      throws InterruptedIOException {
    Map<String, List<QueueMessage>> groups = new LinkedHashMap<>();
    for (QueueMessage message : messages) {
      groups.computeIfAbsent(message.groupId(), first -> new ArrayList<>()).add(message);
    }
    List<Callable<List<QueueMessage>>> lanes = new ArrayList<>();
    groups
        .values()
        .forEach(group -> lanes.add(() -> group.stream().filter(work.negate()).toList()));
    try {
      List<QueueMessage> undone = new ArrayList<>();
      // All of them have ended when this has: nothing may run on while the process is frozen.
      for (Future<List<QueueMessage>> lane : threads.invokeAll(lanes)) {
        undone.addAll(lane.get());
      }
      return undone;
    } catch (ExecutionException failure) {
      throw new IllegalStateException(failure.getCause());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while messages were worked off");
    }
  }
}
