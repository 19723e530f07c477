package dev.holdfast.local;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;

/** The local cloud around a function that echoes. */
@Tag("slow")
class LocalCloudTest {
  private static final Duration LONG = Duration.ofSeconds(30);
  private static final AttributeValue EMPTY = AttributeValue.fromM(Map.of());

  @TempDir private static Path directory;
  private static LocalCloud cloud;
  private static SqsClient queue;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    cloud =
        LocalCloud.start(
            EchoPackage.options(directory)
                .with(Options.SCHEDULE, Duration.ofSeconds(1))
                .withEnvironment("OVERRIDDEN", "options"));
    queue = cloud.sqs();
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() throws IOException {
    List<Long> pids = cloud.workers().stream().map(State.Worker::pid).toList();
    queue.close();
    cloud.close();

    assertThat(pids).isNotEmpty().noneMatch(LocalCloudTest::isAlive);
    try (Stream<Path> left = Files.list(directory.resolve("logs"))) {
      assertThat(left).allMatch(path -> path.toString().endsWith(".log"));
    }
  }

  @AfterEach
  void heal() {
    cloud.faults().heal();
  }

  @Test
  void aRequestArrivesAsPayload2() {
    JsonNode event =
        json(
            send(
                request("/things/%2541%20c+d/parts?x=1&x=2&y=a%20b+c&flag")
                    .header("Cookie", "one=1; two=2")
                    .header("X-Twice", "a")
                    .header("X-Twice", "b")
                    .GET()));

    assertThat(event.path("version").asText()).isEqualTo("2.0");
    assertThat(event.path("routeKey").asText()).isEqualTo("GET /things/{name}/parts");
    assertThat(event.path("rawPath").asText()).isEqualTo("/things/%41 c+d/parts");
    assertThat(event.path("rawQueryString").asText()).isEqualTo("x=1&x=2&y=a%20b+c&flag");
    assertThat(event.at("/pathParameters/name").asText()).isEqualTo("%41 c+d");
    assertThat(event.at("/queryStringParameters").toString())
        .isEqualTo("{\"x\":\"1,2\",\"y\":\"a b c\",\"flag\":\"\"}");
    assertThat(event.path("cookies").toString()).isEqualTo("[\"one=1\",\"two=2\"]");
    assertThat(event.at("/headers/x-twice").asText()).isEqualTo("a,b");
    assertThat(event.at("/headers").has("cookie")).isFalse();
    assertThat(event.at("/requestContext/http/method").asText()).isEqualTo("GET");
    assertThat(event.at("/requestContext/http/sourceIp").asText()).isEqualTo("127.0.0.1");
    assertThat(event.at("/requestContext/stage").asText()).isEqualTo("$default");
    assertThat(event.at("/requestContext/requestId").asText()).isNotEmpty();
    assertThat(event.has("body")).isFalse();
    assertThat(event.path("isBase64Encoded").asBoolean(true)).isFalse();
  }

  @Test
  void whatNoOtherRouteTakesIsForTheDefaultRoute() {
    JsonNode event = json(send(request("/nowhere").DELETE()));

    assertThat(event.path("routeKey").asText()).isEqualTo("$default");
    assertThat(event.has("pathParameters")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "application/json,false",
    "application/problem+json; charset=utf-8,false",
    "text/plain,false",
    "application/octet-stream,true",
    "image/png,true"
  })
  void aBodyIsTextOrBase64ByItsType(String contentType, boolean encoded) {
    JsonNode event =
        json(
            send(
                request("/anything")
                    .header("content-type", contentType)
                    .POST(BodyPublishers.ofString("{\"ü\":1}"))));

    assertThat(event.path("isBase64Encoded").asBoolean()).isEqualTo(encoded);
    String body = event.path("body").asText();
    assertThat(encoded ? new String(Base64.getDecoder().decode(body), UTF_8) : body)
        .isEqualTo("{\"ü\":1}");
  }

