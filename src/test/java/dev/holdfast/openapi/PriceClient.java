package dev.holdfast.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The client of docs/using-the-api.md, word for word. */
final class PriceClient {

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI api;

  PriceClient(URI api) {
    this.api = api;
  }

  /** What a department makes of the last event that it has seen. */
  @FunctionalInterface
  interface Decision {
    byte[] next(JsonNode last);
  }

  /** Sends an event until somebody has answered it; what was answered is final. */
  HttpResponse<String> send(String bookingCode, byte[] event) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(api.resolve("/bookings/" + bookingCode + "/events"))
            .header("Content-Type", "application/json")
            .timeout(Duration.ofSeconds(10))
            .POST(BodyPublishers.ofByteArray(event))
            .build();
    while (true) {
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() < 500 && answer.statusCode() != 429) {
          return answer;
        }
        Thread.sleep(1_000 * answer.headers().firstValueAsLong("Retry-After").orElse(2));
      } catch (IOException lost) {
        Thread.sleep(2_000);
      }
    }
  }

  /** Changes a price, whoever else does: reads, decides, appends; anew where it was late. */
  HttpResponse<String> change(String bookingCode, Decision decision)
      throws IOException, InterruptedException {
    while (true) {
      JsonNode last = current(bookingCode);
      HttpResponse<String> answer = send(bookingCode, decision.next(last));
      if (answer.statusCode() != 409 || !answer.body().contains("/version-conflict")) {
        return answer;
      }
      // Whoever was faster may not have come to his end: what he claims cannot be read yet.
      Thread.sleep(200);
    }
  }

  private JsonNode current(String bookingCode) throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(api.resolve("/bookings/" + bookingCode)).build();
    return new ObjectMapper().readTree(http.send(request, BodyHandlers.ofString()).body());
  }
}
