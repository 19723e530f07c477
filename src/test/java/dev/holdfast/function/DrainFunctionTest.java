package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.never;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.Regression;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.DeadLetter;
import dev.holdfast.aws.SqsFallbackQueue;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.MDC;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DrainFunctionTest {

  private static final Instant NOW = HandClock.NOW;

  /** How long a thread waits for another that never comes, before its test fails. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private static final Unavailable NO_ANSWER = new Unavailable("No answer within 700 ms");

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final HandClock clock = new HandClock();
  private final MetricLines metrics = new MetricLines();
  private final Drain drain = mock(Drain.class);
  private final SqsFallbackQueue fallbackQueue = mock(SqsFallbackQueue.class);
  private final SqsDeadLetterQueue deadLetterQueue = mock(SqsDeadLetterQueue.class);
  private final DrainFunction function =
      new DrainFunction(
          drain,
          fallbackQueue,
          deadLetterQueue,
          Duration.ofSeconds(25),
          2,
          clock,
          Invocation.MAPPER,
          metrics.metrics());

  @BeforeEach
  void everythingWorks() {
    when(drain.drain(any())).thenReturn(new DrainOutcome.Settled());
    when(fallbackQueue.returnIn(any())).thenReturn(Optional.empty());
    when(deadLetterQueue.send(any())).thenReturn(new SendAnswer.Sent());
  }

  @Test
  void worksOffTheSampleBatch() throws IOException {
    JsonNode response = Invocation.of(function, Samples.read("drain-batch.json"));

    assertThat(response).hasToString("{\"batchItemFailures\":[]}");
    verify(drain, times(1)).drain(any());
    verify(drain).drain(Samples.ACCEPTED);
    verify(deadLetterQueue)
        .send(
            new DeadLetter(
                "{\"bookingCode\":\"HTL-2026-004712\",\"version\":1}",
                line("2e1424d4-f796-459a-8184-9c92662be6da").getMdcCopy().get("reason"),
                "HTL-2026-004712",
                "2e1424d4-f796-459a-8184-9c92662be6da"));
  }

  @Test
  void reportsExactlyTheMessagesThatFailed() throws IOException {
    when(drain.drain(event("B"))).thenReturn(NO_ANSWER);
    when(drain.drain(event("C"))).thenThrow(new IllegalStateException("bug"));

    JsonNode response =
        Invocation.of(function, batch(message("A"), message("B"), message("C"), message("D")));

    assertThat(failures(response)).containsExactly("id-B", "id-C");
    verify(drain).drain(event("A"));
    verify(drain).drain(event("D"));
  }

  @Test
  void isDoneWithEveryOutcomeButUnavailable() throws IOException {
    when(drain.drain(event("A"))).thenReturn(new DrainOutcome.Repaired());
    when(drain.drain(event("B"))).thenReturn(new DrainOutcome.Stale());
    when(drain.drain(event("C"))).thenReturn(new DrainOutcome.InConflict());

    JsonNode response =
        Invocation.of(function, batch(message("A"), message("B"), message("C"), message("D")));

    assertThat(failures(response)).isEmpty();
    assertThat(log.records())
        .extracting(line -> line.getMdcCopy().get("outcome"))
        .containsExactlyInAnyOrder("repaired", "stale", "in-conflict", "settled");
    assertThat(line("id-C").getLevel()).isEqualTo(Level.ERROR);
  }

  @Test
  void writesOneLineForEachMessageWithNothingOfItsContent() throws IOException {
    Invocation.of(function, batch(message("A")));

    ExtLogRecord line = log.only();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getMdcCopy())
        .containsEntry("requestId", Invocation.REQUEST_ID)
        .containsEntry("messageId", "id-A")
        .containsEntry("bookingCode", "A")
        .containsEntry("version", "1")
        .containsEntry("eventId", Samples.FIRST.eventId().toString())
        .containsEntry("outcome", "settled")
        .containsKey("durationMillis");
    assertThat(line.getMessage() + line.getMdcCopy())
        .doesNotContain("412")
        .doesNotContain("Zur Post");
    assertThat(MDC.copy()).isEmpty();
  }

  @Test
  void logsWhyAMessageHasToComeAgain() throws IOException {
    IllegalStateException bug = new IllegalStateException("bug");
    when(drain.drain(event("A"))).thenReturn(NO_ANSWER);
    when(drain.drain(event("B"))).thenThrow(bug);

    Invocation.of(function, batch(message("A"), message("B")));

    assertThat(line("id-A").getMdcCopy())
        .containsEntry("outcome", "unavailable")
        .containsEntry("reason", "No answer within 700 ms");
    assertThat(lines("id-B")).hasSize(2);
    assertThat(lines("id-B").get(0).getThrown()).isSameAs(bug);
    assertThat(lines("id-B").get(0).getMdcCopy()).containsEntry("bookingCode", "B");
    assertThat(lines("id-B").get(1).getMdcCopy()).containsEntry("outcome", "failed");
  }

  @Test
  void letsAFailedMessageComeBackAfterAnEighthOfItsAge() throws IOException {
    when(drain.drain(any())).thenReturn(NO_ANSWER);

    Invocation.of(function, batch(message("A", NOW.minusSeconds(80)), message("B", NOW)));

    verify(fallbackQueue)
        .returnIn(Map.of("handle-A", Duration.ofSeconds(10), "handle-B", Duration.ofSeconds(2)));
  }

  @Test
  void leavesTheVisibilityOfWhatIsDoneAlone() throws IOException {
    Invocation.of(function, batch(message("A"), malformed("B", "no")));

    verify(fallbackQueue, never()).returnIn(any());
  }

  @Test
  void reportsAFailureEvenIfItsWayBackCannotBeSet() throws IOException {
    when(drain.drain(any())).thenReturn(NO_ANSWER);
    when(fallbackQueue.returnIn(any()))
        .thenReturn(Optional.of(NO_ANSWER))
        .thenThrow(new IllegalStateException("bug"));

    for (int time = 0; time < 2; time++) {
      JsonNode response = Invocation.of(function, batch(message("A", NOW), message("B", NOW)));

      assertThat(failures(response)).containsExactly("id-A", "id-B");
    }
    assertThat(log.records())
        .filteredOn(line -> line.getMessage().startsWith("Messages come back late"))
        .hasSize(2)
        .allSatisfy(
            line ->
                assertThat(line.getMdcCopy())
                    .containsEntry("requestId", Invocation.REQUEST_ID)
                    .containsEntry("messages", "2"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"no JSON", "{}", "[]", "null", "\"x\"", "{\"bookingCode\":\"A\"}", "[[["})
  void movesAMalformedMessageToTheDeadLetterQueueAndGoesOn(String body) throws IOException {
    JsonNode response = Invocation.of(function, batch(malformed("A", body), message("B")));

    assertThat(failures(response)).isEmpty();
    String reason = line("id-A").getMdcCopy().get("reason");
    assertThat(reason).isNotBlank();
    verify(deadLetterQueue).send(new DeadLetter(body, reason, "A", "id-A"));
    verify(drain, times(1)).drain(any());
    assertThat(line("id-A").getLevel()).isEqualTo(Level.ERROR);
    assertThat(line("id-A").getMdcCopy()).containsEntry("outcome", "malformed");
  }

  @Test
  void keepsAMalformedMessageThatTheDeadLetterQueueDoesNotTake() throws IOException {
    when(deadLetterQueue.send(any())).thenReturn(NO_ANSWER);

    JsonNode response = Invocation.of(function, batch(malformed("A", "no"), message("B")));

    assertThat(failures(response)).containsExactly("id-A");
    verify(drain).drain(event("B"));
  }

  @Test
  void keepsAMalformedMessageWhenSendingItThrows() throws IOException {
    when(deadLetterQueue.send(any())).thenThrow(new IllegalStateException("bug"));

    JsonNode response = Invocation.of(function, batch(malformed("A", "no"), message("B")));

    assertThat(failures(response)).containsExactly("id-A");
    verify(drain).drain(event("B"));
  }

  @Test
  void goesOnAfterARecordThatIsNone() throws IOException {
    when(deadLetterQueue.send(any())).thenThrow(new IllegalStateException("no body"));
    String records = "[null,7,{},{\"messageId\":\"id-X\",\"body\":null,\"attributes\":[]},%s]";

    JsonNode response =
        Invocation.of(function, "{\"Records\":" + records.formatted(message("B")) + "}");

    // An empty identifier makes Lambda take the whole batch as failed.
    assertThat(failures(response)).containsExactly("", "", "", "id-X");
    verify(drain).drain(event("B"));
    verify(fallbackQueue, never()).returnIn(any());
  }

  @Test
  void beginsNoMessageWhenItsTimeIsUpAndLetsTheRestComeBackSoon() throws IOException {
    when(drain.drain(event("A", 2)))
        .thenAnswer(
            slow -> {
              clock.now = NOW.plusSeconds(25);
              return new DrainOutcome.Settled();
            });

    JsonNode response =
        Invocation.of(
            function, batch(message("A", 1), message("A", 2), message("A", 3), message("A", 4)));

    assertThat(failures(response)).containsExactly("id-A-3", "id-A-4");
    verify(drain, never()).drain(event("A", 3));
    verify(fallbackQueue)
        .returnIn(Map.of("handle-A-3", ComeBack.SHORTEST, "handle-A-4", ComeBack.SHORTEST));
    assertThat(line("id-A-3").getMdcCopy()).containsEntry("outcome", "postponed");
  }

  @Test
  void countsEveryMessageByItsOutcome() throws IOException {
    when(drain.drain(event("A"))).thenReturn(new DrainOutcome.Repaired());
    when(drain.drain(event("B"))).thenReturn(new DrainOutcome.Stale());
    when(drain.drain(event("C"))).thenReturn(new DrainOutcome.InConflict());
    when(drain.drain(event("D"))).thenReturn(NO_ANSWER);
    when(drain.drain(event("E"))).thenThrow(new IllegalStateException("bug"));
    Invocation.of(
        function,
        batch(
            message("A"),
            message("B"),
            message("C"),
            message("D"),
            message("E"),
            malformed("F", "no"),
            message("G"),
            message("H")));

    assertThat(metrics.count(Metric.ByOutcome.DRAINED, "settled")).isEqualTo(2);
    assertThat(List.of("repaired", "stale", "in-conflict", "unavailable", "failed", "malformed"))
        .allSatisfy(
            outcome -> assertThat(metrics.count(Metric.ByOutcome.DRAINED, outcome)).isEqualTo(1));
    assertThat(metrics.lines()).hasSize(7);
  }

  @Test
  void countsAMessageThatItsTimeWasUpFor() throws IOException {
    when(drain.drain(event("A", 1)))
        .thenAnswer(
            slow -> {
              clock.now = NOW.plusSeconds(25);
              return new DrainOutcome.Settled();
            });

    Invocation.of(function, batch(message("A", 1), message("A", 2)));

    assertThat(metrics.count(Metric.ByOutcome.DRAINED, "postponed")).isEqualTo(1);
  }

  @Test
  void worksOffDifferentBookingsSideBySide() throws IOException {
    CyclicBarrier bothAtWork = new CyclicBarrier(2);
    when(drain.drain(any()))
        .thenAnswer(
            work -> {
              bothAtWork.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
              return new DrainOutcome.Settled();
            });

    JsonNode response =
        Invocation.of(function, batch(message("A"), message("B"), message("C"), message("D")));

    assertThat(failures(response)).isEmpty();
  }

  @Test
  void worksOffOneBookingInOrderAndNeverTwoOfItsMessagesAtOnce() throws IOException {
    CountDownLatch other = new CountDownLatch(1);
    List<String> steps = Collections.synchronizedList(new ArrayList<>());
    when(drain.drain(event("A", 1)))
        .thenAnswer(
            work -> {
              steps.add("A-1 begins");
              // The other thread goes for A-2 before it goes for B, unless it has to leave A alone.
              assertThat(other.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
              steps.add("A-1 ends");
              return new DrainOutcome.Settled();
            });
    for (int version : List.of(2, 3)) {
      when(drain.drain(event("A", version)))
          .thenAnswer(
              work -> {
                steps.add("A-" + version);
                return new DrainOutcome.Settled();
              });
    }
    when(drain.drain(event("B")))
        .thenAnswer(
            work -> {
              other.countDown();
              return new DrainOutcome.Settled();
            });

    JsonNode response =
        Invocation.of(
            function, batch(message("A", 1), message("A", 2), message("A", 3), message("B")));

    assertThat(failures(response)).isEmpty();
    assertThat(steps).containsExactly("A-1 begins", "A-1 ends", "A-2", "A-3");
  }

  @Test
  void worksOnNoMoreThanSoManyAtOnce() throws IOException {
    CountDownLatch last = new CountDownLatch(1);
    Set<Thread> threads = ConcurrentHashMap.newKeySet();
    when(drain.drain(any()))
        .thenAnswer(
            work -> {
              threads.add(Thread.currentThread());
              AcceptedEvent event = work.getArgument(0);
              if (event.equals(event("E"))) {
                last.countDown();
              } else if (event.equals(event("A"))) {
                assertThat(last.await(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
              }
              return new DrainOutcome.Settled();
            });

    JsonNode response =
        Invocation.of(
            function, batch(message("A"), message("B"), message("C"), message("D"), message("E")));

    assertThat(failures(response)).isEmpty();
    assertThat(threads).hasSize(2);
  }

  @Test
  void givesEachMessageTheFieldsOfItsOwn() throws IOException {
    CyclicBarrier bothAtWork = new CyclicBarrier(2);
    when(drain.drain(any()))
        .thenAnswer(
            work -> {
              bothAtWork.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
              return NO_ANSWER;
            })
        .thenAnswer(
            work -> {
              bothAtWork.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
              return new DrainOutcome.Settled();
            });

    Invocation.of(function, batch(message("A"), message("B")));
    Invocation.of(function, batch(message("C"), message("D")));

    assertThat(log.records()).hasSize(4);
    assertThat(log.records())
        .allSatisfy(
            line ->
                assertThat(line.getMdcCopy())
                    .containsEntry("requestId", Invocation.REQUEST_ID)
                    .containsEntry("messageId", "id-" + line.getMdcCopy().get("bookingCode")));
    assertThat(log.records())
        .filteredOn(line -> line.getMdcCopy().containsKey("reason"))
        .extracting(line -> line.getMdcCopy().get("outcome"))
        .containsExactly("unavailable");
  }

  @Test
  void failsTheWholeBatchWhereNothingIsKnownOfAMessage() {
    OutOfMemoryError broken = new OutOfMemoryError("a test's");
    when(drain.drain(event("A"))).thenThrow(broken);

    assertThatThrownBy(() -> Invocation.of(function, batch(message("A"), message("B"))))
        .isInstanceOf(IllegalStateException.class)
        .hasCause(broken);
  }

  @Test
  void isDoneWithAnEmptyBatch() throws IOException {
    assertThat(Invocation.of(function, "{\"Records\":[]}"))
        .hasToString("{\"batchItemFailures\":[]}");
  }

  @ParameterizedTest
  @Regression("an event that is none of SQS's was a page of plain text in the log")
  @ValueSource(strings = {"{}", "null", "[]", "", "{\"Records\":null}", "{\"Records\":{}}"})
  void failsClearlyOnAnEventThatIsNoneOfSqs(String event) throws IOException {
    assertThat(Invocation.of(function, event))
        .hasToString("{\"batchItemFailures\":[{\"itemIdentifier\":\"\"}]}");
    assertThat(log.records())
        .extracting(ExtLogRecord::getMessage)
        .containsExactly("This is no SQS event");
    verifyNoInteractions(drain, deadLetterQueue, fallbackQueue);
  }

  /** What was logged of a message. */
  private List<ExtLogRecord> lines(String messageId) {
    return log.records().stream()
        .filter(line -> messageId.equals(line.getMdcCopy().get("messageId")))
        .toList();
  }

  private ExtLogRecord line(String messageId) {
    assertThat(lines(messageId)).hasSize(1);
    return lines(messageId).get(0);
  }

  private static AcceptedEvent event(String code) {
    return event(code, 1);
  }

  private static AcceptedEvent event(String code, int version) {
    PriceEvent event =
        new PriceEvent(
            new BookingCode(code),
            new Version(version),
            Samples.FIRST.eventId(),
            Samples.FIRST.type(),
            Samples.FIRST.price(),
            Samples.FIRST.occurredAt(),
            Samples.FIRST.data());
    return new AcceptedEvent(event, event.identity(), Samples.ACCEPTED.recordedAt());
  }

  private static ObjectNode message(String code) {
    return message(code, NOW);
  }

  private static ObjectNode message(String code, int version) {
    ObjectNode message = malformed(code, EventMessage.write(event(code, version)));
    return message
        .put("messageId", "id-" + code + "-" + version)
        .put("receiptHandle", "handle-" + code + "-" + version);
  }

  private static ObjectNode message(String code, Instant sentAt) {
    ObjectNode message = malformed(code, EventMessage.write(event(code)));
    message.withObject("/attributes").put("SentTimestamp", Long.toString(sentAt.toEpochMilli()));
    return message;
  }

  private static ObjectNode malformed(String code, String body) {
    ObjectNode message = Invocation.MAPPER.createObjectNode();
    message.put("messageId", "id-" + code);
    message.put("receiptHandle", "handle-" + code);
    message.put("body", body);
    message.putObject("attributes").put("MessageGroupId", code);
    return message;
  }

  private static String batch(JsonNode... messages) {
    ObjectNode event = Invocation.MAPPER.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (JsonNode message : messages) {
      records.add(message);
    }
    return event.toString();
  }

  private static List<String> failures(JsonNode response) {
    List<String> ids = new ArrayList<>();
    response
        .path("batchItemFailures")
        .forEach(failure -> ids.add(failure.path("itemIdentifier").textValue()));
    return ids;
  }
}