  @Test
  void textThatIsNotUtf8IsBase64() {
    JsonNode event =
        json(
            send(
                request("/anything")
                    .header("content-type", "application/json")
                    .POST(BodyPublishers.ofByteArray(new byte[] {(byte) 0xff}))));

    assertThat(event.path("isBase64Encoded").asBoolean()).isTrue();
    assertThat(event.path("body").asText()).isEqualTo("/w==");
  }

  @Test
  void aResponseKeepsItsStatusHeadersCookiesAndBytes() {
    HttpResponse<byte[]> response = send(request("/do/binary"));

    assertThat(response.statusCode()).isEqualTo(201);
    assertThat(response.headers().firstValue("content-type")).contains("image/png");
    assertThat(response.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
    assertThat(response.body()).containsExactly(0, 1, 2, 0xff);
  }

  @Test
  void anEmptyResponseIsEmpty() {
    HttpResponse<byte[]> response = send(request("/do/nothing"));

    assertThat(response.statusCode()).isEqualTo(204);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void aHeadRequestIsAnsweredWithoutABody() {
    HttpResponse<byte[]> response =
        send(request("/anything").method("HEAD", BodyPublishers.noBody()));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.body()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "/do/babble,500",
    "/do/mislead,500",
    "/do/fail,500",
    "/things/%zz/parts,400",
    "/?a=%zz,400"
  })
  void whatIsMalformedIsAnsweredByTheGateway(String path, int status) throws IOException {
    // java.net.URI refuses some of these paths, as it should.
    assertThat(RawHttp.status(cloud.api(), "GET " + path)).isEqualTo(status);
  }

  @Test
  void aBodyOfMoreThan10MegabytesIsTooLarge() throws IOException {
    assertThat(RawHttp.status(cloud.api(), "POST /anything", 10 * 1024 * 1024 + 1)).isEqualTo(413);
  }

  @Test
  void aProcessThatDiesIsReplacedForTheNextRequest() {
    HttpResponse<byte[]> response = send(request("/do/exit"));

    assertThat(response.statusCode()).isEqualTo(502);
    assertThat(new String(response.body(), UTF_8))
        .isEqualTo("{\"message\":\"Internal Server Error\"}");
    assertThat(send(request("/again")).statusCode()).isEqualTo(200);
  }

  @Test
  void anIdleProcessThatIsKilledIsReplacedToo() {
    send(request("/first"));
    workersOf("echo")
        .forEach(
            worker -> ProcessHandle.of(worker.pid()).ifPresent(ProcessHandle::destroyForcibly));
    await().until(() -> workersOf("echo").isEmpty());

    assertThat(send(request("/second")).statusCode()).isEqualTo(200);
  }

  @Test
  void anInvocationOverItsTimeoutIsEndedWithItsProcess() {
    send(request("/first"));
    List<Long> before = workersOf("echo").stream().map(State.Worker::pid).toList();

    assertThat(send(request("/do/hang")).statusCode()).isEqualTo(502);
    await().untilAsserted(() -> assertThat(before).anyMatch(pid -> !LocalCloudTest.isAlive(pid)));
    assertThat(send(request("/second")).statusCode()).isEqualTo(200);
  }

  @Test
  void requestsAtOnceShareAtMostTwoProcesses() {
    List<CompletableFuture<HttpResponse<byte[]>>> responses = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      responses.add(http.sendAsync(request("/do/pause").build(), BodyHandlers.ofByteArray()));
    }

    assertThat(responses)
        .allSatisfy(
            response ->
                assertThat(response)
                    .succeedsWithin(LONG)
                    .extracting(HttpResponse::statusCode)
                    .isEqualTo(200));
    assertThat(workersOf("echo")).hasSize(2);
  }

