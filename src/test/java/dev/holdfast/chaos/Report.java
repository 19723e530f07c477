package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;

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
  private final ColdStarts coldStarts;
  private final StringBuilder text = new StringBuilder();

  private Report(List<Operation> history, Timeline timeline, ColdStarts coldStarts) {
    this.history = history;
    this.timeline = timeline;
    this.coldStarts = coldStarts;
  }

  static String of(
      long seed,
      List<Operation> history,
      Timeline timeline,
      ColdStarts coldStarts,
      Map<String, Integer> kills,
      List<Violation> violations) {
    Report report = new Report(history, timeline, coldStarts);
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
    line("| new bookings while the event table was down (100 %%) | %s |", accepted());
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
   * An event waits for the event table though another store is the one that was made to fail: the
   * machine was so slow that the event table's answer came too late.
   */
  private long secondFaults() {
    return history.stream()
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

  private String accepted() {
    List<Operation> answered =
        madeWhileTheEventTableWasDown().stream()
            .filter(append -> append.isAcknowledged() || append.isUnknown())
            .filter(append -> append.outcome() != Operation.Outcome.LOST_CONNECTION)
            .toList();
    long accepted = answered.stream().filter(Operation::isAcknowledged).count();
    return answered.isEmpty()
        ? "none was asked for"
        : "%.2f %% accepted (%,d of %,d)"
            .formatted(100.0 * accepted / answered.size(), accepted, answered.size());
  }

  private List<Operation> madeWhileTheEventTableWasDown() {
    List<Stretch> down =
        timeline.stretches().stream().filter(stretch -> stretch.isDown(EVENT_TABLE)).toList();
    return history.stream()
        .filter(operation -> operation.isAppend() && operation.version() == 1)
        .filter(
            operation ->
                down.stream()
                    .anyMatch(
                        stretch -> stretch.contains(operation) && operation.end() < stretch.end()))
        .toList();
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
    times("new bookings, event table down (100 %)", madeWhileTheEventTableWasDown());
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

  private static String seconds(List<Duration> durations) {
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
