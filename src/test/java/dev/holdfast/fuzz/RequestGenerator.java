package dev.holdfast.fuzz;

import dev.holdfast.fuzz.GeneratedRequest.Expected;
import dev.holdfast.fuzz.World.Target;
import java.io.ByteArrayOutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Makes requests of choices: mostly such that are almost right. Not thread-safe. */
final class RequestGenerator {

  private static final String APPEND_ROUTE = "POST /bookings/{bookingCode}/events";
  private static final String[] NEW_CODES = {
    "HTL-2", "A", "0", "a.b_c-d", "HTL-1.", "htl-1", "Z".repeat(64), "1e5"
  };
  private static final String[] WRONG_SEGMENTS = {
    "-",
    ".",
    "..",
    "%2e%2e",
    "HTL 1",
    "HTL%201",
    "HTL+1",
    "H%C3%A4TL",
    "%F0%9F%8F%A8",
    "HTL%0A",
    "HTL%00",
    "%",
    "%4",
    "%zz",
    "%ZZ1",
    "A%",
    "A%4",
    "%-1",
    "%+1A",
    "%c0%80",
    "%ff",
    "HTL%252D1",
    "ä",
    "🏨",
    "%٤١",
    "A%٤١",
    "%4١",
    "A".repeat(65),
    "{bookingCode}",
    "A;b=c",
    "A?"
  };
  private static final String[] UNKNOWN_PATHS = {
    "",
    "/",
    "/bookings",
    "/bookings/",
    "/bookings//events",
    "/bookings/A/events/",
    "/bookings/A/events/1/2",
    "/bookings/A/event",
    "/BOOKINGS/A/events",
    "//bookings/A/events",
    "/prod/bookings/A/events",
    "bookings/A/events",
    "/bookings/A//events",
    "%2Fbookings/A/events",
    "/bookings/A/%65vents",
    "*",
    "http://x/bookings/A",
    "/bookings/A/events?x",
    "\0",
    "/".repeat(999)
  };
  private static final String[] OTHER_METHODS = {
    "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "", "post", "POST ", "TRACE", "ＰＯＳＴ", "\0"
  };
  private static final String[] JSON_TYPES = {
    "application/json",
    "Application/JSON",
    "application/json; charset=utf-8",
    "application/json;charset=\"UTF-8\"",
    "application/json ; profile=x",
    "application/vnd.holdfast.event+json",
    " application/json ",
    "application/json;profile=\"a;charset=iso-8859-1\"",
    "application/json;charset=utf-8 ; ; x=\"\\\"\""
  };
  private static final String[] OTHER_TYPES = {
    "text/plain",
    "application/x-www-form-urlencoded",
    "application/json; charset=iso-8859-1",
    "application/json, application/json",
    "application/json-seq",
    "application/+json",
    "json",
    "*/*",
    "application/jsonx",
    "application/json;charset=\"utf-8",
    "application/json; charset =latin1",
    "application/json; charset=utf8",
    "application/json;charset=utf-8;charset=latin1",
    "application/json;x",
    "application/" + "+json".repeat(500) + "x",
    "multipart/form-data; boundary=application/json",
    "text/json\r\napplication/json"
  };
  private static final String[] WRONG_MOMENTS = {
    "",
    "now",
    "2026-11-23",
    "2026-11-23T08:15:01",
    "2026-11-23T08:15:01+01:00",
    "2026-11-23T24:00:00Z",
    "2026-02-29T08:15:01Z",
    "2026-11-23T08:15:01%2B18:01",
    "%32026-11-23T08:15:0٤Z",
    "9999-12-31T23:59:59Z",
    "2026-11-23T08:15:01Z&at=2026-11-23T08:15:01Z"
  };

  private static final String[] WRONG_NUMBERS = {
    "0",
    "-1",
    "+1",
    "01",
    "1.0",
    "1e1",
    "",
    " 1",
    "1 ",
    "a",
    "٣",
    "%00",
    "null",
    "99999999999",
    "2147483648",
    "1000001",
    "%F0",
    "1%2C2"
  };

