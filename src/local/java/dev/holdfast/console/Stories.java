package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.FALLBACK_QUEUE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static dev.holdfast.local.Door.HOME;
import static dev.holdfast.local.Door.SECOND;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.console.Story.Deed;
import dev.holdfast.console.Story.Seen;
import dev.holdfast.console.Story.Step;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.Json;
import dev.holdfast.local.State;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The stories that the console and the terminal tell. */
final class Stories {
  private static final String FIRST = "412.50";
  private static final String RIVAL = "55.00";
  private static final String NEXT = "120.00";
  private static final String THIRD = "135.00";

  private static final double RATE = 20;
  private static final double COLLISIONS = 0.2;
  private static final int KILLS = 2;
  private static final long BETWEEN_KILLS_MILLIS = 1_200;
  private static final long ONE_CALL_MILLIS = 2;
  private static final long TO_BE_BUSY_MILLIS = 10_000;

  private Stories() {}

  /** In the order in which they are best told. */
  static List<Story> all() {
    return List.of(
        healthy(),
        eventTableHangs(),
        pricesGoOn(),
        queueFailsToo(),
        pendingIndexDown(),
        answersLost(),
        killed(),
        conflict(),
        homeRegionLost());
  }

  static Optional<Story> of(String id) {
    return all().stream().filter(story -> story.id().equals(id)).findFirst();
  }

  private static Story healthy() {
    return new Story(
        "healthy",
        "All is well",
        "R3",
        "A booking is made, read, repeated, contested and changed.",
        List.of(
            append(
                "The hotel makes a booking, under a code of its own choice.", "R1", "hotel", 201),
            read("Any department reads it, by its code alone.", "R2", "version 1 recorded"),
            append(
                "Did the call get through? The hotel repeats it, and nothing is doubled.",
                "R4",
                "hotel",
                200),
            rival("The airline wants the same code and is told at once that it is taken."),
            append("The price changes: that is version 2.", "R1", "next", 201),
            read(
                "The booking has both events, in their order.",
                "R2",
                "version 1 recorded, version 2 recorded")));
  }

  private static Story eventTableHangs() {
    return new Story(
        "event-table-hangs",
        "The event table hangs",
        "R1",
        "The event table does not answer any more, and bookings are made.",
        List.of(
            fail("The event table hangs: nobody gets an answer.", EVENT_TABLE, Fault.Mode.HANG),
            append(
                "A new booking waits for the table for 0.7 s, then it is accepted all the same.",
                "R1",
                "hotel",
                202),
            new Step(
                "The next ones do not wait: the circuit breaker is open.",
                Optional.of("R1"),
                telling -> post(telling.event("second", "HOTEL-B", 1, FIRST)),
                telling -> {
                  Answer answer = telling.append(telling.event("second", "HOTEL-B", 1, FIRST));
                  return telling.seen(answer, 202);
                }),
            read("It can be read, and says that it is pending.", "R2", "version 1 pending"),
            rival("The airline wants the same code and is told at once that it is taken."),
            append(
                "The hotel repeats its call, as clients do, and nothing is doubled.",
                "R4",
                "hotel",
                202),
            heal("The event table answers again.", EVENT_TABLE),
            untilRead(
                "Nobody has to do anything: what was pending moves into the event table.",
                "R4",
                "version 1 recorded")));
  }

  private static Story pricesGoOn() {
    return new Story(
        "prices-go-on",
        "Prices go on",
        "R1",
        "The event table does not answer any more, and the price of a booking changes.",
        List.of(
            append("The hotel makes a booking: all is well.", "R1", "hotel", 201),
            fail("The event table hangs: nobody gets an answer.", EVENT_TABLE, Fault.Mode.HANG),
            append("The price changes, and that is accepted all the same.", "R1", "next", 202),
            current("Another department reads the new price at once.", "next", "pending"),
            refused(
                "A rival wants the same version and is told at once that it is gone.",
                "rival",
                "version-conflict"),
            append("The price changes again, on top of that.", "R1", "third", 202),
            current("The newest price is the current one.", "third", "pending"),
            heal("The event table answers again.", EVENT_TABLE),
            untilRead(
                "Nobody has to do anything: all moves into the event table, in order.",
                "R4",
                "version 1 recorded, version 2 recorded, version 3 recorded"),
            head(
                "The head of the booking stays in the pending index, for the next change.",
                "R4",
                "recorded",
                true)));
  }

