package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Regression;
import dev.holdfast.ledger.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alarms, dashboard and saved queries: they look at what is there, and say what to do. */
class WatchingTest {

  /** The metrics of docs/metrics.md, each with its dimensions. */
  private static final Map<String, Set<String>> METRICS =
      Stream.concat(
              Stream.of("Appends", "Reads", "Drained", "Resolved", "Violations")
                  .map(name -> Map.entry(name, Set.of("Stack", "Outcome"))),
              Stream.of(
                      "EventTableAnswered",
                      "EventTableUnavailable",
                      "PendingIndexAnswered",
                      "PendingIndexUnavailable",
                      "FallbackQueueAnswered",
                      "FallbackQueueUnavailable",
                      "DeadLetterQueueAnswered",
                      "DeadLetterQueueUnavailable",
                      "RepublishQueueAnswered",
                      "RepublishQueueUnavailable",
                      "CircuitBreakerOpen",
                      "Sweeps",
                      "Pending",
                      "Unclaimed",
                      "Conflicts",
                      "Requeued",
                      "SweepBacklog",
                      "UnsweptShards",
                      "UnreadableItems",
                      "OldestPendingAge",
                      "OldestUnclaimedAge",
                      "Redriven",
                      "ClaimsBackfilled",
                      "Republished",
                      "Audited")
                  .map(name -> Map.entry(name, Set.of("Stack"))))
          .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));

  private static final Pattern FIELD = Pattern.compile("mdc\\.(\\w+)");
  private static final Pattern ANCHOR = Pattern.compile("docs/runbook\\.md#([a-z0-9-]+)");
  private static final Pattern SEARCH =
      Pattern.compile("SEARCH\\('\\{Holdfast,([^}]+)} MetricName=\"(\\w+)\"");

  /** A metric of ours that something looks at. */
  private record Watched(String name, Set<String> dimensions) {}

  @Test
  void everyAlarmSaysWhatItMeansAndWhereTheRunbookGoesOn() throws IOException {
    Set<String> chapters = chapters(Files.readString(Path.of("docs", "runbook.md")));
    Map<String, Tree> alarms = alarms();

    assertThat(alarms).hasSizeGreaterThanOrEqualTo(8);
    alarms.forEach(
        (logicalId, alarm) -> {
          String description = alarm.at("Properties", "AlarmDescription").text();
          // 1,024 is CloudWatch's limit.
          assertThat(description).as(logicalId).hasSizeBetween(100, 1024);
          Matcher anchor = ANCHOR.matcher(description);
          assertThat(anchor.find()).as(logicalId + " refers to the runbook").isTrue();
          assertThat(chapters).as(logicalId).contains(anchor.group(1));
          assertThat(alarm.at("Properties", "AlarmName", "Fn::Sub").text())
              .isEqualTo("${AWS::StackName}-" + anchor.group(1));
        });
  }

  @Test
  void everyAlarmIsHeard() {
    alarms()
        .forEach(
            (logicalId, alarm) -> {
              for (String actions : List.of("AlarmActions", "OKActions")) {
                assertThat(alarm.at("Properties", actions).list())
                    .as(logicalId)
                    .extracting(topic -> topic.at("Ref").text())
                    .containsExactly("AlarmTopic");
              }
              // Whether silence is good news or bad has to be thought of for each.
              assertThat(alarm.at("Properties").has("TreatMissingData")).as(logicalId).isTrue();
            });
  }

  /** A kind that is missing from the alarm is found by nobody. */
  @Test
  void whateverAnAuditFindsIsHeard() {
    assertThat(
            alarms()
                .get("ViolationsAlarm")
                .parts()
                .filter(part -> part.at("Name").text().equals("Outcome"))
                .map(outcome -> outcome.at("Value").text()))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Audit.Kind.values())
                .map(kind -> kind.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  /** A pipe that is stopped puts nothing into the dead-letter queue, and fails nowhere. */
  @Test
  @Regression("the change feed could fall silent without an alarm")
  void aChangeFeedThatFailsOrFallsSilentIsHeard() {
    Map<String, Tree> ofTheFeed = new TreeMap<>(alarms());
    ofTheFeed.values().removeIf(alarm -> !alarm.at("Condition").text().equals("HasChangeFeed"));

    assertThat(ofTheFeed.keySet())
        .containsExactlyInAnyOrder(
            "ChangeFeedAlarm",
            "ChangeFeedFailingAlarm",
            "ChangeFeedSilentAlarm",
            "RepublishQueueAlarm");
    assertThat(metricNames(ofTheFeed.get("ChangeFeedFailingAlarm")))
        .containsExactlyInAnyOrder(
            "ExecutionFailed",
            "ExecutionPartiallyFailed",
            "ExecutionThrottled",
            "ExecutionTimeout");
    assertThat(metricNames(ofTheFeed.get("ChangeFeedSilentAlarm")))
        .containsExactlyInAnyOrder("Appends", "EventCount");
  }

  /** AWS/EventBridge/Pipes: a metric of another namespace or dimension never has a value. */
  @Test
  void aPipeIsWatchedByItsName() {
    List<Tree> ofPipes =
        alarms().values().stream()
            .flatMap(Tree::parts)
            .filter(part -> part.at("Namespace").text().equals("AWS/EventBridge/Pipes"))
            .toList();

    assertThat(ofPipes)
        .hasSize(5)
        .extracting(metric -> metric.at("Dimensions").list().toString())
        .containsOnly("[Tree[node={Name=PipeName, Value={Ref=ChangeFeed}}]]");
  }

  @Test
  void everythingWatchedIsMeasured() {
    assertThat(watched())
        .allSatisfy(
            metric -> {
              assertThat(METRICS).containsKey(metric.name());
              assertThat(metric.dimensions())
                  .as(metric.name())
                  .isEqualTo(METRICS.get(metric.name()));
            });
  }

  @Test
  void everythingMeasuredIsWatched() {
    Set<String> names = watched().stream().map(Watched::name).collect(Collectors.toSet());

    assertThat(names).containsAll(METRICS.keySet());
  }

  @Test
  void theDashboardShowsEveryAlarmAndAnswersItsQuestionsInOrder() {
    List<String> texts = new ArrayList<>();
    Set<String> alarms = new TreeSet<>();
    for (JsonNode widget : dashboard().path("widgets")) {
      JsonNode properties = widget.path("properties");
      if (widget.path("type").asText().equals("text")) {
        texts.add(properties.path("markdown").asText().lines().findFirst().orElse(""));
      }
      properties.path("alarms").forEach(arn -> alarms.add(arn.asText()));
      assertThat(widget.path("x").asInt() + widget.path("width").asInt()).isLessThanOrEqualTo(24);
    }

    assertThat(texts)
        .containsExactly(
            "## 1. Are bookings accepted?",
            "## 2. Is anything pending, and since when?",
            "## 3. Is it draining?",
            "## 4. Is there a conflict?",
            "## 5. Which dependency is sick?",
            "## 6. Does the change feed get everything?");
    Set<String> unconditional =
        alarms().entrySet().stream()
            .filter(alarm -> !alarm.getValue().has("Condition"))
            .map(alarm -> "${" + alarm.getKey() + ".Arn}")
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(alarms).isEqualTo(unconditional);
  }

  @Test
  void savedQueriesLookIntoLogsThatAreThere() {
    Set<String> logs = DeploymentTemplate.resources("AWS::Logs::LogGroup").keySet();
    Map<String, Tree> queries = DeploymentTemplate.resources("AWS::Logs::QueryDefinition");

    assertThat(queries).hasSizeGreaterThanOrEqualTo(7);
    queries.forEach(
        (logicalId, query) ->
            assertThat(query.at("Properties", "LogGroupNames").list())
                .as(logicalId)
                .isNotEmpty()
                .flatMap(group -> group.alternatives().toList())
                .allSatisfy(group -> assertThat(logs).contains(group.at("Ref").text())));
  }

  /** A query for a field that no line has finds nothing, and nobody notices. */
  @Test
  void savedQueriesAskForFieldsThatTheLogHas() throws IOException {
    String documented = Files.readString(Path.of("docs", "metrics.md"));

    DeploymentTemplate.resources("AWS::Logs::QueryDefinition")
        .forEach(
            (logicalId, query) ->
                assertThat(FIELD.matcher(query.at("Properties", "QueryString").text()).results())
                    .as(logicalId)
                    .allSatisfy(
                        field -> assertThat(documented).contains("`" + field.group(1) + "`")));
  }

  private static List<String> metricNames(Tree alarm) {
    return alarm
        .parts()
        .filter(part -> part.has("MetricName"))
        .map(part -> part.at("MetricName").text())
        .toList();
  }

  private static Map<String, Tree> alarms() {
    return DeploymentTemplate.resources("AWS::CloudWatch::Alarm");
  }

  private static Set<Watched> watched() {
    return Stream.concat(
            alarms().values().stream().flatMap(Tree::parts).flatMap(WatchingTest::alarmMetric),
            dashboardMetrics().stream())
        .collect(Collectors.toSet());
  }

  private static Stream<Watched> alarmMetric(Tree part) {
    return part.at("Namespace").text().equals("Holdfast")
        ? Stream.of(
            new Watched(
                part.at("MetricName").text(),
                part.at("Dimensions").list().stream()
                    .map(dimension -> dimension.at("Name").text())
                    .collect(Collectors.toSet())))
        : Stream.empty();
  }

  private static List<Watched> dashboardMetrics() {
    List<Watched> metrics = new ArrayList<>();
    for (JsonNode metric :
        dashboard().findValues("metrics").stream().flatMap(WatchingTest::all).toList()) {
      JsonNode expression = metric.path(0).path("expression");
      Matcher search = SEARCH.matcher(expression.asText());
      if (search.find()) {
        metrics.add(new Watched(search.group(2), Set.of(search.group(1).split(","))));
      } else if (metric.path(0).asText().equals("Holdfast")) {
        metrics.add(new Watched(metric.path(1).asText(), dimensions(metric)));
      }
    }
    return metrics;
  }

  /** Namespace, name, then a name and a value for each dimension, then perhaps how to draw it. */
  private static Set<String> dimensions(JsonNode metric) {
    Set<String> names = new TreeSet<>();
    for (int index = 2; index + 1 < metric.size(); index += 2) {
      names.add(metric.path(index).asText());
    }
    return names;
  }

  private static Stream<JsonNode> all(JsonNode array) {
    List<JsonNode> nodes = new ArrayList<>();
    array.forEach(nodes::add);
    return nodes.stream();
  }

  private static JsonNode dashboard() {
    String body = DeploymentTemplate.properties("Dashboard").at("DashboardBody", "Fn::Sub").text();
    try {
      return new ObjectMapper().readTree(body);
    } catch (JsonProcessingException broken) {
      throw new AssertionError("The dashboard is no JSON", broken);
    }
  }

  /** The anchors of a document's headings, as GitHub and its kin make them. */
  private static Set<String> chapters(String markdown) {
    return markdown
        .lines()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("^#+ *", "").toLowerCase(Locale.ROOT))
        .map(heading -> heading.replaceAll("[^a-z0-9 _-]", "").replace(' ', '-'))
        .collect(Collectors.toSet());
  }
}
