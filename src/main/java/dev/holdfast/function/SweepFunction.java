package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.ledger.DebtIndex.Tally;
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
    return report.conflicts().owed().waiting() > 0 || report.unswept() > 0;
  }

  private void measure(SweepReport report) {
    Tally pending = report.pending().owed();
    Tally unclaimed = report.unclaimed().owed();
    Tally conflicts = report.conflicts().owed();
    metrics.measure(Metric.SWEEPS, 1);
    metrics.measure(Metric.REQUEUED, report.requeued());
    metrics.measure(Metric.UNSWEPT_SHARDS, report.unswept());
    measure(Metric.PENDING, pending.waiting(), pending.complete());
    measure(Metric.OLDEST_PENDING_AGE, ageSeconds(pending), pending.complete());
    measure(Metric.CONFLICTS, conflicts.waiting(), conflicts.complete());
    measure(Metric.UNCLAIMED, unclaimed.waiting(), unclaimed.complete());
    measure(Metric.OLDEST_UNCLAIMED_AGE, ageSeconds(unclaimed), unclaimed.complete());
    measure(Metric.SWEEP_BACKLOG, report.backlog(), report.isComplete());
  }

  private void measure(Metric metric, long value, boolean isComplete) {
    if (isKnown(value, isComplete)) {
      metrics.measure(metric, value);
    }
  }

  private ObjectNode json(SweepReport report) {
    Tally pending = report.pending().owed();
    Tally unclaimed = report.unclaimed().owed();
    Tally conflicts = report.conflicts().owed();
    ObjectNode json = mapper.createObjectNode();
    json.put("requeued", report.requeued());
    put(json, "pending", pending.waiting(), pending.complete());
    put(json, "oldestPendingAgeSeconds", ageSeconds(pending), pending.complete());
    put(json, "conflicts", conflicts.waiting(), conflicts.complete());
    json.put("pendingComplete", pending.complete());
    put(json, "unclaimed", unclaimed.waiting(), unclaimed.complete());
    put(json, "oldestUnclaimedAgeSeconds", ageSeconds(unclaimed), unclaimed.complete());
    json.put("unclaimedComplete", unclaimed.complete());
    put(json, "backlog", report.backlog(), report.isComplete());
    json.put("unsweptShards", report.unswept());
    return json;
  }

  private static void put(ObjectNode json, String name, long value, boolean isComplete) {
    if (isKnown(value, isComplete)) {
      json.put(name, value);
    }
  }

  /** Whoever has not looked everywhere may say that something is there, but not that nothing is. */
  private static boolean isKnown(long value, boolean isComplete) {
    return value > 0 || isComplete;
  }

  /** 0 where nothing waits, or where the clock of whoever parked it is ahead. */
  private long ageSeconds(Tally tally) {
    return tally
        .oldest()
        .map(since -> Math.max(0, Duration.between(since, clock.instant()).toSeconds()))
        .orElse(0L);
  }
}
