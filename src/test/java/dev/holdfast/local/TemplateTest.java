package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.services.dynamodb.model.GlobalSecondaryIndex;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

class TemplateTest {
  private static final String STORES =
      """
      Resources:
        Table:
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions:
              - { AttributeName: code, AttributeType: S }
              - { AttributeName: shard, AttributeType: N }
            KeySchema:
              - { AttributeName: code, KeyType: HASH }
            GlobalSecondaryIndexes:
              - IndexName: owed
                KeySchema:
                  - { AttributeName: shard, KeyType: HASH }
                Projection:
                  ProjectionType: INCLUDE
                  NonKeyAttributes: [note]
        Queue:
          Type: AWS::SQS::Queue
          Properties:
            FifoQueue: true
            VisibilityTimeout: 180
            RedrivePolicy:
              deadLetterTargetArn: !GetAtt Dead.Arn
              maxReceiveCount: 7
        Dead:
          Type: AWS::SQS::Queue
          Properties:
            FifoQueue: true
      """;

  @TempDir private Path directory;

  @Test
  void aTableKeepsItsKeysAndIndexes() throws IOException {
    Template.Table table = read(STORES).tables().get(0);

    assertThat(table.logicalId()).isEqualTo("Table");
    assertThat(table.request().keySchema())
        .extracting(KeySchemaElement::attributeName, KeySchemaElement::keyType)
        .containsExactly(tuple("code", KeyType.HASH));
    assertThat(table.request().attributeDefinitions())
        .anySatisfy(
            attribute -> {
              assertThat(attribute.attributeName()).isEqualTo("shard");
              assertThat(attribute.attributeType()).isEqualTo(ScalarAttributeType.N);
            });
    GlobalSecondaryIndex index = table.request().globalSecondaryIndexes().get(0);
    assertThat(index.indexName()).isEqualTo("owed");
    assertThat(index.projection().nonKeyAttributes()).containsExactly("note");
  }

  @Test
  void aQueueKeepsItsAttributesAndItsDeadLetterQueue() throws IOException {
    List<Template.Queue> queues = read(STORES).queues();
    Template.Queue queue = queues.get(0);
    Template.Queue dead = queues.get(1);

    assertThat(queue.name()).endsWith(".fifo");
    assertThat(queue.attributes())
        .containsEntry(QueueAttributeName.FIFO_QUEUE, "true")
        .containsEntry(QueueAttributeName.VISIBILITY_TIMEOUT, "180")
        .containsEntry(
            QueueAttributeName.REDRIVE_POLICY,
            "{\"deadLetterTargetArn\":\"%s\",\"maxReceiveCount\":7}".formatted(dead.arn()));
  }

  @Test
  void aFunctionHasWhatGlobalsSayUnlessItSaysOtherwise() throws IOException {
    Template.Function function =
        functions(
                """
                Globals:
                  Function:
                    Handler: here
                    Timeout: 5
                    MemorySize: 256
                    Environment:
                      Variables: { BOTH: global, GLOBAL: yes }
                Resources:
                  PutAwayFunction:
                    Type: AWS::Serverless::Function
                    Properties:
                      Timeout: 7
                      Environment:
                        Variables: { BOTH: own }
                """,
                Map.of())
            .get(0);

    assertThat(function.name()).isEqualTo("put-away");
    assertThat(function.handler()).isEqualTo("here");
    assertThat(function.timeout()).isEqualTo(Duration.ofSeconds(7));
    assertThat(function.memorySize()).isEqualTo(256);
    assertThat(function.environment()).containsEntry("BOTH", "own").containsKey("GLOBAL");
  }

  @Test
  void intrinsicFunctionsAreEvaluated() throws IOException {
    Map<String, String> environment =
        functions(
                STORES
                    + """
                      Function:
                        Type: AWS::Serverless::Function
                        Properties:
                          Tags: !NoSuchFunction [nobody, asks]
                          Environment:
                            Variables:
                              TABLE: !Ref Table
                              ARN: !GetAtt Table.Arn
                              URL: !Ref Queue
                              NAME: !GetAtt Queue.QueueName
                              TEXT: !Sub "${Table} in ${AWS::Region}, ${!kept}"
                              OWN: !Sub ["${a}-${Size}", { a: !Ref Size }]
                              CHOSEN: !If [Big, !Ref Size, small]
                              OTHER: !If [NotBig, !Ref Size, not small]
                              JOINED: !Join ["-", [a, !Ref Size]]
                              LONG: { "Ref": Size }
                              GONE: !Ref AWS::NoValue
                    Parameters:
                      Size: { Type: String, Default: big }
                    Conditions:
                      Big: !Equals [!Ref Size, big]
                      NotBig: !Not [!Condition Big]
                    """,
                Map.of("Queue", "http://queue"))
            .get(0)
            .environment();

    assertThat(environment)
        .containsEntry("TABLE", "holdfast-Table")
        .containsEntry("URL", "http://queue")
        .containsEntry("NAME", "holdfast-Queue.fifo")
        .containsEntry("TEXT", "holdfast-Table in eu-central-1, ${kept}")
        .containsEntry("OWN", "big-big")
        .containsEntry("CHOSEN", "big")
        .containsEntry("OTHER", "not small")
        .containsEntry("JOINED", "a-big")
        .containsEntry("LONG", "big")
        .doesNotContainKey("GONE");
    assertThat(environment.get("ARN")).startsWith("arn:aws:dynamodb:").endsWith("/holdfast-Table");
  }

