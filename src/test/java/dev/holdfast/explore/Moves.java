package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Run.Step;
import dev.holdfast.explore.Scenario.Actor;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.explore.World.Flight;
import dev.holdfast.explore.World.Place;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * What may happen next: some actor's next call, with any fate that its store allows; an actor dies;
 * a call that was given up lands; the clock jumps; the fault moves to another store; a faulty queue
 * loses a message.
 *
 * <p>What is left out cannot matter:
 *
 * <ul>
 *   <li>A run begins with its first call. To begin earlier and wait changes no store, and only
 *       weakens what a reader may expect.
 *   <li>A lost answer of a read is a failed read, and so is one that lands late.
 *   <li>An actor that dies and never runs again is one that is never chosen again, and whatever
 *       must hold when all of them die is checked in every world. So only those die who come back,
 *       or whose call outlives a jump of the clock.
 *   <li>A call that is in flight and never lands is one that is never chosen.
 *   <li>A message is on the queue or is not: SQS drops a second one of the same event, and a third
 *       drain of it is one more run of a drainer.
 * </ul>
 */
final class Moves {

  /** No call lands later than this after it was sent: see docs/proof.md. */
  private static final Duration LANDS_WITHIN = Duration.ofMinutes(15);

  private final Scenario scenario;
  private final Protocol protocol;
  private final Promises promises;
  private final Runs runs;
  private final Names names;
  private final boolean callsOutliveJumps;

  Moves(Scenario scenario, Protocol protocol, Runs runs, Promises promises) {
    this.scenario = scenario;
    this.protocol = protocol;
    this.promises = promises;
    this.names = new Names(scenario);
    this.runs = runs;
    this.callsOutliveJumps =
        scenario.inFlight() > 0
            && scenario.jumps().stream().anyMatch(jump -> jump.compareTo(LANDS_WITHIN) < 0);
  }

  /**
   * A move.
   *
   * @param telling what happens, for people
   * @param broken the promise that it breaks, if it does
   */
  record Move(World world, Supplier<String> telling, Optional<String> broken) {

    Move(World world, Supplier<String> telling) {
      this(world, telling, Optional.empty());
    }

    String says() {
      return telling.get();
    }
  }

  /** What becomes of a call. */
  private enum Fate {
    WORKS(""),
    /** It is not done. */
    FAILS(" (fails)"),
    LOSES_ANSWER(" (done, but the answer is lost)"),
    /** Its caller gives it up, but it may be done later. */
    STAYS_IN_FLIGHT(" (no answer, but it is in flight)");

    private final String told;

    Fate(String told) {
      this.told = told;
    }
  }

  List<Move> from(World world) {
    List<Move> moves = new ArrayList<>();
    for (int index = 0; index < world.places().size(); index++) {
      Place place = world.places().get(index);
      if (place.run().isPresent()) {
        next(moves, world, index, place.run().get());
      } else if (place.runsLeft() > 0 && !(homeIsLost(world) && isAtHome(index))) {
        for (Task task : runs.tasks(actor(index), world.stores(), remembered(world))) {
          Run run = runs.begin(task, scenario.at(actor(index), world.now()));
          Place begun = place.beginning(run, expectedBy(actor(index), world));
          next(moves, world.with(index, begun), index, run);
        }
      }
    }
    landings(moves, world);
    jump(moves, world);
    if (scenario.mayLoseHome()) {
      lossOfTheHome(moves, world);
    } else {
      moveOfTheFault(moves, world);
    }
    lostMessages(moves, world);
    return moves;
  }

  private Actor actor(int index) {
    return scenario.actors().get(index);
  }

  private Set<Store> faulty(World world) {
    return scenario.faults().get(world.fault());
  }

