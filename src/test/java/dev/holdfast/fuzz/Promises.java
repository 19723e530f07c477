package dev.holdfast.fuzz;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.fuzz.GeneratedRequest.Expected;
import dev.holdfast.fuzz.Json.Literal;
import dev.holdfast.fuzz.World.Target;
import dev.holdfast.http.ApiGateway;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What has to hold of the answer to any request at all, while every store is healthy. Each is
 * checked in a world of its own. A promise that does not hold is an {@link AssertionError}.
 */
final class Promises {

  private static final Set<Integer> STATUSES = Set.of(200, 201, 400, 404, 405, 409, 413, 415);
  private static final Set<Integer> WITH_POINTERS = Set.of(400, 413, 415);

  private static final int LARGEST_BODY = 102_400;
  private static final Pattern STATUS = Pattern.compile("[2-5][0-9]{2}");
  private static final Pattern HEADER_NAME = Pattern.compile("[A-Za-z-]+");
  private static final Pattern HEADER_VALUE = Pattern.compile("[!-~]([ -~]*[!-~])?");
  private static final Pattern PROBLEM_TYPE =
      Pattern.compile("https://holdfast[.]dev/problems/[a-z-]+");
  private static final Pattern POINTER = Pattern.compile("(|/([^~]|~[01])*+)", Pattern.DOTALL);
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final World world;
  private final ApiDocument document;
  private final List<Exchange> exchanges = new ArrayList<>();

  private Promises(World world, ApiDocument document) {
    this.world = world;
    this.document = document;
  }

  /** What was sent, and what came back. */
  private record Exchange(ApiRequest request, Response response) {}

  /** What became of a request. */
  record Outcome(int status, boolean reachedTheLedger) {}

  /** An answer that is well-formed. */
  private record Response(int status, Map<?, ?> headers, String body, Map<?, ?> json) {

    String header(String name) {
      return headers.get(name) instanceof String value ? value : "";
    }

    String text(String member) {
      return json.get(member) instanceof String value ? value : "";
    }
  }

  /** Sends a request and holds the answer against every promise, those of a document too. */
  static Outcome check(GeneratedRequest request, World.Breakage breakage, ApiDocument document)
      throws IOException {
    return new Promises(new World(breakage), document).check(request);
  }

  private Outcome check(GeneratedRequest request) throws IOException {
    int callsBefore = world.stores().calls();
    int changesBefore = world.stores().changes();
    Response response = send(request.target(), request.event());
    boolean reached = world.stores().calls() > callsBefore;
    if (response.status() > 201 || request.target() == Target.READ) {
      require(
          world.stores().changes() == changesBefore,
          "A request that was refused, or a read, changed a store",
          response);
    }
    boolean appended = response.status() <= 201 && request.target() == Target.APPEND;
    Optional<Map<?, ?>> sent =
        appended || request.expected() instanceof Expected.AsItsBody
            ? sentBody(request.event()).flatMap(EventSchema::event)
            : Optional.empty();
    checkExpected(request.expected(), sent, response);
    if (appended) {
      require(sent.isPresent(), "Only what is valid is appended", response);
      checkAppended(sent.get(), request.event(), response);
    }
    exchanges.forEach(this::checkDocumented);
    return new Outcome(response.status(), reached);
  }

  private Response send(Target target, byte[] event) throws IOException {
    Response response = wellFormed(world.answer(target, event));
    require(STATUSES.contains(response.status()), "No such status is foreseen", response);
    if (response.status() >= 400) {
      checkProblem(response);
    } else {
      require(
          response.header("Content-Type").equals("application/json"),
          "An answer is JSON",
          response);
    }
    exchanges.add(new Exchange(asRequest(target, event), response));
    return response;
  }

  private static ApiRequest asRequest(Target target, byte[] event) {
    JsonNode members;
    try {
      members = MAPPER.readTree(event);
    } catch (IOException noEvent) {
      members = MissingNode.getInstance();
    }
    return ApiRequest.of(
        ApiGateway.request(members, UUID.fromString(World.REQUEST_ID)),
        target == Target.APPEND ? "POST" : "GET");
  }

  private void checkDocumented(Exchange exchange) {
    Map<String, String> headers = new HashMap<>();
    exchange
        .response()
        .headers()
        .forEach(
            (name, value) -> headers.put(name.toString().toLowerCase(Locale.ROOT), (String) value));
    List<String> faults =
        document.faults(
            exchange.request(),
            new ApiResponse(exchange.response().status(), headers, exchange.response().body()));
    require(faults.isEmpty(), "All is as the API's document says", faults);
  }

