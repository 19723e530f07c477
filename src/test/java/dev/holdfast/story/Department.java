package dev.holdfast.story;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * A client of the ledger, as a department would write it. Whatever it sends and gets is held
 * against the API's document.
 */
final class Department {

  /** Every append answers within this, whatever hangs. */
  private static final Duration PROMISED = Duration.ofSeconds(3);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final URI api;

  Department(URI api) {
    this.api = api;
  }

  /** An answer of the ledger. */
  record Answer(int status, JsonNode body, HttpResponse<String> response) {

    String text(String member) {
      return body.path(member).asText();
    }

    /** The last word of a problem's type. */
    String problem() {
      return text("type").replaceFirst(".*/", "");
    }
  }

  static UUID newEventId() {
    return UUID.randomUUID();
  }

  Answer append(String code, int version, UUID eventId) {
    return append(code, version, eventId, "412.50");
  }

  Answer append(String code, int version, UUID eventId, String amount) {
    return post(
        code,
        """
        {"eventId":"%s","version":%d,"type":"booked","price":{"amount":"%s","currency":"EUR"},\
        "occurredAt":"2026-11-23T09:15:00+01:00","data":{"room":"sea view"}}"""
            .formatted(eventId, version, amount));
  }

  Answer post(String code, String body) {
    return send(
        HttpRequest.newBuilder(api.resolve("/bookings/" + code + "/events"))
            .header("content-type", "application/json")
            .timeout(PROMISED)
            .POST(BodyPublishers.ofString(body))
            .build(),
        Optional.of(body));
  }

  Answer get(String path) {
    return send(HttpRequest.newBuilder(api.resolve(path)).GET().build(), Optional.empty());
  }

  Answer events(String code) {
    return get("/bookings/" + code + "/events");
  }

  private Answer send(HttpRequest request, Optional<String> body) {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      assertThat(
              ApiDocument.published()
                  .faults(ApiRequest.sent(request, body), ApiResponse.of(response)))
          .as("%s %s", request, response.body())
          .isEmpty();
      return new Answer(response.statusCode(), JSON.readTree(response.body()), response);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(stop);
    }
  }
}
