package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.console.Score.Count;
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
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The stories that the console and the terminal tell. Each begins with its name, the promise that
 * it is about, its title, and how many doors it needs; then comes what it is about, then its steps:
 * the promise that one shows, the door that it is done at, what is done, and the sentence for
 * people. A step {@code until} something waits for it.
 */
final class Stories {
  private static final String SCRIPT =
      """
      healthy | R3 | All is well | 1
      A booking is made, read, repeated, contested and changed.
      R1 append hotel 201 | The hotel makes a booking, under a code of its own choice.
      R2 read hotel version 1 recorded | Any department reads it, by its code alone.
      R4 append hotel 200 | Did the call get through? The hotel repeats it, and nothing is doubled.
      R3 refuse airline booking-code-taken | The airline wants the same code and is told at once that it is taken.
      R1 append next 201 | The price changes: that is version 2.
      R2 read hotel version 1 recorded, version 2 recorded | The booking has both events, in their order.

      event-table-hangs | R1 | The event table hangs | 1
      The event table does not answer any more, and bookings are made.
      fail event-table hang | The event table hangs: nobody gets an answer.
      R1 append hotel 202 | A new booking waits for the table for 0.7 s, then it is accepted all the same.
      R1 append second 202 | The next ones do not wait: the circuit breaker is open.
      R2 read hotel version 1 pending | It can be read, and says that it is pending.
      R3 refuse airline booking-code-taken | The airline wants the same code and is told at once that it is taken.
      R4 append hotel 202 | The hotel repeats its call, as clients do, and nothing is doubled.
      heal event-table | The event table answers again.
      R4 until read hotel version 1 recorded | Nobody has to do anything: what was pending moves into the event table.

      prices-go-on | R1 | Prices go on | 1
      The event table does not answer any more, and the price of a booking changes.
      R1 append hotel 201 | The hotel makes a booking: all is well.
      fail event-table hang | The event table hangs: nobody gets an answer.
      R1 append next 202 | The price changes, and that is accepted all the same.
      R2 price next pending | Another department reads the new price at once.
      R3 refuse rival version-conflict | A rival wants the same version and is told at once that it is gone.
      R1 append third 202 | The price changes again, on top of that.
      R2 price third pending | The newest price is the current one.
      heal event-table | The event table answers again.
      R4 until read hotel version 1 recorded, version 2 recorded, version 3 recorded | Nobody has to do anything: all moves into the event table, in order.
      R4 until head recorded | The head of the booking stays in the pending index, for the next change.

      queue-fails-too | R4 | The queue fails, too | 1
      The queue is only a hint: without it, the sweep finds what is owed.
      fail event-table hang | The event table hangs.
      fail fallback-queue error | The queue answers with nothing but errors.
      R1 append hotel 202 | A new booking is accepted all the same.
      R2 read hotel version 1 pending | It can be read, and says that it is pending.
      heal event-table | The event table answers again.
      heal fallback-queue | So does the queue, which knows nothing of the booking.
      R4 until read hotel version 1 recorded | The sweep looks for debts by itself, and the booking moves into the event table.

      pending-index-down | R3 | The pending index is down | 1
      Without the heads of the bookings, the event table decides alone.
      fail pending-index refuse | The pending index refuses every call.
      R1 append hotel 201 | A new booking goes right into the event table.
      R3 refuse airline booking-code-taken | The airline wants the same code: the event table has its owner.
      R2 read hotel version 1 recorded | It can be read.
      R2 miss | Of a code that the event table does not have, nobody can say that it is free: the ledger says so.
      R1 append next 201 | The price changes: that goes right into the event table, too.
      head unclaimed | The booking's head is owed.
      heal pending-index | The pending index is back.
      R3 until head recorded | The sweep repairs it: the head appears.

      answers-lost | R4 | Answers get lost | 1
      The event table does its work, but nobody hears of it.
      fail event-table lose-answer | The event table does everything, and loses every answer.
      R1 accept hotel | A new booking is accepted.
      R1 accept hotel | The hotel repeats its call, to be sure.
      R3 refuse airline booking-code-taken | The airline wants the same code and is told that it is taken.
      heal event-table | Answers arrive again.
      R4 until read hotel version 1 recorded | Whatever was written how often: it is there once.
      R4 until head recorded | Nothing waits in the pending index any more.

      killed | R4 | Processes are killed | 1
      Functions die in the middle of their work, and their clients repeat their calls.
      traffic | Departments book, change, read, and fight for codes.
      kill | Processes of append are killed while they work.
      R1 rest | The clients get their last answers.
      R4 read-back | Every booking is read once more.

      conflict | R4 | A conflict, and its end | 1
      Stores fail at once, a code and a version are given twice, and an operator decides.
      R1 append tour 201 | A tour is booked: all is well.
      fail fallback-queue refuse | The queue refuses every call.
      fail event-table refuse | So does the event table.
      R1 append hotel 202 | The hotel's booking is pending.
      R1 append tour-change 202 | So is a change of the tour's price.
      fail pending-index refuse | The pending index fails, too, before that is settled.
      heal event-table | Of all three, the event table is back first.
      until append airline 201 | The airline's booking under the hotel's code is accepted: nobody who answers knows of the hotel's.
      until append tour-rival 201 | So is the airline's change of the tour's price.
      heal pending-index | The pending index is back.
      heal fallback-queue | So is the queue.
      R4 until notice hotel airline | The ledger notices. It keeps both bookings, and alarms an operator.
      R4 until notice tour-change tour-rival | It keeps both changes, too.
      R4 resolve hotel reassign | The operator gives the hotel's booking a code of its own.
      R4 resolve tour-change reappend | The change of the tour's price becomes the tour's next version.
      R2 read-all | Everything can be read, each under its code.

      home-region-lost | R1 | The home region is lost | 2
      The region of the event table is lost as a whole, and prices go on at the second door.
      R1 home: append hotel 201 | The hotel makes a booking at home: all is well.
      R1 home: append next 201 | Its price changes.
      lose-home | The home region is lost: its API, its functions, its queue, and the event table.
      R2 second: price next pending | At the second door the booking's current price is read.
      R1 second: append third 202 | The price changes there, and that is accepted.
      R3 second: refuse third-rival version-conflict | A rival wants the same version and is told at once that it is gone.
      R1 second: append tour 202 | A new booking is made there.
      R2 second: price third pending | The newest price is the current one.
      bring-home-back | The home region is back.
      R4 home: until read hotel version 1 recorded, version 2 recorded, version 3 recorded | Nobody has to do anything: at home all is recorded, in order, and nothing is doubled.
      R4 home: until read tour version 1 recorded | So is the booking that was made at the second door.
      """;

