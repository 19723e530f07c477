package dev.holdfast.aws;

import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBRequestHandler;
import com.amazonaws.services.dynamodbv2.local.server.LocalDynamoDBServerHandler;
import dev.holdfast.ledger.Shard;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** A DynamoDB in memory with the two tables of the template. */
public final class EmbeddedDynamoDb implements BeforeAllCallback, AfterAllCallback {

  public static final String EVENT_TABLE = "holdfast-events";
  public static final String PENDING_INDEX = "holdfast-pending";

  /** It warns of every condition that does not hold, with a stack trace. */
  private static final Logger LOG = Logger.getLogger("com.amazonaws.services.dynamodbv2.local");

  private Server server;
  private DynamoDbClient client;

  public void start() throws Exception {
    LOG.setLevel(Level.OFF);
    server = new Server(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    ContextHandler context = new ContextHandler("/");
    context.setHandler(
        new LocalDynamoDBServerHandler(
            new LocalDynamoDBRequestHandler(0, true, null, true, false), null));
    server.setHandler(context);
    server.start();
    client = Clients.dynamoDb(endpoint());
    createTables();
  }

  /** Every shard of a sparse index. */
  static Stream<Shard> shards() {
    return IntStream.range(0, Shard.COUNT).mapToObj(Shard::new);
  }

  /** Makes both tables anew. */
  void empty() {
    client.deleteTable(deletion -> deletion.tableName(EVENT_TABLE));
    client.deleteTable(deletion -> deletion.tableName(PENDING_INDEX));
    createTables();
  }

  public void stop() throws Exception {
    client.close();
    server.stop();
  }

  public URI endpoint() {
    int port = ((ServerConnector) server.getConnectors()[0]).getLocalPort();
    return URI.create("http://127.0.0.1:" + port);
  }

  public DynamoDbClient client() {
    return client;
  }

  DynamoDbEventTable eventTable() {
    return new DynamoDbEventTable(client, EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());
  }

  DynamoDbPendingIndex pendingIndex() {
    return new DynamoDbPendingIndex(pendingTable());
  }

  PendingTable pendingTable() {
    return new PendingTable(List.of(client), PENDING_INDEX, Clients.PATIENCE, Clients.unmeasured());
  }

  @Override
  public void beforeAll(ExtensionContext context) throws Exception {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws Exception {
    stop();
  }

  private void createTables() {
    createTable(EVENT_TABLE, List.of("bookingCode", "version"), List.of("unclaimed"));
    createTable(PENDING_INDEX, List.of("bookingCode"), List.of("pending", "conflict"));
  }

  private void createTable(String table, List<String> keys, List<String> sparseIndexes) {
    List<AttributeDefinition> attributes = new ArrayList<>();
    keys.forEach(name -> attributes.add(attribute(name)));
    for (String index : sparseIndexes) {
      attributes.add(attribute(index + "Shard"));
      attributes.add(attribute(index + "Since"));
    }
    client.createTable(
        creation ->
            creation
                .tableName(table)
                .billingMode(BillingMode.PAY_PER_REQUEST)
                .attributeDefinitions(attributes)
                .keySchema(keySchema(keys))
                .globalSecondaryIndexes(
                    sparseIndexes.stream()
                        .map(
                            index ->
                                GlobalSecondaryIndex.builder()
                                    .indexName(index)
                                    .keySchema(keySchema(List.of(index + "Shard", index + "Since")))
                                    .projection(all -> all.projectionType(ProjectionType.ALL))
                                    .build())
                        .toList()));
  }

  private static List<KeySchemaElement> keySchema(List<String> keys) {
    List<KeySchemaElement> schema = new ArrayList<>();
    for (String name : keys) {
      schema.add(key(name, schema.isEmpty() ? KeyType.HASH : KeyType.RANGE));
    }
    return schema;
  }

  private static AttributeDefinition attribute(String name) {
    boolean isNumber = name.equals("version") || name.endsWith("Shard");
    return AttributeDefinition.builder()
        .attributeName(name)
        .attributeType(isNumber ? ScalarAttributeType.N : ScalarAttributeType.S)
        .build();
  }

  private static KeySchemaElement key(String name, KeyType type) {
    return KeySchemaElement.builder().attributeName(name).keyType(type).build();
  }
}
