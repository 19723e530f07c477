package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.Lists;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import dev.holdfast.local.Door;
import dev.holdfast.local.Json;
import dev.holdfast.local.Onlooker.ApiAnswer;
import dev.holdfast.local.Onlooker.ApiCall;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A call of the API as it was seen at the gateway, and what it says about a booking.
 *
 * @param door through which it came
 * @param operations what the checker is to be told: nothing of a call that was refused for its
 *     form, one operation for most, several for a page that shows a part of a booking
 * @param content tells what was sent apart: alike for bodies that are equal as JSON
 */
record Observation(
    Door door,
    boolean isAppend,
    AnswerKind kind,
    long start,
    long end,
    List<Operation> operations,
    int content) {
  private static final Pattern PATH =
      Pattern.compile("/bookings/([^/]+)(?:/(events)(?:/([1-9][0-9]{0,6}))?)?");

  Observation {
    operations = List.copyOf(operations);
  }

  static Observation of(ApiCall call, ApiAnswer answer) {
    JsonNode body = Json.tree(answer.body());
    boolean isAppend = call.method().equals("POST");
    AnswerKind kind = AnswerKind.of(call.method(), answer.status(), body);
    return new Observation(
        call.door(),
        isAppend,
        kind,
        call.start(),
        answer.end(),
        isAppend
            ? append(call, kind, AnswerKind.problem(body), answer.end()).stream().toList()
            : reads(call, kind, body, answer.end()),
        Json.tree(call.body()).hashCode());
  }

  /** What an append may do that is under way; nothing where the call is none. */
  static Optional<Operation> underWay(ApiCall call, long now) {
    return call.method().equals("POST")
        ? append(call, AnswerKind.FAILED, "", now)
        : Optional.empty();
  }

  private static Optional<Operation> append(
      ApiCall call, AnswerKind kind, String problem, long end) {
    Optional<Outcome> outcome =
        problem.equals("event-id-reused")
            ? Optional.of(Outcome.REUSED)
            : kind.outcome().filter(each -> each != Outcome.FOUND && each != Outcome.NOT_FOUND);
    Optional<Matcher> path = path(call);
    JsonNode event = Json.tree(call.body());
    JsonNode version = event.path("version");
    if (outcome.isEmpty()
        || path.isEmpty()
        || !version.canConvertToInt()
        || !event.path("eventId").isTextual()) {
      return Optional.empty();
    }
    return Optional.of(
        new Operation(
            0,
            Kind.APPEND,
            path.get().group(1),
            version.asInt(),
            event.path("eventId").asText().toLowerCase(Locale.ROOT),
            call.start(),
            end,
            outcome.get(),
            List.of()));
  }

  /** The path, decoded, if it is a booking's. */
  private static Optional<Matcher> path(ApiCall call) {
    try {
      return Optional.of(PATH.matcher(call.decodedPath())).filter(Matcher::matches);
    } catch (IllegalArgumentException badlyEncoded) {
      return Optional.empty();
    }
  }

  private static List<Operation> reads(ApiCall call, AnswerKind kind, JsonNode body, long end) {
    Optional<Matcher> path = path(call);
    if (path.isEmpty() || kind.outcome().isEmpty() || !call.method().equals("GET")) {
      return List.of();
    }
    Outcome outcome = kind.outcome().get();
    Reading reading = new Reading(path.get().group(1), call.start(), end, outcome);
    String version = path.get().group(3);
    boolean isPage = path.get().group(2) != null && version == null;
    List<Seen> seen =
        (isPage ? body.path("events").valueStream() : Stream.of(body))
            .filter(event -> outcome == Outcome.FOUND)
            .map(Observation::seen)
            .toList();
    if (version != null) {
      return List.of(reading.of(Kind.READ_EVENT, Integer.parseInt(version), seen));
    }
    if (isPage) {
      boolean isWhole = !body.hasNonNull("next") && !call.query().contains("from=");
      boolean isReversed = call.query().contains("order=desc");
      // A part says nothing of the versions that are not on this page.
      return outcome == Outcome.FOUND && !isWhole
          ? reading.ofEach(seen)
          : List.of(reading.of(Kind.READ_EVENTS, 0, isReversed ? Lists.reverse(seen) : seen));
    }
    // As of a moment, it says nothing of what came later, or was not there yet.
    return call.query().isEmpty()
        ? List.of(reading.of(Kind.READ_BOOKING, 0, seen))
        : reading.ofEach(seen);
  }

  private record Reading(String code, long start, long end, Outcome outcome) {
    Operation of(Kind kind, int version, List<Seen> seen) {
      return new Operation(0, kind, code, version, "", start, end, outcome, seen);
    }

    List<Operation> ofEach(List<Seen> seen) {
      return seen.stream()
          .map(event -> of(Kind.READ_EVENT, event.version(), List.of(event)))
          .toList();
    }
  }

  private static Seen seen(JsonNode event) {
    return new Seen(
        event.path("version").asInt(),
        event.path("eventId").asText(),
        event.path("status").asText());
  }
}
