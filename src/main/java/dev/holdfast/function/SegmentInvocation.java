package dev.holdfast.function;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.failsafe.RateLimiter;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.SegmentWalk.Pace;
import dev.holdfast.ledger.SegmentWalk.Progress;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One invocation of an operator function that goes through the event table: as much of one segment
 * as it has time for. The answer is the event for the next invocation, until it says {@code done}:
 * a state machine passes it on (segments.asl.json), and so can a person.
 *
 * <p>The event: {@code segment} and {@code totalSegments} (the whole table if not said), the rate
 * of this segment, {@code next} of an earlier answer. The answer repeats these and counts the
 * events {@code scanned} and, each under its name, what was found; {@code paused} says why it ended
 * early where a store did not answer. What else is in the event, and in the answer, is the {@link
 * Errand}'s.
 */
final class SegmentInvocation<F extends Enum<F>> {

  // The most that DynamoDB takes (AWS, "Scan", TotalSegments).
  private static final int MOST_SEGMENTS = 1_000_000;
  private static final Pattern POSITION = Pattern.compile("([^/]+)/([0-9]{1,7})");

  private final Errand<F> errand;
  private final Duration longest;

  private SegmentInvocation(Errand<F> errand, Duration longest) {
    this.errand = errand;
    this.longest = longest;
  }

  /**
   * The invocations of a function.
   *
   * @param longest after this, one begins nothing further
   */
  static <F extends Enum<F>> OperatorInvocation of(
      Errand<F> errand, Duration longest, ObjectMapper mapper, EmbeddedMetrics metrics) {
    return new OperatorInvocation(mapper, metrics, new SegmentInvocation<>(errand, longest)::run);
  }

  /**
   * What a function does with the events of a segment.
   *
   * @param <F> what it finds at each of them
   */
  interface Errand<F extends Enum<F>> {
    /** What can be found. */
    Class<F> findings();

    /** How fast it goes. */
    Rate rate();

    /** Reads what is its own of an event; only used where the event has no errors. */
    Walk<F> read(OperatorEvent event);

    /** Measures what one invocation has found. */
    void measure(Progress<F> progress);
  }

  /**
   * How many of what a function does, it does in a second.
   *
   * @param name of the event's member
   * @param usual where it is not there
   */
  record Rate(String name, int usual, int most) {}

  /** A walk as an event asks for it; each of the ledger's has one. */
  interface Walk<F extends Enum<F>> {
    Leg<F> run(Segment segment, Optional<Position> after, Duration longest, Pace pace);
  }

  /**
   * How far one invocation came.
   *
   * @param own the members of the next event that are the errand's
   */
  record Leg<F extends Enum<F>>(Progress<F> progress, Answer own) {}

  private Answer run(OperatorEvent event, LogFields log) {
    int total = event.number("totalSegments", 1, MOST_SEGMENTS).orElse(1);
    int number = event.number("segment", 0, total - 1).orElse(0);
    Rate rate = errand.rate();
    int perSecond = event.number(rate.name(), 1, rate.most()).orElse(rate.usual());
    Optional<Position> after =
        event.parsed("next", SegmentInvocation::parse, "the next of an earlier answer");
    long scanned = event.count("scanned");
    Map<F, Long> before = new EnumMap<>(errand.findings());
    for (F finding : errand.findings().getEnumConstants()) {
      before.put(finding, event.count(name(finding)));
    }
    Walk<F> walk = errand.read(event);
    event.ignore("done");
    event.ignore("paused");
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    Leg<F> leg = walk.run(new Segment(number, total), after, longest, pace(perSecond));
    Progress<F> progress = leg.progress();
    errand.measure(progress);
    log.with("segment", number).with("totalSegments", total).with("scanned", progress.scanned());
    before.keySet().forEach(finding -> log.with(name(finding), progress.found(finding)));
    progress.stopped().map(Unavailable::reason).ifPresent(reason -> log.with("reason", reason));
    return json -> {
      json.writeNumberField("segment", number);
      json.writeNumberField("totalSegments", total);
      json.writeNumberField(rate.name(), perSecond);
      leg.own().writeTo(json);
      json.writeNumberField("scanned", scanned + progress.scanned());
      for (Map.Entry<F, Long> count : before.entrySet()) {
        json.writeNumberField(
            name(count.getKey()), count.getValue() + progress.found(count.getKey()));
      }
      writeEnd(json, progress);
    };
  }

  private void writeEnd(JsonGenerator json, Progress<F> progress) throws IOException {
    json.writeBooleanField("done", progress.isDone());
    if (!progress.isDone() && progress.last().isPresent()) {
      json.writeStringField("next", format(progress.last().get()));
    }
    if (progress.stopped().isPresent()) {
      json.writeStringField("paused", progress.stopped().get().reason());
    }
  }

  private String name(F finding) {
    return finding.name().toLowerCase(Locale.ROOT);
  }

  private static Pace pace(int perSecond) {
    RateLimiter<Object> limiter =
        RateLimiter.smoothBuilder(perSecond, Duration.ofSeconds(1)).build();
    return turns -> {
      try {
        limiter.acquirePermits(turns);
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