  private static Story homeRegionLost() {
    return new Story(
        "home-region-lost",
        "The home region is lost",
        "R1",
        "The region of the event table is lost as a whole, and prices go on at the second door.",
        2,
        List.of(
            at(HOME, append("The hotel makes a booking at home: all is well.", "R1", "hotel", 201)),
            at(HOME, append("Its price changes.", "R1", "next", 201)),
            new Step(
                "The home region is lost: its API, its functions, its queue, and the event table.",
                Optional.empty(),
                telling -> "PUT /_local/faults/home-region",
                telling -> {
                  telling.world().loseHome();
                  Answer answer = telling.get(events(telling));
                  return new Seen(answer.status() == 0, "at home: " + answer.inWords());
                }),
            at(
                SECOND,
                current(
                    "At the second door the booking's current price is read.", "next", "pending")),
            at(
                SECOND,
                append("The price changes there, and that is accepted.", "R1", "third", 202)),
            at(
                SECOND,
                refused(
                    "A rival wants the same version and is told at once that it is gone.",
                    "third-rival",
                    "version-conflict")),
            at(SECOND, append("A new booking is made there.", "R1", "tour", 202)),
            at(SECOND, current("The newest price is the current one.", "third", "pending")),
            new Step(
                "The home region is back.",
                Optional.empty(),
                telling -> "DELETE /_local/faults/home-region",
                telling -> {
                  telling.world().bringHomeBack();
                  return new Seen(true, "it is back");
                }),
            at(
                HOME,
                untilRead(
                    "Nobody has to do anything: at home all is recorded, in order, and nothing is"
                        + " doubled.",
                    "R4",
                    "version 1 recorded, version 2 recorded, version 3 recorded")),
            at(
                HOME,
                new Step(
                    "So is the booking that was made at the second door.",
                    Optional.of("R4"),
                    telling -> "waits until GET " + tour(telling) + " shows version 1 recorded",
                    telling ->
                        telling.await(
                            same -> {
                              Answer answer = same.get(tour(same));
                              return new Seen(
                                  Telling.events(answer).equals("version 1 recorded")
                                      && same.isAcknowledged(answer.body().at("/events/0"), "tour"),
                                  Telling.words(answer));
                            })))));
  }

  private static String tour(Telling telling) {
    return Department.path(telling.code("TOUR"));
  }

  /** A step that is done through a door. */
  private static Step at(Door door, Step step) {
    return new Step(
        step.sentence(),
        step.promise(),
        telling -> door.title() + ": " + step.does().apply(telling),
        telling -> {
          telling.enter(door);
          return step.deed().doIn(telling);
        });
  }

  private static Story queueFailsToo() {
    return new Story(
        "queue-fails-too",
        "The queue fails, too",
        "R4",
        "The queue is only a hint: without it, the sweep finds what is owed.",
        List.of(
            fail("The event table hangs.", EVENT_TABLE, Fault.Mode.HANG),
            fail("The queue answers with nothing but errors.", FALLBACK_QUEUE, Fault.Mode.ERROR),
            append("A new booking is accepted all the same.", "R1", "hotel", 202),
            read("It can be read, and says that it is pending.", "R2", "version 1 pending"),
            heal("The event table answers again.", EVENT_TABLE),
            heal("So does the queue, which knows nothing of the booking.", FALLBACK_QUEUE),
            untilRead(
                "The sweep looks for debts by itself, and the booking moves into the event table.",
                "R4",
                "version 1 recorded")));
  }

  private static Story pendingIndexDown() {
    return new Story(
        "pending-index-down",
        "The pending index is down",
        "R3",
        "Without the heads of the bookings, the event table decides alone.",
        List.of(
            fail("The pending index refuses every call.", PENDING_INDEX, Fault.Mode.REFUSE),
            append("A new booking goes right into the event table.", "R1", "hotel", 201),
            rival("The airline wants the same code: the event table has its owner."),
            read("It can be read.", "R2", "version 1 recorded"),
            new Step(
                "Of a code that the event table does not have, nobody can say that it is free: the"
                    + " ledger says so.",
                Optional.of("R2"),
                telling -> "GET " + Department.path(telling.code("NOBODY")),
                telling -> telling.seen(telling.get(Department.path(telling.code("NOBODY"))), 503)),
            append(
                "The price changes: that goes right into the event table, too.", "R1", "next", 201),
            head("The booking's head is owed.", null, "unclaimed", false),
            heal("The pending index is back.", PENDING_INDEX),
            head("The sweep repairs it: the head appears.", "R3", "recorded", true)));
  }

