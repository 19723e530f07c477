package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Scenario.Actor;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Sweeper;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.explore.Script.Pause;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Runs the ledger's code under every interleaving of its actors' port calls and every fault,
 * breadth first, so that the first violation found is a shortest one.
 *
 * <p>A state is the content of the stores, the time, and for every actor the answers it has got in
 * its present run. The ledger's code is deterministic in these, so two histories that lead to equal
 * states have equal futures, and the second one is not followed. States are compared whole, not by
 * a hash. What is left out is left out because it cannot matter:
 *
 * <ul>
 *   <li>A run begins with its first call. To begin earlier and wait changes no store, and only
 *       weakens what a reader may expect.
 *   <li>A lost answer of a read is a failed read.
 *   <li>An actor that dies and never runs again is one that is never scheduled again. What the
 *       stores have to live up to when everybody dies is checked in every state.
 *   <li>A message is on the queue or is not: the queue drops a second one of the same event.
 * </ul>
 */
final class Explorer {

  private static final Instant START = Instant.parse("2026-11-23T09:00:00Z");
  private static final Duration JUMP = Duration.ofMinutes(16);

  private final Scenario scenario;
  private final Protocol protocol;
  private final BookingCode code;
  private final Names names;
  private final Map<String, Step> visited = new HashMap<>();
  private final Set<String> settled = new HashSet<>();
  private final ArrayDeque<World> frontier = new ArrayDeque<>();

  private record Step(String from, String says) {}

  Explorer(Scenario scenario, Protocol protocol) {
    this.scenario = scenario;
    this.protocol = protocol;
    this.code =
        scenario.actors().stream()
            .filter(Writer.class::isInstance)
            .map(actor -> ((Writer) actor).event().bookingCode())
            .findFirst()
            .orElseThrow();
    this.names = new Names(scenario);
  }

  /** What came of an exploration. */
  record Report(
      Scenario scenario, int states, int depth, Optional<Violation> violation, Duration took) {}

  /** A broken promise, and the shortest way to it. */
  record Violation(String promise, List<String> story) {}

  /** A run of an actor that is under way. */
  private record Run(
      String variant,
      Function<Script, Object> code,
      List<Object> answers,
      Call next,
      Set<PriceEvent> acknowledgedBefore,
      Optional<AcceptedEvent> message) {}

  /** An actor between or in its runs. */
  private record Place(int runsLeft, Optional<Run> run, boolean isUndecided) {}

  private record World(
      Stores stores,
      Instant now,
      int jumpsLeft,
      List<Place> places,
      Set<PriceEvent> acknowledged,
      int depth,
      String key) {}

  Report explore(int most) {
    long begin = System.nanoTime();
    int depth = 0;
    Optional<Violation> violation = Optional.empty();
    List<Place> places = new ArrayList<>();
    for (Actor actor : scenario.actors()) {
      places.add(new Place(actor.runs(), Optional.empty(), false));
    }
    try {
      add("", "", Stores.empty(), START, scenario.clockJumps(), places, Set.of(), 0);
      while (!frontier.isEmpty() && visited.size() < most) {
        World world = frontier.poll();
        depth = world.depth();
        expand(world);
      }
    } catch (Found found) {
      violation = Optional.of(found.violation);
    }
    return new Report(
        scenario, visited.size(), depth, violation, Duration.ofNanos(System.nanoTime() - begin));
  }

  private static final class Found extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final transient Violation violation;

