package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Stopwatch;
import dev.holdfast.local.Json;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A client of the ledger. Thread-safe. */
record Department(URI api) {
  /** Longer than API Gateway's own. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  /** Everybody's events occur at one moment: a call that is repeated has to say the same. */
  private static final String OCCURRED_AT = "2026-11-23T09:15:00+01:00";

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  /** An event to be appended. */
  record Event(String code, int version, String eventId, String amount) {
    /** As the API takes it. */
    String json() {
      ObjectNode json =
          Json.object()
              .put("eventId", eventId)
              .put("version", version)
              .put("type", version == 1 ? "booked" : "changed");
      json.putObject("price").put("amount", amount).put("currency", "EUR");
      return json.put("occurredAt", OCCURRED_AT).toString();
    }
  }

  /**
   * What came back.
   *
   * @param status 0 where nothing did
   * @param body missing where it is no JSON
   */
  record Answer(int status, JsonNode body, Duration time) {

    /** The last word of a problem's type; empty where it is no problem. */
    String problem() {
      return status < 400 ? "" : AnswerKind.problem(body);
    }

    /** Whether an event was accepted, now or before. */
    boolean isAccepted() {
      return status >= 200 && status <= 202;
    }

    /** Whether a client has to repeat its call to learn what became of it. */
    boolean isOpen() {
      return status == 0 || status >= 500;
    }

    /** Such as "202 pending". */
    String inWords() {
      if (status == 0) {
        return "no answer";
      }
      String word = problem().isEmpty() ? body.path("status").asText() : problem();
      return (status + " " + word).strip();
    }
  }

  Answer append(Event event) throws InterruptedException {
    return send(
        HttpRequest.newBuilder(api.resolve(path(event.code())))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(event.json())));
  }

  Answer get(String path) throws InterruptedException {
    return send(HttpRequest.newBuilder(api.resolve(path)).GET());
  }

  /** Where the events of a booking are. */
  static String path(String code) {
    return "/bookings/" + code + "/events";
  }

  private Answer send(HttpRequest.Builder request) throws InterruptedException {
    Stopwatch time = Stopwatch.createStarted();
    try {
      HttpResponse<byte[]> response =
          HTTP.send(request.timeout(PATIENCE).build(), BodyHandlers.ofByteArray());
      JsonNode body = Json.tree(Buffer.buffer(response.body()));
      return new Answer(response.statusCode(), body, time.elapsed());
    } catch (IOException lost) {
      return new Answer(0, MissingNode.getInstance(), time.elapsed());
    }
  }
}
