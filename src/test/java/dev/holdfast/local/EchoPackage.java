package dev.holdfast.local;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** A deployment package of the form of a native one, and a template for it. */
public final class EchoPackage {
  private static final String TEMPLATE =
      """
      Globals:
        Function:
          Handler: bootstrap
          Timeout: 3
          Environment:
            Variables:
              TABLE: !Ref EventTable
              QUEUE: !Ref FallbackQueue
              OVERRIDDEN: template
      Resources:
        EventTable: &table
          Type: AWS::DynamoDB::Table
          Properties:
            AttributeDefinitions: [{ AttributeName: bookingCode, AttributeType: S }]
            KeySchema: [{ AttributeName: bookingCode, KeyType: HASH }]
            StreamSpecification: { StreamViewType: NEW_IMAGE }
        PendingIndex: *table
        Feed:
          Type: AWS::Pipes::Pipe
          Properties:
            Source: !GetAtt EventTable.StreamArn
            TargetParameters:
              EventBridgeEventBusParameters: { Source: echo, DetailType: Echo }
              InputTemplate: '{"code": "<$.dynamodb.NewImage.bookingCode.S>"}'
        FallbackQueue:
          Type: AWS::SQS::Queue
          Properties:
            FifoQueue: true
            DeduplicationScope: messageGroup
            FifoThroughputLimit: perMessageGroupId
            RedrivePolicy: { deadLetterTargetArn: !GetAtt DeadLetterQueue.Arn, maxReceiveCount: 9 }
        DeadLetterQueue:
          Type: AWS::SQS::Queue
          Properties: { FifoQueue: true }
        EchoFunction:
          Type: AWS::Serverless::Function
        EchoIntegration:
          Type: AWS::ApiGatewayV2::Integration
          Properties: { IntegrationUri: !GetAtt EchoFunction.Arn, PayloadFormatVersion: "2.0" }
        GetRoute:
          Type: AWS::ApiGatewayV2::Route
          Properties:
            RouteKey: GET /things/{name}/parts
            Target: !Sub integrations/${EchoIntegration}
        OtherwiseRoute:
          Type: AWS::ApiGatewayV2::Route
          Properties: { RouteKey: $default, Target: !Sub "integrations/${EchoIntegration}" }
        AskedFunction:
          Type: AWS::Serverless::Function
        WorkFunction:
          Type: AWS::Serverless::Function
          Properties:
            Policies:
              - Statement:
                  - Effect: Allow
                    Action: [sqs:ReceiveMessage, sqs:DeleteMessage]
                    Resource: !GetAtt FallbackQueue.Arn
            Events:
              Work:
                Type: SQS
                Properties:
                  Queue: !GetAtt FallbackQueue.Arn
                  BatchSize: 10
                  FunctionResponseTypes: [ReportBatchItemFailures]
              Often: { Type: ScheduleV2, Properties: { ScheduleExpression: rate(1 hour) } }
      """;

  private EchoPackage() {}

  /** Options that run {@link EchoFunction}, with all its files in a directory. */
  public static Options options(Path directory) throws IOException {
    Path zip = directory.resolve("function.zip");
    String script =
        "#!/bin/sh\nexec '%s/bin/java' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' %s\n"
            .formatted(
                System.getProperty("java.home"),
                System.getProperty("java.class.path"),
                EchoFunction.class.getName());
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(file)) {
      entries.putNextEntry(new ZipEntry("bootstrap"));
      entries.write(script.getBytes(StandardCharsets.UTF_8));
      entries.closeEntry();
    }
    return Options.onFreePorts()
        .with(Options.TEMPLATE, Files.writeString(directory.resolve("template.yaml"), TEMPLATE))
        .with(Options.PACKAGE, zip)
        .with(Options.LOGS, directory.resolve("logs"))
        .withEnvironment("ECHO_FILE", work(directory).toString());
  }

  /** What queue and schedule brought the function, an event a line. */
  static Path work(Path directory) {
    return directory.resolve("work.txt");
  }
}
