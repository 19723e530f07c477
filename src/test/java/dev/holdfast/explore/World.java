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
 * one of its content: equal worlds have equal futures. Within an exploration, equal ones of what a
 * world consists of are one object, and numbered: its numbers are all of it, so that millions of
 * worlds can be remembered and compared whole.
 */
final class World {

  static final Instant START = Instant.parse("2026-11-23T09:00:00Z");

  private final Snapshot stores;
  private final Rest rest;
  private final Place[] places;

  private World(Snapshot stores, Rest rest, Place[] places) {
    this.stores = stores;
    this.rest = rest;
    this.places = places;
  }

  static World first(Scenario scenario) {
    Map<Object, Place> known = new HashMap<>();
    return new World(
        Snapshot.of(scenario.standing(), START),
        new Rest(new HashMap<>(), START, 0, 0, List.of(), Set.copyOf(scenario.standing())).shared(),
        scenario.actors().stream()
            .map(
                actor -> new Place(known, actor.runs(), Optional.empty(), false, Set.of()).shared())
            .toArray(Place[]::new));
  }

  /** How many numbers it has. */
  int width() {
    return places.length + 2;
  }

  /** Writes its numbers. */
  void write(int[] numbers, int begin) {
    int at = begin;
    numbers[at++] = stores.number();
    numbers[at++] = rest.number;
    for (Place place : places) {
      numbers[at++] = place.number;
    }
  }

  Snapshot stores() {
    return stores;
  }

  Instant now() {
    return rest.now;
  }

  /** How often the clock has jumped. */
  int jumps() {
    return rest.jumps;
  }

  /** Which of the scenario's faults is at work, in their order. */
  int fault() {
    return rest.fault;
  }

  /** What one of the scenario's actors is doing. */
  Place place(int actor) {
    return places[actor];
  }

  /** The calls that may still land, in the order in which they were sent. */
  List<Flight> inFlight() {
    return rest.inFlight;
  }

  /** The events whose append was answered with success. */
  Set<PriceEvent> acknowledged() {
    return rest.acknowledged;
  }

  /** What is the same for everybody. Within an exploration, equal ones are one object. */
  private static final class Rest {

    private final Instant now;
    private final int jumps;
    private final int fault;
    private final List<Flight> inFlight;
    private final Set<PriceEvent> acknowledged;

    /** All of this exploration. */
    private final Map<Rest, Rest> known;

    private final int number;

    private Rest(
        Map<Rest, Rest> known,
        Instant now,
        int jumps,
        int fault,
        List<Flight> inFlight,
        Set<PriceEvent> acknowledged) {
      this.known = known;
      this.number = known.size();
      this.now = now;
      this.jumps = jumps;
      this.fault = fault;
      this.inFlight = inFlight;
      this.acknowledged = acknowledged;
    }

    private Rest shared() {
      Rest first = known.putIfAbsent(this, this);
      return first == null ? this : first;
    }

    Rest with(List<Flight> flights, Set<PriceEvent> events) {
      return flights == inFlight && events == acknowledged
          ? this
          : new Rest(known, now, jumps, fault, flights, events).shared();
    }

    Rest withNextFault() {
      return new Rest(known, now, jumps, fault + 1, inFlight, acknowledged).shared();
    }

    Rest jumping(Duration time, Duration landsWithin) {
      Instant then = now.plus(time);
      List<Flight> left =
          inFlight.stream()
              .filter(flight -> then.isBefore(flight.sent().plus(landsWithin)))
              .toList();
      return new Rest(known, then, jumps + 1, fault, left, acknowledged).shared();
    }

    /** The time is told by how often the clock has jumped. */
    @Override
    public boolean equals(Object object) {
      return object instanceof Rest other
          && jumps == other.jumps
          && fault == other.fault
          && acknowledged == other.acknowledged
          && inFlight.equals(other.inFlight);
    }

    @Override
    public int hashCode() {
      int hash = 31 * System.identityHashCode(acknowledged) + inFlight.hashCode();
      return 31 * hash + jumps + 8 * fault;
    }
  }

  /** An actor between its runs or in one. Within an exploration, equal ones are one object. */
  static final class Place {

    private final int runsLeft;
    private final Optional<Run> run;
    private final boolean mayHaveActed;
    private final Set<PriceEvent> expected;

    /** All places of this exploration by their content. */
    private final Map<Object, Place> known;

    private final int number;

    private Place(
        Map<Object, Place> known,
        int runsLeft,
        Optional<Run> run,
        boolean mayHaveActed,
        Set<PriceEvent> expected) {
      this.known = known;
      this.number = known.size();
      this.runsLeft = runsLeft;
      this.run = run;
      this.mayHaveActed = mayHaveActed;
      this.expected = expected;
    }

    private Place shared() {
      return known.computeIfAbsent(List.of(runsLeft, run, mayHaveActed, expected), content -> this);
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
      return new Place(known, runsLeft - 1, Optional.of(its), mayHaveActed, expects).shared();
    }

    Place at(Run its) {
      return new Place(known, runsLeft, Optional.of(its), mayHaveActed, expected).shared();
    }

    /** Its run is over. */
    Place idle(boolean unanswered) {
      return new Place(known, runsLeft, Optional.empty(), mayHaveActed || unanswered, Set.of())
          .shared();
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
    return new World(changed, rest, places);
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
      Set<PriceEvent> acknowledged,
      Optional<Flight> sent) {
    Place[] all = places.clone();
    all[actor] = place;
    List<Flight> flights = sent.isPresent() ? withLast(sent.get()) : inFlight();
    return new World(changed, rest.with(flights, acknowledged), all);
  }

  private List<Flight> withLast(Flight flight) {
    List<Flight> more = new ArrayList<>(inFlight());
    more.add(flight);
    return List.copyOf(more);
  }

  /** The call lands: the store does it as if it came now, and nobody hears the answer. */
  World landing(Flight flight) {
    List<Flight> others = new ArrayList<>(inFlight());
    others.remove(flight);
    Snapshot changed = flight.run().step(stores).stores();
    return new World(changed, rest.with(List.copyOf(others), acknowledged()), places);
  }

  /** Who is at work dies; what was sent long ago lands no more. */
  World jumping(Duration time, Duration landsWithin) {
    return new World(stores, rest.jumping(time, landsWithin), withDead(actor -> true));
  }

  /** These actors die, all at once, and the next fault begins. */
  World withNextFaultAndDead(IntPredicate actors) {
    return new World(stores, rest.withNextFault(), withDead(actors));
  }

  World withNextFault() {
    return new World(stores, rest.withNextFault(), places);
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
}
