package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.OwnThread;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedMetricsTest {

  private static final UUID REQUEST_ID = UUID.fromString("8476a536-e9f4-11e8-9739-2dfe598c3fcd");

  private final MetricLines log = new MetricLines();
  private final EmbeddedMetrics metrics = log.metrics();

  @Test
  void writesOneLineForAnInvocation() {
    metrics.measureNanos(Metric.EVENT_TABLE_ANSWERED, 2_314_999);
    metrics.measureNanos(Metric.EVENT_TABLE_ANSWERED, 5_000);
    metrics.measure(Metric.CIRCUIT_BREAKER_OPEN, 0);
    metrics.count(Metric.ByOutcome.APPENDS, "already-recorded");

    metrics.flush(REQUEST_ID);

    assertThat(log.lines())
        .containsExactly(
            "{\"_aws\":{\"Timestamp\":1795424400000,\"CloudWatchMetrics\":["
                + "{\"Namespace\":\"Holdfast\",\"Dimensions\":[[\"Stack\"]],\"Metrics\":["
                + "{\"Name\":\"EventTableAnswered\",\"Unit\":\"Milliseconds\"},"
                + "{\"Name\":\"CircuitBreakerOpen\",\"Unit\":\"Count\"}]},"
                + "{\"Namespace\":\"Holdfast\",\"Dimensions\":[[\"Stack\",\"Outcome\"]],"
                + "\"Metrics\":[{\"Name\":\"Appends\",\"Unit\":\"Count\"}]}]},"
                + "\"Stack\":\"test\",\"Outcome\":\"already-recorded\","
                + "\"requestId\":\"8476a536-e9f4-11e8-9739-2dfe598c3fcd\","
                + "\"EventTableAnswered\":[2.314,0.005],\"CircuitBreakerOpen\":0,\"Appends\":1}");
    assertThat(log.values(Metric.EVENT_TABLE_ANSWERED)).containsExactly(2.314, 0.005);
    assertThat(log.values(Metric.CIRCUIT_BREAKER_OPEN)).containsExactly(0.0);
    assertThat(log.count(Metric.ByOutcome.APPENDS, "already-recorded")).isEqualTo(1);
  }

  @Test
  void writesNothingWhereNothingWasMeasured() {
    metrics.flush(REQUEST_ID);

    assertThat(log.lines()).isEmpty();
  }

  @Test
  void beginsAnewAfterEveryInvocation() {
    metrics.measure(Metric.REDRIVEN, 7);
    metrics.count(Metric.ByOutcome.READS, "found");
    metrics.flush(REQUEST_ID);
    metrics.flush(REQUEST_ID);

    assertThat(log.lines()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Metric.class)
  void publishesEveryMetric(Metric metric) {
    metrics.measure(metric, 1_234_567_890_123L);
    metrics.flush(REQUEST_ID);

    assertThat(log.values(metric)).containsExactly(1_234_567_890_123.0);
    assertThat(log.names()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Metric.ByOutcome.class)
  void publishesEveryMetricByOutcome(Metric.ByOutcome metric) {
    metrics.count(metric, "unavailable");
    metrics.flush(REQUEST_ID);

    assertThat(log.count(metric, "unavailable")).isEqualTo(1);
    assertThat(log.names()).hasSize(1);
  }

  @Test
  void hasNamesThatDiffer() {
    assertThat(
            Stream.concat(
                Stream.of(Metric.values()).map(Metric::publishedName),
                Stream.of(Metric.ByOutcome.values()).map(Metric.ByOutcome::publishedName)))
        .doesNotHaveDuplicates()
        .doesNotContain("Stack", "Outcome", "requestId");
  }

  @Test
  void holdsEveryMetricInOneLine() {
    for (Metric metric : Metric.values()) {
      metrics.measure(metric, 1);
    }
    metrics.flush(REQUEST_ID);

    assertThat(log.lines()).hasSize(1);
    assertThat(log.names()).hasSize(Metric.values().length);
  }

  @ParameterizedTest
  @ValueSource(ints = {99, 100, 101, 200, 250})
  void putsWhatIsMoreThanAHundredValuesIntoFurtherLines(int values) {
    IntStream.range(0, values).forEach(i -> metrics.measure(Metric.REQUEUED, i));
    metrics.measure(Metric.SWEEPS, 1);
    metrics.flush(REQUEST_ID);

    assertThat(log.lines()).hasSize((values + 99) / 100);
    assertThat(log.values(Metric.REQUEUED))
        .containsExactlyElementsOf(
            IntStream.range(0, values).mapToObj(i -> Double.valueOf(i)).toList());
    assertThat(log.values(Metric.SWEEPS)).containsExactly(1.0);
  }

  @Test
  void putsEveryOutcomeIntoALineOfItsOwn() {
    metrics.count(Metric.ByOutcome.DRAINED, "settled");
    metrics.count(Metric.ByOutcome.DRAINED, "stale");
    metrics.count(Metric.ByOutcome.DRAINED, "settled");
    metrics.count(Metric.ByOutcome.RESOLVED, "stale");
    metrics.measure(Metric.REDRIVEN, 3);
    metrics.flush(REQUEST_ID);

    assertThat(log.lines()).hasSize(2);
    assertThat(log.count(Metric.ByOutcome.DRAINED, "settled")).isEqualTo(2);
    assertThat(log.count(Metric.ByOutcome.DRAINED, "stale")).isEqualTo(1);
    assertThat(log.count(Metric.ByOutcome.RESOLVED, "stale")).isEqualTo(1);
    assertThat(log.values(Metric.REDRIVEN)).containsExactly(3.0);
  }

  @Test
  void losesNothingThatSeveralThreadsMeasure() {
    Runnable measuring =
        () -> {
          for (int i = 0; i < 1_000; i++) {
            metrics.measure(Metric.REQUEUED, i);
            metrics.count(Metric.ByOutcome.DRAINED, "settled");
            if (i % 100 == 0) {
              metrics.flush(REQUEST_ID);
            }
          }
        };
    CompletableFuture.allOf(
            Stream.generate(() -> CompletableFuture.runAsync(measuring, OwnThread.EACH))
                .limit(4)
                .toArray(CompletableFuture[]::new))
        .join();
    metrics.flush(REQUEST_ID);

    assertThat(log.values(Metric.REQUEUED)).hasSize(4_000);
    assertThat(log.count(Metric.ByOutcome.DRAINED, "settled")).isEqualTo(4_000);
  }

  @ParameterizedTest
  @ValueSource(strings = {"HTL-2026-004711", "HTL1", "", "not found", "found\n", "-", "412.50"})
  void countsByNothingThatIsNoOutcome(String outcome) {
    assertThatThrownBy(() -> metrics.count(Metric.ByOutcome.READS, outcome))
        .isInstanceOf(IllegalArgumentException.class);

    metrics.flush(REQUEST_ID);
    assertThat(log.lines()).isEmpty();
  }

  @Test
  void takesTheLongestNameOfAStackThatCloudWatchTakes() {
    List<String> lines = new ArrayList<>();
    EmbeddedMetrics longest = new EmbeddedMetrics("x".repeat(1_024), clock(), lines::add);
    longest.measure(Metric.SWEEPS, 1);
    longest.flush(REQUEST_ID);

    assertThat(EmbeddedMetricFormat.read(lines.get(0))).hasSize(1);
    assertThatThrownBy(() -> new EmbeddedMetrics("x".repeat(1_025), clock(), lines::add))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ":stack", "stack\n", "Straße", "\u0007"})
  void refusesTheNameOfAStackThatCloudWatchDoesNotTake(String stack) {
    assertThatThrownBy(() -> new EmbeddedMetrics(stack, clock(), line -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void printsALineInOnePieceToWhateverIsTheOutputThen() {
    List<String> pieces = new ArrayList<>();
    PrintStream before = System.out;
    System.setOut(new PrintStream(piecesInto(pieces), false, StandardCharsets.UTF_8));
    try {
      EmbeddedMetrics.print("x".repeat(20_000));
    } finally {
      System.setOut(before);
    }

    assertThat(pieces).containsExactly("x".repeat(20_000) + "\n");
  }

  private static OutputStream piecesInto(List<String> pieces) {
    return new OutputStream() {
      @Override
      public void write(int octet) {
        pieces.add(Character.toString(octet));
      }

      @Override
      public void write(byte[] bytes, int offset, int length) {
        pieces.add(new String(bytes, offset, length, StandardCharsets.UTF_8));
      }
    };
  }

  private static Clock clock() {
    return Clock.fixed(Instant.parse("2026-11-23T09:00:00Z"), ZoneOffset.UTC);
  }
}
