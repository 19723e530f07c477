package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.local.Deliveries;
import dev.holdfast.local.EventBus;
import dev.holdfast.local.Json;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Those who listen to the change feed, each as one rule on the bus: everything that is there and
 * comes, in an order of its own.
 */
final class Feed {
  private static final long LOOK_EVERY_MILLIS = 100;
  private static final int LARGEST_SEED = 1_000_000;

  private final EventBus bus;
  private final ScheduledExecutorService threads;

  Feed(EventBus bus, ScheduledExecutorService threads) {
    this.bus = bus;
    this.threads = threads;
  }

  /** Answers a request; its parameter {@code seed}, a whole number, is chosen if it has none. */
  void add(HttpServerRequest request) {
    long seed =
        Optional.ofNullable(request.getParam("seed"))
            .filter(text -> text.matches("[0-9]{1,18}"))
            .map(Long::parseLong)
            .orElseGet(() -> (long) ThreadLocalRandom.current().nextInt(LARGEST_SEED));
    EventStream stream = EventStream.open(request);
    ObjectNode hello = Json.MAPPER.createObjectNode().put("seed", seed);
    if (stream.send("hello", hello)) {
      deliver(stream, bus.deliveries(seed));
    }
  }

  private void deliver(EventStream stream, Deliveries deliveries) {
    while (stream.isReady()) {
      Optional<ObjectNode> event = deliveries.next();
      if (event.isEmpty()) {
        break;
      }
      stream.send("delivery", event.get());
    }
    if (stream.isOpen()) {
      try {
        var unused =
            threads.schedule(
                () -> deliver(stream, deliveries), LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
      } catch (RejectedExecutionException closed) {
        stream.end();
      }
    }
  }
}
