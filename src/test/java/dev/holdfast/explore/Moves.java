package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Scenario.Actor;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Sweeper;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.explore.Script.Pause;
import dev.holdfast.explore.World.Place;
import dev.holdfast.explore.World.Run;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * What may happen next: some actor's next call, with any fate that its store allows; an actor dies;
 * the clock jumps; a faulty queue loses a message.
 *
 * <p>What is left out cannot matter:
 *
 * <ul>
 *   <li>A run begins with its first call. To begin earlier and wait changes no store, and only
 *       weakens what a reader may expect.
 *   <li>A lost answer of a read is a failed read.
 *   <li>An actor that dies and never runs again is one that is never chosen again, and whatever
 *       must hold when all of them die is checked in every world. So only those die who come back.
 *   <li>A message is on the queue or is not: SQS drops a second one of the same event, and a third
 *       drain of it is one more run of a drainer.
 * </ul>
 */
final class Moves {

  /** Longer than the age at which a claim may be taken over. */
  private static final Duration JUMP = Duration.ofMinutes(16);

  private final Scenario scenario;
  private final Protocol protocol;
  private final Promises promises;
  private final Names names;

  Moves(Scenario scenario, Protocol protocol, Names names) {
    this.scenario = scenario;
    this.protocol = protocol;
    this.promises = new Promises(scenario, protocol);
    this.names = names;
  }

  /**
   * A move.
   *
   * @param says what happens, for people
   * @param broken the promise that it breaks, if it does
   */
  record Move(String says, World world, Optional<String> broken) {}

  List<Move> from(World world) {
    List<Move> moves = new ArrayList<>();
    for (int index = 0; index < world.places().size(); index++) {
      Place place = world.places().get(index);
      if (place.run().isPresent()) {
        answers(moves, world, index, place.run().get());
        if (place.runsLeft() > 0 && !(actor(index) instanceof Reader)) {
          moves.add(move(actor(index).name() + " dies", world, index, place.dead()));
        }
      } else if (place.runsLeft() > 0) {
        for (Run run : runs(actor(index), world)) {
          answers(moves, world, index, run);
        }
      }
    }
    if (world.jumpsLeft() > 0) {
      moves.add(jump(world));
    }
    if (scenario.faulty().contains(Store.FALLBACK_QUEUE)) {
      for (AcceptedEvent message : new LinkedHashSet<>(world.stores().fallbackQueue().messages())) {
        moves.add(
            new Move(
                "the queue loses the message " + names.of(message),
                without(message, world),
                Optional.empty()));
      }
    }
    return moves;
  }

  private static World without(AcceptedEvent gone, World world) {
    Stores stores = world.stores().copy();
    for (AcceptedEvent message : stores.fallbackQueue().takeAll()) {
      if (!message.equals(gone)) {
        stores.fallbackQueue().send(message);
      }
    }
    return new World(stores, world.now(), world.jumpsLeft(), world.places(), world.acknowledged());
  }

  private Actor actor(int index) {
    return scenario.actors().get(index);
  }

  /** Nobody lives as long as a jump: that is why a claim may be taken over after it. */
  private static Move jump(World world) {
    return new Move(
        "16 minutes pass, and whoever was at work is dead",
        new World(
            world.stores(),
            world.now().plus(JUMP),
            world.jumpsLeft() - 1,
            world.places().stream().map(Place::dead).toList(),
            world.acknowledged()),
        Optional.empty());
  }

  private static Move move(String says, World world, int index, Place place) {
    List<Place> places = new ArrayList<>(world.places());
    places.set(index, place);
    return new Move(
        says,
        new World(world.stores(), world.now(), world.jumpsLeft(), places, world.acknowledged()),
        Optional.empty());
  }

  /** The runs that an idle actor may begin. */
  private List<Run> runs(Actor actor, World world) {
    Clock clock = Clock.fixed(world.now(), ZoneOffset.UTC);
    List<Run> runs = new ArrayList<>();
    if (actor instanceof Writer writer) {
      PriceEvent event = writer.event();
      runs.add(run("", world, script -> protocol.append(ports(script), event, false, clock)));
      // Only the event table's failures open the breaker.
      if (scenario.faulty().contains(Store.EVENT_TABLE) && event.version().isFirst()) {
        runs.add(
            run(
                " (breaker open)",
                world,
                script -> protocol.append(ports(script), event, true, clock)));
      }
    } else if (actor instanceof Reader) {
      runs.add(run("", world, script -> protocol.read(ports(script), scenario.bookingCode())));
    } else if (actor instanceof Drainer) {
      for (AcceptedEvent message : new LinkedHashSet<>(world.stores().fallbackQueue().messages())) {
        runs.add(
            run(
                " (" + names.of(message) + ")",
                world,
                script -> protocol.drain(ports(script), message, clock),
                Optional.of(message)));
      }
    } else if (actor instanceof Sweeper) {
      // It comes when whatever it may find is old enough.
      Clock later = Clock.offset(clock, Duration.ofMinutes(2));
      runs.add(
          run(
              "",
              world,
              script -> {
                protocol.sweep(ports(script), later);
                return "swept";
              }));
    }
    return runs;
  }

