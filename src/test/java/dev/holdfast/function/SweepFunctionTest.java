package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import dev.holdfast.aws.Metric;
import dev.holdfast.aws.MetricLines;
import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
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
  private static final Tally NOTHING = new Tally(0, 0, Optional.empty(), true);

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final MetricLines metrics = new MetricLines();
  private final Sweep sweep = mock(Sweep.class);
  private final SweepFunction function =
      new SweepFunction(
          sweep, Clock.fixed(NOW, ZoneOffset.UTC), Invocation.MAPPER, metrics.metrics());

  private static SweepReport report(
      Optional<Tally> pending, int requeued, Optional<Tally> unclaimed) {
    return new SweepReport(new Debts(pending, requeued), new Debts(unclaimed, 0));
  }

  private String swept(SweepReport report) throws IOException {
    when(sweep.sweep()).thenReturn(report);
    return Invocation.of(function, Samples.read("sweep.json")).toString();
  }

  @Test
  void reportsWhatItDidAndSaw() throws IOException {
    Tally pending = new Tally(12, 0, Optional.of(NOW.minusSeconds(90)), false);
    Tally unclaimed = new Tally(1, 0, Optional.of(NOW.minusMillis(1_999)), true);

    assertThat(swept(report(Optional.of(pending), 7, Optional.of(unclaimed))))
        .isEqualTo(
            "{\"requeued\":7,\"pending\":12,\"oldestPendingAgeSeconds\":90,\"conflicts\":0,"
                + "\"pendingComplete\":false,\"unclaimed\":1,\"oldestUnclaimedAgeSeconds\":1,"
                + "\"unclaimedComplete\":true,\"backlog\":6}");
    assertThat(log.only().getLevel()).isEqualTo(Level.INFO);
    assertThat(log.only().getMdcCopy())
        .containsEntry("requestId", Invocation.REQUEST_ID)
        .containsEntry("requeued", "7")
        .containsEntry("oldestPendingAgeSeconds", "90");
  }

  @Test
  void reportsAgeZeroWhereNothingWaits() throws IOException {
    assertThat(swept(report(Optional.of(NOTHING), 0, Optional.of(NOTHING))))
        .contains("\"oldestPendingAgeSeconds\":0", "\"oldestUnclaimedAgeSeconds\":0");
  }

  @Test
  void leavesOutWhatIsUnknownAndWarns() throws IOException {
    assertThat(swept(report(Optional.empty(), 0, Optional.empty()))).isEqualTo("{\"requeued\":0}");
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void warnsOfConflicts() throws IOException {
    Tally conflict = new Tally(0, 1, Optional.empty(), true);

    assertThat(swept(report(Optional.of(conflict), 0, Optional.of(NOTHING))))
        .contains("\"conflicts\":1");
    assertThat(log.only().getLevel()).isEqualTo(Level.WARN);
  }

  @Test
  void measuresWhatItReports() throws IOException {
    Tally pending = new Tally(12, 2, Optional.of(NOW.minusSeconds(90)), false);
    Tally unclaimed = new Tally(1, 0, Optional.of(NOW.minusMillis(1_999)), true);

    swept(report(Optional.of(pending), 7, Optional.of(unclaimed)));

    assertThat(metrics.values(Metric.SWEEPS)).containsExactly(1.0);
    assertThat(metrics.values(Metric.PENDING)).containsExactly(12.0);
    assertThat(metrics.values(Metric.OLDEST_PENDING_AGE)).containsExactly(90.0);
    assertThat(metrics.values(Metric.CONFLICTS)).containsExactly(2.0);
    assertThat(metrics.values(Metric.UNCLAIMED)).containsExactly(1.0);
    assertThat(metrics.values(Metric.OLDEST_UNCLAIMED_AGE)).containsExactly(1.0);
    assertThat(metrics.values(Metric.REQUEUED)).containsExactly(7.0);
    assertThat(metrics.values(Metric.SWEEP_BACKLOG)).containsExactly(6.0);
    assertThat(metrics.lines()).hasSize(1);
  }

  @Test
  void measuresNothingThatIsUnknown() throws IOException {
    swept(report(Optional.empty(), 0, Optional.empty()));
    assertThat(metrics.names()).containsExactly("Requeued", "Sweeps");

    swept(report(Optional.of(NOTHING), 0, Optional.empty()));
    assertThat(metrics.names())
        .containsExactly(
            "Conflicts", "OldestPendingAge", "Pending", "Requeued", "SweepBacklog", "Sweeps");
  }

  @Test
  void countsNoSweepThatFails() {
    when(sweep.sweep()).thenThrow(new IllegalStateException("bug"));

    assertThatThrownBy(() -> Invocation.of(function, "{}")).hasMessage("bug");

    assertThat(metrics.lines()).isEmpty();
  }

  @Test
  void doesNotCareWhatStartsIt() throws IOException {
    when(sweep.sweep()).thenReturn(report(Optional.empty(), 0, Optional.empty()));

    assertThat(Invocation.of(function, "no JSON").path("requeued").intValue()).isZero();
  }

  @Test
  void failsWhenTheSweepFails() {
    when(sweep.sweep()).thenThrow(new IllegalStateException("bug"));

    assertThatThrownBy(() -> Invocation.of(function, "{}")).hasMessage("bug");
  }
}