  private static Story answersLost() {
    return new Story(
        "answers-lost",
        "Answers get lost",
        "R4",
        "The event table does its work, but nobody hears of it.",
        List.of(
            fail(
                "The event table does everything, and loses every answer.",
                EVENT_TABLE,
                Fault.Mode.LOSE_ANSWER),
            accepted("A new booking is accepted."),
            accepted("The hotel repeats its call, to be sure."),
            rival("The airline wants the same code and is told that it is taken."),
            heal("Answers arrive again.", EVENT_TABLE),
            untilRead(
                "Whatever was written how often: it is there once.", "R4", "version 1 recorded"),
            head("Nothing waits in the pending index any more.", "R4", "recorded", true)));
  }

  private static Story killed() {
    return new Story(
        "killed",
        "Processes are killed",
        "R4",
        "Functions die in the middle of their work, and their clients repeat their calls.",
        List.of(
            new Step(
                "Departments book, change, read, and fight for codes.",
                Optional.empty(),
                telling -> "PUT /_local/traffic {\"rate\":20,\"collisions\":0.2}",
                telling -> {
                  telling.world().startTraffic(RATE, COLLISIONS);
                  return telling.await(
                      same -> {
                        int known = same.world().trafficCodes().size();
                        return new Seen(known >= RATE, known + " bookings");
                      });
                }),
            new Step(
                "Processes of append are killed while they work.",
                Optional.empty(),
                telling -> "DELETE /_local/processes/{pid}, " + KILLS + " times",
                Stories::kill),
            new Step(
                "The clients get their last answers.",
                Optional.of("R1"),
                telling -> "DELETE /_local/traffic",
                telling -> {
                  telling.world().stopTraffic();
                  Score.Counts now = telling.world().score().counts();
                  Score.Counts before = telling.before().counts();
                  int blocked =
                      now.blocked() + now.undecided() - before.blocked() - before.undecided();
                  return new Seen(
                      blocked <= 0,
                      "%d prices accepted, %d blocked"
                          .formatted(now.accepted() - before.accepted(), Math.max(0, blocked)));
                }),
            new Step(
                "Every booking is read once more.",
                Optional.of("R4"),
                telling -> "GET /bookings/{bookingCode}/events of each",
                Stories::readBack)));
  }

