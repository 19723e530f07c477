package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A pipe of the template, from a table's stream or a queue to an event bus: what it takes, and what
 * it makes of that (AWS, "Amazon EventBridge Pipes input transformation").
 *
 * @param sourceArn the stream's or the queue's
 * @param filters patterns of what it takes, one of which has to match; none: all
 * @param inputTemplate makes the event's detail
 * @param source the event's
 * @param detailType the event's
 */
public record Pipe(
    String logicalId,
    String sourceArn,
    List<JsonNode> filters,
    String inputTemplate,
    String source,
    String detailType) {

  private static final Pattern VARIABLE = Pattern.compile("<\\$\\.([^>]+)>");

  /** Whether the pipe takes a record of its source. */
  public boolean takes(JsonNode record) {
    return filters.isEmpty() || filters.stream().anyMatch(pattern -> matches(pattern, record));
  }

  /** A list says which values there may be (AWS, "Event patterns"); there is no more to it here. */
  private static boolean matches(JsonNode pattern, JsonNode value) {
    if (pattern.isArray()) {
      if (pattern.valueStream().anyMatch(JsonNode::isContainerNode)) {
        throw new StartFailure("The local cloud matches values only, not by " + pattern);
      }
      return pattern.valueStream().anyMatch(value::equals);
    }
    return pattern.properties().stream()
        .allMatch(member -> matches(member.getValue(), value.path(member.getKey())));
  }

  /**
   * What the template makes of a record.
   *
   * <p>As AWS says it: a variable in quotes is replaced by its text as it is, which is not escaped;
   * one that the record has not leaves nothing.
   *
   * @throws IllegalArgumentException if that is no JSON: then AWS cannot deliver it
   */
  public JsonNode detail(JsonNode record) {
    Matcher variables = VARIABLE.matcher(inputTemplate);
    StringBuilder detail = new StringBuilder();
    while (variables.find()) {
      JsonNode value = record.at("/" + variables.group(1).replace('.', '/'));
      if (value.isContainerNode()) {
        throw new StartFailure("The local cloud puts in texts only, not " + variables.group());
      }
      variables.appendReplacement(detail, Matcher.quoteReplacement(value.asText()));
    }
    String json = variables.appendTail(detail).toString();
    return Json.parse(Buffer.buffer(json))
        .orElseThrow(() -> new IllegalArgumentException("No JSON: " + json));
  }

  /** The event that rules on the bus deliver for a record. */
  public ObjectNode event(JsonNode record, Instant now) {
    return envelope(detailType, source, now).set("detail", detail(record));
  }

  /** An event without its detail (AWS, "Events in Amazon EventBridge"). */
  static ObjectNode envelope(String detailType, String source, Instant now) {
    ObjectNode event =
        Json.object()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", detailType)
            .put("source", source)
            .put("account", Intrinsics.ACCOUNT)
            .put("time", now.truncatedTo(ChronoUnit.SECONDS).toString())
            .put("region", Intrinsics.REGION);
    event.putArray("resources");
    return event;
  }
}
