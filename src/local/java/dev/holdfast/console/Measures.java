package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.EvictingQueue;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Json;
import dev.holdfast.local.Onlooker.DependencyCall;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.HdrHistogram.Histogram;

/** What passed through the local cloud in each of the last seconds. Not thread-safe. */
final class Measures {
  /** Two minutes of charts. */
  private static final int REMEMBERED = 120;

  private static final int HEALTH_TICKS = 3;
  private static final double MICROS_PER_MILLI = 1000;

  /** Nobody waits longer for the gateway. */
  private static final long LONGEST_MICROS = 60_000_000;

  private final Map<AnswerKind, Integer> outcomes = new EnumMap<>(AnswerKind.class);
  private final Map<Door, Integer> doors = new EnumMap<>(Door.class);
  private final Histogram appends = new Histogram(LONGEST_MICROS, 3);
  private final Histogram reads = new Histogram(LONGEST_MICROS, 3);
  private final Map<String, Map<Dependency, Calls>> calls = new TreeMap<>();
  private final Queue<Map<Dependency, Calls>> lately = EvictingQueue.create(HEALTH_TICKS);
  private final Queue<ObjectNode> ticks = EvictingQueue.create(REMEMBERED);

  private record Calls(int answered, int failed) {
    static final Calls NONE = new Calls(0, 0);

    Calls plus(Calls more) {
      return new Calls(answered + more.answered, failed + more.failed);
    }

    String health() {
      if (failed == 0) {
        return answered == 0 ? "idle" : "healthy";
      }
      return answered == 0 ? "down" : "failing";
    }
  }

  void add(Observation observation) {
    outcomes.merge(observation.kind(), 1, Integer::sum);
    doors.merge(observation.door(), 1, Integer::sum);
    long micros = Math.max(0, observation.end() - observation.start()) / 1000;
    (observation.isAppend() ? appends : reads).recordValue(Math.min(micros, LONGEST_MICROS));
  }

  void add(DependencyCall call) {
    calls
        .computeIfAbsent(call.function(), none -> new EnumMap<>(Dependency.class))
        .merge(call.dependency(), call.answered() ? new Calls(1, 0) : new Calls(0, 1), Calls::plus);
  }

  /**
   * Ends a second.
   *
   * @param at milliseconds since the epoch
   * @return what was measured in it
   */
  ObjectNode tick(long at) {
    ObjectNode tick = Json.object().put("at", at);
    for (AnswerKind kind : AnswerKind.values()) {
      tick.withObjectProperty("outcomes").put(kind.key(), outcomes.getOrDefault(kind, 0));
    }
    for (Door door : Door.values()) {
      tick.withObjectProperty("doors").put(door.key(), doors.getOrDefault(door, 0));
    }
    ObjectNode latency = tick.putObject("latency");
    put(latency, "append", appends);
    put(latency, "read", reads);
    ArrayNode list = tick.putArray("calls");
    Map<Dependency, Calls> all = new EnumMap<>(Dependency.class);
    calls.forEach(
        (function, byDependency) ->
            byDependency.forEach(
                (dependency, count) -> {
                  all.merge(dependency, count, Calls::plus);
                  list.addObject()
                      .put("function", function)
                      .put("dependency", dependency.key())
                      .put("answered", count.answered())
                      .put("failed", count.failed());
                }));
    lately.add(all);
    ObjectNode health = tick.putObject("health");
    for (Dependency dependency : Dependency.values()) {
      health.put(
          dependency.key(),
          lately.stream()
              .map(second -> second.getOrDefault(dependency, Calls.NONE))
              .reduce(Calls.NONE, Calls::plus)
              .health());
    }
    outcomes.clear();
    doors.clear();
    calls.clear();
    appends.reset();
    reads.reset();
    ticks.add(tick);
    return tick;
  }

  /** The last ticks, oldest first. */
  List<ObjectNode> past() {
    return List.copyOf(ticks);
  }

  private static void put(ObjectNode latency, String name, Histogram times) {
    if (times.getTotalCount() == 0) {
      latency.putNull(name);
      return;
    }
    latency
        .putObject(name)
        .put("p50", times.getValueAtPercentile(50) / MICROS_PER_MILLI)
        .put("p99", times.getValueAtPercentile(99) / MICROS_PER_MILLI)
        .put("count", times.getTotalCount());
  }
}
