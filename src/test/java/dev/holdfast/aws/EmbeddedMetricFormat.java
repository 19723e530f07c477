package dev.holdfast.aws;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads a log line as CloudWatch does, by its rules alone (AWS, "Specification: Embedded metric
 * format", "MetricDatum" and "Dimension"; where editions differ, the stricter one). CloudWatch
 * drops what breaks a rule; this throws.
 */
final class EmbeddedMetricFormat {

  private static final int MOST_BYTES = 256 * 1024;
  private static final int MOST_DIMENSIONS = 9;
  private static final int MOST_DEFINITIONS = 100;
  private static final int MOST_VALUES = 100;

  /** All that have no slash; the rates are not for us. */
  private static final Set<String> UNITS =
      Set.of(
          "Seconds",
          "Microseconds",
          "Milliseconds",
          "Bytes",
          "Kilobytes",
          "Megabytes",
          "Gigabytes",
          "Terabytes",
          "Bits",
          "Kilobits",
          "Megabits",
          "Gigabits",
          "Terabits",
          "Percent",
          "Count",
          "None");

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private EmbeddedMetricFormat() {}

  /** What CloudWatch makes of a line. */
  static List<Datum> read(String line) {
    require(!line.contains("\n") && !line.contains("\r"), "is one line");
    require(line.getBytes(StandardCharsets.UTF_8).length <= MOST_BYTES, "fits into a log event");
    JsonNode root = parse(line);
    JsonNode metadata = root.path("_aws");
    members(metadata, "Timestamp", "CloudWatchMetrics");
    require(metadata.path("Timestamp").isIntegralNumber(), "Timestamp is an integer");
    // In seconds or microseconds it would be a year far from ours.
    require(
        metadata.path("Timestamp").longValue() / 1e12 > 1
            && metadata.path("Timestamp").longValue() / 1e12 < 4,
        "Timestamp is in milliseconds");
    List<Datum> data = new ArrayList<>();
    Set<String> defined = new HashSet<>();
    for (JsonNode directive : array(metadata.path("CloudWatchMetrics"), 1, Integer.MAX_VALUE)) {
      data.addAll(directive(root, directive, defined));
    }
    return data;
  }

  private static List<Datum> directive(JsonNode root, JsonNode directive, Set<String> defined) {
    members(directive, "Namespace", "Dimensions", "Metrics");
    String namespace = text(directive.path("Namespace"), 255);
    require(namespace.matches("[0-9A-Za-z.\\-_/#:]+"), "Namespace has its characters");
    List<Datum> data = new ArrayList<>();
    for (JsonNode keys : array(directive.path("Dimensions"), 1, Integer.MAX_VALUE)) {
      Map<String, String> dimensions = new LinkedHashMap<>();
      for (JsonNode key : array(keys, 0, MOST_DIMENSIONS)) {
        String name = text(key, 255);
        String value = text(root.path(name), 1024);
        require(
            value.matches("[ -~]*[!-~][ -~]*") && !value.startsWith(":"), "a dimension's value");
        require(dimensions.put(name, value) == null, "no dimension is named twice");
      }
      for (JsonNode definition : array(directive.path("Metrics"), 1, MOST_DEFINITIONS)) {
        members(definition, "Name", "Unit");
        String name = text(definition.path("Name"), 255);
        require(defined.add(name + dimensions), "no metric is defined twice");
        require(UNITS.contains(text(definition.path("Unit"), 255)), "Unit is one of CloudWatch's");
        for (JsonNode value : values(root.path(name))) {
          require(value.isNumber() && Double.isFinite(value.doubleValue()), name + " is a number");
          data.add(
              new Datum(
                  namespace,
                  name,
                  definition.path("Unit").textValue(),
                  Map.copyOf(dimensions),
                  value.doubleValue()));
        }
      }
    }
    return data;
  }

  private static Iterable<JsonNode> values(JsonNode target) {
    return target.isArray() ? array(target, 1, MOST_VALUES) : List.of(target);
  }

  private static JsonNode parse(String line) {
    try {
      JsonNode root = STRICT.readTree(line);
      require(root.isObject(), "is a JSON object");
      return root;
    } catch (JsonProcessingException noJson) {
      throw new IllegalArgumentException("is JSON and nothing else", noJson);
    }
  }

  private static void members(JsonNode object, String... names) {
    require(object.isObject(), "an object with " + String.join(", ", names));
    Set<String> present = new HashSet<>();
    object.fieldNames().forEachRemaining(present::add);
    require(present.equals(Set.of(names)), "the members " + String.join(", ", names));
  }

  private static Iterable<JsonNode> array(JsonNode array, int fewest, int most) {
    require(
        array.isArray() && array.size() >= fewest && array.size() <= most,
        "an array of " + fewest + " to " + most);
    return array;
  }

  private static String text(JsonNode text, int longest) {
    require(
        text.isTextual() && !text.textValue().isEmpty() && text.textValue().length() <= longest,
        "a text of at most " + longest);
    return text.textValue();
  }

  private static void require(boolean isSo, String rule) {
    if (!isSo) {
      throw new IllegalArgumentException("Not so: " + rule);
    }
  }

  /** A value of a metric. */
  record Datum(
      String namespace, String name, String unit, Map<String, String> dimensions, double value) {}
}
