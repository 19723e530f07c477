package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * Every function of the real package and every event of {@code events/}, in the environment that
 * SAM CLI gives to a function, on the local cloud's stores. What Docker does is not there: {@code
 * host.docker.internal} is this machine, and the usual ports are free ones.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class SamCliIT {
  private static final Path ZIP = Path.of("target/function.zip");
  private static final Path EVENTS = Path.of("events");
  private static final String FILE_OF_VARIABLES = "environment.json";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** The order of docs/local-cloud.md: what an event needs has happened before. */
  private static final List<Map.Entry<String, List<String>>> USES =
      List.of(
          Map.entry(
              "AppendFunction", List.of("append-new", "append-version-2", "append-collision")),
          Map.entry("ReadFunction", List.of("read-booking", "read-events", "read-event")),
          Map.entry("DrainFunction", List.of("drain-batch")),
          Map.entry("SweepFunction", List.of("sweep")),
          Map.entry("PendingFunction", List.of("pending")),
          Map.entry("ConflictsFunction", List.of("conflicts")),
          Map.entry(
              "ResolveFunction",
              List.of("resolve-reassign", "resolve-reappend", "resolve-discard")),
          Map.entry("RedriveFunction", List.of("redrive")),
          Map.entry("BackfillFunction", List.of("backfill")),
          Map.entry("AuditFunction", List.of("audit")));

  /** Of the change feed, which is there by parameter only and whose bus is AWS' own. */
  private static final String REPUBLISH = "republish.json";

  private static final Deque<AutoCloseable> OPENED = new ArrayDeque<>();
  private static final Map<Dependency, FaultProxy> PROXIES = new HashMap<>();
  private static final Map<String, FunctionPool> POOLS = new HashMap<>();
  private static StoreServers stores;

  @BeforeAll
  static void start() throws IOException {
    Path logs = Files.createDirectories(Path.of("target/local-sam").toAbsolutePath());
    FunctionPackage unpacked =
        opened(
            // All classes by the runtime interface client's loader, as in SAM CLI's container.
            FunctionPackage.unpack(ZIP, logs).withoutArchive(),
            open -> (AutoCloseable) open::delete);
    String kind = unpacked.isNative() ? "native" : "jvm";
    SamCli sam = SamCli.run("local_invoke", "Package=" + kind);
    Template template = Template.read(Path.of("template.yaml"), Map.of("Package", kind));
    Vertx vertx = opened(Loopback.vertx(), open -> () -> Loopback.await(open.close()));
    stores = opened(new StoreServers(template, Options.onFreePorts()), open -> open);
    warmUpTheQueue();
    List<Template.Function> functions = template.functions(stores.queues().urls());
    AccessControl access =
        new AccessControl(functions, template.tables(), template.queues(), refusal -> {});
    for (Dependency dependency : Dependency.values()) {
      FaultProxy proxy =
          new FaultProxy(
              vertx, dependency, 0, stores.endpoint(dependency), access, () -> Onlooker.NOBODY);
      PROXIES.put(dependency, opened(proxy, open -> open));
    }
    RuntimeApi runtimeApi = opened(new RuntimeApi(vertx), open -> open);
    for (Template.Function function : functions) {
      Path log = logs.resolve(function.name() + ".log");
      Files.deleteIfExists(log);
      Map<String, String> environment = container(sam.environment(function.logicalId()));
      POOLS.put(
          function.logicalId(),
          opened(
              new FunctionPool(
                  vertx,
                  Door.HOME,
                  function,
                  launcher(unpacked, runtimeApi, environment),
                  log,
                  1,
                  System.out::println),
              open -> open));
    }
  }

  /** A function waits 0.4 s for it, and its first calls take longer where much is going on. */
  private static void warmUpTheQueue() {
    String url = stores.queues().urls().get("DeadLetterQueue");
    try (SqsClient sqs =
        Clients.of(SqsClient.builder(), stores.endpoint(Dependency.FALLBACK_QUEUE), PATIENCE)) {
      sqs.sendMessage(
          message ->
              message
                  .queueUrl(url)
                  .messageBody("warm")
                  .messageGroupId("warm")
                  .messageDeduplicationId("warm"));
      sqs.receiveMessage(receive -> receive.queueUrl(url))
          .messages()
          .forEach(
              message ->
                  sqs.deleteMessage(
                      delete -> delete.queueUrl(url).receiptHandle(message.receiptHandle())));
    }
  }

  private interface Closing<T> {
    AutoCloseable of(T opened);
  }

  private static <T> T opened(T one, Closing<T> closing) {
    OPENED.push(closing.of(one));
    return one;
  }

  @AfterAll
  static void stop() throws Exception {
    while (!OPENED.isEmpty()) {
      OPENED.pop().close();
    }
  }

  /** The container's environment, where its name for this machine is this machine's own. */
  private static Map<String, String> container(Map<String, String> environment) {
    Map<String, String> here = new TreeMap<>(environment);
    for (Dependency dependency : Dependency.values()) {
      here.replaceAll(
          (name, value) ->
              value.replace(
                  "http://host.docker.internal:" + dependency.usualProxyPort(),
                  PROXIES.get(dependency).endpoint().toString()));
    }
    assertThat(here.values()).noneMatch(value -> value.contains("docker"));
    return here;
  }

  private static FunctionPool.Launcher launcher(
      FunctionPackage unpacked, RuntimeApi runtimeApi, Map<String, String> environment) {
    return pool -> {
      Template.Function function = pool.function();
      runtimeApi.register(function.name(), pool);
      Map<String, String> all = new TreeMap<>(environment);
      // What the base image and the runtime interface emulator add.
      all.put("PATH", System.getenv("PATH"));
      all.put("LAMBDA_TASK_ROOT", unpacked.root().toString());
      all.put("_HANDLER", environment.get("AWS_LAMBDA_FUNCTION_HANDLER"));
      all.put("AWS_LAMBDA_RUNTIME_API", runtimeApi.address(function.name()));
      return FunctionProcess.start(
          function.name(), unpacked.command(function, Map.of()), all, unpacked.root(), pool.log());
    };
  }

  /** As SAM CLI does, it starts the function first where that was not done. */
  private static JsonNode invoke(String function, Buffer event) {
    Outcome outcome = POOLS.get(function).invoke(event, PATIENCE).join();
    assertThat(outcome).as(function).isInstanceOf(Outcome.Answered.class);
    return Json.parse(((Outcome.Answered) outcome).payload()).orElseThrow();
  }

  private static Buffer event(String name) {
    try {
      return Buffer.buffer(Files.readAllBytes(EVENTS.resolve(name + ".json")));
    } catch (IOException unreadable) {
      throw new AssertionError(unreadable);
    }
  }

  @Test
  @Order(1)
  void everyFunctionAndEveryEventIsTried() throws IOException {
    try (Stream<Path> files = Files.list(EVENTS)) {
      assertThat(USES.stream().flatMap(use -> use.getValue().stream()).map(name -> name + ".json"))
          .containsExactlyInAnyOrderElementsOf(
              files
                  .map(file -> file.getFileName().toString())
                  .filter(name -> !List.of(FILE_OF_VARIABLES, REPUBLISH).contains(name))
                  .toList());
    }
    assertThat(USES)
        .extracting(Map.Entry::getKey)
        .containsExactlyInAnyOrderElementsOf(POOLS.keySet());
  }

  @Test
  @Order(2)
  void everyFunctionAnswersItsEventsAsOnTheLocalCloud() {
    Map<String, JsonNode> answers = new HashMap<>();
    for (Map.Entry<String, List<String>> use : USES) {
      for (String event : use.getValue()) {
        answers.put(event, invoke(use.getKey(), event(event)));
      }
    }

    assertThat(answers)
        .extractingByKeys("append-new", "append-version-2", "append-collision")
        .extracting(answer -> answer.path("statusCode").asInt())
        .containsExactly(201, 201, 409);
    assertThat(answers)
        .extractingByKeys("read-booking", "read-events", "read-event")
        .allSatisfy(answer -> assertThat(answer.path("statusCode").asInt()).isEqualTo(200));
    assertThat(answers.get("drain-batch").path("batchItemFailures")).isEmpty();
    assertThat(answers.get("pending").path("pending")).isEmpty();
    assertThat(answers.get("conflicts").path("conflicts")).isEmpty();
    // There is no conflict to end.
    assertThat(answers)
        .extractingByKeys("resolve-reassign", "resolve-reappend", "resolve-discard")
        .allSatisfy(answer -> assertThat(answer.path("outcome").asText()).isEqualTo("refused"));
    assertThat(answers.get("backfill").path("done").booleanValue()).isTrue();
    assertThat(answers.get("audit").path("store").asText()).isEqualTo("pending-index");
    assertThat(answers.get("redrive").has("redriven")).isTrue();
    State state = state();
    assertThat(state.recorded()).isEqualTo(2);
    // The malformed message is there, whether redrive has just looked at it or not.
    assertThat(state.deadLetterQueue()).isEqualTo(1);
  }

  @Test
  @Order(3)
  void whatFailsInTheLocalCloudFailsForThemToo() {
    PROXIES.get(Dependency.EVENT_TABLE).set(Optional.of(Fault.of(Fault.Mode.REFUSE)));
    Buffer another = Buffer.buffer(event("append-new").toString().replace("004711", "004712"));

    JsonNode answer = invoke("AppendFunction", another);

    assertThat(answer.path("statusCode").asInt()).isEqualTo(202);
    assertThat(state().pending()).isEqualTo(1);
  }

  /** At the one door that there is. */
  private static State state() {
    URI api = PROXIES.get(Dependency.FALLBACK_QUEUE).endpoint();
    return stores.state(List.of(stores.queues().state(Door.HOME, api, false)), List.of());
  }
}
