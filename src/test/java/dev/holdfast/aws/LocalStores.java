package dev.holdfast.aws;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The stores of an application under test, and a network in front of the event table. */
public final class LocalStores implements QuarkusTestResourceLifecycleManager {

  private final EmbeddedDynamoDb events = new EmbeddedDynamoDb();
  private final EmbeddedDynamoDb pending = new EmbeddedDynamoDb();
  private final EmbeddedSqs sqs = new EmbeddedSqs();
  private final List<ForgottenConnections> forgotten = new ArrayList<>();
  private boolean firstRegionIsSilent;
  private boolean connectionsAreForgotten;
  private final WireMockServer network =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  /**
   * How the way to the stores is.
   *
   * @param arguments {@code first-region} is {@code silent} where nobody is to answer in the
   *     pending index's first region; the second one always does. {@code connections} are {@code
   *     forgotten} where each is good for one request, and the event table is behind them, not
   *     behind the network
   */
  @Override
  public void init(Map<String, String> arguments) {
    firstRegionIsSilent = "silent".equals(arguments.get("first-region"));
    connectionsAreForgotten = "forgotten".equals(arguments.get("connections"));
  }

  private String way(URI store) throws IOException {
    if (!connectionsAreForgotten) {
      return store.toString();
    }
    ForgottenConnections connections = new ForgottenConnections(store);
    forgotten.add(connections);
    return connections.endpoint().toString();
  }

  private String firstRegion() throws IOException {
    // Port 1 is tcpmux, which no machine runs.
    return firstRegionIsSilent ? "http://127.0.0.1:1" : way(pending.endpoint());
  }

  private String eventTable() throws IOException {
    return connectionsAreForgotten ? way(events.endpoint()) : network.baseUrl();
  }

  @Override
  public Map<String, String> start() {
    try {
      events.start();
      pending.start();
      sqs.start();
      network.start();
      return settings();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }

  private Map<String, String> settings() throws IOException {
    return Map.ofEntries(
        Map.entry("quarkus.dynamodb.events.endpoint-override", eventTable()),
        Map.entry("quarkus.dynamodb.pending.endpoint-override", firstRegion()),
        Map.entry("quarkus.dynamodb.replica.endpoint-override", pending.endpoint().toString()),
        Map.entry("quarkus.sqs.endpoint-override", way(sqs.endpoint())),
        Map.entry("holdfast.fallback-queue", sqs.createQueue("fallback")),
        Map.entry("holdfast.dead-letter-queue", sqs.createQueue("dead-letter")),
        Map.entry("test.event-table", events.endpoint().toString()),
        Map.entry("quarkus.dynamodb.aws.region", "eu-central-1"),
        Map.entry("quarkus.dynamodb.aws.credentials.type", "static"),
        Map.entry("quarkus.dynamodb.aws.credentials.static-provider.access-key-id", "key"),
        Map.entry("quarkus.dynamodb.aws.credentials.static-provider.secret-access-key", "secret"),
        Map.entry("quarkus.sqs.aws.region", "eu-central-1"),
        Map.entry("quarkus.sqs.aws.credentials.type", "static"),
        Map.entry("quarkus.sqs.aws.credentials.static-provider.access-key-id", "key"),
        Map.entry("quarkus.sqs.aws.credentials.static-provider.secret-access-key", "secret"));
  }

  @Override
  public void stop() {
    try {
      for (ForgottenConnections connections : forgotten) {
        connections.close();
      }
      network.stop();
      sqs.stop();
      pending.stop();
      events.stop();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
