package dev.holdfast.chaos;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/**
 * A client that writes down what it does. It makes one call at a time, and holds it against the
 * API's document.
 */
final class Client {
  /** Longer than API Gateway's own. */
  private static final Duration PATIENCE = Duration.ofSeconds(35);

  /** Who finds a door shut does not knock again at once. */
  private static final Duration PAUSE = Duration.ofMillis(200);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final int process;
  private final URI api;
  private final History history;
  private final Refusals refusals;
  private final Consumer<String> unexpected;
  private final BiFunction<HttpRequest, Optional<String>, HttpRequest> signature;

  /**
   * @param refusals is told of every 503
   * @param unexpected is told of answers that the API does not have
   */
  Client(int process, URI api, History history, Refusals refusals, Consumer<String> unexpected) {
    this(process, api, history, refusals, unexpected, (request, body) -> request);
  }

  /**
   * @param signature what becomes of a request, given its body, before it is sent
   */
  Client(
      int process,
      URI api,
      History history,
      Refusals refusals,
      Consumer<String> unexpected,
      BiFunction<HttpRequest, Optional<String>, HttpRequest> signature) {
    this.signature = signature;
    this.process = process;
    this.api = api;
    this.history = history;
    this.refusals = refusals;
    this.unexpected = unexpected;
  }

  Operation append(String code, int version, String eventId) throws InterruptedException {
    String body =
        """
        {"eventId":"%s","version":%d,"type":"changed","price":{"amount":"%d.00","currency":"EUR"},\
        "occurredAt":"2026-11-23T09:15:00+01:00"}\
        """
            .formatted(eventId, version, 100 + version);
    return call(
        Kind.APPEND,
        code,
        version,
        eventId,
        HttpRequest.newBuilder(api.resolve("/bookings/" + code + "/events"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)),
        Optional.of(body));
  }

  Operation readEvents(String code) throws InterruptedException {
    return read(Kind.READ_EVENTS, code, 0, "/bookings/" + code + "/events?limit=1000");
  }

  Operation readEvent(String code, int version) throws InterruptedException {
    return read(Kind.READ_EVENT, code, version, "/bookings/" + code + "/events/" + version);
  }

  Operation readBooking(String code) throws InterruptedException {
    return read(Kind.READ_BOOKING, code, 0, "/bookings/" + code);
  }

  private Operation read(Kind kind, String code, int version, String path)
      throws InterruptedException {
    return call(
        kind, code, version, "", HttpRequest.newBuilder(api.resolve(path)).GET(), Optional.empty());
  }

  private Operation call(
      Kind kind,
      String code,
      int version,
      String eventId,
      HttpRequest.Builder request,
      Optional<String> body)
      throws InterruptedException {
    long start = System.nanoTime();
    Answer answer = answer(request.timeout(PATIENCE).build(), body);
    long end = System.nanoTime();
    Outcome outcome =
        answer
            .outcome(kind)
            .orElseGet(
                () -> {
                  unexpected.accept(code + ": " + answer);
                  return Outcome.LOST_CONNECTION;
                });
    Operation operation =
        new Operation(
            process, kind, code, version, eventId, start, end, outcome, answer.seen(kind, outcome));
    if (outcome == Outcome.UNAVAILABLE) {
      refusals.add(operation, answer.body().path("instance").asText(), answer.retryAfter());
    }
    history.add(operation);
    if (answer.equals(Answer.LOST)) {
      Thread.sleep(PAUSE.toMillis());
    }
    return operation;
  }

  private Answer answer(HttpRequest request, Optional<String> body) throws InterruptedException {
    try {
      HttpResponse<String> response =
          http.send(signature.apply(request, body), BodyHandlers.ofString());
      ApiDocument.published()
          .faults(ApiRequest.sent(request, body), ApiResponse.of(response))
          .forEach(fault -> unexpected.accept(request + ": " + fault));
      return new Answer(
          response.statusCode(),
          json(response.body()),
          Duration.ofSeconds(response.headers().firstValueAsLong("retry-after").orElse(0)));
    } catch (IOException lost) {
      return Answer.LOST;
    }
  }

  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

  private record Answer(int status, JsonNode body, Duration retryAfter) {
    static final int NO_STATUS = 0;
    static final Answer LOST = new Answer(NO_STATUS, MissingNode.getInstance(), Duration.ZERO);

    /** What the answer means; empty where it is none that the API has. */
    Optional<Outcome> outcome(Kind kind) {
      if (status == NO_STATUS || isOfTheGateway()) {
        return Optional.of(Outcome.LOST_CONNECTION);
      }
      String problem = body.path("type").asText().replaceFirst(".*/", "");
      return Optional.ofNullable(
          switch (status) {
            case 200 -> kind == Kind.APPEND ? Outcome.RECORDED : Outcome.FOUND;
            case 201 -> Outcome.RECORDED;
            case 202 -> Outcome.PENDING;
            case 404 ->
                kind != Kind.APPEND && problem.endsWith("-not-found") ? Outcome.NOT_FOUND : null;
            case 409 ->
                switch (problem) {
                  case "booking-code-taken" -> Outcome.TAKEN;
                  case "version-conflict" -> Outcome.CONFLICT;
                  case "event-id-reused" -> Outcome.REUSED;
                  default -> null;
                };
            case 503 -> problem.equals("unavailable") ? Outcome.UNAVAILABLE : null;
            default -> null;
          });
    }

    /** API Gateway's own errors have a message and no more: the function did not answer. */
    private boolean isOfTheGateway() {
      return status >= 500 && body.has("message") && !body.has("type");
    }

    List<Seen> seen(Kind kind, Outcome outcome) {
      if (outcome != Outcome.FOUND) {
        return List.of();
      }
      List<Seen> seen = new ArrayList<>();
      for (JsonNode event : kind == Kind.READ_EVENTS ? body.path("events") : List.of(body)) {
        seen.add(
            new Seen(
                event.path("version").asInt(),
                event.path("eventId").asText(),
                event.path("status").asText()));
      }
      return seen;
    }
  }
}
