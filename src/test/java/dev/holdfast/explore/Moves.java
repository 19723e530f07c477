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
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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

  private final Map<Outlook, List<Act>> acts = new HashMap<>();

  /** All sets of acknowledged events, so that equal ones are one object. */
  private final Map<Set<PriceEvent>, Set<PriceEvent>> acknowledged = new HashMap<>();

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

  /**
   * All of a world on which it depends what one actor may do next: little, and the same in many
   * worlds, so it is found out once for all of them.
   *
   * @param roomInFlight whether one more call may be in flight
   */
  private record Outlook(
      int index,
      Place place,
      Snapshot stores,
      Instant now,
      int fault,
      Set<PriceEvent> acknowledged,
      boolean roomInFlight) {

    Outlook beginning(Run run, Set<PriceEvent> expected) {
      return new Outlook(
          index, place.beginning(run, expected), stores, now, fault, acknowledged, roomInFlight);
    }

    /** The next call of a run, given up. */
    Flight flight(Run run) {
      return new Flight(index, run, now);
    }

    /** By identity where equal ones are one object: this is asked more often than all else. */
    @Override
    public boolean equals(Object object) {
      return object instanceof Outlook other
          && index == other.index
          && place == other.place
          && stores == other.stores
          && now.equals(other.now)
          && fault == other.fault
          && acknowledged == other.acknowledged
          && roomInFlight == other.roomInFlight;
    }

    @Override
    public int hashCode() {
      int hash = 31 * place.hashCode() + stores.hashCode();
      hash = 31 * hash + System.identityHashCode(acknowledged);
      hash = 31 * hash + now.hashCode();
      return 31 * hash + (roomInFlight ? 1 : 0) + 2 * (index + 31 * fault);
    }
  }

  /**
   * What an actor may do, and what it leaves behind.
   *
   * @param sent the call that is in flight now, and was not before
   */
  private record Act(
      Place place,
      Snapshot stores,
      Set<PriceEvent> acknowledged,
      Optional<Flight> sent,
      Supplier<String> telling,
      Optional<String> broken) {}

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
    for (int index = 0; index < scenario.actors().size(); index++) {
      for (Act act : acts(world, index)) {
        moves.add(
            new Move(
                world.with(index, act.place(), act.stores(), act.acknowledged(), act.sent()),
                act.telling(),
                act.broken()));
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

  private List<Act> acts(World world, int index) {
    Place place = world.place(index);
    if (place.run().isEmpty() && place.runsLeft() == 0) {
      return List.of();
    }
    Outlook outlook =
        new Outlook(
            index,
            place,
            world.stores(),
            world.now(),
            world.fault(),
            world.acknowledged(),
            world.inFlight().size() < scenario.inFlight());
    List<Act> known = acts.get(outlook);
    if (known == null) {
      known = place.run().map(run -> next(outlook, run)).orElseGet(() -> beginnings(outlook));
      acts.put(outlook, known);
    }
    return known;
  }

  private List<Act> beginnings(Outlook outlook) {
    Actor actor = actor(outlook.index());
    if (homeIsLost(outlook.fault()) && scenario.isAtHome(actor)) {
      return List.of();
    }
    return runs.tasks(actor, outlook.stores(), remembered(outlook.fault())).stream()
        .map(task -> runs.begin(task, scenario.at(actor, outlook.now())))
        .flatMap(run -> next(outlook.beginning(run, expectedBy(actor, outlook)), run).stream())
        .toList();
  }

  private Actor actor(int index) {
    return scenario.actors().get(index);
  }

  private Set<Store> faulty(int fault) {
    return scenario.faults().get(fault);
  }

  /** What fails, and what failed so lately that circuit breakers are open still. */
  private Set<Store> remembered(int fault) {
    return scenario.mayLoseHome()
        ? scenario.faults().stream()
            .limit(fault + 1L)
            .flatMap(Set::stream)
            .collect(Collectors.toUnmodifiableSet())
        : faulty(fault);
  }

  private boolean isAtHome(int index) {
    return scenario.isAtHome(actor(index));
  }

  private boolean homeIsLost(int fault) {
    return scenario.mayLoseHome() && fault == 1;
  }

  /**
   * What a run has to live up to: a read shows what was acknowledged or shown before it began; an
   * append whose predecessor was acknowledged is not blocked, unless the event table had its place
   * taken when it began, by the same event or by another: it has been answered, or will be refused.
   */
  private Set<PriceEvent> expectedBy(Actor actor, Outlook outlook) {
    if (actor instanceof Reader) {
      return outlook.acknowledged();
    }
    if (!(actor instanceof Writer writer)
        || outlook.stores().eventTable().eventsOf(scenario.bookingCode()).stream()
            .anyMatch(it -> it.version().equals(writer.event().version()))) {
      return Set.of();
    }
    PriceEvent event = writer.event();
    return event.version().isFirst()
        ? Set.of(event)
        : outlook.acknowledged().stream()
            .filter(other -> event.version().follows(other.version()))
            .collect(Collectors.toUnmodifiableSet());
  }

  /** What becomes of an actor's next call. */
  private List<Act> next(Outlook outlook, Run run) {
    List<Act> acts = new ArrayList<>();
    for (Fate fate : fates(run.next(), outlook)) {
      acts.add(answer(outlook, run, fate));
    }
    if (deathMatters(outlook)) {
      String name = actor(outlook.index()).name();
      if (!run.isNew()) {
        acts.add(death(outlook, Optional.empty(), () -> name + " dies"));
      }
      // Whoever dies may have sent its next call, whether its store is faulty or not.
      if (mayStayInFlight(run.next(), outlook)) {
        acts.add(
            death(
                outlook,
                Optional.of(outlook.flight(run)),
                () -> name + " dies, with " + run.next() + " in flight"));
      }
    }
    return acts;
  }

  private List<Fate> fates(Call call, Outlook outlook) {
    if (!faulty(outlook.fault()).contains(call.store())) {
      return List.of(Fate.WORKS);
    }
    if (call.isRead()) {
      return List.of(Fate.WORKS, Fate.FAILS);
    }
    return mayStayInFlight(call, outlook)
        ? List.of(Fate.values())
        : List.of(Fate.WORKS, Fate.FAILS, Fate.LOSES_ANSWER);
  }

  private static boolean mayStayInFlight(Call call, Outlook outlook) {
    return !call.isRead() && outlook.roomInFlight();
  }

  private Act answer(Outlook outlook, Run run, Fate fate) {
    Step step = run.step(outlook.stores());
    Run then = fate == Fate.WORKS ? step.run() : run.unanswered();
    Snapshot stores =
        switch (fate) {
          case WORKS, LOSES_ANSWER -> step.stores();
          case FAILS, STAYS_IN_FLIGHT -> outlook.stores();
        };
    Optional<Flight> sent =
        fate == Fate.STAYS_IN_FLIGHT ? Optional.of(outlook.flight(run)) : Optional.empty();
    Supplier<String> says =
        () ->
            actor(outlook.index()).name()
                + (run.isNew() ? names.of(run.task()) : "")
                + ": "
                + run.next()
                + fate.told
                + " -> "
                + names.of(then.lastAnswer());
    return then.outcome()
        .map(
            outcome ->
                end(
                    outlook,
                    then.task(),
                    outcome,
                    stores,
                    sent,
                    () -> says.get() + "; answers " + names.of(outcome)))
        .orElseGet(
            () ->
                new Act(
                    outlook.place().at(then),
                    stores,
                    outlook.acknowledged(),
                    sent,
                    says,
                    Optional.empty()));
  }

  /** What the end of a run means to everybody else. */
  private Act end(
      Outlook outlook,
      Task task,
      Object outcome,
      Snapshot stores,
      Optional<Flight> sent,
      Supplier<String> says) {
    Actor actor = actor(outlook.index());
    Set<PriceEvent> expected = outlook.place().expected();
    Snapshot left = stores;
    Set<PriceEvent> now = outlook.acknowledged();
    Optional<String> broken = Optional.empty();
    if (actor instanceof Writer writer && outcome instanceof AppendOutcome appended) {
      broken = promises.onAppend(writer, appended, expected, now);
      if (Promises.isSuccess(appended)) {
        now = acknowledging(now, writer.event());
      }
    } else if (actor instanceof Reader reader) {
      broken =
          promises
              .onRead(reader.question(), outcome, expected, now)
              .or(() -> promises.onReadAsOfStart(reader.question(), outcome, expected, stores));
      // What was shown is as good as acknowledged: no later read goes back behind it.
      for (AcceptedEvent event : Promises.shownBy(outcome)) {
        now = acknowledging(now, event.event());
      }
    } else if (task instanceof Task.Drain drain && !(outcome instanceof Unavailable)) {
      left = stores.without(drain.message());
    }
    Place idle = outlook.place().idle(outcome instanceof Unavailable);
    return new Act(idle, left, now, sent, says, broken);
  }

  private Set<PriceEvent> acknowledging(Set<PriceEvent> before, PriceEvent event) {
    if (before.contains(event)) {
      return before;
    }
    Set<PriceEvent> more = new HashSet<>(before);
    more.add(event);
    return acknowledged.computeIfAbsent(more, Set::copyOf);
  }

  /** Whether others could notice that an actor dies: see above. */
  private boolean deathMatters(Outlook outlook) {
    return !(actor(outlook.index()) instanceof Reader)
        && (callsOutliveJumps
            || outlook.place().runsLeft() > 0
            || (isAtHome(outlook.index()) && outlook.fault() == 0));
  }

  private static Act death(Outlook outlook, Optional<Flight> sent, Supplier<String> telling) {
    return new Act(
        outlook.place().dead(),
        outlook.stores(),
        outlook.acknowledged(),
        sent,
        telling,
        Optional.empty());
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
      moves.add(
          new Move(after, () -> "the fault moves to " + Scenario.namesOf(faulty(after.fault()))));
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
    } else if (homeIsLost(world.fault())) {
      moves.add(new Move(world.withNextFault(), () -> "the home region comes back"));
    }
  }

  private void lostMessages(List<Move> moves, World world) {
    if (faulty(world.fault()).contains(Store.FALLBACK_QUEUE)) {
      world
          .stores()
          .losses()
          .forEach(
              (message, left) ->
                  moves.add(
                      new Move(
                          world.with(left),
                          () -> "the queue loses the message " + names.of(message))));
    }
  }
}
