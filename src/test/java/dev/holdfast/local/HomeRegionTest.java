package dev.holdfast.local;

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
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The local cloud with two doors, around a function that echoes. */
@Tag("slow")
class HomeRegionTest {
  private static final Duration SECONDS = Duration.ofSeconds(30);

  @TempDir private static Path directory;
  private static LocalCloud cloud;
  private static HttpClient http;

  @BeforeAll
  static void start() throws IOException {
    cloud = LocalCloud.start(EchoPackage.options(directory).with(Options.DOORS, 2));
    http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  }

  @AfterAll
  static void stop() {
    cloud.close();
  }

  @AfterEach
  void heal() {
    cloud.faults().heal();
  }

  private static CompletableFuture<Integer> status(URI address, String method) {
    return http.sendAsync(
            HttpRequest.newBuilder(address).method(method, BodyPublishers.noBody()).build(),
            BodyHandlers.discarding())
        .thenApply(answer -> answer.statusCode());
  }

  private static int status(Door door) {
    return status(cloud.api(door).resolve("/anything"), "POST").join();
  }

  private static JsonNode local(String method, String path) {
    return Json.parse(
            Buffer.buffer(
                http.sendAsync(
                        HttpRequest.newBuilder(cloud.api().resolve("/_local/" + path))
                            .method(method, BodyPublishers.noBody())
                            .build(),
                        BodyHandlers.ofByteArray())
                    .join()
                    .body()))
        .orElseThrow();
  }

  private static List<Long> pids(Door door) {
    return cloud.workers().stream()
        .filter(worker -> worker.door() == door)
        .map(State.Worker::pid)
        .toList();
  }

  private static void assertNobodyAnswers(Door door) {
    assertThat(status(cloud.api(door).resolve("/anything"), "POST"))
        .failsWithin(SECONDS)
        .withThrowableThat()
        .withCauseInstanceOf(IOException.class);
  }

  @Test
  void eachDoorHasItsFunctionsAndItsQueueAndTheTablesAreTheSame() {
    assertThat(status(Door.HOME)).isEqualTo(200);
    assertThat(status(Door.SECOND)).isEqualTo(200);
    assertThat(pids(Door.HOME)).isNotEmpty().doesNotContainAnyElementsOf(pids(Door.SECOND));
    assertThat(pids(Door.SECOND)).isNotEmpty();
    JsonNode state = local("GET", "state");
    assertThat(state.path("doors").findValuesAsText("door")).containsExactly("home", "second");
    assertThat(state.path("doors").findValuesAsText("api"))
        .containsExactly(cloud.api().toString(), cloud.api(Door.SECOND).toString());
    assertThat(state.at("/functions/0/door").asText()).isEqualTo("home");
  }

  @Test
  void everyDoorIsToBeFoundOnTheFirstOnesPort() {
    URI second = cloud.api().resolve("/_local/doors/second/things/x/parts");

    assertThat(status(second, "GET").join()).isEqualTo(200);
    assertThat(status(cloud.api().resolve("/_local/doors/third/things/x/parts"), "GET").join())
        .isEqualTo(404);
  }

  @Test
  void aDependencyFailsAtBothDoors() {
    cloud.faults().inject(Dependency.PENDING_INDEX, Fault.of(Fault.Mode.REFUSE));

    for (Door door : cloud.doors()) {
      assertThatThrownBy(() -> listTables(door, Dependency.PENDING_INDEX))
          .isInstanceOf(SdkException.class);
      listTables(door, Dependency.EVENT_TABLE);
    }
  }

  @Test
  void theHomeRegionIsLostAsAWholeAndIsBack() throws IOException {
    cloud.faults().inject(Dependency.EVENT_TABLE, Fault.of(Fault.Mode.SLOW));
    CompletableFuture<Integer> underWay = status(cloud.api(Door.HOME).resolve("/do/hang"), "POST");
    await().until(() -> cloud.workers().stream().anyMatch(HomeRegionTest::isAtWork));
    List<Long> before = pids(Door.HOME);

    JsonNode faults = local("PUT", "faults/home-region");

    assertThat(faults.at("/home-region/mode").asText()).isEqualTo("lost");
    assertThat(underWay).failsWithin(SECONDS);
    assertThat(before)
        .noneMatch(pid -> ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent());
    assertNobodyAnswers(Door.HOME);
    await().until(() -> pids(Door.HOME).isEmpty());
    assertThat(status(Door.SECOND)).isEqualTo(200);
    for (Door door : cloud.doors()) {
      assertThatThrownBy(() -> listTables(door, Dependency.EVENT_TABLE))
          .isInstanceOf(SdkException.class);
      listTables(door, Dependency.PENDING_INDEX);
    }
    assertThatThrownBy(() -> listQueues(Door.HOME)).isInstanceOf(SdkException.class);
    listQueues(Door.SECOND);
    assertThat(local("GET", "state").at("/doors/0/lost").asBoolean()).isTrue();
    assertThat(cloud.invoke("asked", "{\"rawPath\":\"/\"}")).isEqualTo("{\"rawPath\":\"/\"}");

    local("DELETE", "faults/home-region");

    assertThat(status(Door.HOME)).isEqualTo(200);
    assertThat(cloud.faults().of(Dependency.EVENT_TABLE)).contains(Fault.of(Fault.Mode.SLOW));
    listTables(Door.SECOND, Dependency.EVENT_TABLE);
    listQueues(Door.HOME);
  }

  @Test
  void whoeverHealsAllHasTheHomeRegionBack() {
    cloud.faults().loseHome();
    cloud.faults().heal();

    assertThat(status(Door.HOME)).isEqualTo(200);
    assertThat(cloud.faults().toJson().path("home-region").isNull()).isTrue();
  }

  private static boolean isAtWork(State.Worker worker) {
    return worker.function().equals("echo") && worker.phase() == State.Phase.BUSY;
  }

  private static void listTables(Door door, Dependency table) {
    try (DynamoDbClient client =
        Clients.of(DynamoDbClient.builder(), cloud.proxy(door, table), SECONDS)) {
      client.listTables();
    }
  }

  private static void listQueues(Door door) {
    try (SqsClient client =
        Clients.of(SqsClient.builder(), cloud.proxy(door, Dependency.FALLBACK_QUEUE), SECONDS)) {
      client.listQueues();
    }
  }
}