  @Test
  void whatTheTemplateNamesHasThatName() throws IOException {
    String text =
        """
        Resources:
          Queue:
            Type: AWS::SQS::Queue
            Properties: { FifoQueue: true, QueueName: !Sub "${AWS::StackName}-work.fifo" }
          Table:
            Type: AWS::DynamoDB::Table
            Properties:
              TableName: things
              KeySchema: [{ AttributeName: code, KeyType: HASH }]
          Function:
            Type: AWS::Serverless::Function
            Properties:
              FunctionName: !Sub ${AWS::StackName}-worker
              Environment:
                Variables: { QUEUE: !GetAtt Queue.Arn, TABLE: !GetAtt Table.Arn }
        """;
    Template.Function function = functions(text).get(0);

    assertThat(read(text).queues().get(0).name()).isEqualTo("holdfast-work.fifo");
    assertThat(read(text).tables().get(0).name()).isEqualTo("things");
    assertThat(function.arn()).endsWith(":function:holdfast-worker");
    assertThat(function.environment())
        .containsEntry("QUEUE", read(text).queues().get(0).arn())
        .containsEntry("TABLE", read(text).tables().get(0).arn());
  }

  @Test
  void aResourceWhoseConditionDoesNotHoldIsNotThere() throws IOException {
    String template =
        """
        Parameters:
          Where: { Type: String, Default: here }
        Conditions:
          Elsewhere: !Equals [!Ref Where, there]
        Resources:
          Table:
            Type: AWS::DynamoDB::Table
            Condition: Elsewhere
            Properties:
              KeySchema: [{ AttributeName: code, KeyType: HASH }]
        """;

    assertThat(read(template).tables()).isEmpty();
    assertThat(read(template, Map.of("Where", "there")).tables()).hasSize(1);
  }

  @Test
  void everyEventSourceIsRead() throws IOException {
    Template.Function function =
        functions(
                STORES
                    + """
                      Function:
                        Type: AWS::Serverless::Function
                        Properties:
                          Events:
                            Work:
                              Type: SQS
                              Properties:
                                Queue: !GetAtt Queue.Arn
                                BatchSize: 5
                                FunctionResponseTypes: [ReportBatchItemFailures]
                                ScalingConfig: { MaximumConcurrency: 3 }
                            Often:
                              Type: ScheduleV2
                              Properties: { ScheduleExpression: rate(2 hours), Input: "{}" }
                            Daily: { Type: Schedule, Properties: { Schedule: rate(1 day) } }
                            Soon: { Type: Schedule, Properties: { Schedule: rate(1 minute) } }
                    """,
                Map.of())
            .get(0);

    assertThat(function.hasEventSource()).isTrue();
    assertThat(function.queueMappings())
        .containsExactly(new Template.QueueMapping(read(STORES).queues().get(0).arn(), 5, true, 3));
    assertThat(function.schedules())
        .extracting(Template.Schedule::rate)
        .containsExactly(Duration.ofHours(2), Duration.ofDays(1), Duration.ofMinutes(1));
  }

