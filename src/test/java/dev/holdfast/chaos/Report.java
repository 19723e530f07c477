package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;

import dev.holdfast.chaos.Outage.Share;
import dev.holdfast.chaos.Timeline.Stretch;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Violation;
import dev.holdfast.history.Violation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/** The figures of a run, as Markdown. */
final class Report {
  private static final int DIGITS = 3;

  private final List<Operation> history;
  private final Timeline timeline;
  private final Outage outage;
  private final ColdStarts coldStarts;
  private final StringBuilder text = new StringBuilder();

  private Report(List<Operation> history, Timeline timeline, Outage outage, ColdStarts coldStarts) {
    this.history = history;
    this.timeline = timeline;
    this.outage = outage;
    this.coldStarts = coldStarts;
  }

  static String of(
      long seed,
      List<Operation> history,
      Timeline timeline,
      Outage outage,
      ColdStarts coldStarts,
      Map<String, Integer> kills,
      List<Violation> violations) {
    Report report = new Report(history, timeline, outage, coldStarts);
    report.figures(seed, kills, violations);
    report.times();
    return report.text.toString();
  }

  private void figures(long seed, Map<String, Integer> kills, List<Violation> violations) {
    Map<String, Long> outcomes =
        history.stream()
            .collect(
                Collectors.groupingBy(
                    operation -> operation.outcome().key(), TreeMap::new, Collectors.counting()));
    line("| | |");
    line("|---|---|");
    line("| seed | %d |", seed);
    line("| operations | %,d: %s |", history.size(), plain(outcomes));
    line("| booking codes | %,d |", history.stream().map(Operation::code).distinct().count());
    line(
        "| faults | %d |",
        timeline.stretches().stream().filter(stretch -> stretch.fault().isPresent()).count());
    line(
        "| processes killed at work | %d: %s |",
        kills.values().stream().mapToInt(Integer::intValue).sum(), plain(kills));
    line("| versions | %s |", versions());
    line(
        "| while the event table was down (100 %%): new bookings accepted | %s |",
        Share.of(outage.newBookings()));
    line("| price changes accepted | %s |", Share.of(outage.priceChanges()));
    line("| current prices answered | %s |", Share.of(outage.currentPrices()));
    line("| until nothing was owed, after healing | %s |", seconds(timeline.drains()));
    line("| second faults that nobody ordered | %d |", secondFaults());
    line(
        "| violations | %s |",
        Arrays.stream(Rule.values())
            .map(
                rule ->
                    violations.stream().filter(violation -> violation.rule() == rule).count()
                        + " "
                        + rule.name().toLowerCase(Locale.ROOT).replace('_', ' '))
            .collect(Collectors.joining(", ")));
    line("");
  }

  /**
   * The machine was so slow that a store's answer came too late, though another one is made to
   * fail: an event waits for the event table, or the pending index did not answer in a call that
   * got a 503.
   */
  private long secondFaults() {
    return outage.secondFaults().size()
        + history.stream()
            .filter(operation -> operation.outcome() == Operation.Outcome.PENDING)
            .filter(
                operation ->
                    timeline
                        .of(operation)
                        .flatMap(Stretch::domain)
                        .filter(domain -> domain != EVENT_TABLE)
                        .isPresent())
            .count();
  }

  /** How many bookings came to have so many events, as far as was acknowledged. */
  private String versions() {
    Map<String, Integer> last =
        history.stream()
            .filter(operation -> operation.isAppend() && operation.isAcknowledged())
            .collect(Collectors.toMap(Operation::code, Operation::version, Math::max));
    return last.values().stream()
        .collect(Collectors.groupingBy(version -> version, TreeMap::new, Collectors.counting()))
        .entrySet()
        .stream()
        .map(entry -> entry.getValue() + " of " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private void times() {
    line("Time to answer in ms (p50 / p99 / max). Those that met a cold start are apart.");
    line("");
    line("| while | appends | | reads | | met a cold start | |");
    line("|---|--:|---|--:|---|--:|---|");
    Map<String, List<Operation>> byStretch = new TreeMap<>();
    for (Operation operation : history) {
      timeline
          .of(operation)
          .ifPresent(
              stretch ->
                  byStretch
                      .computeIfAbsent(stretch.name(), none -> new ArrayList<>())
                      .add(operation));
    }
    byStretch.forEach(this::times);
    times("all", history);
    times("new bookings, event table down (100 %)", outage.newBookings());
    times("price changes, event table down (100 %)", outage.priceChanges());
    times("current prices, event table down (100 %)", outage.currentPrices());
    line("");
  }

  private void times(String name, List<Operation> operations) {
    Map<Boolean, List<Operation>> met =
        operations.stream()
            .filter(operation -> operation.outcome() != Operation.Outcome.LOST_CONNECTION)
            .collect(Collectors.partitioningBy(coldStarts::met));
    List<Operation> warm = met.getOrDefault(false, Collections.emptyList());
    line(
        "| %s | %s | %s | %s |",
        name,
        times(warm.stream().filter(Operation::isAppend).toList()),
        times(warm.stream().filter(operation -> !operation.isAppend()).toList()),
        times(met.getOrDefault(true, Collections.emptyList())));
  }

  private static String times(List<Operation> operations) {
    Histogram histogram = new Histogram(DIGITS);
    operations.forEach(operation -> histogram.recordValue(operation.end() - operation.start()));
    return operations.isEmpty()
        ? "0 | "
        : "%,d | %s / %s / %s"
            .formatted(
                operations.size(),
                millis(histogram.getValueAtPercentile(50)),
                millis(histogram.getValueAtPercentile(99)),
                millis(histogram.getMaxValue()));
  }

  private static String millis(long nanos) {
    return Long.toString(Math.round(nanos / (double) TimeUnit.MILLISECONDS.toNanos(1)));
  }

  /** Such as "median 2.1 s, max 18.4 s of 28". */
  static String seconds(List<Duration> durations) {
    List<Double> sorted =
        durations.stream().map(duration -> duration.toMillis() / 1000.0).sorted().toList();
    Optional<Double> median =
        sorted.isEmpty() ? Optional.empty() : Optional.of(sorted.get(sorted.size() / 2));
    return median
        .map(
            middle ->
                String.format(
                    Locale.ROOT,
                    "median %.1f s, max %.1f s of %d",
                    middle,
                    sorted.get(sorted.size() - 1),
                    sorted.size()))
        .orElse("never");
  }

  private static String plain(Map<String, ?> counts) {
    return counts.entrySet().stream()
        .map(entry -> entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }

  private void line(String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append('\n');
  }
}
