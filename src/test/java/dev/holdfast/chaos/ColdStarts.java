package dev.holdfast.chaos;

import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Watches when a process of each function starts or serves its first invocation. A request that is
 * under way at such a time is counted as one that met a cold start: which process serves which
 * request cannot be seen from outside. Safe for use by several threads.
 */
final class ColdStarts implements AutoCloseable {
  private static final int LOOK_EVERY_MILLIS = 20;

  private final LocalCloud cloud;
  private final Map<String, List<Span>> spans = new HashMap<>();
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

  /** Whether a request was under way while a process of its function was cold. */
  synchronized boolean met(Operation request) {
    String function = request.isAppend() ? "append" : "read";
    return spans.getOrDefault(function, List.of()).stream()
        .anyMatch(span -> span.start() <= request.end() && request.start() <= span.end());
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
    Set<String> cold = new HashSet<>();
    for (State.Worker worker : cloud.workers()) {
      if (worker.phase() == State.Phase.STARTING
          || (worker.phase() == State.Phase.BUSY && worker.served() == 0)) {
        cold.add(worker.function());
      }
    }
    for (String function : cold) {
      List<Span> known = spans.computeIfAbsent(function, none -> new ArrayList<>());
      int last = known.size() - 1;
      if (last >= 0 && known.get(last).end() == before) {
        known.set(last, new Span(known.get(last).start(), now));
      } else {
        known.add(new Span(before, now));
      }
    }
  }
}
