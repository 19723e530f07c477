package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.SweepReport;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * Sweeps once, whatever the event that starts it says, and answers with its report, which is what
 * its metrics say: what is unknown is not in it.
 */
@Named("sweep")
@Singleton
public final class SweepFunction implements RequestStreamHandler {

  private static final Logger LOG = Logger.getLogger(SweepFunction.class);

  private final Sweep sweep;
  private final Clock clock;
  private final ObjectMapper mapper;
  private final EmbeddedMetrics metrics;

  public SweepFunction(Sweep sweep, Clock clock, ObjectMapper mapper, EmbeddedMetrics metrics) {
    this.sweep = sweep;
    this.clock = clock;
    this.mapper = mapper;
    this.metrics = metrics;
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    UUID requestId = LogFields.requestId(context);
    try (LogFields fields = LogFields.of(requestId)) {
      SweepReport report = sweep.sweep();
      measure(report);
      ObjectNode json = json(report);
      for (Map.Entry<String, ?> measure : json.properties()) {
        fields.with(measure.getKey(), measure.getValue());
      }
      LOG.log(needsAttention(report) ? Logger.Level.WARN : Logger.Level.INFO, "Swept");
      output.write(json.toString().getBytes(StandardCharsets.UTF_8));
    } finally {
      metrics.flush(requestId);
    }
  }

  private static boolean needsAttention(SweepReport report) {
    return report.pending().tally().map(tally -> tally.conflicts() > 0).orElse(true)
        || report.unclaimed().tally().isEmpty();
  }

  private void measure(SweepReport report) {
    metrics.measure(Metric.SWEEPS, 1);
    metrics.measure(Metric.REQUEUED, report.requeued());
    report
        .pending()
        .tally()
        .ifPresent(
            tally -> {
              metrics.measure(Metric.PENDING, tally.waiting());
              metrics.measure(Metric.OLDEST_PENDING_AGE, ageSeconds(tally));
              metrics.measure(Metric.CONFLICTS, tally.conflicts());
            });
    report
        .unclaimed()
        .tally()
        .ifPresent(
            tally -> {
              metrics.measure(Metric.UNCLAIMED, tally.waiting());
              metrics.measure(Metric.OLDEST_UNCLAIMED_AGE, ageSeconds(tally));
            });
    report.backlog().ifPresent(backlog -> metrics.measure(Metric.SWEEP_BACKLOG, backlog));
  }

  private ObjectNode json(SweepReport report) {
    ObjectNode json = mapper.createObjectNode();
    json.put("requeued", report.requeued());
    report
        .pending()
        .tally()
        .ifPresent(
            tally -> {
              json.put("pending", tally.waiting());
              json.put("oldestPendingAgeSeconds", ageSeconds(tally));
              json.put("conflicts", tally.conflicts());
              json.put("pendingComplete", tally.complete());
            });
    report
        .unclaimed()
        .tally()
        .ifPresent(
            tally -> {
              json.put("unclaimed", tally.waiting());
              json.put("oldestUnclaimedAgeSeconds", ageSeconds(tally));
              json.put("unclaimedComplete", tally.complete());
            });
    report.backlog().ifPresent(backlog -> json.put("backlog", backlog));
    return json;
  }

  /** 0 where nothing waits. */
  private long ageSeconds(Tally tally) {
    return tally
        .oldest()
        .map(since -> Duration.between(since, clock.instant()).toSeconds())
        .orElse(0L);
  }
}
