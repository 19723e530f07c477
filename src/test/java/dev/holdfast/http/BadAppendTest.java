package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verifyNoInteractions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.ledger.Append;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.DocumentedEndpoint;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BadAppendTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Append ledger = mock(Append.class);
  private final DocumentedEndpoint endpoint =
      new DocumentedEndpoint(
          ApiDocument.published(), "POST", new AppendEndpoint(ledger, GatewayEvent.SOON)::answer);

  @ParameterizedTest(name = "{0}")
  @MethodSource({"badCodes", "badBodies", "badMembers", "badPrices", "badMoments", "badData"})
  void isRefusedWithEveryFieldNamedAndNeverReachesTheLedger(Case bad) throws IOException {
    Answer answer = endpoint.answer(bad.event().request());

    JsonNode problem = MAPPER.readTree(answer.response().body());
    assertThat(pointers(problem)).containsExactlyElementsOf(bad.pointers());
    assertThat(answer.response().status()).isEqualTo(bad.status());
    assertThat(problem.path("status").intValue()).isEqualTo(bad.status());
    assertThat(problem.path("errors"))
        .allMatch(error -> error.path("detail").asText().length() > 5);
    assertThat(answer.response().headers())
        .containsEntry("Content-Type", "application/problem+json");
    verifyNoInteractions(ledger);
  }

  private static List<String> pointers(JsonNode problem) {
    List<String> pointers = new ArrayList<>();
    problem.path("errors").forEach(error -> pointers.add(error.path("pointer").textValue()));
    return pointers;
  }

  /** A request that must be refused. */
  record Case(String name, GatewayEvent event, int status, List<String> pointers) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Case body(String name, Object body, String... pointers) {
    return new Case(name, GatewayEvent.append(body.toString()), 400, List.of(pointers));
  }

  private static Case code(String name, String segment) {
    return new Case(
        name,
        GatewayEvent.of("POST", "/bookings/" + segment + "/events")
            .body(EventBody.valid().toString()),
        400,
        List.of("/bookingCode"));
  }

  static Stream<Case> badCodes() {
    return Stream.of(
        code("a space in the code", "HTL 1"),
        code("a code with ä", "HäTL"),
        code("a code of an emoji", "🏨"),
        code("a code of 65 characters", "A".repeat(65)),
        code("a code that begins with a dot", ".HTL"),
        code("a code of two dots", ".."),
        code("a plus sign in the code", "HTL+1"),
        code("a line end in the code", "HTL\n"),
        code("a code that was encoded twice, which the gateway has decoded once", "%41"),
        new Case(
            "code and body wrong at once",
            GatewayEvent.of("POST", "/bookings/-/events")
                .query("dryRun=1")
                .body(EventBody.valid().with("version", "0").toString()),
            400,
            List.of("/bookingCode", "/dryRun", "/version")),
        new Case(
            "code wrong and body no JSON",
            GatewayEvent.of("POST", "/bookings/-/events").body("no"),
            400,
            List.of("/bookingCode", "")));
  }

  /** A request whose route says more than its path. */
  static Stream<Case> badBodies() {
    String valid = EventBody.valid().toString();
    byte[] latin1 = valid.replace("booked", "gebüht").getBytes(StandardCharsets.ISO_8859_1);
    return Stream.of(
        new Case("no body", GatewayEvent.of("POST", "/bookings/HTL-1/events"), 400, List.of("")),
        body("an empty body", "", ""),
        body("white space only", " \n\t ", ""),
        body("no JSON", "eventId=1", ""),
        body("JSON that ends early", valid.substring(0, valid.length() - 1), ""),
        body("an array", "[" + valid + "]", ""),
        body("a string", "\"event\"", ""),
        body("a number", "1", ""),
        body("null", "null", ""),
        body("text after the object", valid + " x", ""),
        body("a second object", valid + valid, ""),
        body("a comment", valid.replace("{\"eventId", "{/* */\"eventId"), ""),
        body("a trailing comma", valid.substring(0, valid.length() - 1) + ",}", ""),
        body("single quotes", valid.replace('"', '\''), ""),
        body("a byte order mark", "\uFEFF" + valid, ""),
        body("a raw line end in a string", EventBody.valid().with("type", "\"a\nb\""), ""),
        body("an unpaired surrogate as it is", EventBody.valid().with("type", "\"\uD800\""), ""),
        new Case("not UTF-8", GatewayEvent.append("").bytes(latin1), 400, List.of("")),
        new Case(
            "UTF-16",
            GatewayEvent.append("").bytes(valid.getBytes(StandardCharsets.UTF_16)),
            400,
            List.of("")),
        new Case(
            "a byte order mark in bytes",
            GatewayEvent.append("").bytes("\uFEFF" + valid),
            400,
            List.of("")),
        new Case(
            "marked as base64 and is plain text",
            GatewayEvent.append("").base64(valid),
            400,
            List.of("")),
        new Case(
            "base64 that ends early", GatewayEvent.append("").base64("e30=e"), 400, List.of("")),
        new Case(
            "one byte too many",
            GatewayEvent.append(padded(RequestBody.MAX_BYTES + 1)),
            413,
            List.of("")),
        new Case(
            "too many bytes though not too many characters",
            GatewayEvent.append(padded(RequestBody.MAX_BYTES).replace("x", "ä")),
            413,
            List.of("")),
        new Case("300 KB", GatewayEvent.append(padded(307_200)), 413, List.of("")),
        new Case(
            "300 KB of base64", GatewayEvent.append("").bytes(padded(307_200)), 413, List.of("")),
        new Case("300 KB of no JSON", GatewayEvent.append("[".repeat(307_200)), 413, List.of("")),
        mediaType("plain text", "text/plain"),
        mediaType("a form", "application/x-www-form-urlencoded"),
        mediaType("JSON in Latin-1", "application/json; charset=iso-8859-1"),
        mediaType("JSON in Latin-1, quoted", "application/json; charset=\"iso-8859-1\""),
        mediaType("JSON in UTF-8 and Latin-1", "application/json;charset=utf-8;charset=latin1"),
        mediaType("UTF-8 misspelt", "application/json; charset=utf8"),
        mediaType("a blank before the equals sign", "application/json; charset =latin1"),
        mediaType("a blank after the equals sign", "application/json; charset= utf-8"),
        mediaType("a charset that is nothing", "application/json; charset="),
        mediaType("a quoted string without end", "application/json; profile=\"a"),
        mediaType("a quoted string that goes on", "application/json; profile=\"a\"b"),
        mediaType("a parameter without a value", "application/json; profile"),
        mediaType("a comment", "application/json (JSON)"),
        mediaType("nothing before the suffix", "application/+json"),
        mediaType("two types", "application/json, application/json"),
        mediaType("a list of JSON", "application/json-seq"),
        mediaType("no type at all", "json"),
        new Case(
            "compressed",
            GatewayEvent.append(valid).header("Content-Encoding", "gzip"),
            415,
            List.of("")),
        new Case(
            "an unknown query parameter",
            GatewayEvent.append(valid).query("a=1&b"),
            400,
            List.of("/a", "/b")));
  }

  private static Case mediaType(String name, String contentType) {
    return new Case(
        name,
        GatewayEvent.append(EventBody.valid().toString()).header("content-type", contentType),
        415,
        List.of(""));
  }

  /** A valid body of so many bytes. */
  static String padded(int bytes) {
    String empty = EventBody.valid().with("data", "{\"x\":\"\"}").toString();
    String data = "{\"x\":\"" + "x".repeat(bytes - empty.length()) + "\"}";
    return EventBody.valid().with("data", data).toString();
  }

  static Stream<Case> badMembers() {
    Stream<Case> versions =
        Stream.of(
                "0",
                "-1",
                "-0",
                "1000001",
                "9223372036854775808",
                "1.5",
                "1.0",
                "1e0",
                "1E3",
                "\"1\"",
                "true",
                "null",
                "[1]",
                "{}",
                "9".repeat(5_000))
            .map(
                version ->
                    body(
                        "version " + version.substring(0, Math.min(20, version.length())),
                        EventBody.valid().with("version", version),
                        "/version"));
    Stream<Case> eventIds =
        Stream.of(
                "\"\"",
                "\"1-2-3-4-5\"",
                "\"7d4f6c1e8f0b4c579a530f6a1e5b9c2d\"",
                "\"{7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d}\"",
                "\" 7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\"",
                "\"7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2g\"",
                "7",
                "null",
                "[]")
            .map(id -> body("eventId " + id, EventBody.valid().with("eventId", id), "/eventId"));
    Stream<Case> types =
        Stream.of("\"\"", "\"a b\"", "\"ä\"", "\"" + "a".repeat(65) + "\"", "1", "null", "{}")
            .map(type -> body("type " + type, EventBody.valid().with("type", type), "/type"));
    Stream<Case> others =
        Stream.of(
            body("an empty object", "{}", "/eventId", "/version", "/type", "/price", "/occurredAt"),
            body("no eventId", EventBody.valid().without("eventId"), "/eventId"),
            body("an unknown member", EventBody.valid().with("note", "[[{}]]"), "/note"),
            body("a known member in another case", EventBody.valid().with("Type", "1"), "/Type"),
            body(
                "an unknown member whose name needs escaping",
                EventBody.valid().with("a/b~c", "1"),
                "/a~1b~0c"),
            body("an unknown member without a name", EventBody.valid().with("", "1"), "/"),
            body(
                "a member twice",
                "{" + EventBody.valid().members() + ",\"version\":1}",
                "/version"),
            body(
                "a member twice, once escaped",
                "{" + EventBody.valid().members() + ",\"v\\u0065rsion\":1}",
                "/version"),
            body(
                "everything wrong at once",
                "{\"eventId\":1,\"version\":\"1\",\"type\":[],\"price\":{\"amount\":1,\"x\":{}},"
                    + "\"occurredAt\":false,\"data\":[],\"more\":null,\"type\":\"a\"}",
                "/eventId",
                "/version",
                "/type",
                "/price/amount",
                "/price/x",
                "/price/currency",
                "/occurredAt",
                "/data",
                "/more"),
            body("an error before the JSON breaks", "{\"eventId\":1,\"version\":", "/eventId", ""));
    return Stream.of(versions, eventIds, types, others).flatMap(cases -> cases);
  }

  static Stream<Case> badPrices() {
    Stream<Case> amounts =
        Stream.of(
                "",
                "-1",
                "-0",
                "+1",
                "1e400",
                "1E2",
                "NaN",
                "Infinity",
                "12,5",
                "1.000,00",
                ".5",
                "5.",
                "01",
                "00",
                "0x10",
                " 1",
                "1 ",
                "٣",
                "1234567890123456789",
                "412.505",
                "0.0000000000000000001",
                "1_000")
            .map(
                amount ->
                    body("amount " + amount, EventBody.valid().amount(amount), "/price/amount"));
    Stream<Case> amountTypes =
        Stream.of("412.50", "412", "null", "true", "{}", "[\"1\"]", "1e400")
            .map(
                raw ->
                    body(
                        "amount as " + raw,
                        EventBody.valid().price(raw, "\"EUR\""),
                        "/price/amount"));
    Stream<Case> currencies =
        Stream.of(
                "\"\"",
                "\"eur\"",
                "\"EURO\"",
                "\"QQQ\"",
                "\"XAU\"",
                "\"XXX\"",
                "\"DEM\"",
                "\"BGN\"",
                "\"€\"",
                "978",
                "null")
            .map(
                raw ->
                    body(
                        "currency " + raw,
                        EventBody.valid().price("\"1\"", raw),
                        "/price/currency"));
    Stream<Case> others =
        Stream.of(
            body(
                "decimals that yen have not",
                EventBody.valid().price("\"1.0\"", "\"JPY\""),
                "/price/amount"),
            body(
                "four decimals of a currency with three",
                EventBody.valid().price("\"1.0000\"", "\"BHD\""),
                "/price/amount"),
            body("price as a string", EventBody.valid().with("price", "\"412.50\""), "/price"),
            body("price null", EventBody.valid().with("price", "null"), "/price"),
            body("price as a list", EventBody.valid().with("price", "[{},{}]"), "/price"),
            body(
                "an empty price",
                EventBody.valid().with("price", "{}"),
                "/price/amount",
                "/price/currency"),
            body(
                "a price with a member more",
                EventBody.valid()
                    .with("price", "{\"amount\":\"1\",\"currency\":\"EUR\",\"net\":{\"a\":1}}"),
                "/price/net"),
            body(
                "an amount twice",
                EventBody.valid()
                    .with("price", "{\"amount\":\"1\",\"amount\":\"1\",\"currency\":\"EUR\"}"),
                "/price/amount"));
    return Stream.of(amounts, amountTypes, currencies, others).flatMap(cases -> cases);
  }

  static Stream<Case> badMoments() {
    return Stream.of(
            "\"\"",
            "\"2026-11-23\"",
            "\"2026-11-23T09:15:00\"",
            "\"2026-11-23T09:15+01:00\"",
            "\"2026-11-23 09:15:00Z\"",
            "\"2026-02-30T09:15:00Z\"",
            "\"2025-02-29T09:15:00Z\"",
            "\"2026-11-23T24:00:00Z\"",
            "\"2026-11-23T23:59:60Z\"",
            "\"2026-11-23T09:15:00+19:00\"",
            "\"2026-11-23T09:15:00.1234567890Z\"",
            "\"2026-11-23T09:15:00+01:00[Europe/Berlin]\"",
            "\"12026-11-23T09:15:00Z\"",
            "1795421700",
            "null")
        .map(
            moment ->
                body(
                    "occurredAt " + moment,
                    EventBody.valid().with("occurredAt", moment),
                    "/occurredAt"));
  }

  private static Case data(String name, String data, String... pointers) {
    return body(name, EventBody.valid().with("data", data), pointers);
  }

  static Stream<Case> badData() {
    return Stream.of(
        data("data null", "null", "/data"),
        data("data a string", "\"{}\"", "/data"),
        data("data a list", "[{}]", "/data"),
        data("data a number", "1", "/data"),
        data("a member twice", "{\"a\":1,\"a\":1}", "/data/a"),
        data("members twice, deep", "{\"a\":[{},{\"b\":1,\"b\":{}}]}", "/data/a/1/b"),
        data(
            "several members twice",
            "{\"a\":{\"x\":1,\"x\":2},\"b~/\":1,\"b~/\":2}",
            "/data/a/x",
            "/data/b~0~1"),
        data("objects 21 levels deep", "{\"a\":".repeat(21) + "1" + "}".repeat(21), "/data"),
        data("lists 21 levels deep", "{\"a\":" + "[".repeat(20) + "]".repeat(20) + "}", "/data"),
        data("very deep", "{\"a\":" + "[".repeat(40_000) + "]".repeat(40_000) + "}", "/data"),
        data("very deep objects", "{\"a\":".repeat(12_000) + "1" + "}".repeat(12_000), "/data"),
        data("very deep and never closed", "{\"a\":" + "[".repeat(100_000), "/data", ""),
        body("a body very deep and never closed", "[".repeat(102_400), ""),
        body(
            "an unknown member very deep",
            EventBody.valid().with("more", "[".repeat(50_000) + "]".repeat(50_000)),
            "/more"),
        data("an unpaired high surrogate", "{\"a\":\"\\ud800\"}", "/data/a"),
        data("an unpaired low surrogate", "{\"a\":[1,\"x\\udc00\"]}", "/data/a/1"),
        data("surrogates in the wrong order", "{\"a\":\"\\udc00\\ud800\"}", "/data/a"),
        data("an unpaired surrogate in a name", "{\"b\":{\"\\ud800\":1}}", "/data/b/\uD800"),
        data("a number of 1001 characters", "{\"a\":" + "1".repeat(1_001) + "}", "/data/a"),
        data("a number of 90,000 characters", "{\"a\":1." + "1".repeat(90_000) + "}", "/data/a"),
        data("an exponent of ten digits", "{\"a\":1e9999999999}", "/data/a"),
        data("a negative exponent of ten digits", "{\"a\":[-1e-9999999999]}", "/data/a/0"),
        data("NaN", "{\"a\":NaN}", ""),
        data("a number with a leading zero", "{\"a\":01}", ""),
        data("a number without digits after the point", "{\"a\":1.}", ""),
        data("a number in hexadecimal", "{\"a\":0x1}", ""),
        data("a raw tab in a string", "{\"a\":\"\t\"}", ""),
        data("an unknown escape", "{\"a\":\"\\x41\"}", ""));
  }

  @Test
  void ofManyErrorsNamesTheFirstHundredAndSaysThatThereAreMore() throws IOException {
    String members =
        IntStream.range(0, 5_000)
            .mapToObj(i -> "\"x" + i + "\":1")
            .collect(Collectors.joining(","));

    Answer answer = endpoint.answer(GatewayEvent.append("{" + members + "}").request());

    JsonNode problem = MAPPER.readTree(answer.response().body());
    assertThat(pointers(problem)).hasSize(100).startsWith("/x0", "/x1").doesNotHaveDuplicates();
    assertThat(problem.path("detail").asText()).contains("there are more");
    verifyNoInteractions(ledger);
  }

  @Test
  void ofAFieldWithAnEndlessNameNamesTheFieldAround() throws IOException {
    String name = "n".repeat(50_000);
    String data = "{\"a\":{\"%s\":{\"x\":1,\"x\":1}}}".formatted(name);

    Answer answer =
        endpoint.answer(
            GatewayEvent.append(EventBody.valid().with("data", data).toString()).request());

    assertThat(pointers(MAPPER.readTree(answer.response().body()))).containsExactly("/data/a");
    assertThat(answer.response().body()).hasSizeLessThan(1_000);
  }
}
