package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Vertx;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** What functions may do and did, as the AWS SDK asks for it and sees the answer. */
class AccessControlTest {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TEMPLATE =
      """
      Resources:
        EventTable: &table
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions: [{ AttributeName: id, AttributeType: S }]
            KeySchema: [{ AttributeName: id, KeyType: HASH }]
            GlobalSecondaryIndexes:
              - IndexName: owed
                KeySchema: [{ AttributeName: id, KeyType: HASH }]
                Projection: { ProjectionType: ALL }
        PendingIndex: *table
        FallbackQueue: { Type: AWS::SQS::Queue }
        DeadLetterQueue: { Type: AWS::SQS::Queue }
        AppendFunction:
          Type: AWS::Serverless::Function
          Properties:
            Policies:
              - Statement:
                  - Effect: Allow
                    Action: dynamodb:PutItem
                    Resource: !GetAtt EventTable.Arn
                  - Effect: Allow
                    Action: dynamodb:Query
                    Resource: !Sub ${EventTable.Arn}/index/owed
                  - Effect: Allow
                    Action: sqs:SendMessage
                    Resource: !GetAtt FallbackQueue.Arn
        OtherFunction:
          Type: AWS::Serverless::Function
      """;

  @TempDir private static Path directory;
  private static final List<String> NOTICES = new ArrayList<>();
  private static Vertx vertx;
  private static Template template;
  private static StoreServers stores;
  private static List<Template.Function> functions;

  private AccessControl access;
  private FaultProxy table;
  private FaultProxy queue;

  @BeforeAll
  static void start() throws IOException {
    Quiet.please();
    vertx = Loopback.vertx();
    template =
        Template.read(Files.writeString(directory.resolve("template.yaml"), TEMPLATE), Map.of());
    stores = new StoreServers(template, Options.onFreePorts());
    functions = template.functions(stores.queues().urls());
  }

  @AfterAll
  static void stop() {
    stores.close();
    Loopback.await(vertx.close());
  }

  @BeforeEach
  void control() {
    NOTICES.clear();
    access = new AccessControl(functions, template.tables(), template.queues(), NOTICES::add);
    table = proxy(Dependency.EVENT_TABLE);
    queue = proxy(Dependency.FALLBACK_QUEUE);
  }

  @AfterEach
  void closeProxies() {
    table.close();
    queue.close();
  }

  private FaultProxy proxy(Dependency dependency) {
    return new FaultProxy(
        vertx, dependency, 0, stores.endpoint(dependency), access, () -> Onlooker.NOBODY);
  }

  @Test
  void whatTheRoleAllowsIsDoneAndKept() {
    try (DynamoDbClient append = tableOf("AppendFunction")) {
      put(append, stores.tableName(Dependency.EVENT_TABLE));
      query(append);
    }
    try (SqsClient append = queueOf("AppendFunction")) {
      send(append, "FallbackQueue");
    }

    assertThat(access.calls())
        .containsExactly(
            new Access("append", "dynamodb:PutItem", "EventTable"),
            new Access("append", "dynamodb:Query", "EventTable/index/owed"),
            new Access("append", "sqs:SendMessage", "FallbackQueue"))
        .isEqualTo(StackGrants.of(functions, access));
    assertThat(NOTICES).isEmpty();
  }