  @Test
  void aFunctionsEnvironmentIsTheTemplatesAndItsOverrides() {
    JsonNode environment = json(send(request("/do/environment")));

    assertThat(environment.path("TABLE").asText())
        .isEqualTo(cloud.tableName(Dependency.EVENT_TABLE));
    assertThat(environment.path("QUEUE").asText()).isEqualTo(cloud.queueUrl("FallbackQueue"));
    assertThat(environment.path("OVERRIDDEN").asText()).isEqualTo("options");
    assertThat(environment.path("AWS_LAMBDA_FUNCTION_NAME").asText()).isNotEmpty();
    assertThat(environment.path("QUARKUS_DYNAMODB_EVENTS_ENDPOINT_OVERRIDE").asText())
        .isEqualTo(cloud.proxy(Door.HOME, Dependency.EVENT_TABLE).toString())
        .isNotEqualTo(cloud.endpoint(Dependency.EVENT_TABLE).toString());
  }

  @Test
  void aMessageIsWorkedOffAndDeleted() {
    String body = "good-" + UUID.randomUUID();
    long before = cloud.state().queue();
    sendMessage(body);

    JsonNode message = awaitWork(body);
    assertThat(message.path("messageId").asText()).isNotEmpty();
    assertThat(message.path("receiptHandle").asText()).isNotEmpty();
    assertThat(message.path("eventSource").asText()).isEqualTo("aws:sqs");
    assertThat(message.path("eventSourceARN").asText()).endsWith("-FallbackQueue.fifo");
    assertThat(message.at("/attributes/MessageGroupId").asText()).isEqualTo(body);
    assertThat(message.at("/attributes/ApproximateReceiveCount").asText()).isEqualTo("1");
    assertThat(message.at("/attributes/SentTimestamp").asLong()).isPositive();
    assertThat(message.at("/messageAttributes/colour/stringValue").asText()).isEqualTo("blue");
    await().untilAsserted(() -> assertThat(cloud.state().queue()).isLessThanOrEqualTo(before));
  }

  @Test
  void aMessageThatWasReportedAsFailedStaysOnTheQueue() {
    String body = "bad-" + UUID.randomUUID();
    long before = cloud.state().queue();
    sendMessage(body);

    awaitWork(body);
    assertThat(cloud.state().queue()).isEqualTo(before + 1);
  }

  @ParameterizedTest
  @EnumSource(names = {"REFUSE", "HANG", "ERROR", "THROTTLE", "KEY_DISABLED"})
  void messagesFlowAgainAsSoonAsTheQueueIsHealed(Fault.Mode mode) {
    cloud.faults().inject(Dependency.FALLBACK_QUEUE, Fault.of(mode));
    String body = "good-" + UUID.randomUUID();
    sendMessage(body);
    cloud.faults().heal();

    awaitWork(body);
  }

  @Test
  void aScheduledFunctionRuns() {
    await()
        .atMost(LONG)
        .until(() -> work().stream().anyMatch(line -> line.contains("Scheduled Event")));
  }

  @Test
  void theStateIsCountedInTheStoresThemselves() {
    cloud.faults().inject(Dependency.EVENT_TABLE, Fault.of(Fault.Mode.REFUSE));
    State before = cloud.state();
    try (DynamoDbClient events = cloud.dynamoDb(Dependency.EVENT_TABLE);
        DynamoDbClient pending = cloud.dynamoDb(Dependency.PENDING_INDEX)) {
      put(events, cloud.tableName(Dependency.EVENT_TABLE), "a", Map.of());
      put(events, cloud.tableName(Dependency.EVENT_TABLE), "b", text("unclaimedSince"));
      put(pending, cloud.tableName(Dependency.PENDING_INDEX), "c", Map.of());
      AttributeValue two = AttributeValue.fromL(List.of(EMPTY, EMPTY));
      put(
          pending,
          cloud.tableName(Dependency.PENDING_INDEX),
          "d",
          Map.of("pendingSince", AttributeValue.fromS("2026-11-26T00:00:00.000Z"), "events", two));
      put(
          pending,
          cloud.tableName(Dependency.PENDING_INDEX),
          "e",
          Map.of("events", two, "kept", two));
    }

    JsonNode state = json(send(request("/_local/state")));
    assertThat(state.path("recorded").asLong()).isEqualTo(before.recorded() + 2);
    assertThat(state.path("unclaimed").asLong()).isEqualTo(before.unclaimed() + 1);
    assertThat(state.path("pending").asLong()).isEqualTo(before.pending() + 2);
    assertThat(state.path("pendingBookings").asLong()).isEqualTo(before.pendingBookings() + 1);
    assertThat(state.path("conflicts").asLong()).isEqualTo(before.conflicts() + 2);
    assertThat(state.path("queue").isNumber()).isTrue();
    assertThat(state.at("/functions/0/pid").asLong()).isPositive();
  }

