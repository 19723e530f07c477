package dev.holdfast.openapi;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.booking.Currency;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The rules that no schema can say, or none that clients are generated from; the document says them
 * in its descriptions. Nothing here repeats what its schemas say: between them they must be all of
 * it.
 */
final class RulesInWords {

  private static final int MOST_BYTES = 102_400;
  private static final int MOST_LEVELS = 20;
  private static final int MAX_VERSION = 1_000_000;

  // Jackson itself refuses numbers of more than 1,000 characters and exponents of more than 32
  // bits.
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

  // RFC 9110, 5.6.6, with 5.6.2 for the token and 5.6.4 for the quoted string.
  private static final String TOKEN = "[-!#$%&'*+.^_`|~0-9A-Za-z]+";
  private static final Pattern PARAMETER =
      Pattern.compile(
          "[ \\t]*;[ \\t]*((" + TOKEN + ")=(" + TOKEN + "|\"(?:[^\"\\\\]|\\\\.)*+\"))?");

  private RulesInWords() {}

  /** Whether the media type of a body that is JSON by its name keeps them. */
  static boolean areKeptByContentType(String contentType) {
    int end = contentType.indexOf(';');
    if (end < 0) {
      return true;
    }
    String parameters = contentType.substring(end);
    return PARAMETER.matcher(parameters).replaceAll("").isEmpty()
        && PARAMETER
            .matcher(parameters)
            .results()
            .filter(parameter -> "charset".equalsIgnoreCase(parameter.group(2)))
            .map(charset -> charset.group(3).replaceAll("^\"|\"$|\\\\(?=.)", ""))
            .allMatch("utf-8"::equalsIgnoreCase);
  }

  /** Whether a query that is valid by its schemas keeps them. */
  static boolean areKeptByQuery(List<Map.Entry<String, String>> query) {
    return query.stream()
        .filter(parameter -> parameter.getKey().equals("at"))
        .map(Map.Entry::getValue)
        .allMatch(moment -> isDay(moment) && !OffsetDateTime.parse(moment).isAfter(now()));
  }

  private static OffsetDateTime now() {
    return OffsetDateTime.now(ZoneOffset.UTC);
  }

  /** Which of them an answer breaks. */
  static List<String> broken(ApiRequest request, ApiResponse response) {
    List<String> broken = new ArrayList<>();
    JsonNode answer = tree(response.body());
    if (response.status() == 415
        && response.headers().containsKey("accept")
            == response.headers().containsKey("accept-encoding")) {
      broken.add("415 has either Accept or Accept-Encoding");
    }
    if (request.method().equals("POST")
        && response.status() < 300
        && isPending(answer) != (response.status() == 202)) {
      broken.add("an append is pending by its status where it is by that of its answer");
    }
    if (versions(answer, false).max().orElse(0)
        > versions(answer, true).min().orElse(MAX_VERSION)) {
      broken.add("the pending events of a page come after the recorded ones");
    }
    return broken;
  }

  private static IntStream versions(JsonNode page, boolean pending) {
    return page.path("events")
        .valueStream()
        .filter(event -> isPending(event) == pending)
        .mapToInt(event -> event.path("version").asInt());
  }

  private static boolean isPending(JsonNode event) {
    return event.path("status").asText().equals("pending");
  }

  private static JsonNode tree(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException notJson) {
      return MissingNode.getInstance();
    }
  }

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
