package dev.holdfast.openapi;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.http.Answer;
import dev.holdfast.http.ApiGateway;
import dev.holdfast.http.AppendEndpoint;
import dev.holdfast.http.HttpRequest;
import dev.holdfast.http.ReadEndpoint;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Read;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.OneAfterTheOther;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import dev.holdfast.simulated.Weather;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What docs/using-the-api.md tells departments to do, done: over HTTP, on simulated stores. */
@Tag("slow")
class UsingTheApiTest {

  private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
  private static final Pattern CURL =
      Pattern.compile(
          "curl \"\\$API([^\"]+)\"(?: -H 'content-type: application/json' -d '([^']+)')? +# (\\d+) (.*)");

  private static final Pattern OCCURRED_AT = Pattern.compile("\"occurredAt\": *\"([^\"]+)\"");

  private final Weather weather = new Weather();
  private final SimulatedEventTable eventTable = new SimulatedEventTable(weather);
  private final SimulatedPendingIndex pendingIndex = new SimulatedPendingIndex(weather);
  private final SimulatedFallbackQueue fallbackQueue = new SimulatedFallbackQueue(weather);
  private final HttpClient http = HttpClient.newHttpClient();

  private Instant now = Instant.parse("2026-11-23T08:00:00Z");
  private boolean losesTheNextAnswer;
  private HttpServer server;
  private URI api;

  @BeforeEach
  void serve() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::serve);
    server.start();
    api = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    // A department sends what happened a second ago.
    OCCURRED_AT
        .matcher(body)
        .results()
        .forEach(it -> now = later(OffsetDateTime.parse(it.group(1)).toInstant().plusSeconds(1)));
    Answer answer = answer(request(exchange, body));
    if (losesTheNextAnswer) {
      losesTheNextAnswer = false;
      exchange.close();
      return;
    }
    byte[] bytes = answer.response().body().getBytes(StandardCharsets.UTF_8);
    answer.response().headers().forEach(exchange.getResponseHeaders()::set);
    exchange.sendResponseHeaders(answer.response().status(), bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private Instant later(Instant moment) {
    return moment.isAfter(now) ? moment : now;
  }

  private static HttpRequest request(HttpExchange exchange, String body) {
    ObjectNode event = JsonNodeFactory.instance.objectNode();
    event.putObject("requestContext").putObject("http").put("method", exchange.getRequestMethod());
    event.put("rawPath", exchange.getRequestURI().getPath());
    event.put("rawQueryString", exchange.getRequestURI().getRawQuery());
    ObjectNode headers = event.putObject("headers");
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(name, values.get(0)));
    if (!body.isEmpty()) {
      event.put("body", body);
    }
    return ApiGateway.request(event, UUID.randomUUID());
  }

  private Answer answer(HttpRequest request) {
    Clock clock = Clock.fixed(now, ZoneOffset.UTC);
    RetryAfter retryAfter = new RetryAfter(bound -> 0);
    if (request.method().equals("POST")) {
      Append append =
          new Append(eventTable, pendingIndex, fallbackQueue, () -> false, clock, System::nanoTime);
      return documented("POST", new AppendEndpoint(append, retryAfter)::answer).answer(request);
    }
    Read read =
        new Read(
            eventTable,
            pendingIndex,
            fallbackQueue,
            () -> false,
            OneAfterTheOther.INSTANCE,
            clock,
            System::nanoTime);
    return documented("GET", new ReadEndpoint(read, retryAfter)::answer).answer(request);
  }

  private static DocumentedEndpoint documented(
      String method, java.util.function.Function<HttpRequest, Answer> endpoint) {
    return new DocumentedEndpoint(ApiDocument.published(), method, endpoint);
  }

  private static List<String> snippets(String language) throws IOException {
    return BLOCK
        .matcher(Files.readString(Path.of("docs", "using-the-api.md")))
        .results()
        .filter(block -> block.group(1).equals(language))
        .map(block -> block.group(2))
        .toList();
  }

  @Test
  void everyCallIsAnsweredAsTheDocumentSays() throws Exception {
    String calls = String.join("", snippets("bash"));
    List<MatchResult> all = CURL.matcher(calls).results().toList();

    assertThat(all).hasSizeGreaterThanOrEqualTo(11).hasSize(calls.split("curl ", -1).length - 1);
    for (MatchResult call : all) {
      HttpResponse<String> answer = call(call.group(1), call.group(2));
      assertThat(answer.statusCode()).as(call.group()).isEqualTo(Integer.parseInt(call.group(3)));
      assertThat(answer.body()).as(call.group()).contains(call.group(4));
    }
  }

  private HttpResponse<String> call(String pathAndQuery, String body) throws Exception {
    java.net.http.HttpRequest.Builder request =
        java.net.http.HttpRequest.newBuilder(api.resolve(pathAndQuery));
    if (body != null) {
      request.header("content-type", "application/json").POST(BodyPublishers.ofString(body));
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  @Test
  void theClientIsTheOneThatIsTestedHere() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/dev/holdfast/openapi/PriceClient.java"));

    assertThat(snippets("java")).isNotEmpty();
    for (String snippet : snippets("java")) {
      assertThat(source)
          .contains(
              snippet
                  .lines()
                  .map(line -> line.isEmpty() ? line : "  " + line)
                  .collect(Collectors.joining("\n")));
    }
  }

  private static byte[] event(int version, int number, String amount) {
    return """
        {"eventId": "%s", "version": %d, "type": "booked",
         "price": {"amount": "%s", "currency": "EUR"}, "occurredAt": "2026-11-23T09:15:00+01:00"}
        """
        .formatted(new UUID(0, number), version, amount)
        .getBytes(StandardCharsets.UTF_8);
  }

  private List<String> amounts() {
    return eventTable.eventsOf(new BookingCode("CAR-1")).stream()
        .map(it -> it.event().price().amount().text())
        .toList();
  }

  @Test
  void theClientSendsAgainWhatWasNotAnswered() throws Exception {
    PriceClient client = new PriceClient(api);
    losesTheNextAnswer = true;
    assertThat(client.send("CAR-1", event(1, 1, "89.00")).statusCode()).isEqualTo(200);

    weather.failOnce(Store.EVENT_TABLE, "record");
    weather.failOnce(Store.PENDING_INDEX, "replace");
    assertThat(client.send("CAR-1", event(2, 2, "99.00")).statusCode()).isEqualTo(201);

    assertThat(amounts()).containsExactly("89.00", "99.00");
  }

  @Test
  void theClientDecidesAgainWhereSomebodyWasFaster() throws Exception {
    PriceClient client = new PriceClient(api);
    client.send("CAR-1", event(1, 1, "89.00"));

    HttpResponse<String> answer =
        client.change(
            "CAR-1",
            last -> {
              int version = last.path("version").intValue() + 1;
              if (version == 2) {
                answerOf(event(2, 7, "79.00"));
              }
              double half = Double.parseDouble(last.at("/price/amount").textValue()) / 2;
              return event(version, 8 + version, String.format(Locale.ROOT, "%.2f", half));
            });

    assertThat(answer.statusCode()).isEqualTo(201);
    assertThat(amounts()).containsExactly("89.00", "79.00", "39.50");
  }

  /** Somebody else's event. */
  private void answerOf(byte[] event) {
    try {
      new PriceClient(api).send("CAR-1", event);
    } catch (InterruptedException stopped) {
      throw new IllegalStateException(stopped);
    }
  }
}