  private static Response wellFormed(byte[] answer) {
    String text = utf8(answer).orElseThrow(() -> new AssertionError("The answer is no UTF-8"));
    Map<?, ?> members = object(text, "The answer is no JSON object");
    require(
        members.keySet().equals(Set.of("statusCode", "headers", "body", "isBase64Encoded")),
        "The answer has the members of payload format 2.0",
        text);
    require(
        members.get("statusCode") instanceof Literal status
            && STATUS.matcher(status.text()).matches(),
        "The status is a number",
        text);
    require(members.get("isBase64Encoded").equals(new Literal("false")), "Text is no base64", text);
    require(
        members.get("headers") instanceof Map<?, ?> headers
            && headers.entrySet().stream().allMatch(Promises::isHeader),
        "A header is a token and printable text",
        text);
    require(members.get("body") instanceof String, "The body is a text", text);
    String body = (String) members.get("body");
    Response response =
        new Response(
            Integer.parseInt(((Literal) members.get("statusCode")).text()),
            (Map<?, ?>) members.get("headers"),
            body,
            object(body, "The body is no JSON object"));
    require(response.header("Cache-Control").equals("no-store"), "No cache keeps it", response);
    return response;
  }

  private static boolean isHeader(Map.Entry<?, ?> header) {
    return header.getKey() instanceof String name
        && HEADER_NAME.matcher(name).matches()
        && header.getValue() instanceof String value
        && HEADER_VALUE.matcher(value).matches();
  }

  private static Map<?, ?> object(String text, String otherwise) {
    Optional<Object> value = Json.parse(text);
    require(value.isPresent() && value.get() instanceof Map<?, ?>, otherwise, text);
    return (Map<?, ?>) value.get();
  }

  private static void checkProblem(Response response) {
    require(
        response.header("Content-Type").equals("application/problem+json"),
        "An error is problem+json",
        response);
    require(
        PROBLEM_TYPE.matcher(response.text("type")).matches()
            && !response.text("title").isBlank()
            && !response.text("detail").isBlank()
            && response.text("instance").equals("urn:uuid:" + World.REQUEST_ID)
            && new Literal(String.valueOf(response.status())).equals(response.json().get("status")),
        "A problem has type, title, status, detail and instance",
        response);
    require(
        !response.body().contains("Exception") || response.body().contains("\"errors\""),
        "A problem says nothing of exceptions",
        response);
    require(
        WITH_POINTERS.contains(response.status()) == !pointers(response).isEmpty(),
        "400, 413 and 415 name a field by JSON pointer",
        response);
    require(
        pointers(response).stream().allMatch(POINTER.asMatchPredicate()),
        "A pointer is as in RFC 6901",
        response);
    require(
        (response.status() == 405) == !response.header("Allow").isEmpty(),
        "405 says what is allowed",
        response);
  }

  private static Set<String> pointers(Response response) {
    return response.json().get("errors") instanceof List<?> errors
        ? errors.stream()
            .map(error -> (String) ((Map<?, ?>) error).get("pointer"))
            .collect(Collectors.toSet())
        : Set.of();
  }

  private static void checkExpected(
      Expected expected, Optional<Map<?, ?>> sent, Response response) {
    if (expected instanceof Expected.Refused refused) {
      require(response.status() == refused.status(), "Not what was expected", response);
      refused.pointers().ifPresent(wrong -> checkPointers(wrong, response));
    } else if (expected instanceof Expected.AsItsBody asItsBody) {
      Set<Integer> statuses =
          sent.map(event -> statuses(event, asItsBody.bookingCode())).orElse(Set.of(400));
      require(statuses.contains(response.status()), "Not what was expected", response);
      if (response.status() <= 201) {
        require(
            response.text("bookingCode").equals(asItsBody.bookingCode()),
            "It goes to the booking it was sent to",
            response);
      }
    } else if (expected instanceof Expected.OneEvent one) {
      require(
          response.status() == 200
              && response.text("bookingCode").equals(World.STANDING)
              && response.text("eventId").equals(World.standingId(one.version()).toString()),
          "Not what was expected",
          response);
    } else if (expected instanceof Expected.Page page) {
      require(
          response.status() == 200
              && versions(response).equals(page.versions())
              && response.text("next").equals(page.next().orElse("")),
          "Not what was expected",
          response);
    }
  }

  // Data is made at random: where it is wrong, too, the pointers are those of its fields.
  private static void checkPointers(Set<String> wrong, Response response) {
    Set<String> named = pointers(response);
    require(
        named.containsAll(wrong)
            && named.stream()
                .allMatch(pointer -> wrong.contains(pointer) || pointer.startsWith("/data")),
        "Not the fields that are wrong",
        response);
  }

  /** What a valid event may be answered with: a new booking begins with version 1. */
  private static Set<Integer> statuses(Map<?, ?> event, String bookingCode) {
    if (bookingCode.equals(World.STANDING)) {
      return Set.of(201, 409);
    }
    boolean isFirst = event.get("version").equals(new Literal("1"));
    return Set.of(isFirst ? 201 : 409);
  }

  private static List<Integer> versions(Response page) {
    return ((List<?>) page.json().get("events"))
        .stream()
            .map(event -> ((Literal) ((Map<?, ?>) event).get("version")).text())
            .map(Integer::valueOf)
            .toList();
  }

