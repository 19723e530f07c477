package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * One moment of one history.
 *
 * @param jumpsLeft how often the clock may still jump
 * @param places what each of the scenario's actors is doing
 * @param acknowledged the events whose append was answered with success
 */
record World(
    Stores stores, Instant now, int jumpsLeft, List<Place> places, Set<PriceEvent> acknowledged) {

  static final Instant START = Instant.parse("2026-11-23T09:00:00Z");

  static World first(Scenario scenario) {
    return new World(
        Stores.empty(),
        START,
        scenario.clockJumps(),
        scenario.actors().stream()
            .map(actor -> new Place(actor.runs(), Optional.empty(), false))
            .toList(),
        Set.of());
  }

  /**
   * An actor between its runs or in one.
   *
   * @param mayHaveActed whether a run of it ended without an answer, so that nobody knows what it
   *     did
   */
  record Place(int runsLeft, Optional<Run> run, boolean mayHaveActed) {

    boolean isOpen() {
      return mayHaveActed || run.isPresent();
    }

    Place dead() {
      return new Place(runsLeft, Optional.empty(), isOpen());
    }
  }

  /**
   * A run of an actor.
   *
   * @param variant what was chosen at its beginning
   * @param code the ledger's code that it runs
   * @param answers what it was answered so far
   * @param next the call that it waits for
   * @param acknowledgedBefore what was acknowledged when it began
   * @param message what it took off the queue
   */
  record Run(
      String variant,
      Function<Script, Object> code,
      List<Object> answers,
      Call next,
      Set<PriceEvent> acknowledgedBefore,
      Optional<AcceptedEvent> message) {}

  /**
   * What makes two worlds one: stores, time, and for every actor the answers it has got. The
   * ledger's code is a function of these, so equal worlds have equal futures.
   */
  String key(Names names) {
    StringBuilder key = new StringBuilder(160).append(debtKey(names)).append(jumpsLeft);
    for (Place place : places) {
      key.append('|').append(place.runsLeft());
      if (place.run().isPresent()) {
        Run run = place.run().get();
        key.append(run.variant()).append(names.of(run.acknowledgedBefore()));
        run.answers().forEach(answer -> key.append(',').append(names.of(answer)));
      }
    }
    return key.toString();
  }

  /** The part of {@link #key} on which depends what is owed when everybody stops. */
  String debtKey(Names names) {
    StringBuilder key = new StringBuilder(80).append(names.of(stores)).append('|');
    key.append(Duration.between(START, now).toMinutes()).append(names.of(acknowledged));
    places.forEach(place -> key.append(place.isOpen() ? '?' : '.'));
    return key.toString();
  }
}
