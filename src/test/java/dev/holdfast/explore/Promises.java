package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Run.Step;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.explore.World.Flight;
import dev.holdfast.explore.World.Place;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What must never be. While the event table or the pending index is faulty, every promise holds;
 * with both faulty, nothing acknowledged is lost or not found, and every conflict is marked. An
 * answer here is the promise that is broken, or nothing.
 */
final class Promises {

  private final Scenario scenario;
  private final Protocol protocol;
  private final Runs runs;
  private final boolean everyPromiseHolds;

  private final Map<Debt, Optional<String>> judged = new HashMap<>();
  private final Map<Moment, Stores> healed = new HashMap<>();

  Promises(Scenario scenario, Protocol protocol, Runs runs) {
    this.scenario = scenario;
    this.protocol = protocol;
    this.runs = runs;
    this.everyPromiseHolds = scenario.faults().stream().allMatch(protocol::holdsEveryPromise);
  }

  /**
   * All of a world on which it depends what is owed when everybody stops.
   *
   * @param open the actors of whose calls some have no answer, a bit each
   */
  private record Debt(
      Stores stores, Instant now, long open, List<Flight> inFlight, Set<PriceEvent> acknowledged) {

    static Debt of(World world) {
      long open = 0;
      for (Place place : world.places()) {
        open = open << 1 | (place.isOpen() ? 1 : 0);
      }
      return new Debt(world.stores(), world.now(), open, world.inFlight(), world.acknowledged());
    }
  }

  /** All on which it depends what healing leaves behind. */
  private record Moment(Stores stores, Instant now) {}

  static boolean isSuccess(AppendOutcome outcome) {
    return outcome instanceof AppendOutcome.Recorded
        || outcome instanceof AppendOutcome.AlreadyRecorded
        || outcome instanceof AppendOutcome.Pending;
  }

  Optional<String> onAppend(
      Writer writer, AppendOutcome outcome, Set<PriceEvent> acknowledgedBefore) {
    PriceEvent event = writer.event();
    if (!everyPromiseHolds) {
      return Optional.empty();
    }
    if (outcome instanceof Unavailable) {
      return event.version().isFirst()
          ? Optional.of("R1: a new booking is blocked")
          : Optional.empty();
    }
    if (!isSuccess(outcome)) {
      return acknowledgedBefore.contains(event)
          ? Optional.of("R4: an acknowledged event is refused when it is sent again")
          : Optional.empty();
    }
    return acknowledgedBefore.stream()
            .anyMatch(other -> other.version().equals(event.version()) && !other.equals(event))
        ? Optional.of("R3: two events were accepted in one place")
        : Optional.empty();
  }

  Optional<String> onRead(ReadOutcome.Events outcome, Set<PriceEvent> acknowledgedBefore) {
    if (outcome instanceof ReadOutcome.NotFound && !acknowledgedBefore.isEmpty()) {
      return Optional.of("R2: a read does not find what was acknowledged before it began");
    }
    // Two faults may lead to a conflict, and then one of two acknowledged events is not shown.
    if (!(outcome instanceof ReadOutcome.Page page) || !everyPromiseHolds) {
      return Optional.empty();
    }
    List<PriceEvent> seen = page.events().stream().map(event -> event.event().event()).toList();
    return seen.containsAll(acknowledgedBefore)
        ? Optional.empty()
        : Optional.of("R2: a read leaves out what was acknowledged before it began");
  }

  /**
   * Everybody stops, the faults end, drain and sweep run; and what is in flight never lands, or it
   * lands then, and drain and sweep run again.
   */
  Optional<String> afterwards(World world) {
    Debt debt = Debt.of(world);
    Optional<String> known = judged.get(debt);
    if (known == null) {
      Moment moment = new Moment(world.stores(), world.now());
      known = judge(world.with(healed.computeIfAbsent(moment, this::heal)));
      judged.put(debt, known);
    }
    return known;
  }

  private Optional<String> judge(World healedWorld) {
    return Stream.concat(
            Stream.of(healedWorld).map(this::afterHealing),
            healedWorld.inFlight().stream().map(late -> afterwards(healedWorld.landing(late))))
        .flatMap(Optional::stream)
        .findFirst();
  }

  private Optional<String> afterHealing(World world) {
    Stores stores = world.stores();
    List<AcceptedEvent> recorded = stores.eventTable().eventsOf(scenario.bookingCode());
    List<PriceEvent> events = recorded.stream().map(AcceptedEvent::event).toList();
    Optional<Claim> claim = stores.pendingIndex().claimOf(scenario.bookingCode());
    Optional<Claim.Parked> parked = claim.flatMap(Claim::parked);
    Optional<PriceEvent> inConflict =
        parked.filter(Claim.Parked::isInConflict).map(kept -> kept.event().event());

    for (PriceEvent event : world.acknowledged()) {
      if (!events.contains(event) && !inConflict.equals(Optional.of(event))) {
        return Optional.of("R4: an acknowledged event is lost");
      }
    }
    if (parked.isPresent() && inConflict.isEmpty()) {
      return Optional.of("R4: an event stays pending though nothing fails any more");
    }
    if (!stores.eventTable().unclaimed().isEmpty()) {
      return Optional.of("R3: a claim stays owed though nothing fails any more");
    }
    if (!recorded.isEmpty() && !recorded.get(0).version().isFirst()) {
      return Optional.of("R2: a version stands without the one before it");
    }
    return everyPromiseHolds ? afterOneFault(world, recorded, claim, inConflict) : Optional.empty();
  }

  private Optional<String> afterOneFault(
      World world,
      List<AcceptedEvent> recorded,
      Optional<Claim> claim,
      Optional<PriceEvent> inConflict) {
    if (inConflict.isPresent()) {
      return Optional.of("R3: one fault led to a conflict");
    }
    if (protocol.claimsEveryBooking()
        && !recorded.isEmpty()
        && !claim.map(it -> it.isOwnedBy(recorded.get(0).identity())).orElse(false)) {
      return Optional.of("R3: the claim does not name the event in the event table");
    }
    for (AcceptedEvent event : recorded) {
      if (!world.acknowledged().contains(event.event()) && !mayHaveActed(event.event(), world)) {
        return Optional.of("R3: an event was refused, and recorded all the same");
      }
    }
    return Optional.empty();
  }

  /** Whether some call of an event's writers ended without an answer, or did not end. */
  private boolean mayHaveActed(PriceEvent event, World world) {
    for (int index = 0; index < world.places().size(); index++) {
      if (scenario.actors().get(index) instanceof Writer writer
          && writer.event().equals(event)
          && world.places().get(index).isOpen()) {
        return true;
      }
    }
    return false;
  }

  private Stores heal(Moment moment) {
    Stores stores = drain(moment.stores(), moment.now());
    // The queue may have lost messages: a first sweep finds what is owed, a second one what that
    // brought to light.
    for (int round = 0; round < 2; round++) {
      stores = drain(end(new Task.Sweep(), stores, moment.now()), moment.now());
    }
    return stores;
  }

  private Stores drain(Stores owing, Instant now) {
    Stores stores = owing;
    for (AcceptedEvent message : owing.messages()) {
      stores = end(new Task.Drain(message), stores.without(message), now);
    }
    return stores;
  }

  /** What a task leaves behind whose calls all work. */
  private Stores end(Task task, Stores before, Instant now) {
    Stores stores = before;
    Run run = runs.begin(task, now);
    while (run.outcome().isEmpty()) {
      Step step = run.step(stores);
      stores = step.stores();
      run = step.run();
    }
    return stores;
  }
}
