package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** One template makes a home and its second door, whatever its parameters are. */
@Tag("slow")
class SecondDoorTest {

  private static final Map<String, String> HOME =
      Map.of("AWS::Region", "eu-central-1", "PendingRegion", "eu-west-1");

  private static final Map<String, String> SECOND_DOOR =
      Map.of(
          "AWS::Region", "eu-west-1",
          "PendingRegion", "eu-west-1",
          "HomeRegion", "eu-central-1",
          "HomeEventTable", "events",
          "HomePendingIndex", "pending");

  /** Every parameter that a condition asks about, but those that say whose stack it is. */
  private static final Map<String, String> SWITCHES =
      Map.ofEntries(
          Map.entry("Package", "jvm"),
          Map.entry("WitnessRegion", "eu-west-2"),
          Map.entry("PendingReplicaPolicy", "on"),
          Map.entry("JwtIssuer", "https://issuer.example"),
          Map.entry("Writers", "stopped"),
          Map.entry("KeyArn", "arn:aws:kms:eu-central-1:111122223333:key/1"),
          Map.entry("PendingKeyArn", "arn:aws:kms:eu-west-1:111122223333:key/2"),
          Map.entry("EventTableWarmWrites", "8000"),
          Map.entry("PendingIndexWarmWrites", "8000"),
          Map.entry("ReservedConcurrency", "off"),
          Map.entry("Audits", "weekly"),
          Map.entry("AlarmEmail", "jane@example.com"),
          Map.entry("Tracing", "on"),
          Map.entry("ChangeFeedBus", "bookings"),
          Map.entry("ChangeFeedArchiveDays", "7"));

  private final Deployment home = new Deployment(HOME);
  private final Deployment secondDoor = new Deployment(SECOND_DOOR);

  @Test
  void noCombinationOfParametersRefersToWhatIsNotThere() {
    for (Map<String, String> stack :
        List.of(Map.of("AWS::Region", "eu-central-1"), HOME, SECOND_DOOR)) {
      for (Map<String, String> values : combinations(stack)) {
        assertThat(new Deployment(values).danglingReferences()).as(values.toString()).isEmpty();
      }
    }
  }

  @Test
  void everyConditionIsSwitched() {
    Set<String> switched = new TreeSet<>(SWITCHES.keySet());
    switched.addAll(HOME.keySet());
    switched.addAll(SECOND_DOOR.keySet());

    assertThat(
            DeploymentTemplate.conditions().values().stream()
                .flatMap(Tree::parts)
                .filter(part -> part.has("Ref"))
                .map(part -> part.at("Ref").text()))
        .isSubsetOf(switched);
  }

  @Test
  void itHasAllThatTheHomeHasButTablesBackfillAuditAndChangeFeed() {
    Map<String, String> withFeed =
        Map.of("ChangeFeedBus", "bookings", "ChangeFeedArchiveDays", "7", "Audits", "weekly");
    Set<String> missing = new Deployment(with(HOME, withFeed)).resources();
    missing.removeAll(new Deployment(with(SECOND_DOOR, withFeed)).resources());

    assertThat(missing)
        .containsExactlyInAnyOrder(
            "EventTable",
            "PendingIndex",
            "Backfill",
            "BackfillFunction",
            "BackfillLogs",
            "BackfillRole",
            "Audit",
            "AuditFunction",
            "AuditLogs",
            "AuditRole",
            "AuditSchedule",
            "AuditScheduleRole",
            "ViolationsAlarm",
            "ViolationsQuery",
            "SegmentsRole",
            "ChangeFeed",
            "ChangeFeedAlarm",
            "ChangeFeedArchive",
            "ChangeFeedDeadLetterQueue",
            "ChangeFeedEventBus",
            "ChangeFeedFailingAlarm",
            "ChangeFeedQueuePolicy",
            "ChangeFeedRole",
            "ChangeFeedSilentAlarm",
            "Republish",
            "RepublishFunction",
            "RepublishLogs",
            "RepublishPipe",
            "RepublishQueue",
            "RepublishQueueAlarm",
            "RepublishQueuePolicy",
            "RepublishRole");
    assertThat(home.resources()).containsAll(secondDoor.resources());
  }

  @Test
  void itsFunctionsCallTheEventTableAtHomeAndTheHeadsBesideThem() {
    assertThat(variables(secondDoor))
        .containsEntry("HOLDFAST_EVENT_TABLE", "HomeEventTable")
        .containsEntry("QUARKUS_DYNAMODB_EVENTS_AWS_REGION", "HomeRegion")
        .containsEntry("HOLDFAST_PENDING_INDEX", "HomePendingIndex")
        .containsEntry("QUARKUS_DYNAMODB_PENDING_AWS_REGION", "PendingRegion")
        .containsEntry("QUARKUS_DYNAMODB_REPLICA_AWS_REGION", "HomeRegion");
    assertThat(variables(home))
        .containsEntry("HOLDFAST_EVENT_TABLE", "EventTable")
        .containsEntry("QUARKUS_DYNAMODB_EVENTS_AWS_REGION", "AWS::Region")
        .containsEntry("HOLDFAST_PENDING_INDEX", "PendingIndex")
        .containsEntry("QUARKUS_DYNAMODB_PENDING_AWS_REGION", "PendingRegion")
        .containsEntry("QUARKUS_DYNAMODB_REPLICA_AWS_REGION", "AWS::Region");
  }

  @Test
  void whatTheHomeSaysOfItMakesIt() {
    String parameters =
        DeploymentTemplate.outputs().get("SecondDoor").at("Value", "Fn::Sub").text();
    Set<String> own = new TreeSet<>(SECOND_DOOR.keySet());
    own.removeAll(HOME.keySet());

    assertThat(parameters.split(" "))
        .extracting(assignment -> assignment.split("=", 2)[0])
        .containsExactlyInAnyOrderElementsOf(own);
    assertThat(home.outputs()).contains("SecondDoor");
    assertThat(secondDoor.outputs())
        .doesNotContain("SecondDoor", "BackfillStateMachineArn", "AuditStateMachineArn");
    assertThat(secondDoor.refusals()).isEmpty();
  }

  /** What each variable of the functions refers to. */
  private static Map<String, String> variables(Deployment deployment) {
    Map<String, String> references = new HashMap<>();
    DeploymentTemplate.globalFunction()
        .at("Environment", "Variables")
        .map()
        .forEach(
            (name, value) ->
                deployment
                    .chosen(value)
                    .forEach(chosen -> references.put(name, chosen.at("Ref").text())));
    return references;
  }

  private static List<Map<String, String>> combinations(Map<String, String> stack) {
    List<Map<String, String>> combinations = new ArrayList<>(List.of(stack));
    SWITCHES.forEach(
        (name, value) ->
            List.copyOf(combinations)
                .forEach(values -> combinations.add(with(values, Map.of(name, value)))));
    return combinations;
  }

  private static Map<String, String> with(Map<String, String> values, Map<String, String> more) {
    Map<String, String> all = new HashMap<>(values);
    all.putAll(more);
    return all;
  }
}