  @Test
  void whatTheRoleOfAnotherAllowsIsRefusedAsDynamoDbDoesAndToldOnce() {
    try (DynamoDbClient other = tableOf("OtherFunction")) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> put(other, stores.tableName(Dependency.EVENT_TABLE)))
            .isInstanceOfSatisfying(
                DynamoDbException.class,
                refused -> {
                  assertThat(refused.statusCode()).isEqualTo(400);
                  assertThat(refused.awsErrorDetails().errorCode())
                      .isEqualTo("AccessDeniedException");
                  assertThat(refused).hasMessageContainingAll("other", "dynamodb:PutItem");
                });
      }
    }

    assertThat(access.calls())
        .containsExactly(new Access("other", "dynamodb:PutItem", "EventTable"));
    assertThat(NOTICES)
        .containsExactly(
            "other calls dynamodb:PutItem on EventTable, which its role does not allow.");
  }

  @Test
  void aRoleForOneQueueIsNoneForAnother() {
    try (SqsClient append = queueOf("AppendFunction")) {
      assertThatThrownBy(() -> send(append, "DeadLetterQueue"))
          .isInstanceOfSatisfying(
              SqsException.class,
              refused -> {
                assertThat(refused.statusCode()).isEqualTo(403);
                assertThat(refused.awsErrorDetails().errorCode()).isEqualTo("AccessDenied");
              });
    }
  }

  @Test
  void aRoleForAnIndexIsNoneForItsTable() {
    try (DynamoDbClient append = tableOf("AppendFunction")) {
      assertThatThrownBy(
              () ->
                  append.query(
                      request ->
                          request
                              .tableName(stores.tableName(Dependency.EVENT_TABLE))
                              .keyConditionExpression("id = :id")
                              .expressionAttributeValues(Map.of(":id", AttributeValue.fromS("a")))))
          .isInstanceOf(DynamoDbException.class)
          .hasMessageContaining("not authorized");
    }
  }

  @Test
  void aTableMayBeNamedByItsArn() {
    try (DynamoDbClient append = tableOf("AppendFunction")) {
      put(append, template.tables().get(0).arn());
    }

    assertThat(access.calls())
        .containsExactly(new Access("append", "dynamodb:PutItem", "EventTable"));
  }

  @Test
  void aBatchForAQueueNeedsTheRightToItsParts() {
    String url = stores.queues().urls().get("FallbackQueue");
    try (SqsClient append = queueOf("AppendFunction")) {
      append.sendMessageBatch(
          request ->
              request
                  .queueUrl(url)
                  .entries(
                      SendMessageBatchRequestEntry.builder().id("1").messageBody("a").build()));
      assertThatThrownBy(
              () ->
                  append.deleteMessageBatch(
                      request ->
                          request
                              .queueUrl(url)
                              .entries(
                                  DeleteMessageBatchRequestEntry.builder()
                                      .id("1")
                                      .receiptHandle("x")
                                      .build())))
          .isInstanceOf(SqsException.class)
          .hasMessageContaining("sqs:DeleteMessage ");
    }
  }

  @Test
  void aCallThatNamesNoTableNeedsTheRightToAll() {
    try (DynamoDbClient append = tableOf("AppendFunction")) {
      assertThatThrownBy(append::listTables).isInstanceOf(DynamoDbException.class);
    }

    assertThat(access.calls()).containsExactly(new Access("append", "dynamodb:ListTables", "*"));
  }

  @Test
  void aPollerHasTheRightsOfItsFunctionAndAName() {
    try (SqsClient poller =
        Clients.of(
            SqsClient.builder(),
            queue.endpoint(),
            PATIENCE,
            AccessControl.pollerAccessKey(functions.get(0)))) {
      send(poller, "FallbackQueue");
    }

    assertThat(access.calls())
        .containsExactly(new Access("append-poller", "sqs:SendMessage", "FallbackQueue"));
  }

  @Test
  void whoIsNoFunctionMayDoEverythingAndNothingIsKept() {
    try (DynamoDbClient anybody =
        Clients.of(DynamoDbClient.builder(), table.endpoint(), PATIENCE)) {
      put(anybody, stores.tableName(Dependency.EVENT_TABLE));
    }

    assertThat(access.calls()).isEmpty();
  }

  private DynamoDbClient tableOf(String function) {
    return Clients.of(DynamoDbClient.builder(), table.endpoint(), PATIENCE, accessKey(function));
  }

  private SqsClient queueOf(String function) {
    return Clients.of(SqsClient.builder(), queue.endpoint(), PATIENCE, accessKey(function));
  }

  private static String accessKey(String function) {
    return functions.stream()
        .filter(candidate -> candidate.logicalId().equals(function))
        .map(AccessControl::accessKey)
        .findFirst()
        .orElseThrow();
  }

  private static void put(DynamoDbClient client, String table) {
    client.putItem(
        request -> request.tableName(table).item(Map.of("id", AttributeValue.fromS("a"))));
  }

  private static void query(DynamoDbClient client) {
    client.query(
        request ->
            request
                .tableName(stores.tableName(Dependency.EVENT_TABLE))
                .indexName("owed")
                .keyConditionExpression("id = :id")
                .expressionAttributeValues(Map.of(":id", AttributeValue.fromS("a"))));
  }

  private static void send(SqsClient client, String logicalId) {
    client.sendMessage(
        request -> request.queueUrl(stores.queues().urls().get(logicalId)).messageBody("a"));
  }
}
