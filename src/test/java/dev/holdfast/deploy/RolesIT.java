package dev.holdfast.deploy;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.FALLBACK_QUEUE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.local.Access;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.OwedSweeps;
import dev.holdfast.local.StackGrants;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Drives every function of the real package through every branch that calls something else, keeps
 * what is called, and compares it with what the roles in template.yaml grant: nothing may be
 * missing, nothing may be left over.
 */
@Tag("slow")
class RolesIT {

  private static final Duration LONG = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * AWS, "Configuring an Amazon SQS queue to trigger an AWS Lambda function": what the role of a
   * function on a queue must allow, since Lambda's own poller has that role.
   */
  private static final Set<Access> OF_THE_POLLER =
      Set.of(
          new Access("drain", "sqs:ReceiveMessage", "FallbackQueue"),
          new Access("drain", "sqs:DeleteMessage", "FallbackQueue"),
          new Access("drain", "sqs:GetQueueAttributes", "FallbackQueue"));

  /**
   * AWS, "Defining Lambda function permissions with an execution role": what Lambda needs to write
   * a function's log to CloudWatch, where the log group is there already.
   */
  private static final List<String> OF_THE_LOG =
      List.of("logs:CreateLogStream", "logs:PutLogEvents");

  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

  private static LocalCloud cloud;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    cloud =
        LocalCloud.start(
            Options.onFreePorts()
                .with(Options.LOGS, Path.of("target/local-roles"))
                .with(Options.PROCESSES, 1)
                // Sweeps come when they are called, and find what is owed at once.
                .with(Options.SCHEDULE, Duration.ofHours(1))
                .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "0S")
                .withEnvironment("HOLDFAST_CIRCUIT_BREAKER_DELAY", "0.3S"));
    try {
      driveEveryFunction();
    } catch (RuntimeException | AssertionError failure) {
      List<String> missing = Roles.missing(needed(), StackGrants.ofLocalCloud());
      if (missing.isEmpty()) {
        throw failure;
      }
      // A function that was refused a call does not go the way that it should.
      throw new AssertionError(String.join(System.lineSeparator(), missing), failure);
    }
  }

  private static void driveEveryFunction() throws IOException, InterruptedException {
    append();
    read();
    drain();
    sweep();
    pending();
    resolve();
    redrive();
    backfill();
    republish();
    audit();
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      cloud.close();
    }
  }

  @Test
  void everyRoleGrantsWhatItsFunctionNeedsAndNoMore() {
    assertThat(Roles.differences(needed(), StackGrants.ofLocalCloud())).isEmpty();
  }

  /** The functions of a second door are the same, and so are their calls, but for the regions. */
  @ParameterizedTest
  @CsvSource({"''", "eu-north-1"})
  void everyRoleOfASecondDoorGrantsWhatItsFunctionNeedsAndNoMore(String witnessRegion) {
    assertThat(
            Roles.differences(
                StackGrants.atSecondDoor(needed(), witnessRegion),
                StackGrants.ofSecondDoor(witnessRegion)))
        .isEmpty();
  }

  @Test
  void thePollerOfTheLocalCloudNeedsNoMoreThanLambdas() {
    assertThat(cloud.calls())
        .filteredOn(call -> isPoller(call.function()))
        .isNotEmpty()
        .allMatch(
            call -> OF_THE_POLLER.contains(new Access("drain", call.action(), call.resource())));
  }

  @Test
  void everyGrantThatIsTakenAwayIsMissed() {
    Set<Access> needed = needed();
    for (Access grant : needed) {
      Set<Access> fewer = new TreeSet<>(needed);
      fewer.remove(grant);
      assertThat(Roles.differences(needed, fewer))
          .containsExactly(
              grant.function()
                  + " needs "
                  + grant.action()
                  + " on "
                  + grant.resource()
                  + ", and its role does not grant it");
    }
  }

  @Test
  void everyGrantThatIsTooMuchIsFound() {
    for (Access surplus :
        List.of(
            new Access("append", "dynamodb:DeleteItem", "EventTable"),
            new Access("read", "dynamodb:GetItem", "*"),
            new Access("read", "dynamodb:Get*", "EventTable"),
            new Access("sweep", "dynamodb:Query", "PendingIndex/index/*"),
            new Access("conflicts", "sqs:SendMessage", "FallbackQueue"))) {
      Set<Access> more = new TreeSet<>(needed());
      more.add(surplus);
      assertThat(Roles.differences(needed(), more))
          .containsExactly(
              "The role of "
                  + surplus.function()
                  + " grants "
                  + surplus.action()
                  + " on "
                  + surplus.resource()
                  + ", which it does not need");
    }
  }

  /** What the functions called, and what Lambda needs in their roles. */
  private static Set<Access> needed() {
    Set<Access> needed = new TreeSet<>(OF_THE_POLLER);
    for (Access call : cloud.calls()) {
      if (!isPoller(call.function())) {
        needed.add(call);
      }
    }
    for (String function : functions()) {
      for (String action : OF_THE_LOG) {
        needed.add(
            new Access(
                function,
                action,
                "arn:aws:logs:eu-central-1:000000000000:log-group:/aws/lambda/holdfast-"
                    + function
                    + ":*"));
      }
    }
    return needed;
  }

  private static Set<String> functions() {
    return StackGrants.ofLocalCloud().stream().map(Access::function).collect(Collectors.toSet());
  }

  private static boolean isPoller(String function) {
    return function.endsWith("-poller");
  }

  // ---------------------------------------------------------------- The branches

  private static void append() throws IOException, InterruptedException {
    assertThat(book("APPEND-1", 1)).isEqualTo(201);
    assertThat(book("APPEND-1", 1)).isEqualTo(409);
    assertThat(book("APPEND-1", 2)).isEqualTo(201);
    assertThat(book("APPEND-NONE", 2)).isEqualTo(409);
  }

  private static void read() throws IOException, InterruptedException {
    assertThat(get("/bookings/APPEND-1/events")).isEqualTo(200);
    assertThat(get("/bookings/APPEND-1/events/2")).isEqualTo(200);
    assertThat(get("/bookings/APPEND-1")).isEqualTo(200);
    // The history waits for the event table. The current price is made pending, and answered.
    fail(EVENT_TABLE);
    assertThat(get("/bookings/APPEND-1/events")).isEqualTo(503);
    assertThat(get("/bookings/APPEND-1")).isEqualTo(200);
    assertThat(cloud.state().pending()).isEqualTo(1);
    cloud.faults().heal();
    awaitNothingOwed();
  }

  private static void drain() throws IOException, InterruptedException {
    // A message that comes back, and is settled in the end.
    fail(EVENT_TABLE);
    assertThat(book("DRAIN-1", 1)).isEqualTo(202);
    awaitCall(new Access("drain", "sqs:ChangeMessageVisibility", "FallbackQueue"));
    cloud.faults().heal();
    awaitNothingOwed();
    // A repair, for which the owner of the code is looked up.
    fail(PENDING_INDEX);
    assertThat(book("DRAIN-2", 1)).isEqualTo(201);
    assertThat(book("DRAIN-2", 2)).isEqualTo(201);
    cloud.faults().heal();
    awaitNothingOwed();
    // A message that makes no sense.
    try (SqsClient queues = cloud.sqs()) {
      send(queues, "FallbackQueue", "{\"bookingCode\":");
    }
    await()
        .atMost(LONG)
        .untilAsserted(() -> assertThat(cloud.state().deadLetterQueue()).isEqualTo(1));
  }

  private static void sweep() throws IOException, InterruptedException {
    fail(FALLBACK_QUEUE);
    fail(EVENT_TABLE);
    assertThat(book("SWEEP-1", 1)).isEqualTo(202);
    cloud.faults().heal(EVENT_TABLE);
    fail(PENDING_INDEX);
    assertThat(book("SWEEP-2", 1)).isEqualTo(201);
    cloud.faults().heal();
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              var unused = invoke("sweep", "{}");
              assertThat(OwedSweeps.owed(cloud)).isZero();
            });
  }

  /** A pending event to list. */
  private static void pending() throws IOException, InterruptedException {
    fail(EVENT_TABLE);
    assertThat(book("PENDING-1", 1)).isEqualTo(202);
    assertThat(invoke("pending", "{}").path("pending")).isNotEmpty();
    cloud.faults().heal();
    awaitNothingOwed();
  }

  private static void resolve() throws IOException, InterruptedException {
    Kept first = makeConflict("RESOLVE-1", 1);
    assertThat(resolved("reassign", first, ",\"newBookingCode\":\"DRAIN-1\"")).isEqualTo("refused");
    // An append as any other: the event table may fail.
    fail(EVENT_TABLE);
    assertThat(resolved("reassign", first, ",\"newBookingCode\":\"RESOLVE-1B\""))
        .isEqualTo("reassigned");
    cloud.faults().heal();
    awaitNothingOwed();
    assertThat(book("RESOLVE-2", 1)).isEqualTo(201);
    assertThat(resolved("reappend", makeConflict("RESOLVE-2", 2), "")).isEqualTo("reappended");
    assertThat(resolved("discard", makeConflict("RESOLVE-3", 1), "")).isEqualTo("discarded");
  }

  /** The event of a conflict that waits for an operator. */
  private record Kept(String bookingCode, UUID eventId) {}

  /** It takes two faults to make one. */
  private static Kept makeConflict(String code, int version)
      throws IOException, InterruptedException {
    UUID kept = UUID.randomUUID();
    fail(FALLBACK_QUEUE);
    fail(EVENT_TABLE);
    assertThat(book(code, version, kept)).isEqualTo(202);
    cloud.faults().heal(EVENT_TABLE);
    fail(PENDING_INDEX);
    assertThat(book(code, version)).isEqualTo(201);
    cloud.faults().heal();
    await()
        .atMost(LONG)
        .untilAsserted(
            () -> {
              var unused = invoke("sweep", "{}");
              assertThat(cloud.state().conflicts()).isEqualTo(1);
            });
    assertThat(invoke("conflicts", "{}").path("conflicts").findValuesAsText("eventId"))
        .contains(kept.toString());
    return new Kept(code, kept);
  }

  private static String resolved(String action, Kept kept, String more) throws IOException {
    String event =
        """
        {"action":"%s","bookingCode":"%s","eventId":"%s"%s,\
        "operator":"jane","reason":"a double fault"}\
        """
            .formatted(action, kept.bookingCode(), kept.eventId(), more);
    return invoke("resolve", event).path("outcome").asText();
  }

  /** One message that makes sense by now, beside one that never will. */
  private static void redrive() throws IOException {
    String message =
        JSON.readTree(Path.of("events/drain-batch.json").toFile()).at("/Records/0/body").asText();
    try (SqsClient queues = cloud.sqs()) {
      send(queues, "DeadLetterQueue", message);
    }
    assertThat(invoke("redrive", "{\"limit\":10}").path("redriven").asInt()).isEqualTo(1);
  }

  /** A booking without a head, for which the owner of its code is looked up. */
  private static void backfill() throws IOException, InterruptedException {
    fail(FALLBACK_QUEUE);
    fail(PENDING_INDEX);
    assertThat(book("BACKFILL-1", 1)).isEqualTo(201);
    assertThat(book("BACKFILL-1", 2)).isEqualTo(201);
    cloud.faults().heal();
    JsonNode answer =
        invoke("backfill", "{\"segment\":0,\"totalSegments\":1,\"claimsPerSecond\":100}");
    assertThat(answer.path("claimed").asInt()).isEqualTo(1);
  }

  private static void republish() throws IOException {
    assertThat(invoke("republish", "{}").path("republished").asInt()).isPositive();
  }

  /** Through both stores, which hold nothing that is wrong. */
  private static void audit() throws IOException {
    JsonNode heads = invoke("audit", invoke("audit", "{}").toString());
    assertThat(heads.path("store").asText()).isEqualTo("pending-index");
    assertThat(heads.path("done").booleanValue()).isTrue();
    assertThat(heads.path("examples")).isEmpty();
  }

  private static void awaitNothingOwed() {
    await()
        // The event table counts as faulty until the circuit breaker has closed.
        .pollDelay(Duration.ofMillis(500))
        .atMost(LONG)
        .untilAsserted(() -> assertThat(OwedSweeps.owed(cloud)).isZero());
  }

  private static void awaitCall(Access call) {
    await().atMost(LONG).untilAsserted(() -> assertThat(cloud.calls()).contains(call));
  }

  private static void fail(Dependency dependency) {
    cloud.faults().inject(dependency, Fault.of(Fault.Mode.ERROR));
  }

  private static JsonNode invoke(String function, String event) throws IOException {
    return JSON.readTree(cloud.invoke(function, event));
  }

  private static int book(String code, int version) throws IOException, InterruptedException {
    return book(code, version, UUID.randomUUID());
  }

  private static int book(String code, int version, UUID eventId)
      throws IOException, InterruptedException {
    String body =
        """
        {"eventId":"%s","version":%d,"type":"booked","price":{"amount":"412.50","currency":"EUR"},\
        "occurredAt":"2026-11-23T09:15:00+01:00"}\
        """
            .formatted(eventId, version);
    return status(
        HttpRequest.newBuilder(cloud.api().resolve("/bookings/" + code + "/events"))
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body)));
  }

  private static int get(String path) throws IOException, InterruptedException {
    return status(HttpRequest.newBuilder(cloud.api().resolve(path)));
  }

  private static int status(HttpRequest.Builder request) throws IOException, InterruptedException {
    HttpResponse<Void> response =
        HTTP.send(request.timeout(LONG).build(), BodyHandlers.discarding());
    return response.statusCode();
  }

  private static void send(SqsClient queues, String queue, String body) {
    queues.sendMessage(
        message ->
            message
                .queueUrl(cloud.queueUrl(queue))
                .messageBody(body)
                .messageGroupId("roles")
                .messageDeduplicationId(UUID.randomUUID().toString()));
  }
}
