package dev.holdfast.explore;

import dev.holdfast.booking.EventId;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Run.Step;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.explore.World.Flight;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Store;
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
  private final Map<Moment, Snapshot> healed = new HashMap<>();

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
      Snapshot stores,
      Instant now,
      long open,
      List<Flight> inFlight,
      Set<PriceEvent> acknowledged) {

    static Debt of(World world) {
      return new Debt(
          world.stores(), world.now(), world.open(), world.inFlight(), world.acknowledged());
    }

    /** By identity where equal ones are one object: this is asked for every world. */
    @Override
    public boolean equals(Object object) {
      return object instanceof Debt other
          && stores == other.stores
          && now.equals(other.now)
          && open == other.open
          && acknowledged == other.acknowledged
          && inFlight.equals(other.inFlight);
    }

    @Override
    public int hashCode() {
      int hash = 31 * stores.hashCode() + System.identityHashCode(acknowledged);
      hash = 31 * hash + now.hashCode();
      return 31 * (31 * hash + inFlight.hashCode()) + Long.hashCode(open);
    }
  }

  /** All on which it depends what healing leaves behind. */
  private record Moment(Snapshot stores, Instant now) {}

  static boolean isSuccess(AppendOutcome outcome) {
    return outcome instanceof AppendOutcome.Recorded
        || outcome instanceof AppendOutcome.AlreadyRecorded
        || outcome instanceof AppendOutcome.Pending;
  }

  /**
   * The end of an append.
   *
   * @param unblocked not empty if the event must not be blocked: see {@link Moves}
   */
  Optional<String> onAppend(
      Writer writer,
      AppendOutcome outcome,
      Set<PriceEvent> unblocked,
      Set<PriceEvent> acknowledged) {
    PriceEvent event = writer.event();
    if (!everyPromiseHolds) {
      return Optional.empty();
    }
    if (outcome instanceof Unavailable) {
      return unblocked.isEmpty() ? Optional.empty() : Optional.of("R1: a price is blocked");
    }
    if (!isSuccess(outcome)) {
      return acknowledged.contains(event)
          ? Optional.of("R4: an acknowledged event is refused when it is sent again")
          : Optional.empty();
    }
    return acknowledged.stream().anyMatch(other -> isRival(event, other))
        ? Optional.of("R3: two events were accepted in one place")
        : Optional.empty();
  }

  private static boolean isRival(PriceEvent event, PriceEvent other) {
    return other.version().equals(event.version()) && !other.equals(event);
  }

  /** What a read shows. */
  static List<AcceptedEvent> shownBy(Object outcome) {
    if (outcome instanceof ReadOutcome.Found found) {
      return List.of(found.event().event());
    }
    return outcome instanceof ReadOutcome.Page page
        ? page.events().stream().map(ReadOutcome.ReadEvent::event).toList()
        : List.of();
  }

  /**
   * The end of a read of the event that held when the exploration began, which everybody has behind
   * him.
   *
   * @param expected what was acknowledged, or shown, when it began
   */
  Optional<String> onReadAsOfStart(
      Question question, Object outcome, Set<PriceEvent> expected, Snapshot stores) {
    if (question != Question.AS_OF_START || !everyPromiseHolds) {
      return Optional.empty();
    }
    Optional<Head> head = stores.pendingIndex().headOf(scenario.bookingCode());
    if (outcome instanceof Unavailable) {
      return head.filter(it -> !isAfterStart(it.events().get(0))).isPresent()
              && scenario.faults().stream().noneMatch(it -> it.contains(Store.PENDING_INDEX))
          ? Optional.of("R2: a head that has the answer does not give it")
          : Optional.empty();
    }
    List<AcceptedEvent> shown = shownBy(outcome);
    if (shown.stream().anyMatch(Promises::isAfterStart)) {
      return Optional.of("R2: a read shows what was accepted after the moment it asks for");
    }
    int version = shown.stream().mapToInt(it -> it.version().number()).sum();
    return Stream.concat(
                stores.eventTable().eventsOf(scenario.bookingCode()).stream(),
                head.stream().flatMap(it -> it.events().stream()))
            .filter(it -> expected.contains(it.event()) && !isAfterStart(it))
            .allMatch(it -> it.version().number() <= version)
        ? Optional.empty()
        : Optional.of("R2: a read shows an older price than that of the moment it asks for");
  }

  private static boolean isAfterStart(AcceptedEvent event) {
    return event.recordedAt().isAfter(World.START);
  }

  /**
   * The end of a read.
   *
   * @param expected what was acknowledged, or shown, when it began
   * @param acknowledged the same when it ended
   */
  Optional<String> onRead(
      Question question, Object outcome, Set<PriceEvent> expected, Set<PriceEvent> acknowledged) {
    if (outcome instanceof Unavailable) {
      return question == Question.CURRENT
              && !expected.isEmpty()
              && everyPromiseHolds
              && scenario.faults().stream().noneMatch(it -> it.contains(Store.PENDING_INDEX))
          ? Optional.of("R2: the current price of an acknowledged booking is not answered")
          : Optional.empty();
    }
    List<PriceEvent> shown = shownBy(outcome).stream().map(AcceptedEvent::event).toList();
    List<Integer> versions = shown.stream().map(event -> event.version().number()).toList();
    if (shown.isEmpty() && expected.stream().anyMatch(event -> isAskedFor(question, event))) {
      return Optional.of("R2: a read does not find what was acknowledged before it began");
    }
    // Two faults may lead to a conflict, and then one of two acknowledged events is not shown.
    if (!everyPromiseHolds) {
      return Optional.empty();
    }
    if (shown.stream()
        .anyMatch(event -> acknowledged.stream().anyMatch(it -> isRival(event, it)))) {
      return Optional.of("R3: a read shows an event in another's place");
    }
    int last = expected.stream().mapToInt(event -> event.version().number()).max().orElse(0);
    boolean isOld =
        switch (question) {
          case CURRENT -> versions.stream().anyMatch(version -> version < last);
          case WHOLE, NEWEST_FIRST -> !shown.containsAll(expected);
          case FIRST, SECOND, AS_OF_START -> false;
        };
    return isOld
        ? Optional.of("R2: a read leaves out what was acknowledged before it began")
        : Optional.empty();
  }

  private static boolean isAskedFor(Question question, PriceEvent event) {
    return switch (question) {
      case CURRENT, WHOLE, NEWEST_FIRST -> true;
      case FIRST -> event.version().isFirst();
      case SECOND -> event.version().number() == 2;
      case AS_OF_START -> false;
    };
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
    Snapshot stores = world.stores();
    List<AcceptedEvent> recorded = stores.eventTable().eventsOf(scenario.bookingCode());
    List<PriceEvent> events = recorded.stream().map(AcceptedEvent::event).toList();
    Optional<Head> head = stores.pendingIndex().headOf(scenario.bookingCode());
    List<PriceEvent> kept =
        Stream.concat(
                head.stream().flatMap(it -> it.kept().stream()).map(Kept::event),
                stores.resolutionLog().entries().stream().map(Resolution::kept))
            .map(AcceptedEvent::event)
            .toList();

    for (PriceEvent event : world.acknowledged()) {
      if (!events.contains(event) && !kept.contains(event)) {
        return Optional.of("R4: an acknowledged event is lost");
      }
    }
    for (Resolution resolution : stores.resolutionLog().entries()) {
      boolean isDiscarded = resolution.decision().action() instanceof Action.Discard;
      EventId eventId = resolution.kept().identity().eventId();
      long again = recorded.stream().filter(it -> it.identity().eventId().equals(eventId)).count();
      if (again > (isDiscarded ? 0 : 1)) {
        return Optional.of("R4: what an operator resolved once was done twice");
      }
    }
    if (head.filter(Head::isPending).isPresent()) {
      return Optional.of("R4: an event stays pending though nothing fails any more");
    }
    if (!stores.eventTable().unclaimed().isEmpty()) {
      return Optional.of("R3: a claim stays owed though nothing fails any more");
    }
    for (int index = 0; index < recorded.size(); index++) {
      if (recorded.get(index).version().number() != index + 1) {
        return Optional.of("R2: a version stands without the one before it");
      }
    }
    if (!everyPromiseHolds) {
      return Optional.empty();
    }
    for (int index = 1; index < recorded.size(); index++) {
      if (!recorded.get(index).equals(recorded.get(index).notBefore(recorded.get(index - 1)))) {
        return Optional.of("R2: recordedAt goes back");
      }
    }
    return afterOneFault(world, recorded, head);
  }

  private Optional<String> afterOneFault(
      World world, List<AcceptedEvent> recorded, Optional<Head> head) {
    if (head.filter(it -> !it.kept().isEmpty()).isPresent()) {
      return Optional.of("R3: one fault led to a conflict");
    }
    if (protocol.claimsEveryBooking()
        && !recorded.isEmpty()
        && !head.map(it -> agrees(it, recorded)).orElse(false)) {
      return Optional.of("R3: the head does not agree with the event table");
    }
    for (AcceptedEvent event : recorded) {
      if (!world.acknowledged().contains(event.event()) && !mayHaveActed(event.event(), world)) {
        return Optional.of("R3: an event was refused, and recorded all the same");
      }
    }
    return Optional.empty();
  }

  /** It is at the last event, or at a claim upon it that came to nothing yet. */
  private static boolean agrees(Head head, List<AcceptedEvent> recorded) {
    AcceptedEvent last = recorded.get(recorded.size() - 1);
    boolean isAtLast = head.last().equals(last);
    boolean isNext =
        head.version().follows(last.version()) && head.state() instanceof Head.State.Claimed;
    boolean knowsOwner = head.owner().map(owner -> recorded.get(0).is(owner)).orElse(true);
    return (isAtLast || isNext) && knowsOwner;
  }

  /** Whether some call of an event's writers ended without an answer, or did not end. */
  private boolean mayHaveActed(PriceEvent event, World world) {
    for (int index = 0; index < scenario.actors().size(); index++) {
      if (scenario.actors().get(index) instanceof Writer writer
          && writer.event().equals(event)
          && world.place(index).isOpen()) {
        return true;
      }
    }
    return false;
  }

  private Snapshot heal(Moment moment) {
    Snapshot stores = drain(moment.stores(), moment.now());
    // The queue may have lost messages: a first sweep finds what is owed, a second one what that
    // brought to light.
    for (int round = 0; round < 2; round++) {
      stores = drain(end(new Task.Sweep(), stores, moment.now()), moment.now());
    }
    return stores;
  }

  private Snapshot drain(Snapshot owing, Instant now) {
    Snapshot stores = owing;
    for (AcceptedEvent message : owing.messages()) {
      stores = end(new Task.Drain(message), stores.without(message), now);
    }
    return stores;
  }

  /** What a task leaves behind whose calls all work. */
  private Snapshot end(Task task, Snapshot before, Instant now) {
    Snapshot stores = before;
    Run run = runs.begin(task, now);
    while (run.outcome().isEmpty()) {
      Step step = run.step(stores);
      stores = step.stores();
      run = step.run();
    }
    return stores;
  }
}
