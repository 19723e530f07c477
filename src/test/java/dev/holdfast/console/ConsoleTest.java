package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.OwnThread;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.EchoPackage;
import dev.holdfast.local.Fault;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * The console's routes. Its ledger is a function that echoes, which is a bad one: it says yes to
 * every event, and forgets it.
 */
@Tag("slow")
class ConsoleTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final String EVENT = "{\"eventId\":\"" + Calls.A + "\",\"version\":1}";

  @TempDir private static Path directory;
  private static LocalCloud cloud;
  private static Console console;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    cloud = LocalCloud.start(EchoPackage.options(directory));
    console = Console.open(cloud);
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    console.close();
    cloud.close();
  }

  @AfterEach
  void heal() {
    cloud.faults().heal();
  }

  private static HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(cloud.api().resolve(path))
            .header("content-type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(String text) {
    return Json.parse(Buffer.buffer(text)).orElseThrow();
  }

  @Test
  void theFeedTellsWhatWasRecordedAndASeedRepeatsItsOrder() throws Exception {
    try (DynamoDbClient events = cloud.dynamoDb(Dependency.EVENT_TABLE)) {
      for (int number = 0; number < 30; number++) {
        Map<String, AttributeValue> item =
            Map.of("bookingCode", AttributeValue.fromS("FEED-%02d".formatted(number)));
        events.putItem(it -> it.tableName(cloud.tableName(Dependency.EVENT_TABLE)).item(item));
      }
    }
    try (Listener listener = new Listener("/_local/feed?seed=5")) {
      assertThat(listener.awaitFirst("hello").path("seed").asLong()).isEqualTo(5);
      List<String> told = awaitCodes(listener);
      assertThat(told).hasSizeGreaterThan(30).isNotEqualTo(told.stream().sorted().toList());
      try (Listener again = new Listener("/_local/feed?seed=5")) {
        assertThat(awaitCodes(again)).isEqualTo(told);
      }
    }
  }

  /** Of all deliveries; a lull lets go those that are held back. */
  private static List<String> awaitCodes(Listener listener) {
    return await()
        .during(Duration.ofSeconds(2))
        .atMost(LONG)
        .until(
            () ->
                listener.told("delivery").stream()
                    .map(it -> it.at("/detail/code").asText())
                    .toList(),
            codes -> new HashSet<>(codes).size() == 30);
  }

  /** A client of an event stream. */
  private static final class Listener implements AutoCloseable {
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<HttpResponse<Stream<String>>> response;

    Listener(String path) {
      response =
          http.sendAsync(
              HttpRequest.newBuilder(cloud.api().resolve(path)).build(), BodyHandlers.ofLines());
      var unused =
          response.thenAcceptAsync(answer -> answer.body().forEach(lines::add), OwnThread.EACH);
    }

    /** The data of the events of a name so far. */
    List<JsonNode> told(String event) {
      List<String> all = List.copyOf(lines);
      return Stream.iterate(0, index -> index + 1 < all.size(), index -> index + 1)
          .filter(index -> all.get(index).equals("event: " + event))
          .map(index -> json(all.get(index + 1).replaceFirst("^data: ", "")))
          .toList();
    }

    JsonNode awaitFirst(String event) {
      await().atMost(LONG).until(() -> !told(event).isEmpty());
      return told(event).get(0);
    }

    @Override
    public void close() {
      response.join().body().close();
    }
  }

  @Test
  void thePageComesWithItsPolicy() throws Exception {
    HttpResponse<String> page = send("GET", "/", "");

    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
    assertThat(page.headers().firstValue("cache-control")).contains("no-cache");
    assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
        .startsWith("default-src 'self';")
        .doesNotContain("script-src");
    assertThat(page.body()).contains("<title>Holdfast");
    assertThat(send("GET", "/_local/console/index.html", "").body()).isEqualTo(page.body());
    assertThat(send("POST", "/", "").statusCode()).isEqualTo(405);
  }

  @Test
  void theChartsComeFromTheirWebJar() throws Exception {
    HttpResponse<String> charts = send("GET", "/_local/console/lib/uplot/uPlot.esm.js", "");

    assertThat(charts.statusCode()).isEqualTo(200);
    assertThat(charts.headers().firstValue("content-type"))
        .contains("text/javascript; charset=utf-8");
    assertThat(charts.body()).contains("uPlot");
    assertThat(send("GET", "/_local/console/lib/uplot/uPlot.min.css", "").statusCode())
        .isEqualTo(200);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/_local/console/none.js",
        "/_local/console/..%2f..%2fapplication.properties",
        "/_local/console/%2e%2e",
        "/_local/console/..;index.html",
        "/_local/console/package.class",
        "/_local/console/lib/uplot/..%2fpackage.json",
        "/_local/console/lib/other/uPlot.esm.js",
        "/_local/console/lib/uplot/dist%2fuPlot.esm.js"
      })
  void noPathLeadsOutOfItsDirectory(String path) throws Exception {
    assertThat(send("GET", path, "").statusCode()).isEqualTo(404);
  }

  @Test
  void whoListensIsToldWhatThereIsAndThenWhatHappens() throws Exception {
    try (Listener listener = new Listener("/_local/live")) {
      JsonNode hello = listener.awaitFirst("hello");
      assertThat(hello.path("ticks").isArray()).isTrue();
      assertThat(hello.at("/state/recorded").isNumber()).isTrue();
      assertThat(hello.at("/state/faults/event-table").isNull()).isTrue();
      assertThat(hello.at("/score/r1/attempted").isNumber()).isTrue();
      assertThat(hello.at("/traffic/rate").isNumber()).isTrue();
      assertThat(hello.path("story").isNull()).isTrue();
      assertThat(listener.response.join().headers().firstValue("content-type"))
          .contains("text/event-stream; charset=utf-8");

      cloud.faults().inject(Dependency.EVENT_TABLE, Fault.of(Fault.Mode.SLOW));
      assertThat(listener.awaitFirst("tick").at("/outcomes/recorded").isNumber()).isTrue();
      await()
          .atMost(LONG)
          .until(
              () ->
                  listener.told("state").stream()
                      .anyMatch(
                          state ->
                              state.at("/faults/event-table/mode").asText().equals("slow")
                                  && state.path("oldestPendingSeconds").isNull()));
    }
  }

  @Test
  void aLedgerThatForgetsIsFoundOut() throws Exception {
    try (Listener listener = new Listener("/_local/live")) {
      listener.awaitFirst("hello");
      assertThat(send("POST", "/bookings/FORGOTTEN/events", EVENT).statusCode()).isEqualTo(200);
      send("GET", "/bookings/FORGOTTEN/events", "");
      await()
          .atMost(LONG)
          .until(
              () ->
                  listener.told("score").stream()
                      .anyMatch(
                          score ->
                              score.at("/r4/lost").asInt() == 1
                                  && score.path("violations").toString().contains("FORGOTTEN")));
      await()
          .atMost(LONG)
          .until(
              () ->
                  listener.told("tick").stream()
                      .anyMatch(tick -> tick.at("/outcomes/repeated").asInt() == 1));
    }
  }

  @Test
  void aProcessOfAFunctionIsKilledAndNoOther() throws Exception {
    long pid = cloud.workers().get(0).pid();

    assertThat(send("DELETE", "/_local/processes/" + pid, "").statusCode()).isEqualTo(204);
    await()
        .atMost(LONG)
        .until(() -> cloud.workers().stream().map(State.Worker::pid).noneMatch(at -> at == pid));
    assertThat(send("DELETE", "/_local/processes/" + pid, "").statusCode()).isEqualTo(404);
    long own = ProcessHandle.current().pid();
    assertThat(send("DELETE", "/_local/processes/" + own, "").statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "[]", "{}", "{\"rate\":51}", "{\"rate\":-1}", "{\"rate\":1,\"collisions\":2}"})
  void whatIsNoTrafficIsRefused(String body) throws Exception {
    assertThat(send("PUT", "/_local/traffic", body).statusCode()).isEqualTo(400);
  }

  @Test
  void trafficIsMadeUntilItIsStopped() throws Exception {
    try (Listener listener = new Listener("/_local/live")) {
      listener.awaitFirst("hello");
      HttpResponse<String> on = send("PUT", "/_local/traffic", "{\"rate\":20,\"collisions\":0.5}");
      assertThat(json(on.body()).path("rate").asDouble()).isEqualTo(20);
      await()
          .atMost(LONG)
          .until(
              () ->
                  listener.told("traffic").stream()
                      .anyMatch(traffic -> traffic.path("sent").asInt() > 5));
      assertThat(json(send("DELETE", "/_local/traffic", "").body()).path("rate").asDouble())
          .isZero();
    }
  }

  @Test
  void aStoryIsToldStepByStepAndBreaksOnABadLedger() throws Exception {
    JsonNode stories = json(send("GET", "/_local/stories", "").body());
    assertThat(stories.findValuesAsText("id")).isEqualTo(Console.stories());
    assertThat(send("POST", "/_local/stories/none", "").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/_local/stories/healthy", "{\"pace\":\"run\"}").statusCode())
        .isEqualTo(400);
    assertThat(send("POST", "/_local/story/next", "").statusCode()).isEqualTo(409);

    try (Listener listener = new Listener("/_local/live")) {
      listener.awaitFirst("hello");
      assertThat(send("POST", "/_local/stories/healthy", "{\"pace\":\"step\"}").statusCode())
          .isEqualTo(202);
      await().atMost(LONG).until(() -> statuses(listener).contains("waiting"));
      assertThat(send("POST", "/_local/stories/healthy", "").statusCode()).isEqualTo(409);
      assertThat(send("POST", "/_local/story/next", "").statusCode()).isEqualTo(202);
      await().atMost(LONG).until(() -> statuses(listener).contains("broken"));
    }
  }

  @Test
  void aStoryThatIsStoppedLeavesNothingBroken() throws Exception {
    send("POST", "/_local/stories/event-table-hangs", "{\"pace\":\"step\"}");
    await().atMost(LONG).until(() -> send("POST", "/_local/story/next", "").statusCode() == 202);
    await().atMost(LONG).until(() -> cloud.faults().of(Dependency.EVENT_TABLE).isPresent());

    assertThat(send("DELETE", "/_local/story", "").statusCode()).isEqualTo(204);
    assertThat(cloud.faults().of(Dependency.EVENT_TABLE)).isEmpty();
  }

  private static List<String> statuses(Listener listener) {
    return listener.told("story").stream().map(story -> story.path("status").asText()).toList();
  }
}
