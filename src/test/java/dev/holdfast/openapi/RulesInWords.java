package dev.holdfast.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.booking.Currency;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The rules for an event's body that no schema can say; the document says them in the description
 * of the body. Nothing here repeats what its schemas say: between them they must be all of it.
 */
final class RulesInWords {

  private static final int MOST_BYTES = 102_400;
  private static final int MOST_LEVELS = 20;

  // Jackson itself refuses numbers of more than 1,000 characters and exponents of more than 32
  // bits.
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  private RulesInWords() {}

  /** Whether a body that is valid by its schema keeps them. */
  static boolean areKept(String body) {
    if (body.getBytes(StandardCharsets.UTF_8).length > MOST_BYTES) {
      return false;
    }
    JsonNode event;
    try {
      event = MAPPER.readTree(body);
    } catch (JsonProcessingException | NumberFormatException outOfRange) {
      return false;
    }
    // What is missing keeps every rule here: that it must be there is the schema's to say.
    return !event.path("version").isFloatingPointNumber()
        && (event.at("/price/currency").isMissingNode() || isPayable(event.path("price")))
        && (event.path("occurredAt").isMissingNode() || isDay(event.path("occurredAt").asText()))
        && isKeepable(event.path("data"), MOST_LEVELS);
  }

  private static boolean isPayable(JsonNode price) {
    Optional<Currency> currency = Currency.parse(price.path("currency").asText());
    int decimals = price.path("amount").asText().replaceFirst("^[^.]*[.]?", "").length();
    return currency.isPresent() && decimals <= currency.get().decimals().orElseThrow();
  }

  private static boolean isDay(String moment) {
    try {
      return LocalDate.parse(moment.replaceFirst("[Tt].*", "")) != null;
    } catch (DateTimeException noSuchDay) {
      return false;
    }
  }

  private static boolean isKeepable(JsonNode value, int levels) {
    if (!value.isContainerNode()) {
      return !value.isTextual() || isUnicode(value.textValue());
    }
    Stream<JsonNode> members = value.valueStream();
    return levels > 0
        && value.propertyStream().allMatch(member -> isUnicode(member.getKey()))
        && members.allMatch(member -> isKeepable(member, levels - 1));
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }
}
