package dev.holdfast.example;

import static org.awaitility.Awaitility.await;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.mockito.Mockito;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;

/** A department with the example's consumer and an empty table of prices. */
public final class Latecomer {

  static final String TABLE = "prices";

  private final DynamoDbClient client;
  private final PricesFunction function;

  /**
   * @param client where its table is made
   * @param api the ledger's
   */
  public Latecomer(DynamoDbClient client, URI api) {
    this.client = client;
    this.function =
        new PricesFunction(
            new CurrentPrices(client, TABLE),
            new Ledger(
                ApacheHttpClient.create(),
                StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")),
                "eu-central-1",
                api));
    createTable(client);
  }

  static void createTable(DynamoDbClient client) {
    AttributeDefinition code =
        AttributeDefinition.builder().attributeName("bookingCode").attributeType("S").build();
    KeySchemaElement key =
        KeySchemaElement.builder().attributeName("bookingCode").keyType("HASH").build();
    client.createTable(
        it ->
            it.tableName(TABLE)
                .billingMode("PAY_PER_REQUEST")
                .attributeDefinitions(code)
                .keySchema(key));
  }

  /** Takes what a rule on the bus delivers; it comes again until it was taken, as by SQS. */
  public void take(JsonNode delivery) {
    SQSEvent.SQSMessage message = new SQSEvent.SQSMessage();
    message.setMessageId("1");
    message.setBody(delivery.toString());
    SQSEvent batch = new SQSEvent();
    batch.setRecords(List.of(message));
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> function.handleRequest(batch, context()).getBatchItemFailures().isEmpty());
  }

  static Context context() {
    Context context = Mockito.mock(Context.class);
    Mockito.when(context.getLogger()).thenReturn(Mockito.mock(LambdaLogger.class));
    return context;
  }

  /** The version that each booking's price is of. */
  public Map<String, Integer> versions() {
    Map<String, Integer> versions = new HashMap<>();
    client
        .scanPaginator(it -> it.tableName(TABLE).consistentRead(true))
        .items()
        .forEach(
            item ->
                versions.put(
                    item.get("bookingCode").s(), Integer.parseInt(item.get("version").n())));
    return versions;
  }
}