  private static final Pattern STEP =
      Pattern.compile("(R\\d )?(?:(home|second): )?(until )?(\\S+) ?(\\S*) ?(.*) \\| (.*)");

  private static final double RATE = 20;
  private static final double COLLISIONS = 0.2;
  private static final int KILLS = 2;
  private static final long BETWEEN_KILLS_MILLIS = 1_200;
  private static final long ONE_CALL_MILLIS = 2;
  private static final long TO_BE_BUSY_MILLIS = 10_000;

  private Stories() {}

  /** In the order in which they are best told. */
  static List<Story> all() {
    return Pattern.compile("\n\n").splitAsStream(SCRIPT).map(Stories::story).toList();
  }

  static Optional<Story> of(String id) {
    return all().stream().filter(story -> story.id().equals(id)).findFirst();
  }

  private static Story story(String script) {
    List<String> lines = script.lines().toList();
    String[] head = lines.get(0).split(" \\| ", -1);
    return new Story(
        head[0],
        head[2],
        head[1],
        lines.get(1),
        Integer.parseInt(head[3]),
        lines.stream().skip(2).map(Stories::step).toList());
  }

  private static Step step(String line) {
    Matcher step = STEP.matcher(line);
    if (!step.matches()) {
      throw new IllegalStateException("This is no step: " + line);
    }
    boolean waits = step.group(3) != null;
    Act act = act(step.group(4), step.group(5), step.group(6), waits);
    Deed deed = waits ? telling -> telling.await(act.deed()) : act.deed();
    Optional<String> promise = Optional.ofNullable(step.group(1)).map(String::strip);
    Optional<Door> door = Optional.ofNullable(step.group(2)).flatMap(Door::of);
    return new Step(
        step.group(7),
        promise,
        telling -> door.map(at -> at.title() + ": ").orElse("") + act.does().apply(telling),
        telling -> {
          door.ifPresent(telling::enter);
          return deed.doIn(telling);
        });
  }

