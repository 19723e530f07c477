package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.holdfast.booking.EventData;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Reads event data and makes it canonical: no white space, members sorted by name (by UTF-16 code
 * units, as RFC 8785 does), strings escaped where they must be. Numbers stay as they were written,
 * for they are the sender's: no rounding, and no expansion of 1e1000000000 either.
 */
final class EventDataReader {

  static final int MAX_LEVELS = 20;
  static final int MAX_NUMBER_LENGTH = 1_000;

  private final JsonParser parser;
  private final FieldErrors errors;

  /**
   * A reader of what {@code parser} stands at.
   *
   * @param errors takes what is wrong with the data
   */
  EventDataReader(JsonParser parser, FieldErrors errors) {
    this.parser = parser;
    this.errors = errors;
  }

  /** The data, or nothing where it is no object. Where errors were found, it must not be used. */
  Optional<EventData> read() throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      errors.addAt(parser.getParsingContext(), "must be an object");
      parser.skipChildren();
      return Optional.empty();
    }
    return Optional.of(new EventData(object(1)));
  }

  private String value(int level) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> level < MAX_LEVELS ? object(level + 1) : tooDeep();
      case START_ARRAY -> level < MAX_LEVELS ? array(level + 1) : tooDeep();
      case VALUE_STRING -> string(parser.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> number(parser.getText());
      default -> parser.getText();
    };
  }

  private String object(int level) throws IOException {
    Map<String, String> members = new TreeMap<>();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      String quoted = string(name);
      parser.nextToken();
      if (members.containsKey(name)) {
        errors.addAt(parser.getParsingContext(), "must be there only once");
        parser.skipChildren();
      } else {
        members.put(name, quoted + ":" + value(level));
      }
    }
    return members.values().stream().collect(Collectors.joining(",", "{", "}"));
  }

  private String array(int level) throws IOException {
    List<String> elements = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      elements.add(value(level));
    }
    return elements.stream().collect(Collectors.joining(",", "[", "]"));
  }

  private String tooDeep() throws IOException {
    errors.addMember("data", "must be at most " + MAX_LEVELS + " levels deep");
    parser.skipChildren();
    return "";
  }

  private String number(String text) {
    if (text.length() > MAX_NUMBER_LENGTH) {
      errors.addAt(
          parser.getParsingContext(), "must have at most " + MAX_NUMBER_LENGTH + " characters");
    } else if (!isDecimal(text)) {
      errors.addAt(parser.getParsingContext(), "must have an exponent of at most 32 bits");
    }
    return text;
  }

  // Whoever reads the number back has to be able to; BigDecimal is the widest there is.
  private static boolean isDecimal(String text) {
    try {
      new BigDecimal(text);
      return true;
    } catch (NumberFormatException exponentOutOfRange) {
      return false;
    }
  }

  private String string(String text) {
    if (hasUnpairedSurrogate(text)) {
      errors.addAt(parser.getParsingContext(), "must not have unpaired surrogates");
    }
    return '"' + String.valueOf(JsonStringEncoder.getInstance().quoteAsString(text)) + '"';
  }

  // Escaped as \ud800, they get past UTF-8; no store could give them back (RFC 8259, 8.2).
  private static boolean hasUnpairedSurrogate(String text) {
    return text.codePoints()
        .anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }
}
