package dev.holdfast.local;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** JSON as trees. */
public final class Json {
  /** Refuses what follows a document. */
  public static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModules(new JavaTimeModule(), new Jdk8Module())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /**
   * Reads and writes the builders of the AWS SDK's models in the words of its services, such as
   * {@code KeySchema}.
   */
  static final ObjectMapper AWS =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .propertyNamingStrategy(PropertyNamingStrategies.UPPER_CAMEL_CASE)
          .defaultPropertyInclusion(
              JsonInclude.Value.construct(JsonInclude.Include.NON_NULL, JsonInclude.Include.ALWAYS))
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .build();

  private Json() {}

  /** A new object, without members. */
  public static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The document, or nothing where the bytes are none. */
  public static Optional<JsonNode> parse(Buffer bytes) {
    try {
      JsonNode tree = MAPPER.readTree(bytes.getBytes());
      return tree == null || tree.isMissingNode() ? Optional.empty() : Optional.of(tree);
    } catch (IOException notJson) {
      return Optional.empty();
    }
  }

  /** The document, missing where the bytes are none. */
  public static JsonNode tree(Buffer bytes) {
    return parse(bytes).orElseGet(MissingNode::getInstance);
  }

  /** An item of a table as DynamoDB itself says it, such as {@code {"version": {"N": "1"}}}. */
  public static JsonNode item(Map<String, AttributeValue> item) {
    ObjectNode json = object();
    item.forEach((name, value) -> json.set(name, AWS.valueToTree(value.toBuilder())));
    return json;
  }

  /** The document as bytes. */
  public static Buffer buffer(Object document) {
    return Buffer.buffer(MAPPER.valueToTree(document).toString());
  }
}
