package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.explore.Scenario.Actor;
import dev.holdfast.explore.Scenario.Backfiller;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Operator;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.Meanwhile;
import dev.holdfast.ledger.Resolve.Wish;
import dev.holdfast.ledger.Shard;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.OneAfterTheOther;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The runs of the ledger's code. */
final class Runs {

  private static final BookingCode ANOTHER_CODE = new BookingCode("HOTEL-4711-B");

  private static final Meanwhile WHEN_ASKED_FOR =
      new Meanwhile() {
        @Override
        public <A> Supplier<A> begin(Supplier<A> call) {
          return call;
        }
      };

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
  List<Task> tasks(Actor actor, Snapshot stores, Set<Store> faulty) {
    if (actor instanceof Writer writer) {
      Task closed = new Task.Append(writer.event(), false);
      // Only the event table's failures open the breaker.
      return faulty.contains(Store.EVENT_TABLE)
          ? List.of(closed, new Task.Append(writer.event(), true))
          : List.of(closed);
    }
    if (actor instanceof Drainer) {
      return stores.messages().stream().<Task>map(Task.Drain::new).toList();
    }
    if (actor instanceof Operator) {
      return stores
          .pendingIndex()
          .headOf(scenario.bookingCode())
          .map(Head::kept)
          .orElse(List.of())
          .stream()
          .map(Kept::event)
          .flatMap(Runs::resolutions)
          .toList();
    }
    return actor instanceof Reader reader
        ? reads(reader.question(), faulty.contains(Store.EVENT_TABLE))
        : List.of(actor instanceof Backfiller ? new Task.Backfill() : new Task.Sweep());
  }

  private static Stream<Task> resolutions(AcceptedEvent kept) {
    Wish again = kept.version().isFirst() ? new Wish.Reassign(ANOTHER_CODE) : new Wish.Reappend();
    return Stream.of(new Task.Resolve(kept, again), new Task.Resolve(kept, new Wish.Discard()));
  }

  private static List<Task> reads(Question question, boolean breakerMayBeOpen) {
    List<Task> reads = new ArrayList<>();
    reads.add(new Task.Read(question, false, false));
    if (question.asksForTheEnd()) {
      reads.add(new Task.Read(question, false, true));
    }
    if (breakerMayBeOpen) {
      reads.add(new Task.Read(question, true, false));
    }
    return reads;
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
    if (start.task() instanceof Task.Read read) {
      Meanwhile meanwhile = read.pendingIndexFirst() ? OneAfterTheOther.INSTANCE : WHEN_ASKED_FOR;
      return script ->
          protocol.read(
              ports(script),
              scenario.bookingCode(),
              read.question(),
              read.breakerIsOpen(),
              meanwhile,
              clock);
    }
    if (start.task() instanceof Task.Backfill) {
      return script -> protocol.backfill(ports(script), clock);
    }
    if (start.task() instanceof Task.Resolve resolve) {
      return script -> protocol.resolve(ports(script), resolve.kept(), resolve.wish(), clock);
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