  @Test
  void faultsAreSetShownAndHealedOverHttp() {
    HttpResponse<byte[]> set =
        send(
            request("/_local/faults/pending-index")
                .PUT(BodyPublishers.ofString("{\"mode\":\"hang\",\"share\":0.5}")));

    assertThat(set.statusCode()).isEqualTo(200);
    assertThat(cloud.faults().of(Dependency.PENDING_INDEX))
        .contains(Fault.of(Fault.Mode.HANG).withShare(0.5));
    assertThat(json(send(request("/_local/faults"))).toString())
        .isEqualTo(
            "{\"event-table\":null,\"pending-index\":{\"mode\":\"hang\",\"share\":0.5},"
                + "\"fallback-queue\":null}");
    send(request("/_local/faults/pending-index").DELETE());
    assertThat(cloud.faults().of(Dependency.PENDING_INDEX)).isEqualTo(Optional.empty());
  }

  @ParameterizedTest
  @CsvSource({
    "PUT,/_local/faults/moon,{\"mode\":\"hang\"},404",
    "PUT,/_local/faults/event-table,{\"mode\":\"sulk\"},400",
    "PUT,/_local/faults/event-table,mode,400",
    "PUT,/_local/faults/home-region,,409",
    "POST,/_local/state,,405",
    "GET,/_local/moon,,404"
  })
  void whatIsWrongWithALocalRequestIsAProblemDocument(
      String method, String path, String body, int status) {
    HttpResponse<byte[]> response =
        send(
            request(path)
                .method(
                    method,
                    body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(json(response).path("detail").asText()).isNotEmpty();
  }

  @Test
  void aFunctionThatNothingCallsStartsWhenItIsInvoked() {
    assertThat(workersOf("asked")).isEmpty();

    assertThat(cloud.invoke("asked", "{\"rawPath\":\"/\",\"limit\":5}"))
        .isEqualTo("{\"rawPath\":\"/\",\"limit\":5}");
    assertThat(workersOf("asked")).hasSize(1);
  }

  @Test
  void anInvocationIsAnsweredWithWhatTheFunctionAnswers() {
    HttpResponse<byte[]> response = send(invocation("echo", "{\"rawPath\":\"/\",\"limit\":5}"));

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("limit").asInt()).isEqualTo(5);
  }

  /** As {@code curl -d} sends it. */
  @Test
  void aLongEventIsNoForm() {
    String event = "{\"rawPath\":\"/\",\"note\":\"" + "%&=+".repeat(25_000) + "\"}";

    HttpResponse<byte[]> response =
        send(invocation("echo", event).header("content-type", "application/x-www-form-urlencoded"));

    assertThat(new String(response.body(), UTF_8)).isEqualTo(event);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "moon | {} | 404 | 'moon' is not one of asked, echo, work.",
        "echo | limit=5 | 400 | has to be JSON",
        "echo | '' | 400 | has to be JSON",
        "echo | {\"rawPath\":\"/do/fail\",\"errorType\":\"Odd\",\"errorMessage\":\"No.\"} | 502 | Odd: No.",
        "echo | {\"rawPath\":\"/do/exit\"} | 502 | echo ended with exit code 3",
        "echo | {\"rawPath\":\"/do/hang\"} | 504 | within 3 s"
      },
      ignoreLeadingAndTrailingWhitespace = true,
      quoteCharacter = '`')
  void anInvocationThatComesToNothingIsAProblemDocument(
      String function, String event, int status, String detail) {
    HttpResponse<byte[]> response = send(invocation(function, event));

    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    assertThat(json(response).path("detail").asText()).contains(detail);
  }

