package dev.holdfast.aws;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.ok;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.extension.ResponseTransformerV2;
import com.github.tomakehurst.wiremock.http.Fault;
import com.github.tomakehurst.wiremock.http.Response;
import com.github.tomakehurst.wiremock.junit5.WireMockExtension;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable.FindAnswer;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.http.conn.DnsResolver;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.MDC;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpConfigurationOption;
import software.amazon.awssdk.utils.AttributeMap;

/** What becomes of the ways in which a store can fail to answer. */
@Timeout(30)
@Tag("slow")
class StoreFailuresTest {

  private static final Duration BRIEF = Duration.ofMillis(300);

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  /** Which complains of a server that signed its certificate itself. */
  @RegisterExtension
  final CapturedLog client = new CapturedLog("software.amazon.awssdk.http.apache");

  private final AtomicInteger answersToLose = new AtomicInteger();
  private final MetricLines lines = new MetricLines();
  private final EmbeddedMetrics metrics = lines.metrics();

  @RegisterExtension
  final WireMockExtension network =
      WireMockExtension.newInstance()
          .options(
              options()
                  .dynamicPort()
                  .dynamicHttpsPort()
                  .bindAddress("127.0.0.1")
                  .extensions(new LostAnswers()))
          .build();

  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent event = Events.first(code);

