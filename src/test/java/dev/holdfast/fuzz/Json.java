package dev.holdfast.fuzz;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Collectors;

/**
 * JSON as values that compare by content: an object is a {@link Map}, an array a {@link List}, a
 * string a {@link String}, and everything else a {@link Literal}.
 */
final class Json {

  private static final JsonFactory STRICT =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(StreamReadConstraints.builder().maxNameLength(1_000_000).build())
          .build();

  private static final HexFormat HEX = HexFormat.of();

  private Json() {}

  /** A number, {@code true}, {@code false} or {@code null}, as it is written. */
  record Literal(String text) {}

  /**
   * The one value that a text holds, or nothing where it holds none, more, an object with a member
   * twice, a number of more than 1,000 characters or more than 1,000 levels.
   */
  static Optional<Object> parse(String text) {
    try (JsonParser parser = STRICT.createParser(text)) {
      if (parser.nextToken() == null) {
        return Optional.empty();
      }
      Object value = value(parser);
      return parser.nextToken() == null ? Optional.of(value) : Optional.empty();
    } catch (IOException malformed) {
      return Optional.empty();
    }
  }

  private static Object value(JsonParser parser) throws IOException {
    switch (parser.currentToken()) {
      case START_OBJECT -> {
        Map<String, Object> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
          String name = parser.currentName();
          parser.nextToken();
          members.put(name, value(parser));
        }
        return members;
      }
      case START_ARRAY -> {
        List<Object> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
          elements.add(value(parser));
        }
        return elements;
      }
      case VALUE_STRING -> {
        return parser.getText();
      }
      default -> {
        return new Literal(parser.getText());
      }
    }
  }

  /** A string as JSON, with escapes only where they are needed. */
  static String quote(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(c);
      } else if (c < ' ' || (Character.isSurrogate(c) && !isPaired(text, i))) {
        quoted.append(escaped(c));
      } else {
        quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static boolean isPaired(String text, int i) {
    return Character.isHighSurrogate(text.charAt(i))
        ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
        : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
  }

  private static String escaped(char c) {
    return "\\u" + HEX.toHexDigits(c);
  }

  /**
   * The same value written in another way: members in another order, white space, escapes. The same
   * random writes it the same.
   */
  static String rewritten(Object value, Random random) {
    if (value instanceof Map<?, ?> object) {
      List<Map.Entry<?, ?>> members = new ArrayList<>(object.entrySet());
      Collections.shuffle(members, random);
      return members.stream()
          .map(
              member ->
                  space(random)
                      + rewritten(member.getKey(), random)
                      + space(random)
                      + ":"
                      + rewritten(member.getValue(), random))
          .collect(Collectors.joining(",", space(random) + "{", "}" + space(random)));
    }
    if (value instanceof List<?> array) {
      return array.stream()
          .map(element -> rewritten(element, random))
          .collect(Collectors.joining(",", space(random) + "[", space(random) + "]"));
    }
    if (value instanceof String text) {
      StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (mustBeEscaped(c) || random.nextInt(4) == 0) {
          quoted.append(escaped(c));
        } else {
          quoted.append(c);
        }
      }
      return quoted.append('"').toString();
    }
    return space(random) + ((Literal) value).text() + space(random);
  }

  // Half of a pair escaped and the other half not would be two unpaired ones.
  private static boolean mustBeEscaped(char c) {
    return c < ' ' || c == '"' || c == '\\' || Character.isSurrogate(c);
  }

  private static String space(Random random) {
    return switch (random.nextInt(12)) {
      case 0 -> " ";
      case 1 -> "\n";
      case 2 -> "\t \r\n";
      default -> "";
    };
  }
}
