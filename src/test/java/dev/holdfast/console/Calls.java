package dev.holdfast.console;

import dev.holdfast.local.Door;
import dev.holdfast.local.Onlooker.ApiAnswer;
import dev.holdfast.local.Onlooker.ApiCall;
import io.vertx.core.buffer.Buffer;

/** Calls of the API, as the gateway would tell of them. */
final class Calls {
  static final String CODE = "HOTEL-1";
  static final String A = "00000000-0000-0000-0000-00000000000a";
  static final String B = "00000000-0000-0000-0000-00000000000b";

  static final String TAKEN = problem("booking-code-taken");
  static final String CONFLICT = problem("version-conflict");
  static final String REUSED = problem("event-id-reused");
  static final String UNAVAILABLE = problem("unavailable");
  static final String NO_BOOKING = problem("booking-not-found");
  static final String OF_THE_GATEWAY = "{\"message\":\"Internal Server Error\"}";

  private Calls() {}

  static String problem(String name) {
    return "{\"type\":\"https://holdfast.dev/problems/" + name + "\",\"title\":\"x\"}";
  }

  static ApiCall post(String code, int version, String eventId, long start) {
    return new ApiCall(
        Door.HOME,
        "POST",
        "/bookings/" + code + "/events",
        "",
        Buffer.buffer("{\"eventId\":\"" + eventId + "\",\"version\":" + version + "}"),
        start);
  }

  static ApiCall get(String path, String query, long start) {
    return new ApiCall(Door.HOME, "GET", path, query, Buffer.buffer(), start);
  }

  static ApiAnswer answer(int status, String body, long end) {
    return new ApiAnswer(status, Buffer.buffer(body), end);
  }

  static Observation append(int version, String eventId, int status, String body, long start) {
    return Observation.of(post(CODE, version, eventId, start), answer(status, body, start + 1));
  }

  /** A first event with the id of another one. */
  static Observation other(String eventId, int status, String body, long start) {
    ApiCall call = post(CODE, 1, eventId, start);
    String content = call.body().toString().replace("}", ",\"type\":\"other\"}");
    return Observation.of(
        new ApiCall(call.door(), call.method(), call.path(), "", Buffer.buffer(content), start),
        answer(status, body, start + 1));
  }

  /** A first event that is recorded. */
  static Observation recorded(String eventId, long start) {
    return append(1, eventId, 201, "{}", start);
  }

  /** A read of the last event, which holds the current price. */
  static Observation current(long start, int status, String body) {
    return Observation.of(get("/bookings/" + CODE, "", start), answer(status, body, start + 1));
  }

  /** A read of all events, which shows these, from version 1 on. */
  static Observation read(long start, String... eventIds) {
    return Observation.of(
        get("/bookings/" + CODE + "/events", "", start),
        eventIds.length == 0
            ? answer(404, NO_BOOKING, start + 1)
            : answer(200, page("", eventIds), start + 1));
  }

  static String page(String more, String... eventIds) {
    StringBuilder page = new StringBuilder("{\"events\":[");
    for (int index = 0; index < eventIds.length; index++) {
      page.append(index > 0 ? "," : "").append(event(index + 1, eventIds[index]));
    }
    return page.append("]").append(more).append("}").toString();
  }

  static String event(int version, String eventId) {
    return "{\"version\":%d,\"eventId\":\"%s\",\"status\":\"recorded\"}"
        .formatted(version, eventId);
  }
}
