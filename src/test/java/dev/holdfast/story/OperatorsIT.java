package dev.holdfast.story;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.FALLBACK_QUEUE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.OwnThread;
import dev.holdfast.console.Console;
import dev.holdfast.console.Tale;
import dev.holdfast.example.Latecomer;
import dev.holdfast.local.Deliveries;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.OwedSweeps;
import dev.holdfast.local.State;
import dev.holdfast.story.Department.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;

/**
 * What operators do, with the real package in real processes: an incident from its alarm to its
 * end, a backfill, a republish and an audit, with processes killed on the way. What is owed is
 * swept within seconds here.
 */
@Tag("slow")
class OperatorsIT {

  private static final Duration SECONDS = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Bookings of an event table that was there first. */
  private static final int BROUGHT = 100;

  private static LocalCloud cloud;
  private static OwedSweeps sweeps;
  private static DynamoDbClient events;
  private static DynamoDbClient heads;
  private static Department hotel;
  private static Department flight;

  @BeforeAll
  static void start() {
    cloud =
        LocalCloud.start(
            Options.onFreePorts()
                .with(Options.LOGS, Path.of("target/local-operators"))
                .with(Options.SCHEDULE, Duration.ofHours(1))
                .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "1S")
                .withEnvironment("HOLDFAST_CIRCUIT_BREAKER_DELAY", "0.3S")
                .withEnvironment("HOLDFAST_SEGMENT_LONGEST", "2S"));
    sweeps = OwedSweeps.start(cloud);
    events = cloud.dynamoDb(EVENT_TABLE);
    heads = cloud.dynamoDb(PENDING_INDEX);
    hotel = new Department(cloud.api());
    flight = new Department(cloud.api());
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      events.close();
      heads.close();
      sweeps.close();
      cloud.close();
    }
  }

  @AfterEach
  void heal() {
    cloud.faults().heal();
    await()
        // The event table counts as faulty until the circuit breakers have closed.
        .pollDelay(Duration.ofMillis(500))
        .pollInterval(Duration.ofMillis(300))
        .atMost(SECONDS)
        .until(() -> cloud.state().pending() == 0);
  }

  private static void fail(Dependency dependency) {
    cloud.faults().inject(dependency, Fault.of(Fault.Mode.REFUSE));
  }

  private static JsonNode invoke(String function, String event) throws IOException {
    return JSON.readTree(cloud.invoke(function, event));
  }

  private static JsonNode resolve(String action, String code, UUID kept, String newCode)
      throws IOException {
    return invoke("resolve", decision(action, code, kept, newCode));
  }

  private static String decision(String action, String code, UUID kept, String newCode) {
    ObjectNode event =
        JSON.createObjectNode()
            .put("action", action)
            .put("bookingCode", code)
            .put("eventId", kept.toString())
            .put("operator", "jane")
            .put("reason", "both guests came");
    if (action.equals("reassign")) {
      event.put("newBookingCode", newCode);
    }
    return event.toString();
  }

  /**
   * Two faults at once: the hotel's event is kept, the flight's recorded. The queue fails as well,
   * for a drain that has read the one table before it fails may come to the other when it is
   * healed.
   */
  private static void doubleFault(String code, int version, UUID hotels, UUID flights) {
    fail(FALLBACK_QUEUE);
    fail(EVENT_TABLE);
    assertThat(hotel.append(code, version, hotels, "100.00").status()).isEqualTo(202);
    fail(PENDING_INDEX);
    cloud.faults().heal(EVENT_TABLE);
    await()
        .atMost(SECONDS)
        .until(() -> flight.append(code, version, flights, "200.00").status() == 201);
    cloud.faults().heal();
    await().atMost(SECONDS).until(() -> cloud.state().conflicts() > 0);
  }

  private static String firstEvent(Department department, String code) {
    Answer answer = department.events(code);
    assertThat(answer.status()).as(code).isEqualTo(200);
    assertThat(answer.body().path("events")).as(code).hasSize(1);
    return answer.body().at("/events/0/eventId").asText();
  }

  /** The local cloud has it made when all is warm; nothing that is started waits for it. */
  @Test
  void whatStartsLaterStartsFromTheClassArchive() {
    assumeThat(cloud.isNative()).isFalse();

    await()
        // Starts one after the other would leave no processor for what makes it.
        .pollInterval(Duration.ofSeconds(3))
        .atMost(SECONDS)
        .until(() -> newCommandOf("pending").contains("-XX:SharedArchiveFile="));
  }

  private static String newCommandOf(String function) throws IOException {
    Optional<ProcessHandle> former = processOf(function);
    former.ifPresent(ProcessHandle::destroyForcibly);
    await().until(() -> processOf(function).isEmpty() || !processOf(function).equals(former));
    invoke(function, "{}");
    return processOf(function).flatMap(started -> started.info().commandLine()).orElseThrow();
  }

  private static Optional<ProcessHandle> processOf(String function) {
    return cloud.workers().stream()
        .filter(worker -> worker.function().equals(function))
        .findFirst()
        .flatMap(worker -> ProcessHandle.of(worker.pid()));
  }

  @Test
  void theStoryOfAConflictIsAsItIsTold() throws InterruptedException {
    try (Console console = Console.open(cloud)) {
      assertThat(Tale.told(console, "conflict")).contains("Every promise held.");
    }
  }

  @Test
  void anIncidentEndsWithBothBookingsUnderTheirCodes() throws IOException {
    UUID hotels = Department.newEventId();
    UUID flights = Department.newEventId();
    doubleFault("INCIDENT-1", 1, hotels, flights);
    // What the alarm "conflicts" looks at.
    assertThat(invoke("sweep", "{}").path("conflicts").intValue()).isEqualTo(1);
    assertThat(Files.readString(cloud.log(Door.HOME, "sweep")))
        .containsPattern("\"Conflicts\": ?1");

    JsonNode conflict = invoke("conflicts", "{}").path("conflicts").get(0);
    assertThat(conflict.path("bookingCode").asText()).isEqualTo("INCIDENT-1");
    assertThat(conflict.at("/kept/eventId").asText()).isEqualTo(hotels.toString());
    assertThat(conflict.at("/kept/price/amount").asText()).isEqualTo("100.00");
    assertThat(conflict.at("/recorded/eventId").asText()).isEqualTo(flights.toString());
    assertThat(firstEvent(hotel, "INCIDENT-1")).isEqualTo(flights.toString());

    // To a code that has an owner it is refused, and nothing is changed.
    hotel.append("INCIDENT-2", 1, Department.newEventId());
    JsonNode refused = resolve("reassign", "INCIDENT-1", hotels, "INCIDENT-2");
    assertThat(refused.path("outcome").asText()).isEqualTo("refused");
    assertThat(cloud.state().conflicts()).isEqualTo(1);

    JsonNode resolved = resolve("reassign", "INCIDENT-1", hotels, "INCIDENT-1B");
    assertThat(resolved.path("outcome").asText()).isEqualTo("reassigned");
    assertThat(resolve("reassign", "INCIDENT-1", hotels, "INCIDENT-1B")).isEqualTo(resolved);
    assertThat(resolve("discard", "INCIDENT-1", hotels, "").path("outcome").asText())
        .isEqualTo("refused");

    assertThat(firstEvent(flight, "INCIDENT-1")).isEqualTo(flights.toString());
    assertThat(firstEvent(flight, "INCIDENT-1B")).isEqualTo(hotels.toString());
    assertThat(hotel.append("INCIDENT-1B", 2, Department.newEventId()).status()).isEqualTo(201);
    assertThat(flight.append("INCIDENT-1", 2, Department.newEventId()).status()).isEqualTo(201);
    assertThat(invoke("sweep", "{}").path("conflicts").intValue()).isZero();
    assertThat(invoke("conflicts", "{}").path("conflicts")).isEmpty();
    assertThat(recordOf("INCIDENT-1", hotels))
        .containsEntry("action", AttributeValue.fromS("reassign"))
        .containsEntry("newBookingCode", AttributeValue.fromS("INCIDENT-1B"))
        .containsEntry("operator", AttributeValue.fromS("jane"));
    assertThat(recordOf("INCIDENT-1", hotels).get("event").m().get("amount").s())
        .isEqualTo("100.00");
  }

  @Test
  void aChangeOfAPriceThatIsKeptAsideBecomesTheNextVersion() throws IOException {
    String code = "CHANGED-1";
    UUID first = Department.newEventId();
    UUID hotels = Department.newEventId();
    UUID flights = Department.newEventId();
    assertThat(hotel.append(code, 1, first).status()).isEqualTo(201);
    doubleFault(code, 2, hotels, flights);

    JsonNode conflict = invoke("conflicts", "{}").path("conflicts").get(0);
    assertThat(conflict.path("bookingCode").asText()).isEqualTo(code);
    assertThat(conflict.path("version").intValue()).isEqualTo(2);
    assertThat(conflict.at("/kept/eventId").asText()).isEqualTo(hotels.toString());
    assertThat(conflict.at("/recorded/eventId").asText()).isEqualTo(flights.toString());
    // The booking goes on meanwhile.
    UUID next = Department.newEventId();
    assertThat(flight.append(code, 3, next).status()).isEqualTo(201);

    assertThat(resolve("reassign", code, hotels, code + "-B").path("outcome").asText())
        .isEqualTo("refused");
    JsonNode resolved = resolve("reappend", code, hotels, "");
    assertThat(resolved.path("outcome").asText()).isEqualTo("reappended");
    assertThat(resolved.path("newVersion").intValue()).isEqualTo(4);
    assertThat(resolve("reappend", code, hotels, "")).isEqualTo(resolved);

    assertThat(flight.events(code).body().path("events").findValuesAsText("eventId"))
        .containsExactly(first.toString(), flights.toString(), next.toString(), hotels.toString());
    assertThat(flight.get("/bookings/" + code).body().at("/price/amount").asText())
        .isEqualTo("100.00");
    assertThat(cloud.state().conflicts()).isZero();
    assertThat(recordOf(code, hotels))
        .containsEntry("action", AttributeValue.fromS("reappend"))
        .containsEntry("newVersion", AttributeValue.fromN("4"));
    assertThat(inPendingIndex(code)).containsEntry("version", AttributeValue.fromN("4"));
  }

  /** The record of the conflict about an event. */
  private static Map<String, AttributeValue> recordOf(String code, UUID eventId) {
    return inPendingIndex(code + "/" + eventId).get("resolution").m();
  }

  private static Map<String, AttributeValue> inPendingIndex(String key) {
    return heads
        .getItem(
            get ->
                get.tableName(cloud.tableName(PENDING_INDEX))
                    .key(Map.of("bookingCode", AttributeValue.fromS(key)))
                    .consistentRead(true))
        .item();
  }

  /**
   * The tables answer slowly, so that the process dies between two of its calls: when the new code
   * is claimed, and nothing else is done.
   */
  @Test
  void aResolveThatIsKilledAndSentAgainEndsInTheSameState() throws Exception {
    String code = "KILLED-1";
    UUID hotels = Department.newEventId();
    UUID flights = Department.newEventId();
    doubleFault(code, 1, hotels, flights);
    var unused = invoke("resolve", decision("discard", "NOBODYS", hotels, ""));
    Fault slow = new Fault(Fault.Mode.SLOW, 1, Duration.ofMillis(300));
    cloud.faults().inject(EVENT_TABLE, slow);
    cloud.faults().inject(PENDING_INDEX, slow);
    String event = decision("reassign", code, hotels, code + "-B");
    CompletableFuture<Object> killed =
        CompletableFuture.supplyAsync(() -> cloud.invoke("resolve", event), OwnThread.EACH);
    await()
        .atMost(SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> !inPendingIndex(code + "-B").isEmpty());
    kill("resolve");
    await().atMost(SECONDS).until(killed::isDone);
    assertThat(killed).isCompletedExceptionally();
    cloud.faults().heal();

    assertThat(invoke("resolve", event).path("outcome").asText()).isEqualTo("reassigned");
    assertThat(firstEvent(flight, code)).isEqualTo(flights.toString());
    assertThat(firstEvent(flight, code + "-B")).isEqualTo(hotels.toString());
    assertThat(recordOf(code, hotels).get("newBookingCode").s()).isEqualTo(code + "-B");
    assertThat(inPendingIndex(code).get("eventId").s()).isEqualTo(flights.toString());
    assertThat(cloud.state().conflicts()).isZero();
  }

  private static void kill(String function) {
    workers(function, worker -> true).forEach(ProcessHandle::destroyForcibly);
  }

  /** Waits until a process of a function is at work, and kills it. */
  private static void killAtWork(String function) {
    await()
        .atMost(SECONDS)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              List<ProcessHandle> atWork =
                  workers(function, worker -> worker.phase() == State.Phase.BUSY);
              atWork.forEach(ProcessHandle::destroyForcibly);
              return !atWork.isEmpty();
            });
  }

  private static List<ProcessHandle> workers(String function, Predicate<State.Worker> which) {
    return cloud.workers().stream()
        .filter(worker -> worker.function().equals(function))
        .filter(which)
        .flatMap(worker -> ProcessHandle.of(worker.pid()).stream())
        .toList();
  }

  /**
   * An event table of 500 items that had no pending index, while bookings go on. How long a larger
   * one takes is the bench's business.
   */
  @Test
  void aBackfillLeavesNoBookingWithoutItsHead() throws Exception {
    bringEvents(BROUGHT, 5);
    AtomicBoolean backfilled = new AtomicBoolean();
    CompletableFuture<Integer> traffic =
        CompletableFuture.supplyAsync(() -> book("MEANWHILE-", backfilled), OwnThread.EACH);
    // The pending index misses some claims meanwhile, as it does in life.
    cloud.faults().inject(PENDING_INDEX, Fault.of(Fault.Mode.ERROR).withShare(0.01));
    // So that no process is done before it is killed, however fast it is.
    ObjectNode slowly = JSON.createObjectNode().put("claimsPerSecond", 60);
    List<CompletableFuture<JsonNode>> segments =
        IntStream.range(0, 2)
            .mapToObj(
                number ->
                    CompletableFuture.supplyAsync(
                        () -> run("backfill", number, 2, slowly), OwnThread.EACH))
            .toList();
    for (int made : List.of(BROUGHT / 4, BROUGHT / 2)) {
      await()
          .atMost(SECONDS)
          .pollInterval(Duration.ofMillis(300))
          .until(() -> headsOfBrought() >= made);
      killAtWork("backfill");
    }
    long claimed = 0;
    long found = 0;
    for (CompletableFuture<JsonNode> segment : segments) {
      JsonNode answer = segment.get();
      claimed += answer.path("claimed").longValue();
      found +=
          answer.path("standing").longValue()
              + answer.path("corrected").longValue()
              + answer.path("pending").longValue();
    }
    backfilled.set(true);
    assertThat(traffic.get()).isPositive();
    // What a process claimed before it was killed was there already when the next one came.
    assertThat(claimed).isPositive();
    assertThat(claimed + found).isGreaterThanOrEqualTo(BROUGHT);
    heal();
    Map<String, Last> recorded = lastEvents(events, cloud.tableName(EVENT_TABLE));
    assertThat(recorded).hasSizeGreaterThan(BROUGHT);
    // What traffic owed is repaired by drain and sweep.
    await()
        .atMost(SECONDS)
        .pollInterval(Duration.ofSeconds(2))
        .untilAsserted(
            () ->
                assertThat(lastEvents(heads, cloud.tableName(PENDING_INDEX)))
                    .containsAllEntriesOf(recorded));
  }

  /**
   * One event is lost past the functions, bookings go on, and a process is killed on the way. What
   * other tests brought has neither heads nor fingerprints of its own, perhaps.
   */
  @Test
  void anAuditFindsWhatIsWrongAndNothingElseBesideTraffic() throws Exception {
    for (int version = 1; version <= 3; version++) {
      assertThat(hotel.append("AUDITED-1", version, Department.newEventId()).status())
          .isEqualTo(201);
    }
    String table = cloud.tableName(EVENT_TABLE);
    Map<String, AttributeValue> key =
        Map.of(
            "bookingCode", AttributeValue.fromS("AUDITED-1"),
            "version", AttributeValue.fromN("2"));
    Map<String, AttributeValue> lost = events.getItem(get -> get.tableName(table).key(key)).item();
    events.deleteItem(deletion -> deletion.tableName(table).key(key));
    AtomicBoolean audited = new AtomicBoolean();
    CompletableFuture<Integer> traffic =
        CompletableFuture.supplyAsync(() -> book("BESIDE-", audited), OwnThread.EACH);
    ObjectNode rate = JSON.createObjectNode().put("itemsPerSecond", 1_000);
    CompletableFuture<JsonNode> audit =
        CompletableFuture.supplyAsync(() -> run("audit", 0, 1, rate), OwnThread.EACH);
    killAtWork("audit");
    JsonNode answer = audit.get();
    audited.set(true);
    assertThat(traffic.get()).isPositive();

    assertThat(answer.path("store").asText()).isEqualTo("pending-index");
    assertThat(answer.path("scanned").intValue()).isGreaterThanOrEqualTo(4);
    assertThat(answer.path("gap").intValue()).isEqualTo(1);
    for (String kind : List.of("backdated", "owner", "overdue", "unreadable")) {
      assertThat(answer.path(kind).intValue()).as(kind).isZero();
    }
    assertThat(answer.path("examples"))
        .extracting(JsonNode::asText)
        .allMatch(it -> it.matches("gap AUDITED-1/2|(fingerprint|behind) (BROUGHT|LATE)-.*"));
    // Put back as it was, as the runbook has it.
    events.putItem(put -> put.tableName(table).item(lost));
    assertThat(run("audit", 0, 1, rate).path("gap").intValue()).isZero();
  }

  private static long headsOfBrought() {
    return lastEvents(heads, cloud.tableName(PENDING_INDEX)).keySet().stream()
        .filter(code -> code.startsWith("BROUGHT-"))
        .count();
  }

  /**
   * Two segments, their processes killed on the way; and a department that comes late, and hears of
   * nothing but what is republished to it, of some again and in no order.
   */
  @Test
  void aRepublishLeavesNoEventOutAndALatecomerHasEveryPrice() throws Exception {
    bringEvents("LATE", 60, 5, "2025-06-01T12:00:00.000Z");
    ObjectNode span =
        JSON.createObjectNode()
            .put("from", "2025-06-01T12:00:00Z")
            .put("until", "2025-06-01T12:00:01Z")
            // So that no process is done before it is killed, however fast it is.
            .put("eventsPerSecond", 75);
    List<CompletableFuture<JsonNode>> segments =
        IntStream.range(0, 2)
            .mapToObj(
                number ->
                    CompletableFuture.supplyAsync(
                        () -> run("republish", number, 2, span), OwnThread.EACH))
            .toList();
    for (int round = 0; round < 2; round++) {
      Thread.sleep(700);
      killAtWork("republish");
    }
    for (CompletableFuture<JsonNode> segment : segments) {
      assertThat(segment.get().path("republished").longValue()).isPositive();
    }

    Set<String> heard = new HashSet<>();
    Latecomer latecomer = new Latecomer(events, cloud.api());
    Deliveries deliveries = cloud.eventBus().deliveries(4711);
    await()
        .atMost(SECONDS)
        .until(
            () -> {
              for (Optional<ObjectNode> delivery = deliveries.next();
                  delivery.isPresent();
                  delivery = deliveries.next()) {
                JsonNode cloudEvent = delivery.get().path("detail");
                if (cloudEvent.path("republished").asBoolean()) {
                  heard.add(cloudEvent.path("id").asText());
                  latecomer.take(delivery.get());
                }
              }
              return heard.size() >= 300;
            });
    // Those of the span, and no other.
    assertThat(heard).hasSize(300).allMatch(id -> id.matches("LATE-[0-9]+/[1-5]"));
    assertThat(latecomer.versions()).hasSize(60).containsValue(5).doesNotContainValue(4);
  }

  private static void bringEvents(int bookings, int versions) {
    bringEvents("BROUGHT", bookings, versions, "2024-01-02T02:04:05.000Z");
  }

  /** Past the functions: these events were there before them. */
  private static void bringEvents(String codes, int bookings, int versions, String recordedAt) {
    List<WriteRequest> batch = new ArrayList<>();
    for (int booking = 0; booking < bookings; booking++) {
      for (int version = 1; version <= versions; version++) {
        Map<String, AttributeValue> item = event(codes + "-" + booking, version, recordedAt);
        batch.add(WriteRequest.builder().putRequest(put -> put.item(item)).build());
        if (batch.size() == 25) {
          Map<String, List<WriteRequest>> writes =
              Map.of(cloud.tableName(EVENT_TABLE), List.copyOf(batch));
          assertThat(events.batchWriteItem(write -> write.requestItems(writes)).unprocessedItems())
              .isEmpty();
          batch.clear();
        }
      }
    }
  }

  private static Map<String, AttributeValue> event(String code, int version, String recordedAt) {
    return Map.of(
        "bookingCode", AttributeValue.fromS(code),
        "version", AttributeValue.fromN(Integer.toString(version)),
        "eventId", AttributeValue.fromS(UUID.randomUUID().toString()),
        "fingerprint", AttributeValue.fromS("0".repeat(64)),
        "type", AttributeValue.fromS("booked"),
        "amount", AttributeValue.fromS("412.50"),
        "currency", AttributeValue.fromS("EUR"),
        "occurredAt", AttributeValue.fromS("2024-01-02T03:04:05+01:00"),
        "recordedAt", AttributeValue.fromS(recordedAt));
  }

  /** Makes bookings until told to stop; answers how many. */
  private static int book(String prefix, AtomicBoolean stop) {
    int made = 0;
    while (!stop.get()) {
      // Each booking more is one more that the backfill has to come to.
      LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
      int status = hotel.append(prefix + made, 1, Department.newEventId()).status();
      // 200 where the first attempt at the event table was answered too late.
      assertThat(status).isIn(200, 201, 202);
      made++;
    }
    return made;
  }

  /** As the state machine does: the answer is the next event; who is killed is called again. */
  private static JsonNode run(String function, int segment, int total, ObjectNode input) {
    ObjectNode event = input.deepCopy().put("segment", segment).put("totalSegments", total);
    while (!event.path("done").booleanValue()) {
      try {
        event = (ObjectNode) JSON.readTree(cloud.invoke(function, event.toString()));
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessageContaining("ended with exit code");
      } catch (IOException noJson) {
        throw new AssertionError(noJson);
      }
    }
    return event;
  }

  /** The last event of a booking. */
  private record Last(int version, String eventId) {}

  /** Of every booking, by its code. */
  private static Map<String, Last> lastEvents(DynamoDbClient client, String table) {
    Map<String, Last> all = new HashMap<>();
    client
        .scanPaginator(
            scan ->
                scan.tableName(table)
                    .filterExpression("attribute_exists(version)")
                    .consistentRead(true))
        .items()
        .forEach(
            item ->
                all.merge(
                    item.get("bookingCode").s(),
                    new Last(Integer.parseInt(item.get("version").n()), item.get("eventId").s()),
                    (one, other) -> one.version() > other.version() ? one : other));
    return all;
  }
}
