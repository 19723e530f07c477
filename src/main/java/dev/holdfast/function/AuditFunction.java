package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.function.SegmentInvocation.Leg;
import dev.holdfast.function.SegmentInvocation.Rate;
import dev.holdfast.function.SegmentInvocation.Walk;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Audit.Kind;
import dev.holdfast.ledger.Audit.Report;
import dev.holdfast.ledger.Audit.Store;
import dev.holdfast.ledger.Audit.Violation;
import dev.holdfast.ledger.SegmentWalk.Progress;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Audits one segment of both stores, or as much of it as it has time for: a {@link
 * SegmentInvocation}, through the event table first and then, {@code store} says so, through the
 * pending index.
 *
 * <p>The event's rate is {@code itemsPerSecond}. The answer counts violations by {@link Kind}, and
 * {@code examples} names the first of them, each by its kind and key; the log names those that an
 * invocation met first.
 */
@Named("audit")
@Singleton
public final class AuditFunction implements RequestStreamHandler {

  private static final Logger LOG = Logger.getLogger(AuditFunction.class);

  private static final int MOST_EXAMPLES = 20;

  private final OperatorInvocation invocation;

  public AuditFunction(
      Audit audit,
      @ConfigProperty(name = "holdfast.segment.longest") Duration longest,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.invocation = SegmentInvocation.of(new Errand(audit, metrics), longest, mapper, metrics);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private record Errand(Audit audit, EmbeddedMetrics metrics)
      implements SegmentInvocation.Errand<Kind> {

    // A key of the table, which others may have written, and a kind.
    private static final int LONGEST_EXAMPLE = 2_100;

    @Override
    public Class<Kind> findings() {
      return Kind.class;
    }

    @Override
    public Rate rate() {
      return new Rate("itemsPerSecond", 100, 1_000);
    }

    @Override
    public Walk<Kind> read(OperatorEvent event) {
      Store store =
          event
              .parsed("store", Errand::parse, "event-table or pending-index")
              .orElse(Store.EVENT_TABLE);
      List<String> before = event.texts("examples", MOST_EXAMPLES, LONGEST_EXAMPLE);
      return (segment, after, longest, pace) -> {
        Report report = audit.run(store, segment, after, longest, pace);
        report.violations().stream().limit(MOST_EXAMPLES).forEach(Errand::log);
        List<String> examples =
            Stream.concat(before.stream(), report.violations().stream().map(Errand::example))
                .limit(MOST_EXAMPLES)
                .toList();
        return store == Store.EVENT_TABLE && report.progress().isDone()
            ? new Leg<>(
                report.progress().goingOn(), json -> write(json, Store.PENDING_INDEX, examples))
            : new Leg<>(report.progress(), json -> write(json, store, examples));
      };
    }

    @Override
    public void measure(Progress<Kind> progress) {
      metrics.measure(Metric.AUDITED, progress.scanned());
      progress
          .found()
          .forEach(
              (kind, count) -> {
                for (long each = 0; each < count; each++) {
                  metrics.count(Metric.ByOutcome.VIOLATIONS, name(kind));
                }
              });
    }

    private static void log(Violation violation) {
      try (LogFields fields = new LogFields()) {
        fields.with("kind", name(violation.kind())).with("key", violation.key());
        LOG.error("An audit has found a violation");
      }
    }

    private static String example(Violation violation) {
      return name(violation.kind()) + " " + violation.key();
    }

    private static String name(Enum<?> constant) {
      return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static Optional<Store> parse(String text) {
      return Stream.of(Store.values()).filter(store -> name(store).equals(text)).findFirst();
    }

    private static void write(JsonGenerator json, Store store, List<String> examples)
        throws IOException {
      json.writeStringField("store", name(store));
      json.writeArrayFieldStart("examples");
      for (String example : examples) {
        json.writeString(example);
      }
      json.writeEndArray();
    }
  }
}
