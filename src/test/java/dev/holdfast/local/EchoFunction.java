package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A function small enough for tests: it speaks the Lambda Runtime API itself, answers a request
 * with its own event, and misbehaves where the path asks it to. What queue and schedule bring it
 * writes to a file.
 */
public final class EchoFunction {
  private static final URI RUNTIME =
      URI.create(
          "http://" + System.getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/");

  /** Plain, as each start pays for what it loads. */
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private EchoFunction() {}

  /** Serves until it is killed. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (System.getenv("ECHO_BROKEN") != null) {
      System.out.println("This function is broken.");
      System.exit(9);
    }
    new EchoFunction().serve();
  }

  private void serve() throws IOException, InterruptedException {
    while (true) {
      HttpResponse<byte[]> next =
          http.send(
              HttpRequest.newBuilder(RUNTIME.resolve("next")).build(), BodyHandlers.ofByteArray());
      String id = next.headers().firstValue("Lambda-Runtime-Aws-Request-Id").orElseThrow();
      JsonNode event = JSON.readTree(next.body());
      post(
          id,
          event.path("rawPath").asText().equals("/do/fail") ? "error" : "response",
          answer(event));
    }
  }

  private void post(String id, String what, String body) throws IOException, InterruptedException {
    var unused =
        http.send(
            HttpRequest.newBuilder(RUNTIME.resolve(id + "/" + what))
                .POST(BodyPublishers.ofString(body))
                .build(),
            BodyHandlers.discarding());
  }

  private static String answer(JsonNode event) throws IOException, InterruptedException {
    if (!event.has("rawPath")) {
      return workOff(event);
    }
    switch (event.get("rawPath").asText()) {
      case "/do/exit" -> Runtime.getRuntime().halt(3);
      case "/do/hang" -> Thread.sleep(60_000);
      case "/do/pause" -> Thread.sleep(700);
      default -> {}
    }
    return switch (event.get("rawPath").asText()) {
      case "/do/babble" -> "no JSON";
      case "/do/mislead" -> "{\"statusCode\":\"fine\"}";
      case "/do/binary" ->
          """
          {"statusCode":201,"headers":{"Content-Type":"image/png","Content-Length":"9"},
           "cookies":["a=1","b=2"],"isBase64Encoded":true,"body":"AAEC/w=="}
          """;
      case "/do/nothing" -> "{\"statusCode\":204}";
      case "/do/environment" -> JSON.valueToTree(System.getenv()).toString();
      default -> event.toString();
    };
  }

  private static String workOff(JsonNode event) throws IOException {
    Files.writeString(
        Path.of(System.getenv("ECHO_FILE")),
        event + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    ObjectNode response = JSON.createObjectNode();
    ArrayNode failures = response.putArray("batchItemFailures");
    for (JsonNode item : event.path("Records")) {
      if (item.path("body").asText().startsWith("bad")) {
        failures.addObject().put("itemIdentifier", item.path("messageId").asText());
      }
    }
    return response.toString();
  }
}
