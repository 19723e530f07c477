package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Regression;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who gets in, and who may do what. RolesIT compares each role with the calls of its function. */
class RightsTest {

  @Test
  void everyFunctionHasARoleOfItsOwn() {
    Set<String> roles = new HashSet<>();
    DeploymentTemplate.functions()
        .forEach(
            (logicalId, function) -> {
              String role = function.at("Properties", "Role", "Fn::GetAtt").text();
              assertThat(role).isEqualTo(logicalId.replace("Function", "Role") + ".Arn");
              assertThat(function.at("Properties").has("Policies")).as(logicalId).isFalse();
              assertThat(roles.add(role)).as(logicalId + " shares its role").isTrue();
            });
  }

  @Test
  void noRoleGrantsMoreThanItNames() {
    Map<String, Tree> roles = DeploymentTemplate.resources("AWS::IAM::Role");

    assertThat(roles).hasSizeGreaterThanOrEqualTo(DeploymentTemplate.functions().size());
    roles.forEach(
        (logicalId, role) -> {
          assertThat(role.at("Properties").has("ManagedPolicyArns")).as(logicalId).isFalse();
          statements(role)
              .forEach(
                  statement -> {
                    assertThat(actions(statement))
                        .as(logicalId)
                        .isNotEmpty()
                        .noneMatch(action -> action.contains("*"));
                    // X-Ray has no resources that a policy could name.
                    if (!actions(statement).stream()
                        .allMatch(action -> action.startsWith("xray:"))) {
                      assertThat(statement.at("Resource").parts().map(Tree::text))
                          .as(logicalId)
                          .doesNotContain("*");
                    }
                  });
        });
  }

  @Test
  void aKeyIsUsedThroughItsServiceOnly() {
    DeploymentTemplate.resources("AWS::IAM::Role").values().stream()
        .flatMap(RightsTest::statements)
        .filter(statement -> actions(statement).stream().anyMatch(name -> name.startsWith("kms:")))
        .forEach(
            statement ->
                assertThat(statement.at("Condition", "StringEquals").map())
                    .containsKey("kms:ViaService"));
  }

  @Test
  void theDeployersRightsNameEveryServiceOfTheTemplate() throws IOException {
    String chapter =
        Files.readString(Path.of("docs", "deployment.md"))
            .replaceFirst("(?s).*\n## The deployer's rights\n", "")
            .replaceFirst("(?s)\n## .*", "");
    Map<String, String> prefixes =
        Map.of(
            "apigatewayv2", "apigateway",
            "serverless", "lambda",
            "stepfunctions", "states");

    assertThat(DeploymentTemplate.resources().values())
        .map(resource -> resource.at("Type").text().split("::", 3)[1].toLowerCase(Locale.ROOT))
        .map(service -> prefixes.getOrDefault(service, service))
        .allSatisfy(service -> assertThat(chapter).contains("`" + service + ":"));
  }

  @Test
  void noRouteIsOpen() {
    Map<String, Tree> routes = DeploymentTemplate.resources("AWS::ApiGatewayV2::Route");

    assertThat(routes).isNotEmpty();
    routes.forEach(
        (logicalId, route) -> {
          assertThat(route.at("Properties", "AuthorizationType").alternatives())
              .as(logicalId)
              .extracting(Tree::text)
              .containsExactly("JWT", "AWS_IAM");
          assertThat(route.at("Properties", "AuthorizerId", "Fn::If").list().get(0).text())
              .isEqualTo("HasJwt");
        });
  }

  @Test
  void noOtherSiteMayAsk() {
    assertThat(DeploymentTemplate.properties("Api").map())
        .isNotEmpty()
        .doesNotContainKey("CorsConfiguration");
  }

  @Test
  void theAccessLogHasNothingOfTheRequest() {
    String format =
        DeploymentTemplate.properties("ApiStage").at("AccessLogSettings", "Format").text();

    assertThat(format)
        .contains("$context.routeKey", "$context.integration.requestId")
        .doesNotContain("body", "$context.path", "queryString");
  }

  /** Where a request has no such value, API Gateway writes a dash without quotes. */
  @Test
  void everyLineOfTheAccessLogIsJson() throws JsonProcessingException {
    String format =
        DeploymentTemplate.properties("ApiStage").at("AccessLogSettings", "Format").text();

    new ObjectMapper()
        .readTree(format.replace("$context.status", "404").replaceAll("\\$[\\w.]+", "-"));
  }

