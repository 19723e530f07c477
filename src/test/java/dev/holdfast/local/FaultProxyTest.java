package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.holdfast.local.Fault.Mode;
import io.vertx.core.Vertx;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DynamoDbException;
import software.amazon.awssdk.services.dynamodb.model.InternalServerErrorException;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProvisionedThroughputExceededException;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.RequestThrottledException;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** Every fault as the AWS SDK sees it, and what became of the work. */
class FaultProxyTest {
  private static final String TABLE = "things";

  /** The callers here are no functions, and may do everything. */
  private static final AccessControl NOBODY =
      new AccessControl(List.of(), List.of(), List.of(), notice -> {});

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration IMPATIENCE = Duration.ofMillis(300);

  private static Vertx vertx;
  private static EmbeddedDynamoDb store;
  private static DynamoDbClient direct;
  private static FaultProxy proxy;
  private static DynamoDbClient proxied;

  @BeforeAll
  static void start() {
    Quiet.please();
    vertx = Loopback.vertx();
    store = EmbeddedDynamoDb.start(0);
    direct = Clients.of(DynamoDbClient.builder(), store.endpoint(), PATIENCE);
    direct.createTable(
        request ->
            request
                .tableName(TABLE)
                .billingMode("PAY_PER_REQUEST")
                .attributeDefinitions(
                    AttributeDefinition.builder()
                        .attributeName("id")
                        .attributeType(ScalarAttributeType.S)
                        .build())
                .keySchema(
                    KeySchemaElement.builder().attributeName("id").keyType(KeyType.HASH).build()));
    proxy =
        new FaultProxy(
            vertx, Dependency.EVENT_TABLE, 0, store.endpoint(), NOBODY, () -> Onlooker.NOBODY);
    proxied = Clients.of(DynamoDbClient.builder(), proxy.endpoint(), PATIENCE);
  }

  @AfterAll
  static void stop() {
    proxied.close();
    direct.close();
    proxy.close();
    store.close();
    Loopback.await(vertx.close());
  }

  @AfterEach
  void heal() {
    proxy.set(Optional.empty());
  }

  @Test
  void aHealthyProxyIsNotNoticed() {
    put(proxied, "healthy");

    assertThat(isThere("healthy")).isTrue();
  }

  @Test
  void aRefusedCallIsNotDone() {
    set(Mode.REFUSE);

    assertThatThrownBy(() -> put(proxied, "refused")).isInstanceOf(SdkClientException.class);
    assertThat(isThere("refused")).isFalse();
  }

  @Test
  void anErrorIsTheStoresInternalServerError() {
    set(Mode.ERROR);

    assertThatThrownBy(() -> put(proxied, "error"))
        .isInstanceOf(InternalServerErrorException.class);
    assertThat(isThere("error")).isFalse();
  }

  @Test
  void aThrottledCallSaysSo() {
    set(Mode.THROTTLE);

    assertThatThrownBy(() -> put(proxied, "throttled"))
        .isInstanceOf(ProvisionedThroughputExceededException.class);
    assertThat(isThere("throttled")).isFalse();
  }

  @Test
  void aTableWithoutItsKeyRefusesAsIfTheRequestWereWrong() {
    set(Mode.KEY_DISABLED);

    assertThatThrownBy(() -> put(proxied, "no key"))
        .isInstanceOfSatisfying(
            DynamoDbException.class,
            refusal -> {
              assertThat(refusal.statusCode()).isEqualTo(400);
              assertThat(refusal.awsErrorDetails().errorCode()).isEqualTo("ValidationException");
              assertThat(refusal.awsErrorDetails().errorMessage())
                  .startsWith("KMS key disabled error: ");
            });
    assertThat(isThere("no key")).isFalse();
  }

  @Test
  void aSlowCallIsDone() {
    proxy.set(Optional.of(new Fault(Mode.SLOW, 1, Duration.ofMillis(150))));
    long start = System.nanoTime();

    put(proxied, "slow");

    assertThat(Duration.ofNanos(System.nanoTime() - start))
        .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    assertThat(isThere("slow")).isTrue();
  }

  @Test
  void aLostAnswerIsToWorkThatWasDone() {
    set(Mode.LOSE_ANSWER);

    assertThatThrownBy(() -> put(proxied, "lost")).isInstanceOf(SdkClientException.class);
    assertThat(isThere("lost")).isTrue();
  }

  @Test
  void aHangingCallIsReleasedByTheCureAndNeverDone() {
    set(Mode.HANG);
    CompletableFuture<Throwable> failure = failureOf(() -> put(proxied, "hung"));

    assertThat(failure).isNotCompleted();
    proxy.set(Optional.empty());

    assertThat(failure).succeedsWithin(PATIENCE).isInstanceOf(SdkClientException.class);
    put(proxied, "after");
    assertThat(isThere("hung")).isFalse();
  }

