package dev.holdfast.console;

import dev.holdfast.local.Dependency;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which dependencies were in trouble when. Trouble begins with a fault. It ends not when the fault
 * does, but when the circuit breakers have closed and what it left behind is paid: a second
 * dependency that fails before that is a second failure at once. Times are nanoseconds on the clock
 * of {@link System#nanoTime()}. Thread-safe.
 */
final class Trouble {
  /** No call of the API takes nearly as long. */
  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  private final Duration breakers;
  private final Map<Dependency, Stretch> now = new EnumMap<>(Dependency.class);
  private final List<Past> past = new ArrayList<>();

  private record Stretch(long start, Optional<Long> healed) {}

  private record Past(Dependency dependency, long start, long end) {}

  /**
   * @param breakers how long circuit breakers stay open that have nothing to complain of any more
   */
  Trouble(Duration breakers) {
    this.breakers = breakers;
  }

  synchronized void failed(Dependency dependency, long at) {
    Stretch before = now.get(dependency);
    now.put(dependency, new Stretch(before == null ? at : before.start(), Optional.empty()));
  }

  synchronized void healed(Dependency dependency, long at) {
    now.computeIfPresent(
        dependency,
        (same, stretch) ->
            stretch.healed().isPresent() ? stretch : new Stretch(stretch.start(), Optional.of(at)));
  }

  /** Nothing was owed at that moment, by nobody. */
  synchronized void nothingOwed(long at) {
    for (Dependency dependency : Dependency.values()) {
      Stretch stretch = now.get(dependency);
      if (stretch != null
          && stretch.healed().filter(healed -> at - healed >= breakers.toNanos()).isPresent()) {
        past.add(new Past(dependency, stretch.start(), at));
        now.remove(dependency);
      }
    }
    past.removeIf(over -> at - over.end() > REMEMBERED.toNanos());
  }

  /** Whether something was healed of which it is not known yet that it left nothing behind. */
  synchronized boolean isToBeLookedAfter() {
    return now.values().stream().anyMatch(stretch -> stretch.healed().isPresent());
  }

  /** Whether nothing is in trouble. */
  synchronized boolean isOver() {
    return now.isEmpty();
  }

  /** What was in trouble at any time between two moments. */
  synchronized Set<Dependency> between(long start, long end) {
    Set<Dependency> troubled = EnumSet.noneOf(Dependency.class);
    now.forEach(
        (dependency, stretch) -> {
          if (stretch.start() <= end) {
            troubled.add(dependency);
          }
        });
    past.stream()
        .filter(over -> over.start() <= end && over.end() >= start)
        .forEach(over -> troubled.add(over.dependency()));
    return troubled;
  }
}
