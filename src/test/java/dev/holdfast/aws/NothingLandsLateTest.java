package dev.holdfast.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.EventTable.FindAnswer;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * What was given up is not sent any more, however much later its thread goes on. A process that is
 * frozen and thawed is a thread that stops anywhere while only the wall clock goes on.
 */
@Timeout(60)
class NothingLandsLateTest {

  private static final Duration BRIEF = Duration.ofMillis(300);
  private static final Duration AN_HOUR = Duration.ofHours(1);

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  @RegisterExtension
  final WireMockExtension network =
      WireMockExtension.newInstance()
          .options(options().dynamicPort().bindAddress("127.0.0.1"))
          .build();

  private final BookingCode code = Events.anyCode();
  private volatile Instant now = Events.NOW;

  private void freeze() {
    now = now.plus(AN_HOUR);
  }

  private void everyRequestIsAnswered(int status) {
    network.stubFor(any(anyUrl()).willReturn(aResponse().withStatus(status).withBody("{}")));
  }

  private URI endpoint() {
    return URI.create(network.baseUrl());
  }

  private static BoundedCalls calls(Duration limit, InstantSource wallClock) {
    return new BoundedCalls(Dependency.EVENT_TABLE, limit, Clients.unmeasured(), wallClock);
  }

  private static Object record(DynamoDbClient client, BookingCode code) {
    return client.putItem(
        put ->
            put.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                .item(EventAttributes.write(Events.first(code))));
  }

  @Test
  void aCallWhoseThreadGoesOnAfterItsLimitSendsNothing() {
    everyRequestIsAnswered(200);
    DynamoDbClient client =
        Clients.dynamoDb(
            endpoint(),
            new ExecutionInterceptor() {
              @Override
              public void beforeTransmission(
                  Context.BeforeTransmission context, ExecutionAttributes attributes) {
                standStill(BRIEF);
              }
            });

    // Its wall clock stands still: that its limit has passed must be enough.
    assertThatThrownBy(() -> calls(BRIEF, () -> now).run(() -> record(client, code)))
        .isInstanceOf(NoAnswerException.class);

    network.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  @Regression("a write landed when a frozen process thawed an hour later")
  void aProcessThatWasFrozenBeforeItSentSendsNothing() {
    everyRequestIsAnswered(200);
    DynamoDbClient client = Clients.dynamoDb(endpoint(), freezingBeforeAttempt(1));

    assertThatThrownBy(() -> calls(Clients.PATIENCE, () -> now).run(() -> record(client, code)))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage("event-table: No answer within 30000 ms");

    network.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  void aProcessThatWasFrozenBetweenTwoAttemptsSendsNoSecondOne() {
    everyRequestIsAnswered(500);
    DynamoDbClient client = Clients.dynamoDb(endpoint(), freezingBeforeAttempt(2));

    assertThatThrownBy(() -> calls(Clients.PATIENCE, () -> now).run(() -> record(client, code)))
        .isInstanceOf(NoAnswerException.class);

    network.verify(1, anyRequestedFor(anyUrl()));
  }

  @Test
  void aProcessThatWasFrozenWhileItConnectedSendsNothing() {
    everyRequestIsAnswered(200);
    DynamoDbClient client = Clients.dynamoDb(endpoint());
    // Asked for the deadline, as the attempt begins, and then as its body is sent.
    AtomicInteger asked = new AtomicInteger();
    InstantSource wallClock = () -> asked.incrementAndGet() > 2 ? now.plus(AN_HOUR) : now;

    assertThatThrownBy(() -> calls(Clients.PATIENCE, wallClock).run(() -> record(client, code)))
        .isInstanceOf(NoAnswerException.class);

    network.verify(0, anyRequestedFor(anyUrl()));
  }

  @Test
  @Regression("a claim was sent on to the second region after its caller had given up")
  void whatTheFirstRegionLostDoesNotLandLateThroughTheSecond() {
    DynamoDbClient frozen = Clients.dynamoDb(endpoint(), freezingBeforeAttempt(1));
    TableCalls regions =
        new TableCalls(
            Dependency.EVENT_TABLE,
            List.of(frozen, DYNAMO_DB.client()),
            Clients.PATIENCE,
            Clients.unmeasured(),
            () -> now);

    assertThatThrownBy(() -> regions.run(client -> record(client, code)))
        .isInstanceOf(NoAnswerException.class);

    assertThat(DYNAMO_DB.eventTable().find(code, Version.FIRST)).isEqualTo(new FindAnswer.Absent());
  }

  @Test
  void aCallThatIsGivenUpClosesItsConnection() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      DynamoDbClient client =
          Clients.dynamoDb(URI.create("http://127.0.0.1:" + silent.getLocalPort()), BRIEF);

      assertThatThrownBy(() -> calls(BRIEF, InstantSource.system()).run(() -> record(client, code)))
          .isInstanceOf(NoAnswerException.class);

      try (Socket connection = silent.accept()) {
        // A client that is left to itself would keep it for as long as its socket timeout.
        connection.setSoTimeout(Math.toIntExact(Duration.ofSeconds(10).toMillis()));
        assertThat(catchThrowable(() -> connection.getInputStream().readAllBytes()))
            .isNotInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  private ExecutionInterceptor freezingBeforeAttempt(int number) {
    AtomicInteger attempts = new AtomicInteger();
    return new ExecutionInterceptor() {
      @Override
      public void beforeTransmission(
          Context.BeforeTransmission context, ExecutionAttributes attributes) {
        if (attempts.incrementAndGet() == number) {
          freeze();
        }
      }
    };
  }

  private static void standStill(Duration time) {
    long start = System.nanoTime();
    for (long left = time.toNanos(); left > 0; left = time.toNanos() + start - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }
}
