package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.console.Score.Count;
import dev.holdfast.console.Story.Seen;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.Json;
import dev.holdfast.local.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What is done in a step of a story.
 *
 * @param what mostly an event or a dependency, by its name in the story
 * @param rest what more there is to say
 * @param waits whether it is done until it is seen what is expected
 */
record Act(String verb, String what, String rest, boolean waits) {
  private static final double RATE = 20;
  private static final double COLLISIONS = 0.2;
  private static final int KILLS = 2;
  private static final long BETWEEN_KILLS_MILLIS = 1_200;
  private static final long ONE_CALL_MILLIS = 2;
  private static final long TO_BE_BUSY_MILLIS = 10_000;

  /** How it is told. */
  String does(Telling telling) {
    return switch (verb) {
      case "append", "accept", "refuse" ->
          "POST %s, version %d".formatted(events(telling), event(telling).version());
      case "read" ->
          (waits ? "waits until GET %s shows " + rest : "GET %s").formatted(events(telling));
      case "price" -> "GET /bookings/" + telling.code("HOTEL");
      case "head" ->
          (waits ? "waits until %s is %s" : "looks whether %s is %s")
              .formatted(telling.code("HOTEL"), what);
      case "miss" -> "GET " + Department.path(telling.code("NOBODY"));
      case "fail" -> "PUT /_local/faults/%s {\"mode\":\"%s\"}".formatted(what, rest);
      case "heal" -> "DELETE /_local/faults/" + what;
      case "lose-home" -> "PUT /_local/faults/home-region";
      case "bring-home-back" -> "DELETE /_local/faults/home-region";
      case "traffic" -> "PUT /_local/traffic {\"rate\":20,\"collisions\":0.2}";
      case "kill" -> "DELETE /_local/processes/{pid}, " + KILLS + " times";
      case "rest" -> "DELETE /_local/traffic";
      case "read-back" -> "GET /bookings/{bookingCode}/events of each";
      case "notice" -> "waits until /_local/invoke/conflicts lists " + event(telling).code();
      case "resolve" -> "POST /_local/invoke/resolve " + resolution(telling);
      case "read-all" ->
          "GET /bookings/%s, /bookings/%s, /bookings/%s"
              .formatted(telling.code("HOTEL"), telling.code("HOTEL-NEW"), telling.code("TOUR"));
      default -> throw unknown();
    };
  }

  /** Does it, once. */
  Seen doIn(Telling telling) throws InterruptedException {
    World world = telling.world();
    return switch (verb) {
      case "append" -> send(telling, answer -> answer.status() == Integer.parseInt(rest));
      case "accept" -> send(telling, Answer::isAccepted);
      case "refuse" -> send(telling, answer -> answer.problem().equals(rest));
      case "read" -> read(telling);
      case "price" -> price(telling);
      case "head" -> head(telling);
      case "miss" -> {
        Answer answer = telling.get(Department.path(telling.code("NOBODY")));
        yield new Seen(answer.status() == 503, Telling.words(answer));
      }
      case "fail" -> {
        world.faults().inject(dependency(), Fault.of(Fault.Mode.of(rest).orElseThrow()));
        yield new Seen(true, "it fails");
      }
      case "heal" -> {
        world.faults().heal(dependency());
        yield new Seen(true, "healed");
      }
      case "lose-home" -> {
        world.faults().loseHome();
        Answer answer = telling.get(Department.path(telling.code("HOTEL")));
        yield new Seen(answer.status() == 0, "at home: " + answer.inWords());
      }
      case "bring-home-back" -> {
        world.faults().bringHomeBack();
        yield new Seen(true, "it is back");
      }
      case "traffic" -> {
        world.startTraffic(RATE, COLLISIONS);
        yield telling.await(
            same -> {
              int known = world.traffic().codes().size();
              return new Seen(known >= RATE, known + " bookings");
            });
      }
      case "kill" -> kill(world);
      case "rest" -> rest(telling);
      case "read-back" -> readBack(telling);
      case "notice" -> notice(telling);
      case "resolve" -> {
        String outcome = world.invoke("resolve", resolution(telling)).path("outcome").asText();
        yield new Seen(outcome.equals(rest + "ed"), outcome);
      }
      case "read-all" -> readAll(telling);
      default -> throw unknown();
    };
  }

  private IllegalStateException unknown() {
    return new IllegalStateException("Nobody knows how to " + verb);
  }

  private Dependency dependency() {
    return Dependency.of(what).orElseThrow();
  }

  private Event event(Telling telling) {
    return switch (what) {
      case "next" -> telling.event(what, "HOTEL", 2, "120.00");
      case "rival" -> telling.event(what, "HOTEL", 2, "55.00");
      case "third" -> telling.event(what, "HOTEL", 3, "135.00");
      case "third-rival" -> telling.event(what, "HOTEL", 3, "55.00");
      case "tour" -> telling.event(what, "TOUR", 1, "412.50");
      case "tour-change" -> telling.event(what, "TOUR", 2, "120.00");
      case "tour-rival" -> telling.event(what, "TOUR", 2, "55.00");
      case "airline" -> telling.event(what, "HOTEL", 1, "55.00");
      case "second" -> telling.event(what, "HOTEL-B", 1, "412.50");
      default -> telling.event(what, "HOTEL", 1, "412.50");
    };
  }

  /** Where the events of the booking are that the event belongs to. */
  private String events(Telling telling) {
    return Department.path(event(telling).code());
  }

