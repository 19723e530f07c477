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
import dev.holdfast.ledger.EventTableScan.Selection.RecordedWithin;
import dev.holdfast.ledger.Republish;
import dev.holdfast.ledger.Republish.Finding;
import dev.holdfast.ledger.SegmentWalk.Progress;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts the recorded events of one segment of the event table on the change feed again, or as many
 * as it has time for: a {@link SegmentInvocation}.
 *
 * <p>The event's rate is {@code eventsPerSecond}; {@code from} and {@code until} are moments with
 * an offset: only what was accepted at or after the one and before the other ({@code recordedAt}).
 * The answer counts the events {@code republished}.
 */
@Named("republish")
@Singleton
public final class RepublishFunction implements RequestStreamHandler {

  private final OperatorInvocation invocation;

  public RepublishFunction(
      Republish republish,
      @ConfigProperty(name = "holdfast.segment.longest") Duration longest,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.invocation =
        SegmentInvocation.of(new Errand(republish, metrics), longest, mapper, metrics);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private record Errand(Republish republish, EmbeddedMetrics metrics)
      implements SegmentInvocation.Errand<Finding> {

    @Override
    public Class<Finding> findings() {
      return Finding.class;
    }

    @Override
    public Rate rate() {
      return new Rate("eventsPerSecond", 50, 1_000);
    }

    @Override
    public Walk<Finding> read(OperatorEvent event) {
      RecordedWithin span = new RecordedWithin(moment(event, "from"), moment(event, "until"));
      return (segment, after, longest, pace) ->
          new Leg<>(
              republish.run(span, segment, after, longest, pace),
              json -> {
                write(json, "from", span.from());
                write(json, "until", span.until());
              });
    }

    @Override
    public void measure(Progress<Finding> progress) {
      metrics.measure(Metric.REPUBLISHED, progress.found(Finding.REPUBLISHED));
    }

    private static Optional<Instant> moment(OperatorEvent event, String name) {
      return event.parsed(
          name, Errand::parse, "a moment with its offset, as in 2026-11-01T00:00:00Z");
    }

    private static Optional<Instant> parse(String text) {
      try {
        return Optional.of(OffsetDateTime.parse(text).toInstant());
      } catch (DateTimeException noMoment) {
        return Optional.empty();
      }
    }

    private static void write(JsonGenerator json, String name, Optional<Instant> moment)
        throws IOException {
      if (moment.isPresent()) {
        json.writeStringField(name, moment.get().toString());
      }
    }
  }
}
