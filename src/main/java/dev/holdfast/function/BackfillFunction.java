package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.failsafe.RateLimiter;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backfill.Progress;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.Unavailable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Makes the heads of one segment of the event table, or as many as it has time for. The answer is
 * the event for the next invocation, until it says {@code done}: a state machine passes it on, and
 * so can a person.
 *
 * <p>The event: {@code segment} and {@code totalSegments} (the whole table if not said), {@code
 * claimsPerSecond} of this segment, {@code next} of an earlier answer. The answer repeats these and
 * counts {@code scanned} events, and bookings by what their head was: {@code claimed} (there was
 * none), {@code standing} (it was right), {@code corrected} (it was not), {@code pending} (events
 * wait there, and drain makes it right); {@code paused} says why it ended early where a store did
 * not answer.
 */
@Named("backfill")
@Singleton
public final class BackfillFunction implements RequestStreamHandler {

  // The most that DynamoDB takes (AWS, "Scan", TotalSegments).
  private static final int MOST_SEGMENTS = 1_000_000;
  private static final int MOST_CLAIMS_PER_SECOND = 1_000;
  private static final int USUAL_CLAIMS_PER_SECOND = 100;
  private static final Pattern POSITION = Pattern.compile("([^/]+)/([0-9]{1,7})");

  private final OperatorInvocation invocation;
  private final EmbeddedMetrics metrics;
  private final Backfill backfill;
  private final Duration longest;

  public BackfillFunction(
      Backfill backfill,
      @ConfigProperty(name = "holdfast.backfill.longest") Duration longest,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.backfill = backfill;
    this.longest = longest;
    this.metrics = metrics;
    this.invocation = new OperatorInvocation(mapper, metrics, this::run);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private Answer run(OperatorEvent event, LogFields log) {
    int total = event.number("totalSegments", 1, MOST_SEGMENTS).orElse(1);
    int number = event.number("segment", 0, total - 1).orElse(0);
    int claimsPerSecond =
        event.number("claimsPerSecond", 1, MOST_CLAIMS_PER_SECOND).orElse(USUAL_CLAIMS_PER_SECOND);
    Optional<Position> after =
        event.parsed("next", BackfillFunction::parse, "the next of an earlier answer");
    long scanned = event.count("scanned");
    long claimed = event.count("claimed");
    long standing = event.count("standing");
    long corrected = event.count("corrected");
    long pending = event.count("pending");
    event.ignore("done");
    event.ignore("paused");
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    Progress run = backfill.run(new Segment(number, total), after, longest, pace(claimsPerSecond));
    metrics.measure(Metric.CLAIMS_BACKFILLED, run.claimed() + run.corrected());
    log.with("segment", number)
        .with("totalSegments", total)
        .with("scanned", run.scanned())
        .with("claimed", run.claimed())
        .with("standing", run.standing())
        .with("corrected", run.corrected())
        .with("pending", run.pending());
    run.stopped().map(Unavailable::reason).ifPresent(reason -> log.with("reason", reason));
    return json -> {
      json.writeNumberField("segment", number);
      json.writeNumberField("totalSegments", total);
      json.writeNumberField("claimsPerSecond", claimsPerSecond);
      json.writeNumberField("scanned", scanned + run.scanned());
      json.writeNumberField("claimed", claimed + run.claimed());
      json.writeNumberField("standing", standing + run.standing());
      json.writeNumberField("corrected", corrected + run.corrected());
      json.writeNumberField("pending", pending + run.pending());
      json.writeBooleanField("done", run.isDone());
      if (!run.isDone() && run.last().isPresent()) {
        json.writeStringField("next", format(run.last().get()));
      }
      if (run.stopped().isPresent()) {
        json.writeStringField("paused", run.stopped().get().reason());
      }
    };
  }

  private static Backfill.Pace pace(int claimsPerSecond) {
    RateLimiter<Object> limiter =
        RateLimiter.smoothBuilder(claimsPerSecond, Duration.ofSeconds(1)).build();
    return () -> {
      try {
        limiter.acquirePermit();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      }
    };
  }

  private static String format(Position position) {
    return position.bookingCode() + "/" + position.version();
  }

  private static Optional<Position> parse(String text) {
    Matcher parts = POSITION.matcher(text);
    if (!parts.matches()) {
      return Optional.empty();
    }
    return Version.of(Integer.parseInt(parts.group(2)))
        .flatMap(
            version -> BookingCode.parse(parts.group(1)).map(code -> new Position(code, version)));
  }
}
