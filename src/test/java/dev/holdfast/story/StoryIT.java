package dev.holdfast.story;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.FALLBACK_QUEUE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Regression;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.client.ApiException;
import dev.holdfast.client.ApiResponse;
import dev.holdfast.client.model.AcceptedEvent;
import dev.holdfast.client.model.BookingNotFound;
import dev.holdfast.client.model.Conflict;
import dev.holdfast.client.model.FieldError;
import dev.holdfast.client.model.InvalidRequest;
import dev.holdfast.client.model.Page;
import dev.holdfast.client.model.PriceEvent;
import dev.holdfast.console.Console;
import dev.holdfast.console.Tale;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.OwedSweeps;
import dev.holdfast.local.State;
import dev.holdfast.story.Department.Answer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The README's story, told by the real package in real processes. What is owed is swept within
 * seconds here, not within a minute, and circuit breakers close after a third of a second, so that
 * nobody waits for them.
 */
class StoryIT {

  private static final Set<String> ELSEWHERE = Set.of("conflict", "killed", "home-region-lost");
  private static final List<Fault.Mode> DOWN =
      List.of(Fault.Mode.REFUSE, Fault.Mode.HANG, Fault.Mode.ERROR, Fault.Mode.KEY_DISABLED);
  private static final Path LOGS = Path.of("target/local-story");
  private static final Duration SECONDS = Duration.ofSeconds(40);

  private static LocalCloud cloud;
  private static OwedSweeps sweeps;
  private static Console console;
  private static DynamoDbClient events;
  private static DynamoDbClient heads;
  private static Department hotel;
  private static Department flight;