  @ParameterizedTest
  @CsvSource({
    "400, ProvisionedThroughputExceededException",
    "400, ThrottlingException",
    "400, RequestLimitExceeded",
    "500, InternalServerError",
    "503, ServiceUnavailable"
  })
  void triesTwiceWhatMayPass(int status, String error) {
    fail(status, error);

    RecordAnswer answer = eventTable(Clients.PATIENCE).record(event);

    assertThat(answer)
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).startsWith("event-table: " + error));
    network.verify(2, anyRequestedFor(anyUrl()));
  }

  @Test
  void triesTwiceHoweverLongAnOutageLasts() {
    fail(500, "InternalServerError");
    DynamoDbEventTable table = eventTable(Clients.PATIENCE);
    int calls = 120;

    IntStream.range(0, calls).parallel().forEach(call -> table.record(event));

    network.verify(2 * calls, anyRequestedFor(anyUrl()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AccessDeniedException",
        "ResourceNotFoundException",
        "UnrecognizedClientException",
        "ExpiredTokenException",
        "IncompleteSignatureException"
      })
  void isUnavailableWhereItMayNotOrCannotBeUsed(String error) {
    fail(400, error);

    assertThat(eventTable(Clients.PATIENCE).find(code, Version.FIRST))
        .isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: x is disabled.",
        "Cannot read from backfilling global secondary index: unclaimed",
        "The table does not have the specified index: unclaimed"
      })
  void isUnavailableWhereItSaysThatARequestIsInvalidAndIsNotWellItself(String message) {
    refuse("com.amazon.coral.validate#ValidationException", message);

    assertThat(eventTable(Clients.PATIENCE).record(event)).isInstanceOf(Unavailable.class);
    assertThat(eventTable(Clients.PATIENCE).debts(new Shard(1), Optional.empty(), 1))
        .isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"KmsDisabled", "KmsAccessDenied", "InvalidMessageContents"})
  void isUnavailableWhateverAQueueRefusesForItsMessagesAreHints(String error) {
    refuse("com.amazonaws.sqs#" + error, "Item size");

    assertThat(fallbackQueue(Clients.PATIENCE).send(new Hint(event, Optional.empty())))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void isUnavailableWhereTheErrorHasNoName() {
    network.stubFor(everything().willReturn(aResponse().withStatus(502).withBody("<html>")));

    assertThat(eventTable(Clients.PATIENCE).record(event)).isInstanceOf(Unavailable.class);
  }

  @Test
  void takesARequestThatIsWrongForABugAndKeepsWhatItQuotesOutOfTheLog() {
    refuse(
        "com.amazon.coral.validate#ValidationException",
        "One or more parameter values were invalid: No number: 412.50");

    assertThatThrownBy(() -> eventTable(Clients.PATIENCE).record(event))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("event-table: ValidationException, status 400")
        .hasNoCause();
    assertThat(log.only().getLevel()).isEqualTo(Level.DEBUG);
  }

  @ParameterizedTest
  @EnumSource(Fault.class)
  void isUnavailableWhereTheConnectionBreaks(Fault fault) {
    network.stubFor(everything().willReturn(aResponse().withFault(fault)));

    assertThat(eventTable(Clients.PATIENCE).record(event)).isInstanceOf(Unavailable.class);
    assertThat(fallbackQueue(Clients.PATIENCE).send(new Hint(event, Optional.empty())))
        .isInstanceOf(Unavailable.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"<html>", "[1234]", "{\"Item\":[1]}", "{\"Item\":{\"a\""})
  void isUnavailableWhereTheAnswerMakesNoSense(String body) {
    network.stubFor(everything().willReturn(ok(body)));

    assertThat(eventTable(Clients.PATIENCE).find(code, Version.FIRST))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void isUnavailableWhereNobodyListens() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    URI nowhere = URI.create("http://127.0.0.1:" + port);

    RecordAnswer answer =
        new DynamoDbEventTable(
                Clients.dynamoDb(nowhere), "table", Clients.PATIENCE, Clients.unmeasured())
            .record(event);
    SendAnswer sent =
        new SqsFallbackQueue(
                () -> Clients.sqs(nowhere), "http://queue", Clients.PATIENCE, Clients.unmeasured())
            .send(new Hint(event, Optional.empty()));

    assertThat(answer)
        .isEqualTo(new Unavailable("event-table: SdkClientException, caused by ConnectException"));
    assertThat(sent)
        .isEqualTo(
            new Unavailable("fallback-queue: SdkClientException, caused by ConnectException"));
  }

  @Test
  void waitsNoLongerThanTheLimitForAnAnswer() {
    network.stubFor(everything().willReturn(ok("{}").withFixedDelay(60_000)));

    assertThat(eventTable(BRIEF).record(event))
        .isEqualTo(new Unavailable("event-table: No answer within 300 ms"));
    assertThat(fallbackQueue(BRIEF).send(new Hint(event, Optional.empty())))
        .isEqualTo(new Unavailable("fallback-queue: No answer within 300 ms"));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void waitsNoLongerThanTheLimitForAnAnswerThatComesDropByDrop() {
    network.stubFor(
        everything().willReturn(ok(" ".repeat(600) + "{}").withChunkedDribbleDelay(600, 60_000)));

    assertThat(eventTable(BRIEF).record(event))
        .isEqualTo(new Unavailable("event-table: No answer within 300 ms"));
  }

  @Test
  void waitsNoLongerThanTheLimitForATlsHandshake() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      assertThat(overTls(silent.getLocalPort(), BRIEF).record(event))
          .isEqualTo(new Unavailable("event-table: No answer within 300 ms"));
    }
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
  }

  @Test
  void waitsNoLongerThanTheLimitForAnAnswerThatComesDropByDropOverTls() {
    network.stubFor(everything().willReturn(ok("{}")));
    overTls(network.getHttpsPort(), Clients.PATIENCE).record(event);
    network.stubFor(
        everything().willReturn(ok(" ".repeat(600) + "{}").withChunkedDribbleDelay(600, 60_000)));

    // Longer than a handshake takes on a busy machine.
    assertThat(overTls(network.getHttpsPort(), Duration.ofSeconds(2)).record(event))
        .isEqualTo(new Unavailable("event-table: No answer within 2000 ms"));
    network.verify(2, anyRequestedFor(anyUrl()));
  }

  private DynamoDbEventTable overTls(int port, Duration limit) {
    return eventTable(URI.create("https://127.0.0.1:" + port), limit, new Trusting());
  }

  @Test
  void waitsNoLongerThanTheLimitForAName() {
    CountDownLatch test = new CountDownLatch(1);
    DnsResolver silent =
        host -> {
          while (test.getCount() > 0) {
            try {
              test.await();
            } catch (InterruptedException ignored) {
              // Nor does the JDK's look-up heed an interrupt.
            }
          }
          throw new UnknownHostException(host);
        };

    assertThat(
            eventTable(
                    URI.create("http://events.test"), BRIEF, new BoundedTransport.Builder(silent))
                .record(event))
        .isEqualTo(new Unavailable("event-table: No answer within 300 ms"));
    assertThat(Thread.currentThread().isInterrupted()).isFalse();
    test.countDown();
  }

  private DynamoDbEventTable eventTable(
      URI endpoint, Duration limit, SdkHttpClient.Builder<?> transport) {
    return new DynamoDbEventTable(
        Clients.dynamoDb(endpoint, limit, transport), EmbeddedDynamoDb.EVENT_TABLE, limit, metrics);
  }

  @Test
  void stopsWaitingWhenItIsInterrupted() {
    network.stubFor(everything().willReturn(ok("{}").withFixedDelay(60_000)));
    Thread.currentThread().interrupt();

    RecordAnswer answer = eventTable(Clients.PATIENCE).record(event);

    assertThat(Thread.interrupted()).isTrue();
    assertThat(answer).isInstanceOf(Unavailable.class);
  }

  @Test
  void findsItsOwnEventWhereTheAnswerGotLost() {
    passThrough();
    answersToLose.set(1);

    assertThat(eventTable(Clients.PATIENCE).record(event))
        .isEqualTo(new RecordAnswer.Occupied(event));
  }

  @Test
  void isUnavailableWhereEveryAnswerGetsLostThoughTheWorkIsDone() {
    passThrough();
    answersToLose.set(2);

    assertThat(eventTable(Clients.PATIENCE).record(event)).isInstanceOf(Unavailable.class);
    assertThat(DYNAMO_DB.eventTable().find(code, Version.FIRST))
        .isEqualTo(new FindAnswer.Found(event));
  }

  @Test
  void measuresACallThatIsAnsweredAndSaysNothing() {
    passThrough();

    eventTable(Clients.PATIENCE).record(event);
    // The condition is not met, which is an answer too.
    eventTable(Clients.PATIENCE).record(Events.first(code));
    metrics.flush(UUID.randomUUID());

    assertThat(lines.values(Metric.EVENT_TABLE_ANSWERED))
        .hasSize(2)
        .allSatisfy(millis -> assertThat(millis).isBetween(0.001, 30_000.0));
    assertThat(lines.names()).containsExactly("EventTableAnswered");
    assertThat(log.records()).isEmpty();
  }

  @Test
  void measuresACallThatIsNotAnsweredAndSaysWhichAndWhy() {
    network.stubFor(everything().willReturn(ok("{}").withFixedDelay(60_000)));
    MDC.put("requestId", "of the invocation");

    fallbackQueue(BRIEF).send(new Hint(event, Optional.empty()));
    MDC.remove("requestId");
    metrics.flush(UUID.randomUUID());

    assertThat(lines.values(Metric.FALLBACK_QUEUE_UNAVAILABLE))
        .singleElement()
        .satisfies(millis -> assertThat(millis).isBetween(300.0, 30_000.0));
    assertThat(lines.names()).containsExactly("FallbackQueueUnavailable");
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
    assertThat(log.only().getMdcCopy())
        .containsEntry("requestId", "of the invocation")
        .containsEntry("dependency", "fallback-queue")
        .containsEntry("reason", "No answer within 300 ms")
        .hasEntrySatisfying(
            "durationMillis",
            millis -> assertThat(Integer.parseInt(millis)).isGreaterThanOrEqualTo(300));
    assertThat(MDC.copy()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "500, InternalServerError",
    "400, ProvisionedThroughputExceededException",
    "400, AccessDeniedException"
  })
  void namesTheErrorOfTheStoreInTheLog(int status, String error) {
    fail(status, error);

    eventTable(Clients.PATIENCE).record(event);

    assertThat(log.only().getMdcCopy())
        .containsEntry("dependency", "event-table")
        .hasEntrySatisfying(
            "reason", reason -> assertThat(reason).startsWith(error + ", status " + status));
  }

  private DynamoDbEventTable eventTable(Duration limit) {
    return new DynamoDbEventTable(
        Clients.dynamoDb(URI.create("http://127.0.0.1:" + network.getPort()), limit),
        EmbeddedDynamoDb.EVENT_TABLE,
        limit,
        metrics);
  }

  private SqsFallbackQueue fallbackQueue(Duration limit) {
    return new SqsFallbackQueue(
        () -> Clients.sqs(URI.create("http://127.0.0.1:" + network.getPort()), limit),
        "http://queue",
        limit,
        metrics);
  }

  private void fail(int status, String error) {
    ResponseDefinitionBuilder response =
        aResponse()
            .withStatus(status)
            .withBody("{\"__type\":\"com.amazonaws.dynamodb.v20120810#" + error + "\"}");
    network.stubFor(everything().willReturn(response));
  }

  private void refuse(String type, String message) {
    String body = "{\"__type\":\"" + type + "\",\"message\":\"" + message + "\"}";
    network.stubFor(everything().willReturn(aResponse().withStatus(400).withBody(body)));
  }

  private void passThrough() {
    network.stubFor(
        everything().willReturn(aResponse().proxiedFrom(DYNAMO_DB.endpoint().toString())));
  }

  private static MappingBuilder everything() {
    return any(anyUrl());
  }

  /** The ledger's own transport, but it takes every certificate. */
  private static final class Trusting implements SdkHttpClient.Builder<Trusting> {

    @Override
    public SdkHttpClient buildWithDefaults(AttributeMap defaults) {
      return new BoundedTransport.Builder()
          .buildWithDefaults(
              defaults.toBuilder()
                  .put(SdkHttpConfigurationOption.TRUST_ALL_CERTIFICATES, true)
                  .build());
    }
  }

  /** Lets requests through and resets the connection instead of answering. */
  private final class LostAnswers implements ResponseTransformerV2 {

    @Override
    public Response transform(Response response, ServeEvent serveEvent) {
      return answersToLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0
          ? Response.Builder.like(response).but().fault(Fault.CONNECTION_RESET_BY_PEER).build()
          : response;
    }

    @Override
    public String getName() {
      return "lost-answers";
    }
  }
}