  private static Seen kill(Telling telling) throws InterruptedException {
    int killed = 0;
    for (int number = 0; number < KILLS; number++) {
      Thread.sleep(BETWEEN_KILLS_MILLIS);
      if (killOne(telling.world())) {
        killed++;
      }
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
    List<String> codes = telling.world().trafficCodes();
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
                score.counts().lost() - telling.before().counts().lost(),
                score.counts().doubled() - telling.before().counts().doubled()));
  }

  private static Story conflict() {
    return new Story(
        "conflict",
        "A conflict, and its end",
        "R4",
        "Stores fail at once, a code and a version are given twice, and an operator decides.",
        List.of(
            append("A tour is booked: all is well.", "R1", "tour", 201),
            fail("The queue refuses every call.", FALLBACK_QUEUE, Fault.Mode.REFUSE),
            fail("So does the event table.", EVENT_TABLE, Fault.Mode.REFUSE),
            append("The hotel's booking is pending.", "R1", "hotel", 202),
            append("So is a change of the tour's price.", "R1", "tour-change", 202),
            fail(
                "The pending index fails, too, before that is settled.",
                PENDING_INDEX,
                Fault.Mode.REFUSE),
            heal("Of all three, the event table is back first.", EVENT_TABLE),
            untilRecorded(
                "The airline's booking under the hotel's code is accepted: nobody who answers knows"
                    + " of the hotel's.",
                "airline"),
            untilRecorded("So is the airline's change of the tour's price.", "tour-rival"),
            heal("The pending index is back.", PENDING_INDEX),
            heal("So is the queue.", FALLBACK_QUEUE),
            noticed(
                "The ledger notices. It keeps both bookings, and alarms an operator.",
                "hotel",
                "airline"),
            noticed("It keeps both changes, too.", "tour-change", "tour-rival"),
            resolved(
                "The operator gives the hotel's booking a code of its own.",
                telling ->
                    resolution(telling, "reassign", "hotel")
                        .put("newBookingCode", telling.code("HOTEL-NEW")),
                "reassigned"),
            resolved(
                "The change of the tour's price becomes the tour's next version.",
                telling -> resolution(telling, "reappend", "tour-change"),
                "reappended"),
            new Step(
                "Everything can be read, each under its code.",
                Optional.of("R2"),
                telling ->
                    "GET /bookings/%s, /bookings/%s, /bookings/%s"
                        .formatted(
                            telling.code("HOTEL"), telling.code("HOTEL-NEW"), telling.code("TOUR")),
                telling -> {
                  List<Seen> all =
                      List.of(
                          last(telling, "HOTEL", "airline", 1),
                          last(telling, "HOTEL-NEW", "hotel", 1),
                          last(telling, "TOUR", "tour-change", 3));
                  return new Seen(
                      all.stream().allMatch(Seen::isAsExpected),
                      all.stream().map(Seen::text).collect(Collectors.joining(", ")));
                })));
  }

  /** Accepted as soon as no circuit breaker is open any more. */
  private static Step untilRecorded(String sentence, String event) {
    return new Step(
        sentence,
        Optional.empty(),
        telling -> post(event(telling, event)),
        telling -> telling.await(same -> same.seen(same.append(event(same, event)), 201)));
  }

  private static Step noticed(String sentence, String kept, String recorded) {
    return new Step(
        sentence,
        Optional.of("R4"),
        telling -> "waits until /_local/invoke/conflicts lists " + event(telling, kept).code(),
        telling ->
            telling.await(
                same -> {
                  JsonNode found = conflictOf(same, kept);
                  return new Seen(
                      found.at("/recorded/eventId").asText().equals(same.eventId(recorded)),
                      found.isMissingNode()
                          ? "not yet"
                          : "kept: %s, recorded: %s".formatted(kept, recorded));
                }));
  }

  private static JsonNode conflictOf(Telling telling, String kept) {
    JsonNode found = MissingNode.getInstance();
    for (JsonNode conflict :
        telling.world().invoke("conflicts", Json.MAPPER.createObjectNode()).path("conflicts")) {
      if (conflict.at("/kept/eventId").asText().equals(telling.eventId(kept))) {
        found = conflict;
      }
    }
    return found;
  }

  private static Step resolved(
      String sentence, Function<Telling, ObjectNode> decision, String expected) {
    return new Step(
        sentence,
        Optional.of("R4"),
        telling -> "POST /_local/invoke/resolve " + decision.apply(telling),
        telling -> {
          String outcome =
              telling.world().invoke("resolve", decision.apply(telling)).path("outcome").asText();
          return new Seen(outcome.equals(expected), outcome);
        });
  }

  private static ObjectNode resolution(Telling telling, String action, String kept) {
    return Json.MAPPER
        .createObjectNode()
        .put("action", action)
        .put("bookingCode", event(telling, kept).code())
        .put("eventId", telling.eventId(kept))
        .put("operator", "jane")
        .put("reason", "both are meant");
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

  private static Event event(Telling telling, String name) {
    return switch (name) {
      case "next" -> telling.event(name, "HOTEL", 2, NEXT);
      case "rival" -> telling.event(name, "HOTEL", 2, RIVAL);
      case "third" -> telling.event(name, "HOTEL", 3, THIRD);
      case "third-rival" -> telling.event(name, "HOTEL", 3, RIVAL);
      case "tour" -> telling.event(name, "TOUR", 1, FIRST);
      case "tour-change" -> telling.event(name, "TOUR", 2, NEXT);
      case "tour-rival" -> telling.event(name, "TOUR", 2, RIVAL);
      case "airline" -> telling.event(name, "HOTEL", 1, RIVAL);
      default -> telling.event(name, "HOTEL", 1, FIRST);
    };
  }

  private static String post(Event event) {
    return "POST " + Department.path(event.code()) + ", version " + event.version();
  }

  private static Step append(String sentence, String promise, String event, int status) {
    return new Step(
        sentence,
        Optional.of(promise),
        telling -> post(event(telling, event)),
        telling -> telling.seen(telling.append(event(telling, event)), status));
  }

  private static Step accepted(String sentence) {
    return new Step(
        sentence,
        Optional.of("R1"),
        telling -> post(event(telling, "hotel")),
        telling -> {
          Answer answer = telling.append(event(telling, "hotel"));
          return telling.seen(answer, answer.status() >= 200 && answer.status() <= 202);
        });
  }

  private static Step rival(String sentence) {
    return refused(sentence, "airline", "booking-code-taken");
  }

  private static Step refused(String sentence, String event, String problem) {
    return new Step(
        sentence,
        Optional.of("R3"),
        telling -> post(event(telling, event)),
        telling -> {
          Answer answer = telling.append(event(telling, event));
          return telling.seen(answer, answer.problem().equals(problem));
        });
  }

  /** Reads the current price, which has to be that of an event as it was acknowledged. */
  private static Step current(String sentence, String event, String status) {
    return new Step(
        sentence,
        Optional.of("R2"),
        telling -> "GET /bookings/" + telling.code("HOTEL"),
        telling -> {
          Answer answer = telling.get("/bookings/" + telling.code("HOTEL"));
          JsonNode last = answer.body();
          return new Seen(
              telling.isAcknowledged(last, event) && last.path("status").asText().equals(status),
              answer.status() == 200
                  ? "200, version %d, %s %s, %s, in %s"
                      .formatted(
                          last.path("version").asInt(),
                          last.at("/price/amount").asText(),
                          last.at("/price/currency").asText(),
                          last.path("status").asText(),
                          Telling.seconds(answer.time()))
                  : Telling.words(answer));
        });
  }

  private static Step read(String sentence, String promise, String expected) {
    return new Step(
        sentence, Optional.of(promise), telling -> "GET " + events(telling), reading(expected));
  }

  private static Step untilRead(String sentence, String promise, String expected) {
    Deed reading = reading(expected);
    return new Step(
        sentence,
        Optional.of(promise),
        telling -> "waits until GET " + events(telling) + " shows " + expected,
        telling -> telling.await(reading));
  }

  /** Reads the booking's events, which have to be just these, and the first one the hotel's. */
  private static Deed reading(String expected) {
    return telling -> {
      Answer answer = telling.get(events(telling));
      return new Seen(
          Telling.events(answer).equals(expected)
              && telling.isAcknowledged(answer.body().at("/events/0"), "hotel"),
          answer.status() == 200
              ? "200, %s, in %s".formatted(Telling.events(answer), Telling.seconds(answer.time()))
              : Telling.words(answer));
    };
  }

  private static String events(Telling telling) {
    return Department.path(telling.code("HOTEL"));
  }

  /** How the head of the booking is, in the pending index itself. */
  private static Step head(String sentence, String promise, String state, boolean waits) {
    Deed look =
        telling -> {
          JsonNode head = telling.world().look(telling.code("HOTEL")).path("head");
          String seen =
              head.path("unclaimed").asInt() > 0 ? "unclaimed" : head.path("state").asText("none");
          return new Seen(seen.equals(state), seen);
        };
    Function<Telling, String> does =
        telling ->
            (waits ? "waits until " : "looks whether ") + telling.code("HOTEL") + " is " + state;
    return new Step(
        sentence,
        Optional.ofNullable(promise),
        does,
        waits ? telling -> telling.await(look) : look);
  }

  private static Step fail(String sentence, Dependency dependency, Fault.Mode mode) {
    Fault fault = Fault.of(mode);
    return new Step(
        sentence,
        Optional.empty(),
        telling -> "PUT /_local/faults/" + dependency.key() + " {\"mode\":\"" + mode.key() + "\"}",
        telling -> {
          telling.world().fail(dependency, fault);
          return new Seen(true, "it fails");
        });
  }

  private static Step heal(String sentence, Dependency dependency) {
    return new Step(
        sentence,
        Optional.empty(),
        telling -> "DELETE /_local/faults/" + dependency.key(),
        telling -> {
          telling.world().heal(dependency);
          return new Seen(true, "healed");
        });
  }
}
