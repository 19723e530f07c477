package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What CloudFormation refuses before it makes or changes anything. */
class RulesTest {

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, eu-west-1, eu-west-3",
    "us-east-1, us-west-2, us-east-2",
    "ap-northeast-1, ap-northeast-3, ap-northeast-2",
    "eu-central-1, eu-north-1, ''",
    "sa-east-1, '', ''"
  })
  void regionsThatFitAreTaken(String region, String pendingRegion, String witnessRegion) {
    assertThat(refusals(regions(region, pendingRegion, witnessRegion))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, eu-west-1, eu-north-1",
    "eu-central-1, eu-north-1, eu-west-1",
    "eu-south-1, eu-west-1, eu-west-2",
    "us-east-1, us-west-2, eu-west-1",
    "us-east-1, eu-west-1, ap-northeast-1"
  })
  void aWitnessIsInOneSetOfRegionsWithBothReplicas(
      String region, String pendingRegion, String witnessRegion) {
    assertThat(refusals(regions(region, pendingRegion, witnessRegion)))
        .singleElement()
        .asString()
        .contains("eu-west-1, eu-west-2, eu-west-3, eu-central-1");
  }

  @ParameterizedTest
  @CsvSource({
    "eu-central-1, '', eu-west-1",
    "eu-central-1, eu-west-1, eu-west-1",
    "eu-central-1, eu-west-1, eu-central-1",
    "eu-central-1, eu-central-1, ''"
  })
  void noRegionHasTwoParts(String region, String pendingRegion, String witnessRegion) {
    assertThat(refusals(regions(region, pendingRegion, witnessRegion))).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"KeyArn", "PendingKeyArn"})
  void bothReplicasHaveAKeyOrNone(String key) {
    Map<String, String> values = regions("eu-central-1", "eu-west-1", "");
    values.put(key, "arn:aws:kms:eu-central-1:111122223333:key/1");

    assertThat(refusals(values)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({"'', 1", "departments, 0"})
  void anIssuerNeedsAnAudience(String audience, int refusals) {
    Map<String, String> values = regions("eu-central-1", "", "");
    values.put("JwtIssuer", "https://issuer.example");
    values.put("JwtAudience", audience);

    assertThat(refusals(values)).hasSize(refusals);
  }

  private static Map<String, String> regions(
      String region, String pendingRegion, String witnessRegion) {
    return new HashMap<>(
        Map.of(
            "AWS::Region", region, "PendingRegion", pendingRegion, "WitnessRegion", witnessRegion));
  }

  /** What the rules say to these values; parameters that are not among them have their defaults. */
  private static List<String> refusals(Map<String, String> given) {
    Map<String, String> values = new HashMap<>();
    DeploymentTemplate.parameters()
        .forEach((name, parameter) -> values.put(name, parameter.at("Default").text()));
    values.putAll(given);
    List<String> refusals = new ArrayList<>();
    for (Tree rule : DeploymentTemplate.rules().values()) {
      if (!rule.has("RuleCondition") || holds(rule.at("RuleCondition"), values)) {
        rule.at("Assertions").list().stream()
            .filter(assertion -> !holds(assertion.at("Assert"), values))
            .forEach(assertion -> refusals.add(assertion.at("AssertDescription").text()));
      }
    }
    return refusals;
  }

  /** AWS, "Rule-specific intrinsic functions", as far as the template uses them. */
  private static boolean holds(Tree condition, Map<String, String> values) {
    Map.Entry<String, Tree> function = condition.map().entrySet().iterator().next();
    List<Tree> arguments = function.getValue().list();
    return switch (function.getKey()) {
      case "Fn::Not" -> !holds(arguments.get(0), values);
      case "Fn::And" -> arguments.stream().allMatch(argument -> holds(argument, values));
      case "Fn::Or" -> arguments.stream().anyMatch(argument -> holds(argument, values));
      case "Fn::Equals", "Fn::EachMemberEquals" ->
          value(arguments.get(0), values).equals(value(arguments.get(1), values));
      case "Fn::Contains" ->
          arguments.get(0).list().stream()
              .map(Tree::text)
              .anyMatch(value(arguments.get(1), values)::equals);
      default -> throw new AssertionError("A function that this test does not know: " + condition);
    };
  }

  private static String value(Tree operand, Map<String, String> values) {
    return operand.has("Ref") ? values.get(operand.at("Ref").text()) : operand.text();
  }
}
