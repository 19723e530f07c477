package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.function.SegmentInvocation.Leg;
import dev.holdfast.function.SegmentInvocation.Rate;
import dev.holdfast.function.SegmentInvocation.Walk;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backfill.Finding;
import dev.holdfast.ledger.SegmentWalk.Progress;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the heads of one segment of the event table, or as many as it has time for: a {@link
 * SegmentInvocation}.
 *
 * <p>The event's rate is {@code claimsPerSecond}. The answer counts bookings by what their head
 * was: {@code claimed} (there was none), {@code standing} (it was right), {@code corrected} (it was
 * not), {@code pending} (events wait there, and drain makes it right).
 */
@Named("backfill")
@Singleton
public final class BackfillFunction implements RequestStreamHandler {

  private final OperatorInvocation invocation;

  public BackfillFunction(
      Backfill backfill,
      @ConfigProperty(name = "holdfast.segment.longest") Duration longest,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.invocation = SegmentInvocation.of(new Errand(backfill, metrics), longest, mapper, metrics);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private record Errand(Backfill backfill, EmbeddedMetrics metrics)
      implements SegmentInvocation.Errand<Finding> {

    @Override
    public Class<Finding> findings() {
      return Finding.class;
    }

    @Override
    public Rate rate() {
      return new Rate("claimsPerSecond", 100, 1_000);
    }

    @Override
    public Walk<Finding> read(OperatorEvent event) {
      return (segment, after, longest, pace) ->
          new Leg<>(backfill.run(segment, after, longest, pace), json -> {});
    }

    @Override
    public void measure(Progress<Finding> progress) {
      metrics.measure(
          Metric.CLAIMS_BACKFILLED,
          progress.found(Finding.CLAIMED) + progress.found(Finding.CORRECTED));
    }
  }
}