  /**
   * What is done in a step.
   *
   * @param does how it is told
   */
  private record Act(Function<Telling, String> does, Deed deed) {}

  private static Act act(String verb, String what, String rest, boolean waits) {
    return switch (verb) {
      case "append" -> send(what, answer -> answer.status() == Integer.parseInt(rest));
      case "accept" -> send(what, answer -> answer.status() >= 200 && answer.status() <= 202);
      case "refuse" -> send(what, answer -> answer.problem().equals(rest));
      case "read" -> read(what, rest, waits);
      case "price" -> price(what, rest);
      case "head" -> head(what, waits);
      case "miss" ->
          new Act(
              telling -> "GET " + Department.path(telling.code("NOBODY")),
              telling -> {
                Answer answer = telling.get(Department.path(telling.code("NOBODY")));
                return telling.seen(answer, answer.status() == 503);
              });
      case "fail" ->
          new Act(
              telling -> "PUT /_local/faults/%s {\"mode\":\"%s\"}".formatted(what, rest),
              telling -> {
                Fault fault = Fault.of(Fault.Mode.of(rest).orElseThrow());
                telling.world().faults().inject(Dependency.of(what).orElseThrow(), fault);
                return new Seen(true, "it fails");
              });
      case "heal" ->
          new Act(
              telling -> "DELETE /_local/faults/" + what,
              telling -> {
                telling.world().faults().heal(Dependency.of(what).orElseThrow());
                return new Seen(true, "healed");
              });
      case "lose-home" ->
          new Act(
              telling -> "PUT /_local/faults/home-region",
              telling -> {
                telling.world().faults().loseHome();
                Answer answer = telling.get(events(telling, "hotel"));
                return new Seen(answer.status() == 0, "at home: " + answer.inWords());
              });
      case "bring-home-back" ->
          new Act(
              telling -> "DELETE /_local/faults/home-region",
              telling -> {
                telling.world().faults().bringHomeBack();
                return new Seen(true, "it is back");
              });
      case "traffic" ->
          new Act(telling -> "PUT /_local/traffic {\"rate\":20,\"collisions\":0.2}", Stories::book);
      case "kill" ->
          new Act(telling -> "DELETE /_local/processes/{pid}, " + KILLS + " times", Stories::kill);
      case "rest" -> new Act(telling -> "DELETE /_local/traffic", Stories::rest);
      case "read-back" ->
          new Act(telling -> "GET /bookings/{bookingCode}/events of each", Stories::readBack);
      case "notice" -> notice(what, rest);
      case "resolve" -> resolve(what, rest);
      case "read-all" -> readAll();
      default -> throw new IllegalStateException("Nobody knows how to " + verb);
    };
  }

  private static Seen book(Telling telling) throws InterruptedException {
    telling.world().startTraffic(RATE, COLLISIONS);
    return telling.await(
        same -> {
          int known = same.world().trafficCodes().size();
          return new Seen(known >= RATE, known + " bookings");
        });
  }

