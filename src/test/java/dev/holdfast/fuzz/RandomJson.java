package dev.holdfast.fuzz;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** JSON of any shape, and texts of any characters. */
final class RandomJson {

  private static final String[] CHARACTERS = {
    "a", "Z", "0", "9", ".", "-", "_", "/", "~", "%", "+", "&", "=", " ", "\"", "\\", "'", ":", ",",
    "{", "}", "[", "]", "\n", "\r", "\t", "\0", "\u001f", "\u007f", "\u0085", "\u00a0", "ä", "ß",
    "€", "İ", "K", "٣", "\u2028", "\ufeff", "\uffff", "🏨", "%2F", "~1"
  };
  private static final String[] NUMBERS = {
    "0",
    "1",
    "-1",
    "-0",
    "7",
    "1.0",
    "0.10",
    "1e5",
    "1E+2",
    "-1.5e-3",
    "1e400",
    "1e1000000000",
    "1e-2147483647",
    "12345678901234567890",
    "0.1234567890123456789012345",
    "1000001",
    "0e0",
    "1e00000000000000000001"
  };
  private static final String[] NAMES = {
    "a",
    "b",
    "",
    "eventId",
    "version",
    "type",
    "price",
    "amount",
    "currency",
    "occurredAt",
    "data",
    "__proto__",
    "a/b~c",
    "ä"
  };

  private RandomJson() {}

  static String text(Choices choices) {
    int length = choices.oneIn(64) ? 70 : choices.below(6);
    String end = choices.oneIn(64) ? choices.of("\ud83c", "\udfe8", "\udfe8\ud83c") : "";
    return IntStream.range(0, length)
        .mapToObj(i -> choices.of(CHARACTERS))
        .collect(Collectors.joining("", "", end));
  }

  static String name(Choices choices) {
    return choices.below(4) < 3 ? choices.of(NAMES) : text(choices);
  }

  /** An object of at most so many levels. */
  static String object(Choices choices, int levels) {
    return IntStream.range(0, choices.below(4))
        .mapToObj(i -> Json.quote(name(choices)) + ":" + value(choices, levels - 1))
        .collect(Collectors.joining(",", "{", "}"));
  }

  /** Any value of at most so many levels. */
  static String value(Choices choices, int levels) {
    return switch (choices.below(levels > 0 ? 8 : 5)) {
      case 0 -> choices.of(NUMBERS);
      case 1 -> Json.quote(text(choices));
      case 2 -> choices.of("null", "true", "false");
      case 3 -> Json.quote(name(choices));
      case 4 -> choices.oneIn(64) ? "1".repeat(995 + choices.below(10)) : choices.of(NUMBERS);
      case 5 ->
          IntStream.range(0, choices.below(4))
              .mapToObj(i -> value(choices, levels - 1))
              .collect(Collectors.joining(",", "[", "]"));
      case 6 -> choices.oneIn(16) ? nested(15 + choices.below(12)) : object(choices, levels);
      default -> object(choices, levels);
    };
  }

  private static String nested(int levels) {
    return "[".repeat(levels) + "{}" + "]".repeat(levels);
  }
}
