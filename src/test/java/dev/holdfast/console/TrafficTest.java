package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.holdfast.local.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Traffic against a server that answers every first attempt at a booking with a 503. */
@Tag("slow")
class TrafficTest {
  private HttpServer server;
  private Traffic traffic;
  private final Queue<String> reads = new ConcurrentLinkedQueue<>();
  private final Queue<Sent> appends = new ConcurrentLinkedQueue<>();
  private final Map<String, String> owners = new ConcurrentHashMap<>();

  private record Sent(String code, int version, String eventId, int status) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    traffic = new Traffic(List.of(new Department(api())));
  }

  private URI api() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  @AfterEach
  void stop() {
    traffic.close();
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    byte[] body = exchange.getRequestBody().readAllBytes();
    int status = 200;
    if (exchange.getRequestMethod().equals("POST")) {
      JsonNode event = Json.parse(Buffer.buffer(body)).orElseThrow();
      String code = path.split("/", 4)[2];
      String eventId = event.path("eventId").asText();
      boolean isFirstAttempt =
          appends.stream().noneMatch(before -> before.eventId().equals(eventId));
      int version = event.path("version").asInt();
      boolean isTaken =
          version == 1 && !owners.computeIfAbsent(code, none -> eventId).equals(eventId);
      status = isFirstAttempt && version == 1 ? 503 : isTaken ? 409 : 201;
      appends.add(new Sent(code, version, eventId, status));
    } else {
      reads.add(path);
    }
    byte[] answer = "{}".getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, answer.length);
    exchange.getResponseBody().write(answer);
    exchange.close();
  }

  @Test
  void departmentsBookChangeReadContestAndRepeatUntilTheyHaveAnAnswer() throws Exception {
    traffic.set(Traffic.HIGHEST_RATE, 1);
    await()
        .until(
            () ->
                !reads.isEmpty()
                    && appends.stream().anyMatch(sent -> sent.version() == 2)
                    && appends.stream().anyMatch(sent -> sent.status() == 409));
    traffic.stop();

    List<String> unanswered =
        appends.stream()
            .map(Sent::eventId)
            .distinct()
            .filter(
                eventId ->
                    appends.stream()
                        .filter(sent -> sent.eventId().equals(eventId))
                        .allMatch(sent -> sent.status() == 503))
            .toList();
    assertThat(unanswered).isEmpty();
    assertThat(traffic.codes())
        .containsExactlyInAnyOrderElementsOf(
            appends.stream()
                .filter(sent -> sent.status() == 201)
                .map(Sent::code)
                .distinct()
                .toList());
    assertThat(traffic.toJson().path("sent").asInt()).isEqualTo(appends.size() + reads.size());
  }

  @Test
  void whoGetsNoAnswerAtADoorTriesTheOther() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:1");
    traffic = new Traffic(List.of(new Department(nobody), new Department(api())));
    traffic.set(Traffic.HIGHEST_RATE, 0);
    await().until(() -> appends.stream().filter(sent -> sent.status() == 201).count() > 5);
    traffic.stop();

    assertThat(traffic.toJson().path("sent").asInt()).isGreaterThan(appends.size() + reads.size());
    assertThat(traffic.codes())
        .containsExactlyInAnyOrderElementsOf(appends.stream().map(Sent::code).distinct().toList());
  }

  @Test
  void withoutARateThereIsNone() throws InterruptedException {
    traffic.set(0, 0.5);
    traffic.stop();

    assertThat(traffic.toJson()).hasToString("{\"rate\":0.0,\"collisions\":0.5,\"sent\":0}");
    assertThat(appends).isEmpty();
  }
}
