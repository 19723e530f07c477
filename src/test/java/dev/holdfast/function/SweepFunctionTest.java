package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.SweepReport;
import dev.holdfast.ledger.SweepReport.Debts;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.jboss.logmanager.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SweepFunctionTest {

  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");
  private static final Tally NOTHING = new Tally(0, Optional.empty(), true);
  private static final Tally UNKNOWN = new Tally(0, Optional.empty(), false);

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final MetricLines metrics = new MetricLines();
  private final Sweep sweep = mock(Sweep.class);
  private final SweepFunction function =
      new SweepFunction(
          sweep, Clock.fixed(NOW, ZoneOffset.UTC), Invocation.MAPPER, metrics.metrics());

  private static SweepReport report(Tally pending, int requeued, Tally unclaimed) {
    return report(pending, requeued, unclaimed, NOTHING);
  }

  private static SweepReport report(Tally pending, int requeued, Tally unclaimed, Tally conflicts) {
    return new SweepReport(
        new Debts(pending, requeued, 0), new Debts(unclaimed, 0, 0), new Debts(conflicts, 0, 0));
  }

  private static SweepReport unswept(Tally pending, Tally unclaimed, Tally conflicts) {
    return new SweepReport(
        new Debts(pending, 0, 3), new Debts(unclaimed, 0, 64), new Debts(conflicts, 0, 5));
  }

  private String swept(SweepReport report) throws IOException {
    when(sweep.sweep()).thenReturn(report);
    return Invocation.of(function, Samples.read("sweep.json")).toString();
  }

  @Test
  void reportsWhatItDidAndSaw() throws IOException {
    Tally pending = new Tally(12, Optional.of(NOW.minusSeconds(90)), true);
    Tally unclaimed = new Tally(1, Optional.of(NOW.minusMillis(1_999)), true);

    assertThat(swept(report(pending, 7, unclaimed)))
        .isEqualTo(
            "{\"requeued\":7,\"pending\":12,\"oldestPendingAgeSeconds\":90,\"conflicts\":0,"
                + "\"pendingComplete\":true,\"unclaimed\":1,\"oldestUnclaimedAgeSeconds\":1,"
                + "\"unclaimedComplete\":true,\"backlog\":6,\"unsweptShards\":0}");
    assertThat(log.only().getLevel()).isEqualTo(Level.INFO);
    assertThat(log.only().getMdcCopy())
        .containsEntry("requestId", Invocation.REQUEST_ID)
        .containsEntry("requeued", "7")
        .containsEntry("oldestPendingAgeSeconds", "90");
  }

  @Test
  void reportsAgeZeroWhereNothingWaits() throws IOException {
    assertThat(swept(report(NOTHING, 0, NOTHING)))
        .contains("\"oldestPendingAgeSeconds\":0", "\"oldestUnclaimedAgeSeconds\":0");
  }

  @Test
  void reportsNoAgeBelowZeroWhereAClockIsAhead() throws IOException {
    Tally ahead = new Tally(1, Optional.of(NOW.plusSeconds(1_200)), true);
    assertThat(swept(report(ahead, 0, ahead)))
        .contains("\"oldestPendingAgeSeconds\":0", "\"oldestUnclaimedAgeSeconds\":0");
    assertThat(metrics.values(Metric.OLDEST_PENDING_AGE)).containsExactly(0.0);
  }

  @Test
  void leavesOutWhatIsUnknownAndWarns() throws IOException {
    assertThat(swept(unswept(UNKNOWN, UNKNOWN, UNKNOWN)))
        .isEqualTo(
            "{\"requeued\":0,\"pendingComplete\":false,\"unclaimedComplete\":false,"
                + "\"unsweptShards\":72}");
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void warnsOfConflicts() throws IOException {
    Tally conflict = new Tally(1, Optional.of(NOW), true);

    assertThat(swept(report(NOTHING, 0, NOTHING, conflict)))
        .contains("\"conflicts\":1", "\"pending\":0", "\"backlog\":0");
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void measuresWhatItReports() throws IOException {
    Tally pending = new Tally(12, Optional.of(NOW.minusSeconds(90)), false);
    Tally unclaimed = new Tally(1, Optional.of(NOW.minusMillis(1_999)), true);

    Tally conflicts = new Tally(2, Optional.of(NOW.minusSeconds(400)), false);

    swept(report(pending, 7, unclaimed, conflicts));

    assertThat(metrics.values(Metric.SWEEPS)).containsExactly(1.0);
    assertThat(metrics.values(Metric.PENDING)).containsExactly(12.0);
    assertThat(metrics.values(Metric.OLDEST_PENDING_AGE)).containsExactly(90.0);
    assertThat(metrics.values(Metric.CONFLICTS)).containsExactly(2.0);
    assertThat(metrics.values(Metric.UNCLAIMED)).containsExactly(1.0);
    assertThat(metrics.values(Metric.OLDEST_UNCLAIMED_AGE)).containsExactly(1.0);
    assertThat(metrics.values(Metric.REQUEUED)).containsExactly(7.0);
    assertThat(metrics.values(Metric.SWEEP_BACKLOG)).containsExactly(6.0);
    assertThat(metrics.values(Metric.UNSWEPT_SHARDS)).containsExactly(0.0);
    assertThat(metrics.lines()).hasSize(1);
  }

  /** Nobody is to take a 0 for good news that comes of not looking. */
  @Test
  void measuresNothingThatIsUnknown() throws IOException {
    swept(unswept(UNKNOWN, UNKNOWN, UNKNOWN));
    assertThat(metrics.names()).containsExactly("Requeued", "Sweeps", "UnsweptShards");

    Tally some = new Tally(2, Optional.of(NOW.minusSeconds(90)), false);
    swept(unswept(some, UNKNOWN, some));
    assertThat(metrics.names())
        .containsExactly(
            "Conflicts",
            "OldestPendingAge",
            "Pending",
            "Requeued",
            "SweepBacklog",
            "Sweeps",
            "UnsweptShards");
  }

  @Test
  void countsNoSweepThatFails() {
    when(sweep.sweep()).thenThrow(new IllegalStateException("bug"));

    assertThatThrownBy(() -> Invocation.of(function, "{}")).hasMessage("bug");

    assertThat(metrics.lines()).isEmpty();
  }

  @Test
  void doesNotCareWhatStartsIt() throws IOException {
    when(sweep.sweep()).thenReturn(report(NOTHING, 0, NOTHING));

    assertThat(Invocation.of(function, "no JSON").path("requeued").intValue()).isZero();
  }

  @Test
  void failsWhenTheSweepFails() {
    when(sweep.sweep()).thenThrow(new IllegalStateException("bug"));

    assertThatThrownBy(() -> Invocation.of(function, "{}")).hasMessage("bug");
  }
}
