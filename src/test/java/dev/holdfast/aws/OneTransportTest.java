package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;

/** The clients of two tables, as they are wired, where both have one endpoint: as on AWS. */
@Timeout(60)
class OneTransportTest {

  private final List<InetSocketAddress> connections = new ArrayList<>();
  private final List<String> signatures = new ArrayList<>();
  private final AtomicInteger lookUps = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange exchange) throws IOException {
    connections.add(exchange.getRemoteAddress());
    signatures.add(exchange.getRequestHeaders().getFirst("Authorization"));
    exchange.sendResponseHeaders(200, 2);
    exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
    exchange.close();
  }

  private DynamoDbClientBuilder builder() {
    return DynamoDbClient.builder()
        .endpointOverride(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
        .region(Region.EU_CENTRAL_1);
  }

  private void read(DynamoDbClient client, String table) {
    assertThat(client.getItem(get -> get.tableName(table).key(PendingTable.key("any"))).hasItem())
        .isFalse();
  }

  @Test
  void twoTablesOfOneEndpointShareItsConnectionAndTheCredentials() {
    AwsWiring wiring = new AwsWiring();
    BoundedTransport.Builder transport = wiring.transport();
    DynamoDbClient events =
        wiring.eventsClient(
            builder()
                .credentialsProvider(
                    () -> AwsBasicCredentials.create("key-" + lookUps.incrementAndGet(), "secret")),
            transport);
    DynamoDbClient pending = wiring.pendingClient(events, builder(), false, transport);
    DynamoDbClient replica = wiring.replicaClient(events, builder(), transport);
    try (events;
        pending;
        replica) {
      read(events, "events");
      read(pending, "pending");
      read(replica, "pending");
      read(events, "events");
    }

    assertThat(connections).hasSize(4);
    assertThat(connections.stream().distinct()).hasSize(1);
    assertThat(signatures).allMatch(signature -> signature.contains("Credential=key-"));
  }
}