  @Test
  void aFailureIsToldByTypeAndMessage() {
    String event = "{\"rawPath\":\"/do/fail\",\"errorType\":\"Odd\",\"errorMessage\":\"No.\"}";

    JsonNode problem = json(send(invocation("echo", event)));
    assertThat(problem.path("errorType").asText()).isEqualTo("Odd");
    assertThat(problem.path("errorMessage").asText()).isEqualTo("No.");
    assertThatThrownBy(() -> cloud.invoke("echo", event))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("Odd: No.");
    assertThatThrownBy(() -> cloud.invoke("moon", "{}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("asked, echo, work");
  }

  private static HttpRequest.Builder invocation(String function, String event) {
    return request("/_local/invoke/" + function).POST(BodyPublishers.ofString(event));
  }

  @Test
  void whatAPollerCallsIsKeptUnderItsName() {
    await()
        .untilAsserted(
            () ->
                assertThat(cloud.calls())
                    .contains(new Access("work-poller", "sqs:ReceiveMessage", "FallbackQueue")));
    assertThat(StackGrants.of(directory.resolve("template.yaml"), Map.of()))
        .containsExactly(
            new Access("work", "sqs:DeleteMessage", "FallbackQueue"),
            new Access("work", "sqs:ReceiveMessage", "FallbackQueue"));
  }

  @Test
  void storesThatRunElsewhereAreUsedAsTheyAre(@TempDir Path other) throws IOException {
    Options options = EchoPackage.options(other);
    for (Dependency dependency : Dependency.values()) {
      options = options.with("local." + dependency.key(), cloud.endpoint(dependency));
    }

    try (LocalCloud second = LocalCloud.start(options)) {
      assertThat(second.endpoint(Dependency.EVENT_TABLE))
          .isEqualTo(cloud.endpoint(Dependency.EVENT_TABLE));
      assertThat(second.state().recorded()).isEqualTo(cloud.state().recorded());
    }
  }

  @Test
  void aFunctionThatCannotStartIsToldWithItsLastLines(@TempDir Path other) throws IOException {
    Options options = EchoPackage.options(other).withEnvironment("ECHO_BROKEN", "yes");

    assertThatThrownBy(() -> LocalCloud.start(options))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll("exit code 9", "This function is broken.");
  }

  private static void put(
      DynamoDbClient client, String table, String code, Map<String, AttributeValue> attributes) {
    Map<String, AttributeValue> item = new HashMap<>(attributes);
    item.put("bookingCode", AttributeValue.fromS(code));
    client.putItem(request -> request.tableName(table).item(item));
  }

  private static Map<String, AttributeValue> text(String name) {
    return Map.of(name, AttributeValue.fromS("x"));
  }

  private static void sendMessage(String body) {
    queue.sendMessage(
        request ->
            request
                .queueUrl(cloud.queueUrl("FallbackQueue"))
                .messageBody(body)
                .messageGroupId(body)
                .messageDeduplicationId(body)
                .messageAttributes(
                    Map.of(
                        "colour",
                        MessageAttributeValue.builder()
                            .dataType("String")
                            .stringValue("blue")
                            .build())));
  }

  private static JsonNode awaitWork(String body) {
    return await()
        .atMost(LONG)
        .until(
            () ->
                work().stream()
                    .map(line -> Json.parse(Buffer.buffer(line)).orElseThrow())
                    .flatMap(event -> event.path("Records").valueStream())
                    .filter(message -> message.path("body").asText().equals(body))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  private static List<String> work() throws IOException {
    Path file = EchoPackage.work(directory);
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private static List<State.Worker> workersOf(String function) {
    return cloud.workers().stream().filter(worker -> worker.function().equals(function)).toList();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(cloud.api() + path));
  }

  private static HttpResponse<byte[]> send(HttpRequest.Builder request) {
    return http.sendAsync(request.timeout(LONG).build(), BodyHandlers.ofByteArray()).join();
  }

  private static JsonNode json(HttpResponse<byte[]> response) {
    return Json.parse(Buffer.buffer(response.body())).orElseThrow();
  }
}
