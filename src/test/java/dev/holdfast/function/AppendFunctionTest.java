package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.Regression;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.MDC;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class AppendFunctionTest {

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final Append ledger = mock(Append.class);
  private final CircuitBreaker circuitBreaker = mock(CircuitBreaker.class);
  private final MetricLines metrics = new MetricLines();
  private final AppendFunction function =
      new AppendFunction(
          ledger, circuitBreaker, new RetryAfter(bound -> 1), Invocation.MAPPER, metrics.metrics());

  @Test
  void appendsTheSampleOfANewBooking() throws IOException {
    when(ledger.append(Samples.FIRST)).thenReturn(new AppendOutcome.Recorded(Samples.ACCEPTED));

    JsonNode response = Invocation.of(function, Samples.read("append-new.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(201);
    assertThat(Invocation.body(response).path("recordedAt").textValue())
        .isEqualTo("2026-11-23T08:15:01.123Z");
  }

  @Test
  void appendsTheSampleOfASecondVersion() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.VersionConflict(0));

    JsonNode response = Invocation.of(function, Samples.read("append-version-2.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(409);
    verify(ledger).append(Samples.SECOND);
  }

  @Test
  void appendsTheSampleOfACollision() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.BookingCodeTaken());

    JsonNode response = Invocation.of(function, Samples.read("append-collision.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(409);
    verify(ledger)
        .append(
            Samples.event(
                1,
                "e2a9d3b7-5c64-4f0a-b1de-90c7a8f3d215",
                "rented",
                "189.00",
                "2026-11-23T09:15:01+01:00",
                "{\"car\":\"compact\"}"));
  }

  @Test
  void writesOneLineForARequestWithNothingOfItsContent() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.Recorded(Samples.ACCEPTED));

    Invocation.of(function, Samples.read("append-new.json"));

    ExtLogRecord line = log.only();
    assertThat(line.getLevel()).isEqualTo(Level.INFO);
    assertThat(line.getMdcCopy())
        .containsEntry("requestId", Invocation.REQUEST_ID)
        .containsEntry("bookingCode", "HTL-2026-004711")
        .containsEntry("version", "1")
        .containsEntry("eventId", "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d")
        .containsEntry("outcome", "recorded")
        .containsEntry("status", "201")
        .containsEntry("caller", "arn:aws:sts::123456789012:assumed-role/hotel/hotel-desk")
        .containsEntry("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        .hasEntrySatisfying("durationMillis", millis -> assertThat(millis).matches("[0-9]+"));
    assertThat(line.getMessage() + line.getMdcCopy())
        .doesNotContain("412")
        .doesNotContain("Zur Post");
    assertThat(MDC.copy()).isEmpty();
  }

  @Test
  void warnsWithTheReasonWhenTheLedgerIsUnavailable() throws IOException {
    when(ledger.append(any())).thenReturn(new Unavailable("No answer within 900 ms"));

    JsonNode response = Invocation.of(function, Samples.read("append-new.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(503);
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
    assertThat(log.only().getMdcCopy()).containsEntry("reason", "No answer within 900 ms");
  }

  @Test
  void answersTheUnforeseenWith500AndKeepsItsStoryToTheLog() throws IOException {
    IllegalStateException unforeseen = new IllegalStateException("secret of the store");
    when(ledger.append(any())).thenThrow(unforeseen);

    JsonNode response = Invocation.of(function, Samples.read("append-new.json"));

    assertThat(response.path("statusCode").intValue()).isEqualTo(500);
    assertThat(Invocation.body(response).path("instance").textValue())
        .isEqualTo("urn:uuid:" + Invocation.REQUEST_ID);
    assertThat(response.toString()).doesNotContain("secret").doesNotContain("Exception");
    ExtLogRecord story = log.records().get(0);
    assertThat(story.getMdcCopy()).containsKeys("caller", "traceparent");
    assertThat(story.getLevel()).isEqualTo(Level.ERROR);
    assertThat(story.getThrown()).isSameAs(unforeseen);
    assertThat(story.getMdcCopy()).containsEntry("requestId", Invocation.REQUEST_ID);
    assertThat(log.records().get(1).getMdcCopy())
        .containsEntry("outcome", "internal-error")
        .containsEntry("status", "500");
  }

  @Test
  void countsEveryRequestByItsOutcome() throws IOException {
    when(ledger.append(any()))
        .thenReturn(new AppendOutcome.Recorded(Samples.ACCEPTED))
        .thenReturn(new AppendOutcome.AlreadyRecorded(Samples.ACCEPTED))
        .thenReturn(new AppendOutcome.Pending(Samples.ACCEPTED))
        .thenReturn(new AppendOutcome.BookingCodeTaken())
        .thenReturn(new AppendOutcome.VersionConflict(3))
        .thenReturn(new AppendOutcome.EventIdReused())
        .thenReturn(new Unavailable("No answer within 900 ms"))
        .thenThrow(new IllegalStateException("bug"));
    for (int i = 0; i < 8; i++) {
      Invocation.of(function, Samples.read("append-new.json"));
    }
    Invocation.of(function, "{}");

    assertThat(
            List.of(
                "recorded",
                "already-recorded",
                "pending",
                "booking-code-taken",
                "version-conflict",
                "event-id-reused",
                "unavailable",
                "internal-error",
                "not-found"))
        .allSatisfy(
            outcome -> assertThat(metrics.count(Metric.ByOutcome.APPENDS, outcome)).isEqualTo(1));
    assertThat(metrics.lines()).hasSize(9);
  }

  @Test
  void measuresTheCircuitBreakerWhenAllIsDone() throws IOException {
    when(ledger.append(any()))
        .thenAnswer(
            opens -> {
              when(circuitBreaker.isOpen()).thenReturn(true);
              return new AppendOutcome.Pending(Samples.ACCEPTED);
            })
        .thenAnswer(
            closes -> {
              when(circuitBreaker.isOpen()).thenReturn(false);
              throw new IllegalStateException("bug");
            });

    Invocation.of(function, Samples.read("append-new.json"));
    assertThat(metrics.values(Metric.CIRCUIT_BREAKER_OPEN)).containsExactly(1.0);

    Invocation.of(function, Samples.read("append-new.json"));
    assertThat(metrics.values(Metric.CIRCUIT_BREAKER_OPEN)).containsExactly(1.0, 0.0);
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "AWS Invoke ID"})
  void namesTheRequestItselfWhereAwsDoesNot(String awsRequestId) throws IOException {
    JsonNode response = Invocation.of(function, "{}", awsRequestId);

    String requestId = log.only().getMdcCopy().get("requestId");
    assertThat(UUID.fromString(requestId)).isNotNull();
    assertThat(Invocation.body(response).path("instance").textValue())
        .isEqualTo("urn:uuid:" + requestId);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "null", "[]", "", "\"x\""})
  void answersAnEventThatIsNoRequestWith404(String event) throws IOException {
    assertThat(Invocation.of(function, event).path("statusCode").intValue()).isEqualTo(404);
    verifyNoInteractions(ledger);
  }

  @ParameterizedTest
  @Regression("an event that was no JSON was printed whole")
  @ValueSource(
      strings = {"{\"rawPath\":", "{\"rawPath\":\"\\}\"}", "POST /", "\0\0\0{", "\uFEFF\uFEFF{}"})
  void answersAnEventThatIsNoJsonWith404AndKeepsItOutOfTheLog(String event) throws IOException {
    assertThat(Invocation.of(function, event).path("statusCode").intValue()).isEqualTo(404);
    assertThat(log.records()).extracting(ExtLogRecord::getThrown).containsOnlyNulls();
    verifyNoInteractions(ledger);
  }

  @Test
  void answersAnEventOfEndlessLevelsWith404() throws IOException {
    String event = "{\"headers\":" + "[".repeat(5_000) + "]".repeat(5_000) + "}";

    assertThat(Invocation.of(function, event).path("statusCode").intValue()).isEqualTo(404);
    verifyNoInteractions(ledger);
  }
}
