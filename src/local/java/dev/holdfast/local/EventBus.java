package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * The event bus of the change feed: what its pipes put there, in the order in which they did. It
 * begins to read their sources when it is first read itself; until then the sources keep what there
 * is. Safe for use by several threads.
 */
public final class EventBus implements AutoCloseable {
  /** The last so many entries can be read at least. */
  static final int KEPT = 10_000;

  /**
   * AWS, "Amazon DynamoDB stream as a source for EventBridge Pipes": shards are polled four times
   * per second.
   */
  private static final long LOOK_EVERY_MILLIS = 250;

  private static final Duration LULL = Duration.ofSeconds(1);

  private final Map<Pipe, Supplier<List<JsonNode>>> sources;

  /** By number. */
  private final NavigableMap<Long, Optional<ObjectNode>> entries = new ConcurrentSkipListMap<>();

  private final ScheduledExecutorService reader =
      Executors.newSingleThreadScheduledExecutor(new DefaultThreadFactory("event-bus", true));
  private boolean isRead;
  private Instant latest = Instant.now();

  /**
   * @param sources what has come for each pipe, asked for by one thread
   */
  EventBus(Map<Pipe, Supplier<List<JsonNode>>> sources) {
    this.sources = Map.copyOf(sources);
  }

  /**
   * Deliveries from the oldest event on that is kept.
   *
   * @param seed decides in which order, and what is delivered twice
   */
  public synchronized Deliveries deliveries(long seed) {
    if (!isRead) {
      isRead = true;
      var unused =
          reader.scheduleWithFixedDelay(this::read, 0, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
    return new Deliveries(this, seed);
  }

  /**
   * An entry.
   *
   * @param number where on the bus, from 0
   * @param event nothing: for a second, no event came
   */
  record Entry(long number, Optional<ObjectNode> event) {}

  /** The first entry with this number or a higher one, if it is there yet. */
  Optional<Entry> from(long number) {
    return Optional.ofNullable(entries.ceilingEntry(number))
        .map(entry -> new Entry(entry.getKey(), entry.getValue()));
  }

  @Override
  public void close() {
    reader.shutdownNow();
  }

  private void read() {
    for (List<ObjectNode> events = come(); !events.isEmpty(); events = come()) {
      latest = Instant.now();
      events.forEach(event -> add(Optional.of(event)));
    }
    if (Instant.now().isAfter(latest.plus(LULL))
        && !entries.isEmpty()
        && entries.lastEntry().getValue().isPresent()) {
      add(Optional.empty());
    }
  }

  /** What has come since; of a queue, a batch. */
  private List<ObjectNode> come() {
    List<ObjectNode> events = new ArrayList<>();
    sources.forEach((pipe, source) -> events.addAll(events(pipe, source)));
    return events;
  }

  private static List<ObjectNode> events(Pipe pipe, Supplier<List<JsonNode>> source) {
    try {
      return source.get().stream()
          .filter(pipe::takes)
          .map(record -> pipe.event(record, Instant.now()))
          .toList();
    } catch (RuntimeException silent) {
      // The store is closing, or does not answer: its records are still there later.
      return List.of();
    }
  }

  private void add(Optional<ObjectNode> entry) {
    long number = entries.isEmpty() ? 0 : entries.lastKey() + 1;
    entries.put(number, entry);
    entries.headMap(number - KEPT).clear();
  }
}