    Found(Violation violation) {
      super(violation.promise(), null, false, false);
      this.violation = violation;
    }
  }

  private void expand(World world) {
    for (int index = 0; index < scenario.actors().size(); index++) {
      Actor actor = scenario.actors().get(index);
      Place place = world.places().get(index);
      if (place.run().isPresent()) {
        proceed(world, index, place.run().get());
        if (place.runsLeft() > 0 && !(actor instanceof Reader)) {
          crash(world, index);
        }
      } else if (place.runsLeft() > 0) {
        for (Run run : runsOf(actor, world)) {
          proceed(world, index, run);
        }
      }
    }
    if (world.jumpsLeft() > 0) {
      List<Place> dead = new ArrayList<>();
      for (Place place : world.places()) {
        dead.add(
            new Place(
                place.runsLeft(),
                Optional.empty(),
                place.isUndecided() || place.run().isPresent()));
      }
      add(
          world.key(),
          "16 minutes pass; whoever was at work is dead",
          world.stores(),
          world.now().plus(JUMP),
          world.jumpsLeft() - 1,
          dead,
          world.acknowledged(),
          world.depth() + 1);
    }
  }

  /** The runs that an idle actor may begin. */
  private List<Run> runsOf(Actor actor, World world) {
    Clock clock = Clock.fixed(world.now(), ZoneOffset.UTC);
    List<Run> runs = new ArrayList<>();
    if (actor instanceof Writer writer) {
      runs.add(
          run("", script -> protocol.append(ports(script), writer.event(), false, clock), world));
      if (scenario.faulty().contains(Store.EVENT_TABLE) && writer.event().version().isFirst()) {
        runs.add(
            run(
                "breaker open",
                script -> protocol.append(ports(script), writer.event(), true, clock),
                world));
      }
    } else if (actor instanceof Reader) {
      runs.add(run("", script -> protocol.read(ports(script), code), world));
    } else if (actor instanceof Drainer) {
      for (AcceptedEvent message : new LinkedHashSet<>(world.stores().fallbackQueue().messages())) {
        Function<Script, Object> drain = script -> protocol.drain(ports(script), message, clock);
        Run run = run("message " + names.of(message), drain, world);
        runs.add(
            new Run(
                run.variant(),
                drain,
                List.of(),
                run.next(),
                run.acknowledgedBefore(),
                Optional.of(message)));
      }
    } else if (actor instanceof Sweeper) {
      // The sweeper comes when everything it may find is old enough.
      Clock later = Clock.fixed(world.now().plus(Duration.ofMinutes(2)), ZoneOffset.UTC);
      Function<Script, Object> sweep =
          script -> {
            protocol.sweep(ports(script), later);
            return "swept";
          };
      runs.add(run("", sweep, world));
    }
    return runs;
  }

  private Ports ports(Script script) {
    return new Ports(script, Shard.of(code));
  }

  private Run run(String variant, Function<Script, Object> code, World world) {
    try {
      Object outcome = code.apply(Script.replay(List.of()));
      throw new IllegalStateException("A run without a call: " + outcome);
    } catch (Pause pause) {
      return new Run(
          variant, code, List.of(), pause.call(), world.acknowledged(), Optional.empty());
    }
  }

  /** The next call of a run, with every fate that it may have. */
  private void proceed(World world, int index, Run run) {
    Call call = run.next();
    deliver(world, index, run, Fate.WORKS);
    if (scenario.faulty().contains(call.store())) {
      deliver(world, index, run, Fate.FAILS);
      if (!call.isRead()) {
        deliver(world, index, run, Fate.LOSES_ANSWER);
      }
    }
  }

  private void deliver(World world, int index, Run run, Fate fate) {
    Stores stores = world.stores();
    Object answer = new Unavailable("fault");
    if (fate != Fate.FAILS) {
      stores = run.next().isRead() ? stores : stores.copy();
      Object done = run.next().effect().apply(stores);
      answer = fate == Fate.WORKS ? done : answer;
    }
    List<Object> answers = new ArrayList<>(run.answers());
    answers.add(answer);

    Place place = world.places().get(index);
    int runsLeft = run.answers().isEmpty() ? place.runsLeft() - 1 : place.runsLeft();
    boolean undecided = place.isUndecided();
    Set<PriceEvent> acknowledged = world.acknowledged();
    Optional<Run> next = Optional.empty();
    String says =
        scenario.actors().get(index).name()
            + (run.answers().isEmpty() && !run.variant().isEmpty()
                ? " (" + run.variant() + ")"
                : "")
            + ": "
            + call(run.next(), fate)
            + " -> "
            + names.describe(answer);
    Optional<String> broken = Optional.empty();
    try {
      Object outcome = run.code().apply(Script.replay(answers));
      says += "; answers " + names.describe(outcome);
      Actor actor = scenario.actors().get(index);
      if (actor instanceof Writer writer && outcome instanceof AppendOutcome appended) {
        broken = judge(writer, appended, acknowledged);
        if (isSuccess(appended)) {
          acknowledged = new HashSet<>(acknowledged);
          acknowledged.add(writer.event());
        }
        undecided |= appended instanceof Unavailable;
      } else if (actor instanceof Reader && outcome instanceof ReadOutcome.Events read) {
        broken = judge(read, run.acknowledgedBefore());
      } else if (run.message().isPresent() && !(outcome instanceof Unavailable)) {
        stores = stores.copy();
        List<AcceptedEvent> rest = stores.fallbackQueue().takeAll();
        for (AcceptedEvent message : rest) {
          if (!message.equals(run.message().get())) {
            stores.fallbackQueue().send(message);
          }
        }
      }
    } catch (Pause pause) {
      next =
          Optional.of(
              new Run(
                  run.variant(),
                  run.code(),
                  Collections.unmodifiableList(answers),
                  pause.call(),
                  run.acknowledgedBefore(),
                  run.message()));
    }
    List<Place> places = new ArrayList<>(world.places());
    places.set(index, new Place(runsLeft, next, undecided));
    if (broken.isPresent()) {
      throw new Found(new Violation(broken.get(), story(world.key(), says)));
    }
    add(
        world.key(),
        says,
        stores,
        world.now(),
        world.jumpsLeft(),
        places,
        acknowledged,
        world.depth() + 1);
  }

  private static String call(Call call, Fate fate) {
    return switch (fate) {
      case WORKS -> call.toString();
      case FAILS -> call + " (fails)";
      case LOSES_ANSWER -> call + " (done, answer lost)";
    };
  }

  private void crash(World world, int index) {
    List<Place> places = new ArrayList<>(world.places());
    Place place = places.get(index);
    places.set(index, new Place(place.runsLeft(), Optional.empty(), true));
    add(
        world.key(),
        scenario.actors().get(index).name() + " dies",
        world.stores(),
        world.now(),
        world.jumpsLeft(),
        places,
        world.acknowledged(),
        world.depth() + 1);
  }

  private static boolean isSuccess(AppendOutcome outcome) {
    return outcome instanceof AppendOutcome.Recorded
        || outcome instanceof AppendOutcome.AlreadyRecorded
        || outcome instanceof AppendOutcome.Pending;
  }

  private Optional<String> judge(
      Writer writer, AppendOutcome outcome, Set<PriceEvent> acknowledged) {
    if (!scenario.isSingleFault()) {
      return Optional.empty();
    }
    PriceEvent event = writer.event();
    if (outcome instanceof Unavailable && event.version().isFirst()) {
      return Optional.of("R1: a new booking is blocked");
    }
    if (!isSuccess(outcome) && !(outcome instanceof Unavailable) && acknowledged.contains(event)) {
      return Optional.of("R4: an acknowledged event is refused when it is sent again");
    }
    boolean doubled =
        isSuccess(outcome)
            && acknowledged.stream()
                .anyMatch(other -> other.version().equals(event.version()) && !other.equals(event));
    return doubled ? Optional.of("R3: two events own one place") : Optional.empty();
  }

  private Optional<String> judge(ReadOutcome.Events outcome, Set<PriceEvent> before) {
    if (outcome instanceof Unavailable || !scenario.isSingleFault()) {
      return Optional.empty();
    }
    List<PriceEvent> seen =
        outcome instanceof ReadOutcome.Page page
            ? page.events().stream().map(event -> event.event().event()).toList()
            : List.of();
    return seen.containsAll(before)
        ? Optional.empty()
        : Optional.of("R2: a read leaves out what was acknowledged");
  }

  private void add(
      String from,
      String says,
      Stores stores,
      Instant now,
      int jumpsLeft,
      List<Place> places,
      Set<PriceEvent> acknowledged,
      int depth) {
    StringBuilder key = new StringBuilder(160);
    names.describe(key, stores, code);
    key.append('|').append(Duration.between(START, now).toMinutes()).append('|').append(jumpsLeft);
    names.describe(key, acknowledged);
    int unsettled = key.length();
    for (Place place : places) {
      key.append('|').append(place.runsLeft()).append(place.isUndecided() ? "?" : "");
      place
          .run()
          .ifPresent(
              run -> {
                key.append(run.variant());
                names.describe(key, run.acknowledgedBefore());
                for (Object answer : run.answers()) {
                  key.append(',').append(names.describe(answer));
                }
              });
    }
    String whole = key.toString();
    if (visited.containsKey(whole)) {
      return;
    }
    visited.put(whole, new Step(from, says));
    StringBuilder debts = new StringBuilder(whole.substring(0, unsettled));
    places.forEach(place -> debts.append(isUndecided(place)));
    if (settled.add(debts.toString())) {
      afterwards(stores, now, places, acknowledged)
          .ifPresent(
              promise -> {
                throw new Found(new Violation(promise, story(whole, "everybody stops; healed")));
              });
    }
    frontier.add(new World(stores, now, jumpsLeft, places, acknowledged, depth, whole));
  }

  private static boolean isUndecided(Place place) {
    return place.isUndecided() || place.run().isPresent();
  }

  /** Everybody stops, the faults end, drain and sweep run: what must hold then. */
  private Optional<String> afterwards(
      Stores at, Instant now, List<Place> places, Set<PriceEvent> acknowledged) {
    Stores stores = at.copy();
    Clock later = Clock.fixed(now.plus(Duration.ofMinutes(2)), ZoneOffset.UTC);
    Ports ports = ports(Script.direct(stores));
    for (int round = 0; round < 2; round++) {
      for (AcceptedEvent message : stores.fallbackQueue().takeAll()) {
        protocol.drain(ports, message, later);
      }
      protocol.sweep(ports, later);
    }
    for (AcceptedEvent message : stores.fallbackQueue().takeAll()) {
      protocol.drain(ports, message, later);
    }

    List<PriceEvent> recorded =
        stores.eventTable().eventsOf(code).stream().map(AcceptedEvent::event).toList();
    Optional<Claim> claim = stores.pendingIndex().claimOf(code);
    Optional<Claim.Parked> parked = claim.flatMap(Claim::parked);
    for (PriceEvent event : acknowledged) {
      boolean kept =
          parked
              .filter(Claim.Parked::isInConflict)
              .map(p -> p.event().event())
              .filter(event::equals)
              .isPresent();
      if (!recorded.contains(event) && !(kept && !scenario.isSingleFault())) {
        return Optional.of("R4: an acknowledged event is lost");
      }
    }
    if (parked.isPresent() && (scenario.isSingleFault() || !parked.get().isInConflict())) {
      return Optional.of("R4: an event stays pending though nothing fails");
    }
    if (!stores.eventTable().unclaimed().isEmpty()) {
      return Optional.of("R3: a claim stays owed though nothing fails");
    }
    if (scenario.isSingleFault() && !recorded.isEmpty()) {
      boolean agrees = claim.isPresent() && claim.get().isOwnedBy(recorded.get(0).identity());
      if (!agrees) {
        return Optional.of("R3: the claim names another event than the event table");
      }
    }
    for (int index = 0; index < places.size(); index++) {
      if (scenario.actors().get(index) instanceof Writer writer
          && recorded.contains(writer.event())
          && !acknowledged.contains(writer.event())
          && noneUndecided(writer, places)) {
        return Optional.of("R3: an event that was refused is recorded");
      }
    }
    boolean gap = !recorded.isEmpty() && !recorded.get(0).version().equals(Version.FIRST);
    return gap ? Optional.of("R2: a version stands without the one before it") : Optional.empty();
  }

  private boolean noneUndecided(Writer writer, List<Place> places) {
    for (int index = 0; index < places.size(); index++) {
      if (scenario.actors().get(index) instanceof Writer other
          && other.event().equals(writer.event())
          && isUndecided(places.get(index))) {
        return false;
      }
    }
    return true;
  }

  private List<String> story(String last, String says) {
    List<String> story = new ArrayList<>();
    story.add(says);
    for (String key = last; !key.isEmpty(); ) {
      Step step = visited.get(key);
      if (!step.says().isEmpty()) {
        story.add(step.says());
      }
      key = step.from();
    }
    Collections.reverse(story);
    return story;
  }

  /** Short names for what a state is made of. */
  private static final class Names {

    private final Map<PriceEvent, String> events = new HashMap<>();

    Names(Scenario scenario) {
      for (Actor actor : scenario.actors()) {
        if (actor instanceof Writer writer) {
          events.computeIfAbsent(
              writer.event(), event -> (char) ('a' + events.size()) + event.version().toString());
        }
      }
    }

    String of(AcceptedEvent event) {
      return events.get(event.event())
          + "@"
          + Duration.between(START, event.recordedAt()).toMinutes();
    }

    void describe(StringBuilder text, Set<PriceEvent> set) {
      text.append('!');
      Set<String> sorted = new TreeSet<>();
      set.forEach(event -> sorted.add(events.get(event)));
      sorted.forEach(text::append);
    }

    void describe(StringBuilder text, Stores stores, BookingCode code) {
      stores.eventTable().eventsOf(code).forEach(event -> text.append(of(event)).append(' '));
      stores.eventTable().unclaimed().values().forEach(since -> text.append('u').append(since));
      text.append('|');
      stores.pendingIndex().claimOf(code).ifPresent(claim -> text.append(describe(claim)));
      text.append('|');
      Set<String> messages = new TreeSet<>();
      stores.fallbackQueue().messages().forEach(message -> messages.add(of(message)));
      text.append(messages);
    }

    String describe(Claim claim) {
      return ownerOf(claim)
          + "#"
          + claim.revision()
          + "@"
          + Duration.between(START, claim.claimedAt()).toMinutes()
          + claim
              .parked()
              .map(
                  parked ->
                      " parked "
                          + of(parked.event())
                          + (parked.resumed() ? " resumed" : "")
                          + (parked.isInConflict() ? " in conflict" : ""))
              .orElse("");
    }

    private String ownerOf(Claim claim) {
      for (Map.Entry<PriceEvent, String> event : events.entrySet()) {
        if (claim.isOwnedBy(event.getKey().identity())) {
          return event.getValue();
        }
      }
      return "nobody";
    }

    String describe(Object answer) {
      String kind = answer.getClass().getSimpleName();
      Object content = contentOf(answer);
      if (content instanceof AcceptedEvent event) {
        return kind + " " + of(event);
      }
      if (content instanceof Claim claim) {
        return kind + " " + describe(claim);
      }
      if (content instanceof List<?> events) {
        StringBuilder text = new StringBuilder(kind);
        for (Object event : events) {
          text.append(' ')
              .append(
                  event instanceof ReadOutcome.ReadEvent read
                      ? of(read.event()) + " " + read.status()
                      : of((AcceptedEvent) event));
        }
        return text.toString();
      }
      return content.equals(kind) ? kind : kind + " " + content;
    }

    private static Object contentOf(Object answer) {
      if (answer instanceof PendingIndex.ClaimAnswer.Granted granted) {
        return granted.claim();
      } else if (answer instanceof PendingIndex.ClaimAnswer.Taken taken) {
        return taken.standing();
      } else if (answer instanceof PendingIndex.ParkAnswer.Moved moved) {
        return moved.standing();
      } else if (answer instanceof PendingIndex.FindAnswer.Found found) {
        return found.claim();
      } else if (answer instanceof PendingIndex.SettleAnswer.OtherPending other) {
        return other.standing();
      } else if (answer instanceof EventTable.RecordAnswer.Occupied occupied) {
        return occupied.standing();
      } else if (answer instanceof EventTable.FindAnswer.Found found) {
        return found.event();
      } else if (answer instanceof EventTable.PageAnswer.Page page) {
        return page.events();
      } else if (answer instanceof DebtIndex.DueAnswer.Due due) {
        return due.events();
      } else if (answer instanceof ReadOutcome.Page page) {
        return page.events();
      } else if (answer instanceof AppendOutcome.VersionConflict conflict) {
        return conflict.currentVersion();
      } else {
        return answer instanceof String ? answer : answer.getClass().getSimpleName();
      }
    }
  }
}