  private Ports ports(Script script) {
    return new Ports(script, Shard.of(scenario.bookingCode()));
  }

  private static Run run(String variant, World world, Function<Script, Object> code) {
    return run(variant, world, code, Optional.empty());
  }

  private static Run run(
      String variant, World world, Function<Script, Object> code, Optional<AcceptedEvent> message) {
    try {
      Object outcome = code.apply(Script.replay(List.of()));
      throw new IllegalStateException("A run without a call: " + outcome);
    } catch (Pause pause) {
      return new Run(variant, code, List.of(), pause.call(), world.acknowledged(), message);
    }
  }

  private void answers(List<Move> moves, World world, int index, Run run) {
    moves.add(answer(world, index, run, Fate.WORKS));
    if (scenario.faulty().contains(run.next().store())) {
      moves.add(answer(world, index, run, Fate.FAILS));
      if (!run.next().isRead()) {
        moves.add(answer(world, index, run, Fate.LOSES_ANSWER));
      }
    }
  }

  private Move answer(World world, int index, Run run, Fate fate) {
    Call call = run.next();
    Stores stores = call.isRead() ? world.stores() : world.stores().copy();
    Object answer = new Unavailable("fault");
    if (fate != Fate.FAILS) {
      Object done = call.effect().apply(stores);
      answer = fate == Fate.WORKS ? done : answer;
    }
    List<Object> answers = new ArrayList<>(run.answers());
    answers.add(answer);
    Place place = world.places().get(index);
    int runsLeft = run.answers().isEmpty() ? place.runsLeft() - 1 : place.runsLeft();
    String says =
        actor(index).name()
            + (run.answers().isEmpty() ? run.variant() : "")
            + ": "
            + call
            + told(fate)
            + " -> "
            + names.of(answer);
    World after =
        new World(stores, world.now(), world.jumpsLeft(), world.places(), world.acknowledged());
    Object outcome;
    try {
      outcome = run.code().apply(Script.replay(answers));
    } catch (Pause pause) {
      Run next =
          new Run(
              run.variant(),
              run.code(),
              List.copyOf(answers),
              pause.call(),
              run.acknowledgedBefore(),
              run.message());
      return move(says, after, index, new Place(runsLeft, Optional.of(next), place.mayHaveActed()));
    }
    boolean noAnswer = outcome instanceof Unavailable;
    Move end =
        move(
            says,
            after,
            index,
            new Place(runsLeft, Optional.empty(), place.mayHaveActed() || noAnswer));
    return end(end, actor(index), run, outcome);
  }

  /** What the end of a run means to everybody else. */
  private Move end(Move move, Actor actor, Run run, Object outcome) {
    String says = move.says() + "; answers " + names.of(outcome);
    World world = move.world();
    if (actor instanceof Writer writer && outcome instanceof AppendOutcome appended) {
      Optional<String> broken = promises.onAppend(writer, appended, world.acknowledged());
      return new Move(
          says,
          Promises.isSuccess(appended) ? acknowledging(world, writer.event()) : world,
          broken);
    }
    if (outcome instanceof ReadOutcome.Events read) {
      return new Move(says, world, promises.onRead(read, run.acknowledgedBefore()));
    }
    if (run.message().isPresent() && !(outcome instanceof Unavailable)) {
      return new Move(says, without(run.message().get(), world), Optional.empty());
    }
    return new Move(says, world, Optional.empty());
  }

  private static World acknowledging(World world, PriceEvent event) {
    Set<PriceEvent> acknowledged = new HashSet<>(world.acknowledged());
    acknowledged.add(event);
    return new World(
        world.stores(), world.now(), world.jumpsLeft(), world.places(), Set.copyOf(acknowledged));
  }

  private static String told(Fate fate) {
    return switch (fate) {
      case WORKS -> "";
      case FAILS -> " (fails)";
      case LOSES_ANSWER -> " (done, but the answer is lost)";
    };
  }
}