  /** What fails, and what failed so lately that circuit breakers are open still. */
  private Set<Store> remembered(World world) {
    return scenario.mayLoseHome()
        ? scenario.faults().stream()
            .limit(world.fault() + 1L)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet())
        : faulty(world);
  }

  private boolean isAtHome(int index) {
    return scenario.isAtHome(actor(index));
  }

  private boolean homeIsLost(World world) {
    return scenario.mayLoseHome() && world.fault() == 1;
  }

  /**
   * What a run has to live up to: a read shows what was acknowledged or shown before it began; an
   * append whose predecessor was acknowledged is not blocked, unless the event table had its place
   * taken when it began, by the same event or by another: it has been answered, or will be refused.
   */
  private Set<PriceEvent> expectedBy(Actor actor, World world) {
    if (actor instanceof Reader) {
      return world.acknowledged();
    }
    if (!(actor instanceof Writer writer)
        || world.stores().eventTable().eventsOf(scenario.bookingCode()).stream()
            .anyMatch(it -> it.version().equals(writer.event().version()))) {
      return Set.of();
    }
    PriceEvent event = writer.event();
    return event.version().isFirst()
        ? Set.of(event)
        : world.acknowledged().stream()
            .filter(other -> event.version().follows(other.version()))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What becomes of an actor's next call. */
  private void next(List<Move> moves, World world, int index, Run run) {
    for (Fate fate : fates(run.next(), world)) {
      moves.add(answer(world, index, run, fate));
    }
    if (deathMatters(world, index)) {
      if (!run.isNew()) {
        moves.add(death(world, index));
      }
      if (mayStayInFlight(run.next(), world)) {
        moves.add(deathInFlight(world, index, run));
      }
    }
  }

  private List<Fate> fates(Call call, World world) {
    if (!faulty(world).contains(call.store())) {
      return List.of(Fate.WORKS);
    }
    if (call.isRead()) {
      return List.of(Fate.WORKS, Fate.FAILS);
    }
    return mayStayInFlight(call, world)
        ? List.of(Fate.values())
        : List.of(Fate.WORKS, Fate.FAILS, Fate.LOSES_ANSWER);
  }

  private boolean mayStayInFlight(Call call, World world) {
    return !call.isRead() && world.inFlight().size() < scenario.inFlight();
  }

  private Move answer(World world, int index, Run run, Fate fate) {
    Step step = run.step(world.stores());
    Run then = fate == Fate.WORKS ? step.run() : run.unanswered();
    World after =
        switch (fate) {
          case WORKS, LOSES_ANSWER -> world.with(step.stores());
          case FAILS -> world;
          case STAYS_IN_FLIGHT -> world.sending(new Flight(index, run, world.now()));
        };
    Supplier<String> says =
        () ->
            actor(index).name()
                + (run.isNew() ? names.of(run.task()) : "")
                + ": "
                + run.next()
                + fate.told
                + " -> "
                + names.of(then.lastAnswer());
    Place place = world.places().get(index);
    return then.outcome().isPresent()
        ? end(after, index, then, says)
        : new Move(after.with(index, place.at(then)), says);
  }

  /** What the end of a run means to everybody else. */
  private Move end(World world, int index, Run run, Supplier<String> lastCall) {
    Object outcome = run.outcome().orElseThrow();
    Place place = world.places().get(index);
    World after = world.with(index, place.idle(outcome instanceof Unavailable));
    Supplier<String> says = () -> lastCall.get() + "; answers " + names.of(outcome);
    if (actor(index) instanceof Writer writer && outcome instanceof AppendOutcome appended) {
      Optional<String> broken =
          promises.onAppend(writer, appended, place.expected(), world.acknowledged());
      return new Move(
          Promises.isSuccess(appended) ? after.acknowledging(writer.event()) : after, says, broken);
    }
    if (actor(index) instanceof Reader reader) {
      // What was shown is as good as acknowledged: no later read goes back behind it.
      World shown = after;
      for (AcceptedEvent event : Promises.shownBy(outcome)) {
        shown = shown.acknowledging(event.event());
      }
      return new Move(
          shown,
          says,
          promises
              .onRead(reader.question(), outcome, place.expected(), world.acknowledged())
              .or(
                  () ->
                      promises.onReadAsOfStart(
                          reader.question(), outcome, place.expected(), world.stores())));
    }
    if (run.task() instanceof Task.Drain drain && !(outcome instanceof Unavailable)) {
      return new Move(after.with(after.stores().without(drain.message())), says);
    }
    return new Move(after, says);
  }

  /** Whether others could notice that an actor dies: see above. */
  private boolean deathMatters(World world, int index) {
    return !(actor(index) instanceof Reader)
        && (callsOutliveJumps
            || world.places().get(index).runsLeft() > 0
            || (isAtHome(index) && world.fault() == 0));
  }

  private Move death(World world, int index) {
    return new Move(
        world.with(index, world.places().get(index).dead()), () -> actor(index).name() + " dies");
  }

  /** Whoever dies may have sent its next call, whether its store is faulty or not. */
  private Move deathInFlight(World world, int index, Run run) {
    World after = world.with(index, world.places().get(index).dead());
    return new Move(
        after.sending(new Flight(index, run, world.now())),
        () -> actor(index).name() + " dies, with " + run.next() + " in flight");
  }

  private void landings(List<Move> moves, World world) {
    for (Flight flight : world.inFlight()) {
      moves.add(
          new Move(
              world.landing(flight),
              () -> flight.run().next() + " of " + actor(flight.actor()).name() + " lands late"));
    }
  }

  /** Nobody is at work as long as a jump takes; a call that was sent may be. */
  private void jump(List<Move> moves, World world) {
    if (world.jumps() == scenario.jumps().size()) {
      return;
    }
    Duration jump = scenario.jumps().get(world.jumps());
    moves.add(
        new Move(
            world.jumping(jump, LANDS_WITHIN),
            () -> jump.toMinutes() + " minutes pass, and whoever was at work is dead"));
  }

  /** Another store's fault begins when all is paid that this one's left behind. */
  private void moveOfTheFault(List<Move> moves, World world) {
    if (world.fault() + 1 < scenario.faults().size()
        && !world.isAnybodyAtWork()
        && world.inFlight().isEmpty()
        && !protocol.owes(world.stores(), scenario.bookingCode())) {
      World after = world.withNextFault();
      moves.add(new Move(after, () -> "the fault moves to " + Scenario.namesOf(faulty(after))));
    }
  }

  /**
   * The home region is lost as a whole, at any moment, whatever is owed; it comes back at any later
   * one.
   */
  private void lossOfTheHome(List<Move> moves, World world) {
    if (world.fault() == 0) {
      moves.add(
          new Move(world.withNextFaultAndDead(this::isAtHome), () -> "the home region is lost"));
    } else if (homeIsLost(world)) {
      moves.add(new Move(world.withNextFault(), () -> "the home region comes back"));
    }
  }

  private void lostMessages(List<Move> moves, World world) {
    if (faulty(world).contains(Store.FALLBACK_QUEUE)) {
      for (AcceptedEvent message : world.stores().messages()) {
        moves.add(
            new Move(
                world.with(world.stores().without(message)),
                () -> "the queue loses the message " + names.of(message)));
      }
    }
  }
}