  /** What an append promises with 200 and 201. */
  private void checkAppended(Map<?, ?> sent, byte[] event, Response response) throws IOException {
    Random random = new Random(sent.hashCode());
    checkCarries(sent, response);
    checkReadBack(response);
    checkSentOtherwise(sent, response, random);
    // These hardly depend on what was sent: some of the time is enough.
    switch (random.nextInt(8)) {
      case 0 -> checkSame(response, send(Target.APPEND, event));
      case 1 -> checkReuse(sent, response, random);
      case 2 -> checkPage(response);
      case 3 -> checkCurrent(response);
      default -> {}
    }
  }

  private void checkSentOtherwise(Map<?, ?> sent, Response response, Random random)
      throws IOException {
    String otherwise = Json.rewritten(withOtherCase(sent), random);
    byte[] bytes = otherwise.getBytes(StandardCharsets.UTF_8);
    if (bytes.length <= LARGEST_BODY) {
      GatewayRequest again = GatewayRequest.append(response.text("bookingCode"), otherwise);
      checkSame(
          response,
          send(Target.APPEND, (random.nextBoolean() ? again : again.bytes(bytes)).event()));
    }
  }

  private void checkReuse(Map<?, ?> sent, Response response, Random random) throws IOException {
    Map<Object, Object> other = new HashMap<>(sent);
    other.put("type", sent.get("type").equals("x") ? "y" : "x");
    other.remove("data");
    String code = response.text("bookingCode");
    Response refused =
        send(Target.APPEND, GatewayRequest.append(code, Json.rewritten(other, random)).event());
    require(refused.text("type").endsWith("/event-id-reused"), "An event id is used once", refused);
  }

  // The case of an event id does not count.
  private static Map<Object, Object> withOtherCase(Map<?, ?> event) {
    Map<Object, Object> other = new HashMap<>(event);
    String id = (String) event.get("eventId");
    String upper = id.toUpperCase(Locale.ROOT);
    other.put("eventId", id.equals(upper) ? id.toLowerCase(Locale.ROOT) : upper);
    return other;
  }

  private static void checkCarries(Map<?, ?> sent, Response response) {
    Map<Object, Object> expected = new HashMap<>(sent);
    expected.put("eventId", ((String) sent.get("eventId")).toLowerCase(Locale.ROOT));
    expected.put("bookingCode", response.text("bookingCode"));
    expected.put("recordedAt", World.NOW);
    expected.put("status", "recorded");
    require(expected.equals(response.json()), "An answer carries what was sent", response);
  }

  private static void checkSame(Response first, Response again) {
    require(
        again.status() == 200 && again.body().equals(first.body()),
        "The same event is answered as the first time",
        List.of(first, again));
  }

  private void checkReadBack(Response appended) throws IOException {
    String link = booking(appended) + "/events/" + version(appended);
    require(
        appended.header("Location").equals(link), "200 and 201 say where the event is", appended);
    checkSame(appended, send(Target.READ, GatewayRequest.get(link).event()));
  }

  private void checkPage(Response appended) throws IOException {
    GatewayRequest request =
        GatewayRequest.get(booking(appended) + "/events")
            .query("limit=1&from=" + version(appended));
    Response page = send(Target.READ, request.event());
    require(
        page.status() == 200 && List.of(appended.json()).equals(page.json().get("events")),
        "A page shows the event as it was answered",
        page);
  }

  private void checkCurrent(Response appended) throws IOException {
    Response current = send(Target.READ, GatewayRequest.get(booking(appended)).event());
    require(
        current.status() == 200
            && (appended.status() == 200 || current.body().equals(appended.body())),
        "A booking shows its last event",
        current);
  }

  private static String booking(Response appended) {
    return "/bookings/" + appended.text("bookingCode");
  }

  private static String version(Response appended) {
    return ((Literal) appended.json().get("version")).text();
  }

  /** The text that an event brings as its body, if it brings one. */
  private static Optional<String> sentBody(byte[] event) {
    JsonNode members;
    try {
      members = MAPPER.readTree(event);
    } catch (IOException noEvent) {
      return Optional.empty();
    }
    Optional<String> body = Optional.ofNullable(members.path("body").textValue());
    return (members.path("isBase64Encoded").asBoolean()
            ? body.map(Base64.getDecoder()::decode)
            : body.filter(StandardCharsets.UTF_8.newEncoder()::canEncode)
                .map(text -> text.getBytes(StandardCharsets.UTF_8)))
        .flatMap(Promises::utf8);
  }

  private static Optional<String> utf8(byte[] bytes) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException malformed) {
      return Optional.empty();
    }
  }

  private static void require(boolean holds, String promise, Object shown) {
    if (!holds) {
      throw new AssertionError(promise + "\n  but: " + shown);
    }
  }
}
