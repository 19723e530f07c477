package dev.holdfast.chaos;

import dev.holdfast.history.Operation;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Watches when a process of each function answers its first invocation. A request that is answered
 * at such a moment is counted as one that met a cold start; which process serves which request
 * cannot be seen from outside, so a few more are counted than were. Safe for use by several
 * threads.
 */
final class ColdStarts implements AutoCloseable {
  private static final int LOOK_EVERY_MILLIS = 20;

  private final LocalCloud cloud;
  private final Map<String, List<Span>> firstAnswers = new HashMap<>();
  private final Set<Long> warm = new HashSet<>();
  private final Thread thread = new Thread(this::run, "cold-starts");

  private record Span(long start, long end) {}

  private ColdStarts(LocalCloud cloud) {
    this.cloud = cloud;
  }

  static ColdStarts watch(LocalCloud cloud) {
    ColdStarts watched = new ColdStarts(cloud);
    watched.thread.setDaemon(true);
    watched.thread.start();
    return watched;
  }

  /** Whether a request was answered when a process of its function gave its first answer. */
  synchronized boolean met(Operation request) {
    String function = request.isAppend() ? "append" : "read";
    return firstAnswers.getOrDefault(function, List.of()).stream()
        .anyMatch(span -> span.start() <= request.end() && request.end() <= span.end());
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      long before = System.nanoTime();
      while (true) {
        Thread.sleep(LOOK_EVERY_MILLIS);
        long now = System.nanoTime();
        look(before, now);
        before = now;
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void look(long before, long now) {
    // The client learns of the answer a little later than the local cloud does.
    Span span = new Span(before, now + TimeUnit.MILLISECONDS.toNanos(LOOK_EVERY_MILLIS));
    for (State.Worker worker : cloud.workers()) {
      if (worker.served() > 0 && warm.add(worker.pid())) {
        firstAnswers.computeIfAbsent(worker.function(), none -> new ArrayList<>()).add(span);
      }
    }
  }
}
