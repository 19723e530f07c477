package dev.holdfast.fuzz;

import dev.holdfast.fuzz.Promises.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** How many requests were answered how. Thread-safe. */
final class OutcomeTally {

  private final Map<String, Integer> byStatus = new ConcurrentSkipListMap<>();
  private final AtomicInteger all = new AtomicInteger();
  private final AtomicInteger reached = new AtomicInteger();

  void add(Outcome outcome) {
    String status = outcome.status() < 300 ? "2xx" : String.valueOf(outcome.status());
    byStatus.merge(status, 1, Integer::sum);
    all.incrementAndGet();
    if (outcome.reachedTheLedger()) {
      reached.incrementAndGet();
    }
  }

  int of(String status) {
    return byStatus.getOrDefault(status, 0);
  }

  /** The share of requests that asked a store for something. */
  double shareThatReachedTheLedger() {
    return reached.doubleValue() / all.get();
  }

  @Override
  public String toString() {
    return byStatus.entrySet().stream()
        .map(entry -> entry.getValue() + " answered " + entry.getKey())
        .collect(
            Collectors.joining(
                ", ", all + " generated requests: ", "; " + reached + " reached the ledger"));
  }
}