  @Test
  void aHangingCallWhoseCallerWentAwayIsNeverDone() {
    set(Mode.HANG);
    try (DynamoDbClient impatient =
        Clients.of(DynamoDbClient.builder(), proxy.endpoint(), IMPATIENCE)) {
      assertThatThrownBy(() -> put(impatient, "given up")).isInstanceOf(SdkException.class);
    }
    proxy.set(Optional.empty());

    put(proxied, "later");
    assertThat(isThere("given up")).isFalse();
  }

  @Test
  void manyHangingCallsDoNotStopTheRest() throws Exception {
    proxy.set(Optional.of(Fault.of(Mode.HANG)));
    ExecutorService callers = Executors.newFixedThreadPool(100);
    try {
      List<Future<Throwable>> failures = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        String id = "crowd " + i;
        failures.add(callers.submit(() -> catchThrowable(() -> put(proxied, id))));
      }
      await().until(() -> proxy.hangingCalls() == 100);
      proxy.set(Optional.of(Fault.of(Mode.THROTTLE)));
      for (Future<Throwable> failure : failures) {
        assertThat(failure.get()).isInstanceOf(SdkClientException.class);
      }
      assertThatThrownBy(() -> put(proxied, "next"))
          .isInstanceOf(ProvisionedThroughputExceededException.class);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void aShareOfTheCallsFails() {
    proxy.set(Optional.of(Fault.of(Mode.THROTTLE).withShare(0.5)));

    int failed = 0;
    for (int i = 0; i < 100; i++) {
      try {
        put(proxied, "share");
      } catch (ProvisionedThroughputExceededException struck) {
        failed++;
      }
    }

    // Less likely than one in 10^14 to fail by chance.
    assertThat(failed).isBetween(11, 89);
  }

  @Test
  void aStoreThatIsGoneIsAClosedConnection() {
    FaultProxy toNowhere =
        new FaultProxy(
            vertx,
            Dependency.EVENT_TABLE,
            0,
            URI.create("http://127.0.0.1:1"),
            NOBODY,
            () -> Onlooker.NOBODY);
    try (DynamoDbClient client =
        Clients.of(DynamoDbClient.builder(), toNowhere.endpoint(), PATIENCE)) {
      assertThatThrownBy(() -> put(client, "nowhere")).isInstanceOf(SdkClientException.class);
    } finally {
      toNowhere.close();
    }
  }

  @Test
  void theQueueFailsInItsOwnWords() {
    FaultProxy queue =
        new FaultProxy(
            vertx,
            Dependency.FALLBACK_QUEUE,
            0,
            URI.create("http://127.0.0.1:1"),
            NOBODY,
            () -> Onlooker.NOBODY);
    try (SqsClient client = Clients.of(SqsClient.builder(), queue.endpoint(), PATIENCE)) {
      queue.set(Optional.of(Fault.of(Mode.THROTTLE)));
      assertThatThrownBy(client::listQueues).isInstanceOf(RequestThrottledException.class);
      queue.set(Optional.of(Fault.of(Mode.KEY_DISABLED)));
      assertThatThrownBy(client::listQueues)
          .isInstanceOfSatisfying(
              SqsException.class,
              refusal ->
                  assertThat(refusal.awsErrorDetails().errorCode())
                      .isEqualTo("KMS.DisabledException"));
      queue.set(Optional.of(Fault.of(Mode.ERROR)));
      assertThatThrownBy(client::listQueues)
          .isInstanceOfSatisfying(
              SqsException.class,
              failure -> {
                assertThat(failure.statusCode()).isEqualTo(500);
                assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("ServiceUnavailable");
              });
    } finally {
      queue.close();
    }
  }

  private static void set(Mode mode) {
    proxy.set(Optional.of(Fault.of(mode)));
  }

  private static void put(DynamoDbClient client, String id) {
    client.putItem(
        request -> request.tableName(TABLE).item(Map.of("id", AttributeValue.fromS(id))));
  }

  private static boolean isThere(String id) {
    return direct
        .getItem(
            request ->
                request
                    .tableName(TABLE)
                    .consistentRead(true)
                    .key(Map.of("id", AttributeValue.fromS(id))))
        .hasItem();
  }

  private static CompletableFuture<Throwable> failureOf(Runnable call) {
    CompletableFuture<Throwable> failure = new CompletableFuture<>();
    Thread caller = new Thread(() -> failure.complete(catchThrowable(call::run)));
    caller.setDaemon(true);
    caller.start();
    await().until(() -> proxy.hangingCalls() == 1);
    return failure;
  }
}
