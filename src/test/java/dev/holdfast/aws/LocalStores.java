package dev.holdfast.aws;

import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import java.util.Map;

/** The stores of an application under test, and a network in front of the event table. */
public final class LocalStores implements QuarkusTestResourceLifecycleManager {

  private final EmbeddedDynamoDb events = new EmbeddedDynamoDb();
  private final EmbeddedDynamoDb pending = new EmbeddedDynamoDb();
  private final EmbeddedSqs sqs = new EmbeddedSqs();
  private boolean firstRegionIsSilent;
  private final WireMockServer network =
      new WireMockServer(options().dynamicPort().bindAddress("127.0.0.1"));

  /**
   * How the pending index's first region is.
   *
   * @param arguments {@code first-region} is {@code silent} where nobody is to answer there; the
   *     second one always does
   */
  @Override
  public void init(Map<String, String> arguments) {
    firstRegionIsSilent = "silent".equals(arguments.get("first-region"));
  }

  private String firstRegion() {
    // Port 1 is tcpmux, which no machine runs.
    return firstRegionIsSilent ? "http://127.0.0.1:1" : pending.endpoint().toString();
  }

  @Override
  public Map<String, String> start() {
    try {
      events.start();
      pending.start();
      sqs.start();
      network.start();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
    return Map.ofEntries(
        Map.entry("quarkus.dynamodb.events.endpoint-override", network.baseUrl()),
        Map.entry("quarkus.dynamodb.pending.endpoint-override", firstRegion()),
        Map.entry("quarkus.dynamodb.replica.endpoint-override", pending.endpoint().toString()),
        Map.entry("quarkus.sqs.endpoint-override", sqs.endpoint().toString()),
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
      network.stop();
      sqs.stop();
      pending.stop();
      events.stop();
    } catch (Exception failure) {
      throw new IllegalStateException(failure);
    }
  }
}