  private static Seen rest(Telling telling) throws InterruptedException {
    telling.world().stopTraffic();
    Score now = telling.world().score();
    Score before = telling.before();
    int blocked =
        now.of(Count.BLOCKED)
            + now.of(Count.UNDECIDED)
            - before.of(Count.BLOCKED)
            - before.of(Count.UNDECIDED);
    int accepted = now.of(Count.ACCEPTED) - before.of(Count.ACCEPTED);
    return new Seen(
        blocked <= 0, "%d prices accepted, %d blocked".formatted(accepted, Math.max(0, blocked)));
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
                score.of(Count.LOST) - telling.before().of(Count.LOST),
                score.of(Count.DOUBLED) - telling.before().of(Count.DOUBLED)));
  }

  private static Act notice(String kept, String recorded) {
    return new Act(
        telling -> "waits until /_local/invoke/conflicts lists " + event(telling, kept).code(),
        telling -> {
          JsonNode found = conflictOf(telling, kept);
          return new Seen(
              found.at("/recorded/eventId").asText().equals(telling.eventId(recorded)),
              found.isMissingNode()
                  ? "not yet"
                  : "kept: %s, recorded: %s".formatted(kept, recorded));
        });
  }

  private static JsonNode conflictOf(Telling telling, String kept) {
    return telling
        .world()
        .invoke("conflicts", Json.MAPPER.createObjectNode())
        .path("conflicts")
        .valueStream()
        .filter(conflict -> conflict.at("/kept/eventId").asText().equals(telling.eventId(kept)))
        .findFirst()
        .orElseGet(MissingNode::getInstance);
  }

  private static Act resolve(String kept, String action) {
    return new Act(
        telling -> "POST /_local/invoke/resolve " + resolution(telling, action, kept),
        telling -> {
          String outcome =
              telling
                  .world()
                  .invoke("resolve", resolution(telling, action, kept))
                  .path("outcome")
                  .asText();
          return new Seen(outcome.equals(action + "ed"), outcome);
        });
  }

  private static ObjectNode resolution(Telling telling, String action, String kept) {
    ObjectNode resolution =
        Json.MAPPER
            .createObjectNode()
            .put("action", action)
            .put("bookingCode", event(telling, kept).code())
            .put("eventId", telling.eventId(kept))
            .put("operator", "jane")
            .put("reason", "both are meant");
    return action.equals("reassign")
        ? resolution.put("newBookingCode", telling.code("HOTEL-NEW"))
        : resolution;
  }

  private static Act readAll() {
    return new Act(
        telling ->
            "GET /bookings/%s, /bookings/%s, /bookings/%s"
                .formatted(telling.code("HOTEL"), telling.code("HOTEL-NEW"), telling.code("TOUR")),
        telling -> {
          List<Seen> all =
              List.of(
                  last(telling, "HOTEL", "airline", 1),
                  last(telling, "HOTEL-NEW", "hotel", 1),
                  last(telling, "TOUR", "tour-change", 3));
          return new Seen(
              all.stream().allMatch(Seen::isAsExpected),
              all.stream().map(Seen::text).collect(Collectors.joining(", ")));
        });
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
      case "next" -> telling.event(name, "HOTEL", 2, "120.00");
      case "rival" -> telling.event(name, "HOTEL", 2, "55.00");
      case "third" -> telling.event(name, "HOTEL", 3, "135.00");
      case "third-rival" -> telling.event(name, "HOTEL", 3, "55.00");
      case "tour" -> telling.event(name, "TOUR", 1, "412.50");
      case "tour-change" -> telling.event(name, "TOUR", 2, "120.00");
      case "tour-rival" -> telling.event(name, "TOUR", 2, "55.00");
      case "airline" -> telling.event(name, "HOTEL", 1, "55.00");
      case "second" -> telling.event(name, "HOTEL-B", 1, "412.50");
      default -> telling.event(name, "HOTEL", 1, "412.50");
    };
  }

  private static Act send(String event, Predicate<Answer> expected) {
    return new Act(
        telling -> {
          Event sent = event(telling, event);
          return "POST " + Department.path(sent.code()) + ", version " + sent.version();
        },
        telling -> {
          Answer answer = telling.append(event(telling, event));
          return telling.seen(answer, expected.test(answer));
        });
  }

  /** Reads the current price, which has to be that of an event as it was acknowledged. */
  private static Act price(String event, String status) {
    return new Act(
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

  /**
   * Reads a booking's events, which have to be just these, the first one as it was acknowledged.
   */
  private static Act read(String first, String expected, boolean waits) {
    return new Act(
        telling ->
            (waits ? "waits until GET %s shows " + expected : "GET %s")
                .formatted(events(telling, first)),
        telling -> {
          Answer answer = telling.get(events(telling, first));
          String shown = Telling.events(answer);
          return new Seen(
              shown.equals(expected)
                  && telling.isAcknowledged(answer.body().at("/events/0"), first),
              answer.status() == 200
                  ? "200, %s, in %s".formatted(shown, Telling.seconds(answer.time()))
                  : Telling.words(answer));
        });
  }

  /** Where the events of the booking are that an event belongs to. */
  private static String events(Telling telling, String event) {
    return Department.path(event(telling, event).code());
  }

  /** How the head of the booking is, in the pending index itself. */
  private static Act head(String state, boolean waits) {
    return new Act(
        telling ->
            (waits ? "waits until %s is %s" : "looks whether %s is %s")
                .formatted(telling.code("HOTEL"), state),
        telling -> {
          JsonNode head = telling.world().look(telling.code("HOTEL")).path("head");
          boolean isUnclaimed = head.path("unclaimed").asInt() > 0;
          String seen = isUnclaimed ? "unclaimed" : head.path("state").asText("none");
          return new Seen(seen.equals(state), seen);
        });
  }
}
