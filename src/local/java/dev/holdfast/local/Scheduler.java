package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Stands for EventBridge Scheduler: calls functions at their rate, the first time soon after the
 * start. A run is left out while the one before is not over.
 */
final class Scheduler implements AutoCloseable {
  private static final Duration FIRST = Duration.ofSeconds(5);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Vertx vertx;
  private final List<Long> timers = new ArrayList<>();

  Scheduler(Vertx vertx) {
    this.vertx = vertx;
  }

  /** Calls a function from now on. */
  void run(Template.Schedule schedule, Duration rate, FunctionPool pool) {
    AtomicBoolean running = new AtomicBoolean();
    long period = Math.max(1, rate.toMillis());
    timers.add(
        vertx.setPeriodic(
            Math.min(FIRST.toMillis(), period),
            period,
            tick -> {
              if (running.compareAndSet(false, true)) {
                var unused =
                    pool.invoke(event(schedule), PATIENCE)
                        .whenComplete((outcome, never) -> running.set(false));
              }
            }));
  }

  @Override
  public void close() {
    timers.forEach(vertx::cancelTimer);
  }

  private static Buffer event(Template.Schedule schedule) {
    if (schedule.input().isPresent()) {
      return Buffer.buffer(schedule.input().get());
    }
    ObjectNode event = Pipe.envelope("Scheduled Event", "aws.scheduler", Instant.now());
    String name = Intrinsics.STACK + "-" + schedule.logicalId();
    event.withArray("resources").add(Intrinsics.arn("scheduler", "schedule/default/" + name));
    return Json.buffer(event.put("detail", "{}"));
  }
}