  @Test
  void anEventSourceThatTheLocalCloudHasNotIsAnError() {
    assertThatThrownBy(
            () ->
                functions(
                    """
                    Resources:
                      Function:
                        Type: AWS::Serverless::Function
                        Properties: { Events: { Alarm: { Type: SNS, Properties: {} } } }
                    """,
                    Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Alarm");
  }

  @Test
  void aRouteIsThatOfTheFunctionBehindItsIntegration() throws IOException {
    List<Template.Function> functions = functions(api("2.0", "integrations/${PostIntegration}"));

    assertThat(functions.get(0).routes())
        .extracting(ApiRoute::key)
        .containsExactly("POST /a/{b}", "$default");
    assertThat(functions.get(0).hasEventSource()).isTrue();
    assertThat(functions.get(1).routes()).isEmpty();
    assertThat(functions.get(1).hasEventSource()).isFalse();
  }

  @Test
  void aRouteThatGoesNowhereIsAnError() {
    assertThatThrownBy(() -> functions(api("2.0", "integrations/none")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll("PostRoute", "integrations/none");
  }

  @Test
  void anIntegrationWithAnotherPayloadIsAnError() {
    assertThatThrownBy(() -> functions(api("1.0", "integrations/${PostIntegration}")))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("PostIntegration");
  }

  private static String api(String payload, String target) {
    return """
        Resources:
          Function:
            Type: AWS::Serverless::Function
          OtherFunction:
            Type: AWS::Serverless::Function
          Api:
            Type: AWS::ApiGatewayV2::Api
          PostIntegration:
            Type: AWS::ApiGatewayV2::Integration
            Properties:
              ApiId: !Ref Api
              IntegrationUri: !GetAtt Function.Arn
              PayloadFormatVersion: "%s"
          PostRoute:
            Type: AWS::ApiGatewayV2::Route
            Properties:
              ApiId: !Ref Api
              RouteKey: POST /a/{b}
              AuthorizationType: AWS_IAM
              Target: !Sub %s
          OtherwiseRoute:
            Type: AWS::ApiGatewayV2::Route
            Properties:
              RouteKey: $default
              Target: !Join [/, [integrations, !Ref PostIntegration]]
        """
        .formatted(payload, target);
  }

  @Test
  void aRoleAllowsWhatItsStatementsSay() throws IOException {
    Role role =
        functions(
                STORES
                    + """
                      Function:
                        Type: AWS::Serverless::Function
                        Properties: { Role: !GetAtt FunctionRole.Arn }
                      FunctionRole:
                        Type: AWS::IAM::Role
                        Properties:
                          AssumeRolePolicyDocument: {}
                          Policies:
                            - PolicyName: calls
                              PolicyDocument:
                                Statement:
                                  - Effect: Allow
                                    Action: [dynamodb:GetItem, dynamodb:Query]
                                    Resource: [!GetAtt Table.Arn, !Sub "${Table.Arn}/index/owed"]
                                  - !If
                                    - Keys
                                    - { Effect: Allow, Action: "kms:*", Resource: "*" }
                                    - !Ref AWS::NoValue
                                  - { Effect: Deny, Action: "sqs:*", Resource: "*" }
                    Parameters: { Key: { Type: String, Default: "" } }
                    Conditions: { Keys: !Not [!Equals [!Ref Key, ""]] }
                    """)
            .get(0)
            .role();

    String table = read(STORES).tables().get(0).arn();
    assertThat(role)
        .isEqualTo(
            new Role(
                List.of(
                    new Role.Statement(
                        List.of("dynamodb:GetItem", "dynamodb:Query"),
                        List.of(table, table + "/index/owed")))));
  }

  @Test
  void aFunctionWithoutARoleOfItsOwnHasTheStatementsOfItsPolicies() throws IOException {
    List<Template.Function> functions =
        functions(
            STORES
                + """
                  Function:
                    Type: AWS::Serverless::Function
                    Properties:
                      Policies:
                        - AWSXRayDaemonWriteAccess
                        - SQSSendMessagePolicy: { QueueName: !GetAtt Queue.QueueName }
                        - Statement:
                            Effect: Allow
                            Action: sqs:SendMessage
                            Resource: !GetAtt Queue.Arn
                  Powerless:
                    Type: AWS::Serverless::Function
                """);

    String queue = read(STORES).queues().get(0).arn();
    assertThat(functions.get(0).role().statements())
        .containsExactly(new Role.Statement(List.of("sqs:SendMessage"), List.of(queue)));
    assertThat(functions.get(1).role()).isEqualTo(Role.NONE);
  }

  @Test
  void aReferenceToNothingIsAnError() {
    assertThatThrownBy(
            () ->
                functions(
                    """
                    Resources:
                      Function:
                        Type: AWS::Serverless::Function
                        Properties:
                          Environment: { Variables: { TABLE: !Ref Nowhere } }
                    """,
                    Map.of()))
        .isInstanceOf(StartFailure.class)
        .hasMessageContaining("Nowhere");
  }

  @Test
  void theProjectsOwnTemplateHasAllParts() {
    Template template = Template.read(Path.of("template.yaml"), Map.of("Package", "jvm"));

    assertThat(template.tables())
        .extracting(Template.Table::logicalId)
        .contains(Dependency.EVENT_TABLE.logicalId(), Dependency.PENDING_INDEX.logicalId());
    assertThat(template.queues())
        .extracting(Template.Queue::logicalId)
        .contains(Dependency.FALLBACK_QUEUE.logicalId(), "DeadLetterQueue");
    assertThat(template.functions(Map.of()))
        .isNotEmpty()
        .allSatisfy(function -> assertThat(function.handler()).contains("::"))
        .allSatisfy(function -> assertThat(function.role().statements()).isNotEmpty());
    assertThat(template.functions(Map.of()))
        .filteredOn(function -> !function.routes().isEmpty())
        .extracting(Template.Function::name)
        .containsExactlyInAnyOrder("append", "read");
  }

  private List<Template.Function> functions(String text) throws IOException {
    return functions(text, Map.of());
  }

  private List<Template.Function> functions(String text, Map<String, String> queueUrls)
      throws IOException {
    return read(text).functions(queueUrls);
  }

  private Template read(String text) throws IOException {
    return read(text, Map.of());
  }

  private Template read(String text, Map<String, String> parameters) throws IOException {
    return Template.read(Files.writeString(directory.resolve("template.yaml"), text), parameters);
  }
}