  private final Choices choices;

  RequestGenerator(Choices choices) {
    this.choices = choices;
  }

  GeneratedRequest next() {
    int kind = choices.below(32);
    if (kind < 10) {
      return append(0);
    }
    if (kind < 16) {
      return append(1 + choices.below(3));
    }
    if (kind < 18) {
      return shapes();
    }
    if (kind < 21) {
      return damagedBody();
    }
    if (kind < 25) {
      return oddEnvelope();
    }
    if (kind < 29) {
      return read();
    }
    return kind < 31 ? oddEvent() : noise();
  }

  private String code() {
    return choices.oneIn(4) ? World.STANDING : choices.of(NEW_CODES);
  }

  private BodyDraft body(String code) {
    return new BodyDraft(choices, !code.equals(World.STANDING));
  }

  private static GeneratedRequest asItsBody(GatewayRequest request, String code) {
    return new GeneratedRequest(Target.APPEND, request.event(), new Expected.AsItsBody(code));
  }

  private static GeneratedRequest refused(
      GatewayRequest request, int status, Optional<Set<String>> pointers) {
    return new GeneratedRequest(
        Target.APPEND, request.event(), new Expected.Refused(status, pointers));
  }

  /** A valid event with some fields made wrong. */
  private GeneratedRequest append(int wrongFields) {
    String code = code();
    if (wrongFields == 0 && choices.below(256) == 255) {
      return size(code);
    }
    BodyDraft draft = body(code).withWrong(wrongFields);
    GatewayRequest request = delivered(code, draft.text());
    return draft.wrong().isEmpty()
        ? asItsBody(request, code)
        : refused(request, 400, Optional.of(draft.wrong()));
  }

  /** A body of about the size that is the largest. */
  private GeneratedRequest size(String code) {
    int bytes = 102_395 + choices.below(10);
    GatewayRequest request = delivered(code, BodyDraft.ofBytes(bytes));
    return bytes > 102_400
        ? refused(request, 413, Optional.of(Set.of("")))
        : asItsBody(request, code);
  }

  /** A body of any JSON. */
  private GeneratedRequest shapes() {
    String code = code();
    return asItsBody(delivered(code, RandomJson.value(choices, 5)), code);
  }

  /** A valid body of which some bytes were changed. */
  private GeneratedRequest damagedBody() {
    String code = code();
    byte[] body = damaged(body(code).text().getBytes(StandardCharsets.UTF_8));
    GatewayRequest request = GatewayRequest.append(code, "");
    return asItsBody(
        choices.oneIn(2)
            ? request.bytes(body)
            : request.text(new String(body, StandardCharsets.UTF_8)),
        code);
  }

  private byte[] damaged(byte[] bytes) {
    byte[] current = bytes;
    int times = 1 + choices.below(3);
    for (int i = 0; i < times; i++) {
      int at = choices.below(Math.max(1, Math.min(65_536, current.length)));
      int length = Math.min(choices.below(16), current.length - at);
      ByteArrayOutputStream changed = new ByteArrayOutputStream();
      changed.write(current, 0, at);
      switch (choices.below(5)) {
        case 0 -> changed.write(choices.below(256));
        case 1 -> changed.writeBytes(RandomJson.text(choices).getBytes(StandardCharsets.UTF_8));
        case 2 -> {
          changed.write(current, at, length);
          changed.write(current, at, length);
        }
        default ->
            changed.write(choices.of(0xED, 0xC0, 0xFF, 0xF4, 0x80, 0, 0x22, 0x5C, 0x7D, 0x5D));
      }
      changed.write(current, at + length, current.length - at - length);
      current = changed.toByteArray();
    }
    return current;
  }

