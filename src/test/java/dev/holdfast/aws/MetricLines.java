package dev.holdfast.aws;

import dev.holdfast.aws.EmbeddedMetricFormat.Datum;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What was written as metrics, each line held against the format. Thread-safe. */
public final class MetricLines {

  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-11-23T09:00:00Z"), ZoneOffset.UTC);

  private final List<String> lines = new ArrayList<>();

  /** Metrics of the stack {@code test} that are written here. */
  public EmbeddedMetrics metrics() {
    return new EmbeddedMetrics("test", CLOCK, this::add);
  }

  /** A line that was written elsewhere. */
  public synchronized void add(String line) {
    lines.add(line);
  }

  public synchronized List<String> lines() {
    return List.copyOf(lines);
  }

  /** The values of a metric without outcome, in order. */
  public List<Double> values(Metric metric) {
    return values(metric.publishedName(), metric.unit().publishedName(), Map.of("Stack", "test"));
  }

  /** How often this outcome was counted. */
  public long count(Metric.ByOutcome metric, String outcome) {
    Map<String, String> dimensions = Map.of("Stack", "test", "Outcome", outcome);
    return Math.round(
        values(metric.publishedName(), "Count", dimensions).stream()
            .mapToDouble(value -> value)
            .sum());
  }

  /** The names of all metrics, each once, in order of the alphabet. */
  public List<String> names() {
    return data().stream().map(Datum::name).distinct().sorted().toList();
  }

  private List<Double> values(String name, String unit, Map<String, String> dimensions) {
    return data().stream()
        .filter(datum -> datum.name().equals(name))
        .filter(datum -> datum.unit().equals(unit))
        .filter(datum -> datum.dimensions().equals(dimensions))
        .filter(datum -> datum.namespace().equals("Holdfast"))
        .map(Datum::value)
        .toList();
  }

  private List<Datum> data() {
    return lines().stream().flatMap(line -> EmbeddedMetricFormat.read(line).stream()).toList();
  }
}
