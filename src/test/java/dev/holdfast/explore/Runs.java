package dev.holdfast.explore;

import dev.holdfast.explore.Scenario.Actor;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.ledger.Shard;
import dev.holdfast.simulated.Network.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/** The runs of the ledger's code. */
final class Runs {

  private final Scenario scenario;
  private final Protocol protocol;
  private final Map<Start, Run> begun = new HashMap<>();

  /** All that tells one run from another at its beginning. */
  private record Start(Task task, Instant now) {}

  Runs(Scenario scenario, Protocol protocol) {
    this.scenario = scenario;
    this.protocol = protocol;
  }

  /**
   * What an idle actor may do.
   *
   * @param faulty whose calls may fail now
   */
  List<Task> tasks(Actor actor, Stores stores, Set<Store> faulty) {
    if (actor instanceof Writer writer) {
      Task closed = new Task.Append(writer.event(), false);
      // Only the event table's failures open the breaker.
      return faulty.contains(Store.EVENT_TABLE) && writer.event().version().isFirst()
          ? List.of(closed, new Task.Append(writer.event(), true))
          : List.of(closed);
    }
    if (actor instanceof Drainer) {
      return stores.messages().stream().<Task>map(Task.Drain::new).toList();
    }
    return List.of(actor instanceof Reader ? new Task.Read() : new Task.Sweep());
  }

  /** A run that waits for its first call. */
  Run begin(Task task, Instant now) {
    return begun.computeIfAbsent(new Start(task, now), start -> new Run(task, code(start)));
  }

  private Function<Script, Object> code(Start start) {
    Clock clock = Clock.fixed(start.now(), ZoneOffset.UTC);
    if (start.task() instanceof Task.Append append) {
      return script ->
          protocol.append(ports(script), append.event(), append.breakerIsOpen(), clock);
    }
    if (start.task() instanceof Task.Drain drain) {
      return script -> protocol.drain(ports(script), drain.message(), clock);
    }
    if (start.task() instanceof Task.Read) {
      return script -> protocol.read(ports(script), scenario.bookingCode());
    }
    // A sweep comes when whatever it may find is old enough.
    Clock later = Clock.offset(clock, Duration.ofMinutes(2));
    return script -> {
      protocol.sweep(ports(script), later);
      return "swept";
    };
  }

  private Ports ports(Script script) {
    return new Ports(script, Shard.of(scenario.bookingCode()));
  }
}