  /** An append in one of the ways in which the gateway hands it over. */
  private GatewayRequest delivered(String code, String body) {
    GatewayRequest request = new GatewayRequest("POST", "/bookings/" + code + "/events");
    if (choices.oneIn(2)) {
      // The path alone counts.
      request.route(
          APPEND_ROUTE,
          Map.of("bookingCode", choices.oneIn(4) ? choices.of(WRONG_SEGMENTS) : code));
    }
    if (!choices.oneIn(8)) {
      request.header(choices.of("content-type", "Content-Type"), choices.of(JSON_TYPES));
    }
    return choices.oneIn(4)
        ? request.bytes(body.getBytes(StandardCharsets.UTF_8))
        : request.text(body);
  }

  /** A value of a query, with or without percent signs. */
  private String encoded(String value) {
    int every = choices.below(4);
    return every == 0 ? value : encoded(value, every);
  }

  /** A code as the gateway hands it over that was encoded twice. */
  private String encodedTwice(String code) {
    return encoded(code, 1 + choices.below(3));
  }

  private static String encoded(String text, int every) {
    HexFormat hex = every == 1 ? HexFormat.of() : HexFormat.of().withUpperCase();
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      if (i % every == 0) {
        encoded.append('%').append(hex.toHexDigits((byte) text.charAt(i)));
      } else {
        encoded.append(text.charAt(i));
      }
    }
    return encoded.toString();
  }

  /** A body that is valid, or has one field wrong, in a request that is wrong. */
  private GeneratedRequest oddEnvelope() {
    String code = code();
    BodyDraft draft = body(code).withWrong(choices.oneIn(3) ? 1 : 0);
    String text = draft.text();
    Set<String> pointers = new TreeSet<>(draft.wrong());
    GatewayRequest request = delivered(code, text);
    switch (choices.below(9)) {
      case 0 -> {
        request = GatewayRequest.append(choices.of(WRONG_SEGMENTS), text);
        pointers.add("/bookingCode");
      }
      case 1 -> {
        request = GatewayRequest.append(encodedTwice(code), text);
        pointers.add("/bookingCode");
      }
      case 2 -> {
        String name = choices.of("dryRun", "from", "", "a~b/c", "ä", "version");
        request.query(
            choices.of("", "&&") + encodedQuery(name) + choices.of("=1", "", "=", "=%zz"));
        if (name.isEmpty() && request.members().get("rawQueryString").matches("\"&*\"")) {
          return asItsBodyOrRefused(request, code, pointers);
        }
        pointers.add("/" + name.replace("~", "~0").replace("/", "~1"));
      }
      case 3 -> {
        return unreadable(code, text);
      }
      case 4 -> {
        String type = choices.of(OTHER_TYPES);
        return refused(
            GatewayRequest.append(code, text).header("content-type", type),
            415,
            Optional.of(Set.of("")));
      }
      case 5 -> {
        String coding = choices.of("gzip", "br", "identity, gzip", "x", "identity;q=1");
        return refused(request.header("Content-Encoding", coding), 415, Optional.of(Set.of("")));
      }
      case 6 -> {
        String path = choices.of("/bookings/A/events", "/bookings/A", "/bookings/A/events/1");
        String method = choices.of(OTHER_METHODS);
        return new GeneratedRequest(
            choices.of(Target.values()),
            new GatewayRequest(method, path).text(text).event(),
            new Expected.Refused(405, Optional.empty()));
      }
      case 7 -> {
        return new GeneratedRequest(
            choices.of(Target.values()),
            new GatewayRequest("POST", choices.of(UNKNOWN_PATHS)).text(text).event(),
            new Expected.Refused(404, Optional.empty()));
      }
      default -> {
        return new GeneratedRequest(
            Target.READ, request.event(), new Expected.Refused(405, Optional.empty()));
      }
    }
    return asItsBodyOrRefused(request, code, pointers);
  }

  private static GeneratedRequest asItsBodyOrRefused(
      GatewayRequest request, String code, Set<String> pointers) {
    return pointers.isEmpty()
        ? asItsBody(request, code)
        : refused(request, 400, Optional.of(pointers));
  }

  private String encodedQuery(String name) {
    return choices.oneIn(2) ? URLEncoder.encode(name, StandardCharsets.UTF_8) : name;
  }

  private GeneratedRequest unreadable(String code, String text) {
    GatewayRequest request = GatewayRequest.append(code, "");
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    switch (choices.below(8)) {
      case 0 -> request.base64(text);
      case 1 -> request.bytes(bytes).with("isBase64Encoded", "false");
      case 2 -> request.without("body");
      case 3 -> request.with("body", choices.of("null", "7", "[]", "{}", "true"));
      case 4 -> request.bytes(("\uFEFF" + text).getBytes(StandardCharsets.UTF_8));
      case 5 -> request.bytes(text.getBytes(StandardCharsets.UTF_16));
      case 6 -> request.text(choices.of("", " ", "\uFEFF" + text, text + "\ud800"));
      default -> request.base64(choices.of("e30=e", "e", "====", "e3_-", "e30=\n", "e30=€"));
    }
    return refused(request, 400, Optional.empty());
  }

  /** A read of a booking that stands, or of none, with right and wrong parameters. */
  private GeneratedRequest read() {
    boolean stands = !choices.oneIn(4);
    String code = stands ? World.STANDING : choices.of(NEW_CODES);
    if (choices.oneIn(8)) {
      return read(
          GatewayRequest.get("/bookings/" + choices.of(WRONG_SEGMENTS) + choices.of("", "/events")),
          new Expected.Refused(400, Optional.of(Set.of("/bookingCode"))));
    }
    String path = "/bookings/" + code;
    return switch (choices.below(4)) {
      case 0 ->
          choices.oneIn(3)
              ? readAsOf(path, stands)
              : simpleRead(path, new Expected.OneEvent(World.STANDING_VERSIONS), stands);
      case 1 -> {
        int version = choices.of(1, 2, 3, 4, 1_000_000);
        yield simpleRead(
            path + "/events/" + version,
            new Expected.OneEvent(version),
            stands && version <= World.STANDING_VERSIONS);
      }
      case 2 ->
          read(
              GatewayRequest.get(path + "/events/" + choices.of("0", "01", "-1", "a", "%30", "٣")),
              new Expected.Refused(400, Optional.of(Set.of("/version"))));
      default -> page(path + "/events", stands);
    };
  }

  private static GeneratedRequest read(GatewayRequest request, Expected expected) {
    return new GeneratedRequest(Target.READ, request.event(), expected);
  }

  private GeneratedRequest simpleRead(String path, Expected found, boolean isThere) {
    GatewayRequest request = GatewayRequest.get(path);
    if (choices.oneIn(4)) {
      String name = choices.of("from", "limit", "order", "at", "a%2Fb", "ä");
      return read(
          request.query(name + "=1"),
          new Expected.Refused(
              400, Optional.of(Set.of(name.equals("a%2Fb") ? "/a~1b" : "/" + name))));
    }
    return read(request, isThere ? found : new Expected.Refused(404, Optional.empty()));
  }

  /** All events that stand were accepted at one moment. */
  private GeneratedRequest readAsOf(String path, boolean stands) {
    GatewayRequest request = GatewayRequest.get(path);
    if (choices.oneIn(2)) {
      return read(
          request.query("at=" + choices.of(WRONG_MOMENTS)),
          new Expected.Refused(400, Optional.of(Set.of("/at"))));
    }
    boolean held = choices.oneIn(2);
    return read(
        request.query("at=" + (held ? encoded(World.NOW) : "2026-11-23t09:15:00.9%2B01:00")),
        stands && held
            ? new Expected.OneEvent(World.STANDING_VERSIONS)
            : new Expected.Refused(404, Optional.empty()));
  }

  private GeneratedRequest page(String path, boolean stands) {
    List<String> query = new ArrayList<>();
    Set<String> wrong = new TreeSet<>();
    String order = parameter(query, wrong, "order", new String[] {"asc", "desc"});
    String from = parameter(query, wrong, "from", new String[] {"1", "2", "3", "9", "1000000"});
    String limit = parameter(query, wrong, "limit", new String[] {"1", "2", "3", "10", "1000"});
    if (choices.oneIn(16)) {
      query.add("x=" + RandomJson.name(choices).replace("&", ""));
      wrong.add("/x");
    }
    GatewayRequest request = GatewayRequest.get(path).query(String.join("&", query));
    if (!wrong.isEmpty()) {
      return read(request, new Expected.Refused(400, Optional.of(wrong)));
    }
    return read(
        request,
        stands
            ? expectedPage(order.isEmpty() ? "asc" : order, from, limit)
            : new Expected.Refused(404, Optional.empty()));
  }

  /** Adds a parameter to a query, or not; says what it is. */
  private String parameter(List<String> query, Set<String> wrong, String name, String[] values) {
    switch (choices.below(6)) {
      case 0, 1 -> {
        return "";
      }
      case 5 -> {
        String[] others = {"ASC", "", "asc,desc", " asc", "%", "%61sc%"};
        query.add(name + "=" + (name.equals("order") ? choices.of(others) : wrongNumber(name)));
        wrong.add("/" + name);
        return "";
      }
      default -> {
        String value = choices.of(values);
        query.add(name + "=" + (choices.oneIn(4) ? encoded(value) : value));
        if (choices.oneIn(16)) {
          query.add(name + "=" + value);
          wrong.add("/" + name);
        }
        return value;
      }
    }
  }

  private String wrongNumber(String name) {
    return name.equals("limit") && choices.oneIn(4) ? "1001" : choices.of(WRONG_NUMBERS);
  }

  private static Expected expectedPage(String order, String from, String limit) {
    boolean ascending = order.equals("asc");
    int first = from.isEmpty() ? (ascending ? 1 : 1_000_000) : Integer.parseInt(from);
    int count = limit.isEmpty() ? 100 : Integer.parseInt(limit);
    List<Integer> inRange = new ArrayList<>();
    for (int i = 1; i <= World.STANDING_VERSIONS; i++) {
      int version = ascending ? i : World.STANDING_VERSIONS + 1 - i;
      if (ascending ? version >= first : version <= first) {
        inRange.add(version);
      }
    }
    Optional<String> next =
        inRange.stream()
            .skip(count)
            .findFirst()
            .map(
                version ->
                    "/bookings/%s/events?from=%d&limit=%d&order=%s"
                        .formatted(World.STANDING, version, count, order));
    return new Expected.Page(inRange.stream().limit(count).toList(), next);
  }

  /** An event whose members are not what they should be. */
  private GeneratedRequest oddEvent() {
    String code = code();
    GatewayRequest request =
        choices.oneIn(4)
            ? GatewayRequest.get("/bookings/" + code)
            : delivered(code, body(code).text());
    List<String> names = request.members().keySet().stream().sorted().toList();
    int times = 1 + choices.below(3);
    for (int i = 0; i < times; i++) {
      String name = choices.of(names);
      switch (choices.below(4)) {
        case 0 -> request.without(name);
        case 1 -> request.with(name, "{\"http\":" + RandomJson.value(choices, 3) + "}");
        case 2 -> request.with(name, Json.quote(RandomJson.text(choices)));
        default -> request.with(name, RandomJson.value(choices, 3));
      }
    }
    return new GeneratedRequest(
        choices.of(Target.values()), request.event(), new Expected.Anything());
  }

  /** Bytes that are no event, or were one. */
  private GeneratedRequest noise() {
    Target target = choices.of(Target.values());
    byte[] event =
        choices.oneIn(2)
            ? damaged(delivered("HTL-2", body("HTL-2").text()).event())
            : choices.rest();
    return new GeneratedRequest(target, event, new Expected.Anything());
  }
}
