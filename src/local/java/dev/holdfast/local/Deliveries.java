package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/**
 * What a rule on the bus delivers: each event at least once, one in four twice, and one of a
 * booking often before an earlier one, as EventBridge may. The same seed delivers the events of a
 * bus in the same order, whenever it is asked. An event is held back until others have come, or
 * none comes for a second. For one thread.
 */
public final class Deliveries {
  private static final int FURTHEST = 8;
  private static final double HELD_BACK = 0.5;
  private static final double REPEATED = 0.25;

  private final EventBus bus;
  private final long seed;
  private final PriorityQueue<Delivery> held =
      new PriorityQueue<>(Comparator.comparingLong(Delivery::due).thenComparing(Delivery::number));
  private long next;
  private boolean isLull;

  /** An event that is due when the bus is read as far. */
  private record Delivery(long due, long number, ObjectNode event) {}

  Deliveries(EventBus bus, long seed) {
    this.bus = bus;
    this.seed = seed;
  }

  /** The next event, if one is due. */
  public Optional<ObjectNode> next() {
    while (true) {
      Delivery first = held.peek();
      if (first != null && (isLull || first.due() < next)) {
        held.remove();
        return Optional.of(first.event());
      }
      Optional<EventBus.Entry> entry = bus.from(next);
      if (entry.isEmpty()) {
        return Optional.empty();
      }
      long number = entry.get().number();
      next = number + 1;
      isLull = entry.get().event().isEmpty();
      entry.get().event().ifPresent(event -> hold(number, event));
    }
  }

  /** Whether nothing that was read is held back. */
  boolean isEmpty() {
    return held.isEmpty();
  }

  private void hold(long number, ObjectNode event) {
    // By its number, so that it does not matter with which event the reading began.
    SplittableRandom random = new SplittableRandom(seed ^ (number * 0x9E3779B97F4A7C15L));
    boolean isHeldBack = random.nextDouble() < HELD_BACK;
    held.add(new Delivery(number + (isHeldBack ? 1 + random.nextInt(FURTHEST) : 0), number, event));
    if (random.nextDouble() < REPEATED) {
      held.add(new Delivery(number + 1 + random.nextInt(2 * FURTHEST), number, event));
    }
  }
}