  /** Reserved concurrency, since a throttled route still lets some requests through. */
  @Test
  @Regression("a throttled route let writers through")
  void writersAreStoppedByLambda() {
    for (String writer : List.of("AppendFunction", "ResolveFunction")) {
      Tree reserved = DeploymentTemplate.properties(writer).at("ReservedConcurrentExecutions");
      assertThat(reserved.at("Fn::If").list()).as(writer).hasSize(3);
      assertThat(reserved.at("Fn::If").list().get(0).text()).isEqualTo("WritersAreStopped");
      assertThat(reserved.alternatives()).extracting(Tree::text).containsExactly("0");
    }
    assertThat(DeploymentTemplate.parameters().get("Writers").at("Default").text()).isEqualTo("on");
  }

  @Test
  void whatIsStoredIsKeptEncryptedAndReachedByTlsOnly() {
    for (String table : List.of("EventTable", "PendingIndex")) {
      Tree resource = DeploymentTemplate.resource(table);
      assertThat(resource.at("DeletionPolicy").text()).isEqualTo("Retain");
      assertThat(resource.at("UpdateReplacePolicy").text()).isEqualTo("Retain");
      assertThat(resource.at("Properties", "SSESpecification").map()).isNotEmpty();
    }
    Stream.concat(
            Stream.of(DeploymentTemplate.properties("EventTable")),
            DeploymentTemplate.properties("PendingIndex").at("Replicas").list().stream()
                .flatMap(Tree::alternatives))
        .forEach(
            table -> {
              assertThat(table.at("DeletionProtectionEnabled").text()).isEqualTo("true");
              assertThat(
                      table
                          .at("PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")
                          .text())
                  .isEqualTo("true");
              assertThat(table.at("ResourcePolicy").alternatives())
                  .isNotEmpty()
                  .allSatisfy(policy -> refusesPlainText(policy.at("PolicyDocument")));
            });
  }

  @Test
  void queuesAreEncryptedAndReachedByTlsOnly() {
    Map<String, Tree> queues = DeploymentTemplate.resources("AWS::SQS::Queue");
    Set<String> refusing = new HashSet<>();
    DeploymentTemplate.resources("AWS::SQS::QueuePolicy")
        .values()
        .forEach(
            policy -> {
              refusesPlainText(policy.at("Properties", "PolicyDocument"));
              policy
                  .at("Properties", "Queues")
                  .list()
                  .forEach(queue -> refusing.add(queue.at("Ref").text()));
            });

    assertThat(refusing).isEqualTo(queues.keySet());
    queues.forEach(
        (logicalId, queue) -> {
          assertThat(queue.at("Properties", "SqsManagedSseEnabled").alternatives())
              .as(logicalId)
              .extracting(Tree::text)
              .containsExactly("true");
          assertThat(queue.at("Properties").has("KmsMasterKeyId")).as(logicalId).isTrue();
        });
  }

  /** AWS, "Special Information for SQS Policies": a policy covers a single queue. */
  @Test
  @Regression("one policy named two queues, on which deployments fail")
  void aQueuePolicyIsOfOneQueue() {
    DeploymentTemplate.resources("AWS::SQS::QueuePolicy")
        .forEach(
            (logicalId, policy) -> {
              List<Tree> queues = policy.at("Properties", "Queues").list();
              assertThat(queues).as(logicalId).hasSize(1);
              assertThat(policy.at("Properties", "PolicyDocument", "Statement").list())
                  .as(logicalId)
                  .isNotEmpty()
                  .extracting(statement -> statement.at("Resource", "Fn::GetAtt").text())
                  .containsOnly(queues.get(0).at("Ref").text() + ".Arn");
            });
  }

  private static void refusesPlainText(Tree policy) {
    assertThat(policy.at("Statement").list())
        .anySatisfy(
            statement -> {
              assertThat(statement.at("Effect").text()).isEqualTo("Deny");
              assertThat(statement.at("Principal").text()).isEqualTo("*");
              assertThat(statement.at("Condition", "Bool", "aws:SecureTransport").text())
                  .isEqualTo("false");
            });
  }

  private static Stream<Tree> statements(Tree role) {
    return role.at("Properties", "Policies").list().stream()
        .flatMap(policy -> policy.at("PolicyDocument", "Statement").list().stream())
        .flatMap(Tree::alternatives);
  }

  private static List<String> actions(Tree statement) {
    return statement.at("Action").list().stream().map(Tree::text).toList();
  }
}
