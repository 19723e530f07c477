package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * One moment of one history. The ledger's code is a function of its answers, and what a store does
 * one of its content: equal worlds have equal futures. A world is little more than references to
 * what it shares with others, so that millions of them can be remembered. Within an exploration,
 * equal ones of what it consists of are one object, so worlds are compared by identity, and whole.
 */
final class World {

  static final Instant START = Instant.parse("2026-11-23T09:00:00Z");

  private final World from;
  private final Snapshot stores;
  private final Phase phase;
  private final Place[] places;
  private final List<Flight> inFlight;
  private final Set<PriceEvent> acknowledged;
  private final int hash;

  /** What time it is, and which fault is at work. */
  private record Phase(Instant now, int jumps, int fault) {}

  /** The first one, which is come to from itself. */
  World(Scenario scenario) {
    Map<Object, Place> known = new HashMap<>();
    this.from = this;
    this.stores = Snapshot.of(scenario.standing(), START);
    this.phase = new Phase(START, 0, 0);
    this.places =
        scenario.actors().stream()
            .map(actor -> Place.of(known, actor.runs(), Optional.empty(), false, Set.of()))
            .toArray(Place[]::new);
    this.inFlight = List.of();
    this.acknowledged = Set.copyOf(scenario.standing());
    this.hash = hash();
  }

  private World(
      World from,
      Snapshot stores,
      Phase phase,
      Place[] places,
      List<Flight> inFlight,
      Set<PriceEvent> acknowledged) {
    this.from = from;
    this.stores = stores;
    this.phase = phase;
    this.places = places;
    this.inFlight = inFlight;
    this.acknowledged = acknowledged;
    this.hash = hash();
  }

  /** The one that it was come to from; this is no part of what it is. */
  World from() {
    return from;
  }

  Snapshot stores() {
    return stores;
  }

  Instant now() {
    return phase.now();
  }

  /** How often the clock has jumped. */
  int jumps() {
    return phase.jumps();
  }

  /** Which of the scenario's faults is at work, in their order. */
  int fault() {
    return phase.fault();
  }

  /** What one of the scenario's actors is doing. */
  Place place(int actor) {
    return places[actor];
  }

  /** The calls that may still land, in the order in which they were sent. */
  List<Flight> inFlight() {
    return inFlight;
  }

  /** The events whose append was answered with success. */
  Set<PriceEvent> acknowledged() {
    return acknowledged;
  }

  /** An actor between its runs or in one. Within an exploration, equal ones are one object. */
  static final class Place {

    private final int runsLeft;
    private final Optional<Run> run;
    private final boolean mayHaveActed;
    private final Set<PriceEvent> expected;

    /** All places of this exploration by their content. */
    private final Map<Object, Place> known;

    private Place(
        Map<Object, Place> known,
        int runsLeft,
        Optional<Run> run,
        boolean mayHaveActed,
        Set<PriceEvent> expected) {
      this.known = known;
      this.runsLeft = runsLeft;
      this.run = run;
      this.mayHaveActed = mayHaveActed;
      this.expected = expected;
    }

    private static Place of(
        Map<Object, Place> known,
        int runsLeft,
        Optional<Run> run,
        boolean mayHaveActed,
        Set<PriceEvent> expected) {
      return known.computeIfAbsent(
          List.of(runsLeft, run, mayHaveActed, expected),
          content -> new Place(known, runsLeft, run, mayHaveActed, expected));
    }

    int runsLeft() {
      return runsLeft;
    }

    Optional<Run> run() {
      return run;
    }

    /** What a reader's run has to show: all that was acknowledged when it began. */
    Set<PriceEvent> expected() {
      return expected;
    }

    /** Whether a run of it has not ended, or ended without an answer: nobody knows what it did. */
    boolean isOpen() {
      return mayHaveActed || run.isPresent();
    }

    Place beginning(Run its, Set<PriceEvent> expects) {
      return of(known, runsLeft - 1, Optional.of(its), mayHaveActed, expects);
    }

    Place at(Run its) {
      return of(known, runsLeft, Optional.of(its), mayHaveActed, expected);
    }

    /** Its run is over. */
    Place idle(boolean unanswered) {
      return of(known, runsLeft, Optional.empty(), mayHaveActed || unanswered, Set.of());
    }

    Place dead() {
      return run.isPresent() ? idle(true) : this;
    }
  }

  /**
   * A write that its caller has given up, and that may take effect all the same.
   *
   * @param actor whose
   * @param run the run that waited for it
   */
  record Flight(int actor, Run run, Instant sent) {}

  boolean isAnybodyAtWork() {
    return Arrays.stream(places).anyMatch(place -> place.run().isPresent());
  }

  /** Of every actor, whether nobody knows what it did, a bit each. */
  long open() {
    long open = 0;
    for (Place place : places) {
      open = open << 1 | (place.isOpen() ? 1 : 0);
    }
    return open;
  }

  World with(Snapshot changed) {
    return new World(this, changed, phase, places, inFlight, acknowledged);
  }

  /**
   * What an actor has done.
   *
   * @param sent what it has given up
   */
  World with(
      int actor,
      Place place,
      Snapshot changed,
      Set<PriceEvent> nowAcknowledged,
      Optional<Flight> sent) {
    Place[] all = places.clone();
    all[actor] = place;
    List<Flight> flights = sent.isPresent() ? withLast(sent.get()) : inFlight;
    return new World(this, changed, phase, all, flights, nowAcknowledged);
  }

  private List<Flight> withLast(Flight flight) {
    List<Flight> more = new ArrayList<>(inFlight);
    more.add(flight);
    return List.copyOf(more);
  }

  /** The call lands: the store does it as if it came now, and nobody hears the answer. */
  World landing(Flight flight) {
    List<Flight> rest = new ArrayList<>(inFlight);
    rest.remove(flight);
    Snapshot changed = flight.run().step(stores).stores();
    return new World(this, changed, phase, places, List.copyOf(rest), acknowledged);
  }

  /** Who is at work dies; what was sent long ago lands no more. */
  World jumping(Duration time, Duration landsWithin) {
    Instant then = now().plus(time);
    return new World(
        this,
        stores,
        new Phase(then, jumps() + 1, fault()),
        withDead(actor -> true),
        inFlight.stream().filter(flight -> then.isBefore(flight.sent().plus(landsWithin))).toList(),
        acknowledged);
  }

  /** These actors die, all at once, and the next fault begins. */
  World withNextFaultAndDead(IntPredicate actors) {
    Phase next = new Phase(now(), jumps(), fault() + 1);
    return new World(this, stores, next, withDead(actors), inFlight, acknowledged);
  }

  World withNextFault() {
    return withNextFaultAndDead(actor -> false);
  }

  private Place[] withDead(IntPredicate actors) {
    Place[] left = places.clone();
    for (int actor = 0; actor < left.length; actor++) {
      if (actors.test(actor)) {
        left[actor] = left[actor].dead();
      }
    }
    return left;
  }

  /** By identity, but for what is in flight. The time is told by how often the clock has jumped. */
  @Override
  public boolean equals(Object object) {
    return object instanceof World other
        && hash == other.hash
        && stores == other.stores
        && acknowledged == other.acknowledged
        && jumps() == other.jumps()
        && fault() == other.fault()
        && Arrays.equals(places, other.places)
        && inFlight.equals(other.inFlight);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  private int hash() {
    int hash = 31 * stores.hashCode() + System.identityHashCode(acknowledged);
    for (Place place : places) {
      hash = 31 * hash + place.hashCode();
    }
    return 31 * (31 * hash + inFlight.hashCode()) + jumps() + 31 * fault();
  }
}