  @BeforeAll
  static void start() {
    cloud =
        LocalCloud.start(
            Options.onFreePorts()
                .with(Options.LOGS, LOGS)
                .with(Options.SCHEDULE, Duration.ofHours(1))
                .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "2S")
                .withEnvironment("HOLDFAST_CIRCUIT_BREAKER_DELAY", "0.3S"));
    events = cloud.dynamoDb(EVENT_TABLE);
    heads = cloud.dynamoDb(PENDING_INDEX);
    sweeps = OwedSweeps.start(cloud);
    console = Console.open(cloud);
    hotel = new Department(cloud.api());
    flight = new Department(cloud.api());
    awaitArchive();
    // The first requests of a process are its slowest, and other tests start beside this one.
    UUID eventId = Department.newEventId();
    await()
        .ignoreExceptionsInstanceOf(UncheckedIOException.class)
        .atMost(SECONDS)
        .until(
            () ->
                hotel.append("WARM-UP", 1, eventId).status() == 200
                    && flight.events("WARM-UP").status() == 200);
  }

  /** Until then one more process starts, beside those that are asked here. */
  private static void awaitArchive() {
    await()
        .atMost(SECONDS)
        .until(
            () -> {
              try (Stream<Path> built = Files.list(Path.of("target"))) {
                return cloud.isNative()
                    || built.anyMatch(
                        file -> file.toString().matches(".*zip\\.classes-[0-9a-f]{1,8}"));
              }
            });
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      events.close();
      heads.close();
      console.close();
      sweeps.close();
      cloud.close();
    }
  }

  @AfterEach
  void heal() {
    cloud.faults().heal();
    awaitNothingOwed();
  }

  /** The event table counts as faulty until then. */
  private static void awaitClosedBreakers() {
    await().pollDelay(Duration.ofMillis(500)).until(() -> true);
  }

  private static void awaitNothingOwed() {
    awaitClosedBreakers();
    await()
        .pollInterval(Duration.ofMillis(300))
        .atMost(SECONDS)
        .untilAsserted(
            () -> {
              State state = cloud.state();
              assertThat(state.pending()).isZero();
              assertThat(state.unclaimed()).isZero();
            });
    assertThat(cloud.state().conflicts()).isZero();
  }

  private static void fail(Dependency dependency, Fault.Mode mode) {
    cloud.faults().inject(dependency, Fault.of(mode));
  }

  /** The versions that stand in the event table itself. */
  private static List<String> recorded(String code) {
    return events
        .query(
            query ->
                query
                    .tableName(cloud.tableName(EVENT_TABLE))
                    .keyConditionExpression("bookingCode = :code")
                    .expressionAttributeValues(Map.of(":code", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .items()
        .stream()
        .map(item -> item.get("version").n() + " " + item.get("eventId").s())
        .toList();
  }

  private static Map<String, AttributeValue> head(String code) {
    return heads
        .getItem(
            get ->
                get.tableName(cloud.tableName(PENDING_INDEX))
                    .key(Map.of("bookingCode", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .item();
  }

  private static String owner(String code) {
    Map<String, AttributeValue> head = head(code);
    return head.isEmpty() ? "nobody" : head.get("ownerId").s();
  }

  @Test
  void aBookingIsMadeAndRead() {
    UUID eventId = Department.newEventId();
    Answer made = hotel.append("HEALTHY-1", 1, eventId);
    assertThat(made.status()).isEqualTo(201);
    assertThat(made.response().headers().firstValue("location"))
        .contains("/bookings/HEALTHY-1/events/1");
    Answer read = flight.events("HEALTHY-1");
    assertThat(read.status()).isEqualTo(200);
    assertThat(read.body().at("/events/0")).isEqualTo(made.body());
    assertThat(made.text("status")).isEqualTo("recorded");
    assertThat(made.body().at("/data/room").asText()).isEqualTo("sea view");
    assertThat(hotel.append("HEALTHY-1", 1, eventId).status()).isEqualTo(200);
    assertThat(hotel.append("HEALTHY-1", 2, Department.newEventId(), "99.00").status())
        .isEqualTo(201);
    assertThat(flight.get("/bookings/HEALTHY-1").body().at("/price/amount").asText())
        .isEqualTo("99.00");
    assertThat(flight.get("/bookings/HEALTHY-1/events/2").status()).isEqualTo(200);
    assertThat(flight.get("/bookings/HEALTHY-1/events/3").problem()).isEqualTo("event-not-found");
    assertThat(flight.get("/bookings/UNKNOWN").problem()).isEqualTo("booking-not-found");
    assertThat(flight.get("/nowhere").problem()).isEqualTo("not-found");
  }

  /**
   * All but the operators', which {@link OperatorsIT} plays, the one that the chaos run is, and the
   * one that needs two doors, which TwoDoorsConsoleIT plays.
   */
  private static Stream<String> stories() {
    return Console.stories().stream().filter(story -> !ELSEWHERE.contains(story));
  }

  @Tag("slow")
  @ParameterizedTest
  @MethodSource("stories")
  void everyStoryIsAsItIsTold(String story) throws InterruptedException {
    assertThat(Tale.told(console, story)).contains("Every promise held.");
  }

  @Test
  void aBookingIsAcceptedWhileTheEventTableHasLostItsKey() {
    fail(EVENT_TABLE, Fault.Mode.KEY_DISABLED);
    assertThat(hotel.append("KEYLESS-1", 1, Department.newEventId()).status()).isEqualTo(202);
    assertThat(flight.events("KEYLESS-1").status()).isEqualTo(200);
    cloud.faults().heal();
    awaitNothingOwed();
    assertThat(recorded("KEYLESS-1")).hasSize(1);
  }

  /** As a script could leave it, or a restore; and mended, as the runbook has it. */
  @Test
  @Regression("an event that could not be read blocked the prices of its booking")
  void pricesGoOnAfterAnEventThatCannotBeRead() {
    String code = "UNREADABLE-1";
    assertThat(hotel.append(code, 1, Department.newEventId()).status()).isEqualTo(201);
    Map<String, AttributeValue> key =
        Map.of("bookingCode", AttributeValue.fromS(code), "version", AttributeValue.fromN("1"));
    String table = cloud.tableName(EVENT_TABLE);
    Map<String, AttributeValue> whole = events.getItem(get -> get.tableName(table).key(key)).item();
    events.updateItem(
        update -> update.tableName(table).key(key).updateExpression("REMOVE recordedAt"));

    assertThat(flight.get("/bookings/" + code).body().path("version").intValue()).isEqualTo(1);
    UUID second = Department.newEventId();
    assertThat(hotel.append(code, 2, second).status()).isEqualTo(202);
    assertThat(hotel.append(code, 2, second).status()).isEqualTo(202);
    assertThat(flight.append(code, 2, Department.newEventId()).status()).isEqualTo(409);
    assertThat(flight.get("/bookings/" + code).body().path("version").intValue()).isEqualTo(2);
    events.putItem(put -> put.tableName(table).item(whole));
    awaitNothingOwed();
    assertThat(recorded(code)).hasSize(2);
  }

  @Test
  void versionTwoHelpsAPendingVersionOneIntoTheEventTable() {
    fail(EVENT_TABLE, Fault.Mode.THROTTLE);
    fail(FALLBACK_QUEUE, Fault.Mode.REFUSE);
    assertThat(hotel.append("HELPED-1", 1, Department.newEventId()).status()).isEqualTo(202);
    cloud.faults().heal(EVENT_TABLE);
    awaitClosedBreakers();
    assertThat(hotel.append("HELPED-1", 2, Department.newEventId()).status()).isEqualTo(201);
    assertThat(recorded("HELPED-1")).hasSize(2);
    assertThat(cloud.state().pending()).isZero();
  }

  @Tag("slow")
  @Test
  void thePendingIndexIsDownAndItsHeadsAppearAfterwards() {
    List<UUID> eventIds = new ArrayList<>();
    for (Fault.Mode mode : DOWN) {
      fail(PENDING_INDEX, mode);
      UUID eventId = Department.newEventId();
      eventIds.add(eventId);
      String code = "UNCLAIMED-" + eventIds.size();
      assertThat(hotel.append(code, 1, eventId).status()).isEqualTo(201);
      assertThat(flight.events(code).status()).isEqualTo(200);
      assertThat(flight.append(code, 1, Department.newEventId()).problem())
          .isEqualTo("booking-code-taken");
      assertThat(hotel.append(code, 2, Department.newEventId()).status()).isEqualTo(201);
    }
    assertThat(flight.get("/bookings/NOBODY-KNOWS").status()).isEqualTo(503);
    assertThat(cloud.state().unclaimed()).isEqualTo(2L * DOWN.size());
    cloud.faults().heal();
    awaitNothingOwed();
    for (int number = 1; number <= DOWN.size(); number++) {
      assertThat(owner("UNCLAIMED-" + number)).isEqualTo(eventIds.get(number - 1).toString());
      assertThat(head("UNCLAIMED-" + number)).containsEntry("version", AttributeValue.fromN("2"));
    }
  }

  @Tag("slow")
  @Test
  void everyStoreLosesHalfOfItsAnswersInTurnAndNothingIsDoubled() {
    for (Dependency dependency : Dependency.values()) {
      cloud.faults().inject(dependency, Fault.of(Fault.Mode.LOSE_ANSWER).withShare(0.5));
      for (int number = 1; number <= 5; number++) {
        String code = "HALF-" + dependency.key() + "-" + number;
        UUID eventId = Department.newEventId();
        assertThat(hotel.append(code, 1, eventId).status()).isIn(200, 201, 202);
        assertThat(flight.append(code, 1, Department.newEventId()).problem())
            .isEqualTo("booking-code-taken");
      }
      cloud.faults().heal();
      awaitNothingOwed();
      for (int number = 1; number <= 5; number++) {
        assertThat(recorded("HALF-" + dependency.key() + "-" + number)).hasSize(1);
      }
    }
  }

  @Tag("slow")
  @Test
  void twoDepartmentsRaceForAHundredCodesAndEachHasOneWinner() throws Exception {
    ExecutorService both = Executors.newFixedThreadPool(2);
    try {
      List<Callable<List<Answer>>> departments = new ArrayList<>();
      for (Department department : List.of(hotel, flight)) {
        departments.add(
            () -> {
              List<Answer> answers = new ArrayList<>();
              for (int number = 0; number < 100; number++) {
                answers.add(department.append("RACE-" + number, 1, Department.newEventId()));
              }
              return answers;
            });
      }
      List<Future<List<Answer>>> done = both.invokeAll(departments);
      List<Answer> ours = done.get(0).get();
      List<Answer> theirs = done.get(1).get();
      for (int number = 0; number < 100; number++) {
        assertThat(List.of(ours.get(number).status(), theirs.get(number).status()))
            .as("RACE-%s", number)
            .containsExactlyInAnyOrder(201, 409);
        Answer winner = ours.get(number).status() == 201 ? ours.get(number) : theirs.get(number);
        assertThat(recorded("RACE-" + number)).containsExactly("1 " + winner.text("eventId"));
        assertThat(owner("RACE-" + number)).isEqualTo(winner.text("eventId"));
      }
    } finally {
      both.shutdownNow();
    }
  }

  @Test
  void aMessageThatMakesNoSenseGoesToTheDeadLetterQueueAndBlocksNobody() {
    fail(EVENT_TABLE, Fault.Mode.ERROR);
    try (SqsClient sqs = cloud.sqs()) {
      sqs.sendMessage(
          message ->
              message
                  .queueUrl(cloud.queueUrl("FallbackQueue"))
                  .messageBody("{\"bookingCode\":")
                  .messageGroupId("BESIDE-1")
                  .messageDeduplicationId("no-sense"));
    }
    assertThat(hotel.append("BESIDE-1", 1, Department.newEventId()).status()).isEqualTo(202);
    cloud.faults().heal();
    awaitNothingOwed();
    await()
        .atMost(SECONDS)
        .untilAsserted(() -> assertThat(cloud.state().deadLetterQueue()).isEqualTo(1));
    assertThat(recorded("BESIDE-1")).hasSize(1);
  }

  @Test
  void aGeneratedClientAppendsAndReads() throws ApiException {
    GeneratedClient client = new GeneratedClient(cloud.api());
    PriceEvent event = GeneratedClient.event(1, Department.newEventId(), "412.50");

    ApiResponse<AcceptedEvent> made = client.append("GENERATED-1", event);

    assertThat(made.getStatusCode()).isEqualTo(201);
    assertThat(made.getData().getStatus()).isEqualTo(AcceptedEvent.StatusEnum.RECORDED);
    assertThat(made.getData().getBookingCode()).isEqualTo("GENERATED-1");
    assertThat(made.getData().getEventId()).isEqualTo(event.getEventId());
    assertThat(made.getData().getPrice()).isEqualTo(event.getPrice());
    assertThat(made.getData().getOccurredAt()).isEqualTo(GeneratedClient.OCCURRED_AT);
    assertThat(made.getData().getData()).isEqualTo(event.getData());
    assertThat(made.getData().getRecordedAt()).isNotNull();
    ApiResponse<AcceptedEvent> again = client.append("GENERATED-1", event);
    assertThat(again.getStatusCode()).isEqualTo(200);
    assertThat(again.getData()).isEqualTo(made.getData());
    assertThat(List.of(made, again))
        .allMatch(
            answer ->
                answer
                    .getHeaders()
                    .get("location")
                    .equals(List.of("/bookings/GENERATED-1/events/1")));
    PriceEvent second = GeneratedClient.event(2, Department.newEventId(), "480.00");
    AcceptedEvent changed = client.append("GENERATED-1", second).getData();
    assertThat(client.booking("GENERATED-1")).isEqualTo(changed);
    assertThat(client.event("GENERATED-1", 1)).isEqualTo(made.getData());
    assertThat(client.bookingAsOf("GENERATED-1", made.getData().getRecordedAt()))
        .isEqualTo(made.getData());
    Page page = client.page("GENERATED-1", 1, 1, "asc");
    assertThat(page.getEvents()).containsExactly(made.getData());
    assertThat(page.getNext()).isEqualTo("/bookings/GENERATED-1/events?from=2&limit=1&order=asc");
    assertThat(client.page("GENERATED-1", 2, 1, "asc").getEvents()).containsExactly(changed);
  }

  @Test
  void aGeneratedClientUnderstandsARefusal() throws Exception {
    GeneratedClient client = new GeneratedClient(cloud.api());
    client.append("GENERATED-2", GeneratedClient.event(1, Department.newEventId(), "1.00"));

    PriceEvent another = GeneratedClient.event(1, Department.newEventId(), "2.00");
    assertThat(
            client
                .problem(409, Conflict.class, () -> client.append("GENERATED-2", another))
                .getBookingCodeTaken()
                .getDetail())
        .isNotBlank();
    PriceEvent third = GeneratedClient.event(3, Department.newEventId(), "3.00");
    assertThat(
            client
                .problem(409, Conflict.class, () -> client.append("GENERATED-2", third))
                .getVersionConflict()
                .getCurrentVersion())
        .isEqualTo(1);
    PriceEvent wrong = GeneratedClient.event(0, Department.newEventId(), "-1");
    assertThat(
            client
                .problem(400, InvalidRequest.class, () -> client.append("GENERATED-2", wrong))
                .getErrors())
        .extracting(FieldError::getPointer)
        .containsExactlyInAnyOrder("/version", "/price/amount");
    assertThat(
            client
                .problem(404, BookingNotFound.class, () -> client.booking("UNKNOWN"))
                .getStatus()
                .getValue())
        .isEqualTo(404);
  }

  @Tag("slow")
  @Test
  void aGeneratedClientGetsThroughAnOutage() throws Exception {
    GeneratedClient client = new GeneratedClient(cloud.api());
    fail(EVENT_TABLE, Fault.Mode.THROTTLE);
    PriceEvent event = GeneratedClient.event(1, Department.newEventId(), "412.50");

    ApiResponse<AcceptedEvent> made = client.append("GENERATED-3", event);

    assertThat(made.getStatusCode()).isEqualTo(202);
    assertThat(made.getData().getStatus()).isEqualTo(AcceptedEvent.StatusEnum.PENDING);
    assertThat(client.booking("GENERATED-3")).isEqualTo(made.getData());
    PriceEvent second = GeneratedClient.event(2, Department.newEventId(), "480.00");
    ApiResponse<AcceptedEvent> changed = client.append("GENERATED-3", second);
    assertThat(changed.getStatusCode()).isEqualTo(202);
    assertThat(client.booking("GENERATED-3")).isEqualTo(changed.getData());
    cloud.faults().heal();
    fail(PENDING_INDEX, Fault.Mode.REFUSE);
    ApiException unavailable = client.refusal(503, () -> client.booking("NOBODY-KNOWS"));
    assertThat(unavailable.getResponseHeaders().firstValue("retry-after"))
        .hasValueSatisfying(seconds -> assertThat(seconds).matches("[1-5]"));
  }

  @Test
  void whatIsRefusedIsWrittenNowhere() {
    long before = cloud.state().recorded();
    Answer answer =
        hotel.post(
            "REFUSED-1",
            """
            {"eventId":"no uuid","version":0,"type":"booked","price":{"amount":"1e400",\
            "currency":"EUR"},"occurredAt":"2026-11-23T09:15:00","surplus":1}""");
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.body().findValuesAsText("pointer"))
        .containsExactlyInAnyOrder(
            "/eventId", "/version", "/price/amount", "/occurredAt", "/surplus");
    assertThat(hotel.post("REFUSED-1", " ".repeat(300_000)).status()).isEqualTo(413);
    assertThat(hotel.post("not%20a%20code", "{}").status()).isEqualTo(400);
    // Encoded twice, and decoded once: no other spelling of a code that is taken.
    assertThat(hotel.append("%2548EALTHY-1", 1, Department.newEventId()).status()).isEqualTo(400);
    assertThat(cloud.state().recorded()).isEqualTo(before);
    assertThat(owner("REFUSED-1")).isEqualTo("nobody");
  }

  @Test
  void everyFunctionPrintsItsMetricsWhereCloudWatchFindsThem() {
    fail(EVENT_TABLE, Fault.Mode.ERROR);
    assertThat(hotel.append("MEASURED-1", 1, Department.newEventId()).status()).isEqualTo(202);
    assertThat(flight.get("/bookings/MEASURED-1").status()).isEqualTo(200);
    cloud.faults().heal();
    Map<String, String> metrics =
        Map.of(
            "append", "EventTableUnavailable",
            "read", "Reads",
            "drain", "Drained",
            "sweep", "SweepBacklog");
    await()
        .atMost(SECONDS)
        .untilAsserted(
            () -> {
              for (Map.Entry<String, String> function : metrics.entrySet()) {
                assertThat(metrics(function.getKey())).contains(function.getValue());
              }
            });
  }

  /** The metrics in a function's log, where a line is metrics or it is not. */
  private static List<String> metrics(String function) throws IOException {
    MetricLines metrics = new MetricLines();
    Files.readAllLines(LOGS.resolve(function + ".log")).stream()
        .filter(line -> line.contains("\"_aws\""))
        .forEach(metrics::add);
    return metrics.names();
  }
}
