package dev.holdfast.aws;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Collects what one invocation measures, and writes it at its end as log lines from which
 * CloudWatch makes metrics (AWS, "Specification: Embedded metric format"). A function of this
 * process serves one invocation at a time, so what was measured since the last {@link #flush}
 * belongs to the invocation that flushes.
 *
 * <p>An invocation needs one line, or a few: one holds at most 100 values of a metric, as the
 * format has it, and one outcome. Nothing but the enumerated metrics and outcomes gets into a line,
 * so none has a price or a booking code. Safe for use by several threads. See
 * docs/decisions/0009-metrics-written-by-hand.md.
 */
public final class EmbeddedMetrics {

  private static final String NAMESPACE = "Holdfast";
  private static final int MOST_VALUES = 100;

  /**
   * What CloudWatch takes as the value of a dimension (AWS, "Dimension"): ASCII, none of it
   * control, at least one character that is no space, no colon at the beginning.
   */
  private static final Pattern DIMENSION_VALUE =
      Pattern.compile("(?=.*[!-~])[ -9;-~][ -~]{0,1023}");

  /** The outcomes are named in the code, all like this. */
  private static final Pattern OUTCOME = Pattern.compile("[a-z][a-z-]{0,63}");

  private static final JsonFactory JSON = new JsonFactory();

  private final String stack;
  private final Clock clock;
  private final Consumer<String> log;
  private Map<Metric, List<BigDecimal>> values = new TreeMap<>();
  private Map<String, Map<Metric.ByOutcome, Integer>> counts = new LinkedHashMap<>();

  /**
   * @param stack the value of the dimension Stack
   * @param clock for the time of the metrics
   * @param log takes lines, which have no line break
   * @throws IllegalArgumentException if CloudWatch would not take the stack's name
   */
  public EmbeddedMetrics(String stack, Clock clock, Consumer<String> log) {
    if (!DIMENSION_VALUE.matcher(stack).matches()) {
      throw new IllegalArgumentException("CloudWatch takes no such dimension: " + stack);
    }
    this.stack = stack;
    this.clock = clock;
    this.log = log;
  }

  /**
   * Prints a line as it is, where CloudWatch finds it: metrics wrapped in the JSON of the log would
   * be none.
   */
  static void print(String line) {
    // Looked up each time, for Lambda's runtime puts its own in place. In one piece, for there each
    // write is an entry of the log.
    PrintStream out = System.out;
    byte[] bytes = (line + "\n").getBytes(StandardCharsets.UTF_8);
    out.write(bytes, 0, bytes.length);
    out.flush();
  }

  /** Measures a value, in the metric's unit. */
  public synchronized void measure(Metric metric, long value) {
    add(metric, BigDecimal.valueOf(value));
  }

  /** Measures a time, in milliseconds to the microsecond. */
  synchronized void measureNanos(Metric metric, long nanos) {
    add(metric, BigDecimal.valueOf(nanos / 1_000, 3));
  }

  private void add(Metric metric, BigDecimal value) {
    values.computeIfAbsent(metric, first -> new ArrayList<>()).add(value);
  }

  /**
   * Counts one.
   *
   * @param outcome one of a few that are named in the code: each makes a metric that is paid for
   * @throws IllegalArgumentException if the outcome is nothing like a name in the code
   */
  public synchronized void count(Metric.ByOutcome metric, String outcome) {
    if (!OUTCOME.matcher(outcome).matches()) {
      throw new IllegalArgumentException("This is no outcome to count by");
    }
    counts.computeIfAbsent(outcome, first -> new TreeMap<>()).merge(metric, 1, Integer::sum);
  }

  /**
   * Writes what was measured, and begins anew. For the end of every invocation, whether it went
   * well or not.
   *
   * @param requestId of the invocation: a member of every line, by which to find what else the log
   *     says of it
   */
  public void flush(UUID requestId) {
    take().forEach(line -> log.accept(write(line, requestId)));
  }

  private synchronized List<Line> take() {
    List<Line> lines = new ArrayList<>();
    List<String> outcomes = List.copyOf(counts.keySet());
    int most = values.values().stream().mapToInt(List::size).max().orElse(0);
    for (int i = 0; i < outcomes.size() || i * MOST_VALUES < most; i++) {
      Map<Metric, List<BigDecimal>> part = new TreeMap<>();
      for (Map.Entry<Metric, List<BigDecimal>> measured : values.entrySet()) {
        int size = measured.getValue().size();
        int from = i * MOST_VALUES;
        if (from < size) {
          part.put(
              measured.getKey(),
              measured.getValue().subList(from, Math.min(size, from + MOST_VALUES)));
        }
      }
      Optional<String> outcome = outcomes.stream().skip(i).findFirst();
      lines.add(new Line(part, outcome, outcome.map(counts::get).orElse(Map.of())));
    }
    values = new TreeMap<>();
    counts = new LinkedHashMap<>();
    return lines;
  }

  private String write(Line line, UUID requestId) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = JSON.createGenerator(text)) {
      json.writeStartObject();
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", clock.millis());
      json.writeArrayFieldStart("CloudWatchMetrics");
      if (!line.values().isEmpty()) {
        startDirective(json, "Stack");
        for (Metric metric : line.values().keySet()) {
          writeDefinition(json, metric.publishedName(), metric.unit());
        }
        endDirective(json);
      }
      if (line.outcome().isPresent()) {
        startDirective(json, "Stack", "Outcome");
        for (Metric.ByOutcome metric : line.counts().keySet()) {
          writeDefinition(json, metric.publishedName(), Metric.Unit.COUNT);
        }
        endDirective(json);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeStringField("Stack", stack);
      if (line.outcome().isPresent()) {
        json.writeStringField("Outcome", line.outcome().get());
      }
      json.writeStringField("requestId", requestId.toString());
      for (Map.Entry<Metric, List<BigDecimal>> measured : line.values().entrySet()) {
        json.writeFieldName(measured.getKey().publishedName());
        writeValues(json, measured.getValue());
      }
      for (Map.Entry<Metric.ByOutcome, Integer> counted : line.counts().entrySet()) {
        json.writeNumberField(counted.getKey().publishedName(), counted.getValue());
      }
      json.writeEndObject();
    } catch (IOException memoryDoesNotFail) {
      throw new UncheckedIOException(memoryDoesNotFail);
    }
    return text.toString();
  }

  private static void startDirective(JsonGenerator json, String... dimensions) throws IOException {
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeArray(dimensions, 0, dimensions.length);
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
  }

  private static void writeDefinition(JsonGenerator json, String name, Metric.Unit unit)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("Name", name);
    json.writeStringField("Unit", unit.publishedName());
    json.writeEndObject();
  }

  private static void endDirective(JsonGenerator json) throws IOException {
    json.writeEndArray();
    json.writeEndObject();
  }

  /** A single value as itself, which is easier to ask for in the log than an array of one. */
  private static void writeValues(JsonGenerator json, List<BigDecimal> values) throws IOException {
    if (values.size() == 1) {
      json.writeNumber(values.get(0));
      return;
    }
    json.writeStartArray();
    for (BigDecimal value : values) {
      json.writeNumber(value);
    }
    json.writeEndArray();
  }

  /**
   * What goes into one line.
   *
   * @param values at most {@value #MOST_VALUES} for each
   * @param counts by this outcome
   */
  private record Line(
      Map<Metric, List<BigDecimal>> values,
      Optional<String> outcome,
      Map<Metric.ByOutcome, Integer> counts) {}
}
