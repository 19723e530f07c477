package dev.holdfast.function;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.ConfigProvider;

/** The application as Quarkus builds it, as one of its functions, behind a Lambda runtime API. */
final class PackagedFunction {

  // Port 1 is tcpmux, which no machine runs.
  private static final String NOBODY_LISTENS = "http://127.0.0.1:1";

  private PackagedFunction() {}

  /** Sends an event to the function and answers its response. */
  static JsonNode invoke(String event) throws IOException, InterruptedException {
    int port =
        ConfigProvider.getConfig()
            .getValue("quarkus.lambda.mock-event-server.test-port", Integer.class);
    HttpResponse<String> response =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/_lambda_"))
                    .POST(BodyPublishers.ofString(event))
                    .build(),
                BodyHandlers.ofString());
    return Invocation.MAPPER.readTree(response.body());
  }

  /** A profile of one function while no store answers. */
  abstract static class Cut implements QuarkusTestProfile {

    private final String handler;

    Cut(String handler) {
      this.handler = handler;
    }

    @Override
    public Map<String, String> getConfigOverrides() {
      Map<String, String> overrides = new HashMap<>();
      overrides.put("quarkus.lambda.handler", handler);
      for (String client : List.of("dynamodb.events", "dynamodb.pending", "sqs")) {
        overrides.put("quarkus." + client + ".endpoint-override", NOBODY_LISTENS);
        overrides.put("quarkus." + client + ".aws.region", "eu-central-1");
        overrides.put("quarkus." + client + ".aws.credentials.type", "static");
        overrides.put(
            "quarkus." + client + ".aws.credentials.static-provider.access-key-id", "key");
        overrides.put(
            "quarkus." + client + ".aws.credentials.static-provider.secret-access-key", "secret");
      }
      overrides.put("quarkus.log.category.\"dev.holdfast\".level", "OFF");
      return overrides;
    }
  }

  /** Append while no store answers. */
  public static final class CutAppend extends Cut {
    public CutAppend() {
      super("append");
    }
  }

  /** Read while no store answers. */
  public static final class CutRead extends Cut {
    public CutRead() {
      super("read");
    }
  }

  /** Drain while no store answers. */
  public static final class CutDrain extends Cut {
    public CutDrain() {
      super("drain");
    }
  }

  /** Sweep while no store answers. */
  public static final class CutSweep extends Cut {
    public CutSweep() {
      super("sweep");
    }
  }
}
