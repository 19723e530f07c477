package dev.holdfast.local;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the two ways in which people and templates write a span of time. */
final class Durations {
  private static final Pattern SIMPLE = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h)");
  private static final Pattern RATE =
      Pattern.compile("rate\\(\\s*(\\d{1,9})\\s+(second|minute|hour|day)s?\\s*\\)");

  private Durations() {}

  /** {@code 500ms}, {@code 5s}, {@code 2m}, {@code 1h}, or ISO 8601 ({@code PT5S}). */
  static Optional<Duration> parse(String text) {
    Matcher simple = SIMPLE.matcher(text);
    if (simple.matches()) {
      long amount = Long.parseLong(simple.group(1));
      return Optional.of(
          switch (simple.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            default -> Duration.ofHours(amount);
          });
    }
    try {
      return Optional.of(Duration.parse(text));
    } catch (DateTimeParseException notIso) {
      return Optional.empty();
    }
  }

  /** A rate expression of EventBridge, such as {@code rate(1 minute)}. */
  static Optional<Duration> parseRate(String expression) {
    Matcher rate = RATE.matcher(expression);
    if (!rate.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(rate.group(1));
    return Optional.of(
        switch (rate.group(2)) {
          case "second" -> Duration.ofSeconds(amount);
          case "minute" -> Duration.ofMinutes(amount);
          case "hour" -> Duration.ofHours(amount);
          default -> Duration.ofDays(amount);
        });
  }
}
