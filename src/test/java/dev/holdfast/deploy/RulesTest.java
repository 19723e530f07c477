package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
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
  @Regression("a witness outside of AWS's sets failed in the middle of a deployment")
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

  @ParameterizedTest
  @Regression("an archive of no change feed left a dangling reference")
  @CsvSource({"'', 7, 1", "'', 0, 0", "bookings, 7, 0"})
  void anArchiveNeedsAChangeFeed(String bus, String days, int refusals) {
    Map<String, String> values = regions("eu-central-1", "", "");
    values.put("ChangeFeedBus", bus);
    values.put("ChangeFeedArchiveDays", days);

    assertThat(refusals(values)).hasSize(refusals);
  }

  @ParameterizedTest
  @CsvSource({
    "eu-west-1, eu-west-1, eu-central-1, events, pending, 0",
    // In the home region, where the pending index has a replica that is another register.
    "eu-central-1, eu-central-1, eu-central-1, events, pending, 1",
    "eu-central-1, eu-west-1, eu-central-1, events, pending, 2",
    // Not where the heads are.
    "eu-west-1, '', eu-central-1, events, pending, 1",
    "eu-north-1, eu-west-1, eu-central-1, events, pending, 1",
    "eu-west-1, eu-west-1, eu-central-1, '', pending, 1",
    "eu-west-1, eu-west-1, eu-central-1, events, '', 1",
    // A home has tables of its own.
    "eu-central-1, eu-west-1, '', events, '', 1",
    "eu-central-1, eu-west-1, '', '', pending, 1"
  })
  void aSecondDoorStandsInThePendingRegionOfItsHome(
      String region,
      String pendingRegion,
      String homeRegion,
      String eventTable,
      String pendingIndex,
      int refusals) {
    Map<String, String> values = regions(region, pendingRegion, "");
    values.put("HomeRegion", homeRegion);
    values.put("HomeEventTable", eventTable);
    values.put("HomePendingIndex", pendingIndex);

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
    return new Deployment(given).refusals();
  }
}
