package dev.holdfast.aws;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.ledger.AcceptedEvent;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An event as the body of a queue message: a JSON object with the names and forms of the tables'
 * attributes. So {@code data} is a text that holds JSON, and comes back to the last digit.
 */
public final class EventMessage {

  private static final ObjectReader TREES =
      JsonMapper.builder()
          .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build()
          .reader();

  // SQS takes the characters of XML 1.0 (AWS, "SendMessage"). JSON escapes control characters
  // anyway; these are the others, and within JSON they only ever stand in a string.
  private static final Pattern REFUSED_BY_SQS = Pattern.compile("[\\x{FFFE}\\x{FFFF}\\p{Cs}]");

  private EventMessage() {}

  /** The body for an event; {@link #read} finds the same event in it. */
  public static String write(AcceptedEvent event) {
    return write(EventAttributes.write(event));
  }

  /** The same without the event's data, which {@link #read} would miss. */
  static String writeWithoutData(AcceptedEvent event) {
    Map<String, AttributeValue> attributes = EventAttributes.write(event);
    attributes.remove("data");
    return write(attributes);
  }

  private static String write(Map<String, AttributeValue> attributes) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    attributes.forEach(
        (name, value) -> {
          if (value.n() == null) {
            body.put(name, value.s());
          } else {
            body.put(name, Long.parseLong(value.n()));
          }
        });
    return REFUSED_BY_SQS
        .matcher(body.toString())
        .replaceAll(refused -> "\\\\u" + HexFormat.of().toHexDigits(refused.group().charAt(0)));
  }

  /**
   * What a body holds. Strict: a body that is not what {@link #write} makes of the event in it, but
   * for white space and the order of the fields, is malformed. The form alone counts: an event that
   * was accepted once is no matter for the rules of today.
   */
  public static Content read(String body) {
    try {
      Map<String, AttributeValue> attributes = new HashMap<>();
      TREES
          .readTree(body)
          .properties()
          .forEach(field -> attributes.put(field.getKey(), toAttribute(field.getValue())));
      AcceptedEvent event = EventAttributes.read(new StoredItem(attributes));
      return EventAttributes.write(event).equals(attributes)
          ? new Content.Event(event)
          : new Content.Malformed("A field is unknown, or not as this ledger writes it");
    } catch (JsonProcessingException noJson) {
      return new Content.Malformed("The body is not JSON");
    } catch (CorruptItemException noEvent) {
      return new Content.Malformed(noEvent.getMessage());
    }
  }

  private static AttributeValue toAttribute(JsonNode value) {
    if (value.isTextual()) {
      return AttributeValue.fromS(value.textValue());
    }
    return value.isIntegralNumber()
        ? AttributeValue.fromN(value.asText())
        : AttributeValue.fromNul(true);
  }

  /** What a body was found to hold. */
  public sealed interface Content permits Content.Event, Content.Malformed {

    record Event(AcceptedEvent event) implements Content {}

    /**
     * No event, and never going to be one.
     *
     * @param reason for the operator; without what the body says
     */
    record Malformed(String reason) implements Content {}
  }
}
