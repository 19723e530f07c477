package dev.holdfast.fuzz;

import dev.holdfast.booking.Currency;
import dev.holdfast.fuzz.Json.Literal;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API's description says of an event, written a second time and in another manner than in
 * the code under test: the fuzzers compare the two.
 */
final class EventSchema {

  private static final Set<String> REQUIRED =
      Set.of("eventId", "version", "type", "price", "occurredAt");
  private static final Pattern TYPE = Pattern.compile("[-A-Za-z0-9._]{1,64}");
  private static final Pattern VERSION = Pattern.compile("[1-9][0-9]{0,5}|1000000");
  private static final Pattern AMOUNT = Pattern.compile("(0|[1-9][0-9]*+)([.][0-9]++)?");
  private static final Pattern UUID =
      Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
  private static final Pattern MOMENT =
      Pattern.compile(
          "([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt]([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.][0-9]{1,9})?"
              + "([Zz]|[+-](0[0-9]|1[0-7]):[0-5][0-9]|[+-]18:00)");

  private EventSchema() {}

  /** What a body holds, if it is one that an append has to take. */
  static Optional<Map<?, ?>> event(String body) {
    return Json.parse(body)
        .filter(Map.class::isInstance)
        .<Map<?, ?>>map(Map.class::cast)
        .filter(EventSchema::isEvent);
  }

  private static boolean isEvent(Map<?, ?> event) {
    boolean hasItsMembers =
        event.keySet().containsAll(REQUIRED)
            && event.size() == REQUIRED.size() + (event.containsKey("data") ? 1 : 0);
    return hasItsMembers
        && matches(UUID, event.get("eventId"))
        && isVersion(event.get("version"))
        && matches(TYPE, event.get("type"))
        && isPrice(event.get("price"))
        && isMoment(event.get("occurredAt"))
        && (!event.containsKey("data")
            || (event.get("data") instanceof Map<?, ?> && isData(event.get("data"), 20)));
  }

  private static boolean matches(Pattern pattern, Object value) {
    return value instanceof String text && pattern.matcher(text).matches();
  }

  private static boolean isVersion(Object value) {
    return value instanceof Literal literal && VERSION.matcher(literal.text()).matches();
  }

  private static boolean isPrice(Object value) {
    if (!(value instanceof Map<?, ?> price)
        || !price.keySet().equals(Set.of("amount", "currency"))) {
      return false;
    }
    // The list has a test of its own, against the JDK's.
    Optional<Currency> currency =
        Optional.ofNullable(price.get("currency"))
            .filter(String.class::isInstance)
            .flatMap(code -> Currency.parse((String) code));
    if (currency.isEmpty() || !matches(AMOUNT, price.get("amount"))) {
      return false;
    }
    String amount = (String) price.get("amount");
    int point = amount.indexOf('.');
    return (point < 0 || amount.length() - point - 1 <= currency.get().decimals().orElseThrow())
        && amount.replace(".", "").replaceFirst("^0+", "").length() <= 18;
  }

  private static boolean isMoment(Object value) {
    if (!(value instanceof String text)) {
      return false;
    }
    Matcher moment = MOMENT.matcher(text);
    try {
      return moment.matches() && LocalDate.parse(moment.group(1)) != null;
    } catch (DateTimeParseException noSuchDay) {
      return false;
    }
  }

  private static boolean isData(Object value, int levels) {
    if (value instanceof Map<?, ?> object) {
      return levels > 0
          && object.keySet().stream().allMatch(name -> isData(name, 0))
          && areData(object.values(), levels - 1);
    }
    if (value instanceof List<?> array) {
      return levels > 0 && areData(array, levels - 1);
    }
    return value instanceof String text ? isUnicode(text) : isLiteral(((Literal) value).text());
  }

  private static boolean areData(Collection<?> values, int levels) {
    return values.stream().allMatch(value -> isData(value, levels));
  }

  private static boolean isUnicode(String text) {
    return StandardCharsets.UTF_8.newEncoder().canEncode(text);
  }

  private static boolean isLiteral(String text) {
    if (List.of("true", "false", "null").contains(text)) {
      return true;
    }
    try {
      return text.length() <= 1_000 && new BigDecimal(text).signum() <= 1;
    } catch (NumberFormatException noDecimal) {
      return false;
    }
  }
}
