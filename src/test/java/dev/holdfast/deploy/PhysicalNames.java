package dev.holdfast.deploy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What resources are called in an account. Two stacks of one template stand in each other's way
 * where a name is not made of the stack's, and a name that is too long shows only when it is
 * deployed.
 */
final class PhysicalNames {

  /** As docs/deployment.md promises. */
  private static final String LONGEST_STACK_NAME = "s".repeat(40);

  private record Name(String property, int limit) {}

  /** The property that names a resource, and how many characters AWS takes there. */
  private static final Map<String, Name> NAMED =
      Map.ofEntries(
          Map.entry("AWS::ApiGatewayV2::Api", new Name("Name", 128)),
          Map.entry("AWS::CloudWatch::Alarm", new Name("AlarmName", 255)),
          Map.entry("AWS::CloudWatch::Dashboard", new Name("DashboardName", 255)),
          Map.entry("AWS::DynamoDB::GlobalTable", new Name("TableName", 255)),
          Map.entry("AWS::DynamoDB::Table", new Name("TableName", 255)),
          Map.entry("AWS::Events::Archive", new Name("ArchiveName", 48)),
          Map.entry("AWS::Events::EventBus", new Name("Name", 256)),
          Map.entry("AWS::IAM::Role", new Name("RoleName", 64)),
          Map.entry("AWS::Lambda::Function", new Name("FunctionName", 64)),
          Map.entry("AWS::Logs::LogGroup", new Name("LogGroupName", 512)),
          Map.entry("AWS::Logs::QueryDefinition", new Name("Name", 255)),
          Map.entry("AWS::Pipes::Pipe", new Name("Name", 64)),
          Map.entry("AWS::SNS::Topic", new Name("TopicName", 256)),
          Map.entry("AWS::SQS::Queue", new Name("QueueName", 80)),
          Map.entry("AWS::Scheduler::Schedule", new Name("Name", 64)),
          Map.entry("AWS::Serverless::Function", new Name("FunctionName", 64)),
          Map.entry("AWS::Serverless::StateMachine", new Name("Name", 80)),
          Map.entry("AWS::StepFunctions::StateMachine", new Name("StateMachineName", 80)));

  /** These belong to a resource, and have no name that another stack could have taken. */
  private static final Set<String> NAMELESS =
      Set.of(
          "AWS::ApiGatewayV2::Authorizer",
          "AWS::ApiGatewayV2::Integration",
          "AWS::ApiGatewayV2::Route",
          "AWS::ApiGatewayV2::Stage",
          "AWS::Lambda::EventInvokeConfig",
          "AWS::Lambda::EventSourceMapping",
          "AWS::Lambda::Permission",
          "AWS::SNS::Subscription",
          "AWS::SNS::TopicPolicy",
          "AWS::SQS::QueuePolicy");

  /** All regions of an account share one name space (AWS, "AWS::CloudWatch::Dashboard"). */
  private static final Set<String> GLOBAL = Set.of("AWS::CloudWatch::Dashboard");

  private static final String LONGEST_REGION = "ap-southeast-1";

  private PhysicalNames() {}

  /** Every name that does not fit, in words. */
  static List<String> faults(Map<String, Tree> resources) {
    List<String> faults = new ArrayList<>();
    resources.forEach(
        (logicalId, resource) -> {
          faults.addAll(faults(logicalId, resource));
          resource
              .at("Properties", "Events")
              .map()
              .forEach((event, source) -> faults.addAll(scheduleFaults(logicalId + event, source)));
        });
    return faults;
  }

  private static List<String> faults(String logicalId, Tree resource) {
    String type = resource.at("Type").text();
    if (NAMELESS.contains(type)) {
      return List.of();
    }
    if (!NAMED.containsKey(type)) {
      return List.of("%s: nobody has said what names a %s".formatted(logicalId, type));
    }
    Name name = NAMED.get(type);
    if (GLOBAL.contains(type)
        && !resource
            .at("Properties", name.property(), "Fn::Sub")
            .text()
            .contains("${AWS::Region}")) {
      return List.of("%s: a stack of that name in another region has it, too".formatted(logicalId));
    }
    // Where none is given, CloudFormation makes one of stack and logical id.
    return resource.at("Properties").has(name.property())
        ? faults(logicalId, resource.at("Properties", name.property()), name.limit())
        : List.of();
  }

  /** A schedule without a name is called by SAM after its logical ids, which all stacks share. */
  private static List<String> scheduleFaults(String logicalId, Tree source) {
    return source.at("Type").text().equals("ScheduleV2")
        ? faults(
            logicalId,
            source.at("Properties", "Name"),
            NAMED.get("AWS::Scheduler::Schedule").limit())
        : List.of();
  }

  private static List<String> faults(String logicalId, Tree name, int limit) {
    String referred = name.at("Ref").text();
    if (DeploymentTemplate.parameters().containsKey(referred)) {
      // Whoever deploys chooses it, and the parameter bounds it.
      return List.of();
    }
    String pattern =
        referred.equals("AWS::StackName") ? "${AWS::StackName}" : name.at("Fn::Sub").text();
    if (!pattern.contains("${AWS::StackName}")) {
      return List.of("%s: %s has not the stack's name in it".formatted(logicalId, name.node()));
    }
    String longest =
        pattern
            .replace("${AWS::StackName}", LONGEST_STACK_NAME)
            .replace("${AWS::Region}", LONGEST_REGION);
    return longest.length() <= limit
        ? List.of()
        : List.of(
            "%s: %s has %d characters, and AWS takes %d"
                .formatted(logicalId, longest, longest.length(), limit));
  }
}
