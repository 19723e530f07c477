package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;

/**
 * One moment of one history. The ledger's code is a function of its answers, and what a store does
 * one of its content: equal worlds have equal futures. A world is little more than references to
 * what it shares with others, so that millions of them can be remembered.
 *
 * @param jumps how often the clock has jumped
 * @param fault which of the scenario's faults is at work, in their order
 * @param places what each of the scenario's actors is doing
 * @param inFlight the calls that may still land, in the order in which they were sent
 * @param acknowledged the events whose append was answered with success
 */
record World(
    Snapshot stores,
    Instant now,
    int jumps,
    int fault,
    List<Place> places,
    List<Flight> inFlight,
    Set<PriceEvent> acknowledged) {

  static final Instant START = Instant.parse("2026-11-23T09:00:00Z");

  static World first(Scenario scenario) {
    return new World(
        Snapshot.of(scenario.standing(), START),
        START,
        0,
        0,
        scenario.actors().stream()
            .map(actor -> new Place(actor.runs(), Optional.empty(), false, Set.of()))
            .toList(),
        List.of(),
        Set.copyOf(scenario.standing()));
  }

  /**
   * An actor between its runs or in one.
   *
   * @param mayHaveActed whether a run of it ended without an answer, so that nobody knows what it
   *     did
   * @param expected what a reader's run has to show: all that was acknowledged when it began
   */
  record Place(int runsLeft, Optional<Run> run, boolean mayHaveActed, Set<PriceEvent> expected) {

    boolean isOpen() {
      return mayHaveActed || run.isPresent();
    }

    Place beginning(Run run, Set<PriceEvent> expects) {
      return new Place(runsLeft - 1, Optional.of(run), mayHaveActed, expects);
    }

    Place at(Run run) {
      return new Place(runsLeft, Optional.of(run), mayHaveActed, expected);
    }

    /** Its run is over. */
    Place idle(boolean unanswered) {
      return new Place(runsLeft, Optional.empty(), mayHaveActed || unanswered, Set.of());
    }

    Place dead() {
      return idle(isOpen());
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
    return places.stream().anyMatch(place -> place.run().isPresent());
  }

  World with(Snapshot changed) {
    return new World(changed, now, jumps, fault, places, inFlight, acknowledged);
  }

  World with(int actor, Place place) {
    List<Place> changed = new ArrayList<>(places);
    changed.set(actor, place);
    return new World(stores, now, jumps, fault, List.copyOf(changed), inFlight, acknowledged);
  }

  World sending(Flight flight) {
    List<Flight> more = new ArrayList<>(inFlight);
    more.add(flight);
    return new World(stores, now, jumps, fault, places, List.copyOf(more), acknowledged);
  }

  /** The call lands: the store does it as if it came now, and nobody hears the answer. */
  World landing(Flight flight) {
    List<Flight> rest = new ArrayList<>(inFlight);
    rest.remove(flight);
    return new World(
        flight.run().step(stores).stores(),
        now,
        jumps,
        fault,
        places,
        List.copyOf(rest),
        acknowledged);
  }

  /** Who is at work dies; what was sent long ago lands no more. */
  World jumping(Duration time, Duration landsWithin) {
    Instant then = now.plus(time);
    return new World(
        stores,
        then,
        jumps + 1,
        fault,
        places.stream().map(Place::dead).toList(),
        inFlight.stream().filter(flight -> then.isBefore(flight.sent().plus(landsWithin))).toList(),
        acknowledged);
  }

  /** These actors die, all at once, and the next fault begins. */
  World withNextFaultAndDead(IntPredicate actors) {
    List<Place> left = new ArrayList<>(places);
    IntStream.range(0, left.size())
        .filter(actors)
        .forEach(actor -> left.set(actor, left.get(actor).dead()));
    return new World(stores, now, jumps, fault + 1, List.copyOf(left), inFlight, acknowledged);
  }

  World withNextFault() {
    return new World(stores, now, jumps, fault + 1, places, inFlight, acknowledged);
  }

  World acknowledging(PriceEvent event) {
    if (acknowledged.contains(event)) {
      return this;
    }
    Set<PriceEvent> more = new HashSet<>(acknowledged);
    more.add(event);
    return new World(stores, now, jumps, fault, places, inFlight, Set.copyOf(more));
  }
}