  private Seen send(Telling telling, Predicate<Answer> expected) throws InterruptedException {
    Answer answer = telling.append(event(telling));
    return new Seen(expected.test(answer), Telling.words(answer));
  }

  /** Reads the current price, which has to be that of an event as it was acknowledged. */
  private Seen price(Telling telling) throws InterruptedException {
    Answer answer = telling.get("/bookings/" + telling.code("HOTEL"));
    JsonNode last = answer.body();
    String shown =
        "version %d, %s %s, %s"
            .formatted(
                last.path("version").asInt(),
                last.at("/price/amount").asText(),
                last.at("/price/currency").asText(),
                last.path("status").asText());
    return new Seen(
        telling.isAcknowledged(last, what) && last.path("status").asText().equals(rest),
        Telling.words(answer, shown));
  }

  /**
   * Reads a booking's events, which have to be just these, the first one as it was acknowledged.
   */
  private Seen read(Telling telling) throws InterruptedException {
    Answer answer = telling.get(events(telling));
    String shown = Telling.events(answer);
    return new Seen(
        shown.equals(rest) && telling.isAcknowledged(answer.body().at("/events/0"), what),
        Telling.words(answer, shown));
  }

  /** How the head of the booking is, in the pending index itself. */
  private Seen head(Telling telling) {
    JsonNode head = telling.world().look(telling.code("HOTEL")).path("head");
    boolean isUnclaimed = head.path("unclaimed").asInt() > 0;
    String seen = isUnclaimed ? "unclaimed" : head.path("state").asText("none");
    return new Seen(seen.equals(what), seen);
  }

  private static Seen rest(Telling telling) throws InterruptedException {
    telling.world().traffic().stop();
    Score now = telling.world().score();
    int blocked = telling.since(now, Count.BLOCKED) + telling.since(now, Count.UNDECIDED);
    return new Seen(
        blocked <= 0,
        "%d prices accepted, %d blocked"
            .formatted(telling.since(now, Count.ACCEPTED), Math.max(0, blocked)));
  }

  private static Seen kill(World world) throws InterruptedException {
    int killed = 0;
    for (int number = 0; number < KILLS; number++) {
      Thread.sleep(BETWEEN_KILLS_MILLIS);
      killed += killOne(world) ? 1 : 0;
    }
    return new Seen(killed > 0, killed + " killed");
  }

  private static boolean killOne(World world) throws InterruptedException {
    long end = System.nanoTime() + TO_BE_BUSY_MILLIS * 1_000_000;
    while (System.nanoTime() < end) {
      Optional<State.Worker> victim =
          world.workers().stream()
              .filter(worker -> worker.function().equals("append"))
              .filter(worker -> worker.phase() == State.Phase.BUSY)
              .findFirst();
      if (victim.isPresent()) {
        return world.kill(victim.get().pid());
      }
      Thread.sleep(ONE_CALL_MILLIS);
    }
    return false;
  }

  private static Seen readBack(Telling telling) throws InterruptedException {
    List<String> codes = telling.world().traffic().codes();
    int found = 0;
    for (String code : codes) {
      Answer answer = telling.get(Department.path(code));
      if (answer.isOpen()) {
        answer = telling.get(Department.path(code));
      }
      found += answer.status() == 200 ? 1 : 0;
    }
    Score score = telling.world().score();
    return new Seen(
        found == codes.size() && score.violations().equals(telling.before().violations()),
        "%d of %d found; %d events lost, %d codes doubled"
            .formatted(
                found,
                codes.size(),
                telling.since(score, Count.LOST),
                telling.since(score, Count.DOUBLED)));
  }

  private Seen notice(Telling telling) {
    Optional<JsonNode> found =
        telling
            .world()
            .invoke("conflicts", Json.object())
            .path("conflicts")
            .valueStream()
            .filter(conflict -> conflict.at("/kept/eventId").asText().equals(telling.eventId(what)))
            .findFirst();
    return new Seen(
        found
            .filter(it -> it.at("/recorded/eventId").asText().equals(telling.eventId(rest)))
            .isPresent(),
        found.isPresent() ? "kept: %s, recorded: %s".formatted(what, rest) : "not yet");
  }

  private ObjectNode resolution(Telling telling) {
    ObjectNode resolution =
        Json.object()
            .put("action", rest)
            .put("bookingCode", event(telling).code())
            .put("eventId", telling.eventId(what))
            .put("operator", "jane")
            .put("reason", "both are meant");
    return rest.equals("reassign")
        ? resolution.put("newBookingCode", telling.code("HOTEL-NEW"))
        : resolution;
  }

  private static Seen readAll(Telling telling) throws InterruptedException {
    List<Seen> all =
        List.of(
            last(telling, "HOTEL", "airline", 1),
            last(telling, "HOTEL-NEW", "hotel", 1),
            last(telling, "TOUR", "tour-change", 3));
    return new Seen(
        all.stream().allMatch(Seen::isAsExpected),
        all.stream().map(Seen::text).collect(Collectors.joining(", ")));
  }

  /** Whether a booking's last event is that one, at that version. */
  private static Seen last(Telling telling, String code, String event, int version)
      throws InterruptedException {
    JsonNode last = telling.get("/bookings/" + telling.code(code)).body();
    String eventId = last.path("eventId").asText();
    boolean isExpected =
        eventId.equals(telling.eventId(event)) && last.path("version").asInt() == version;
    return new Seen(isExpected, telling.code(code) + ": " + (isExpected ? event : eventId));
  }
}
