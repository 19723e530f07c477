package dev.holdfast.booking;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a price changed, by the clock of the department that changed it: a date-time of RFC 3339
 * with its offset, kept as it was written. Of what the RFC allows, this takes what {@code
 * java.time} can hold: no leap second, at most nanoseconds, an offset of at most 18 hours.
 *
 * @param text as in {@code 2026-11-23T09:15:00+01:00}
 */
public record OccurredAt(String text) {

  /** What a moment looks like, for people. */
  public static final String FORM =
      "a date-time of RFC 3339, as in 2026-11-23T09:15:00+01:00, on a day that exists, with seconds"
          + " from 00 to 59, at most 9 digits of a fraction and an offset of at most 18:00";

  // RFC 3339, section 5.6, with an offset that java.time can hold. Not by java.time itself: it also
  // takes times without seconds and years of five digits, and most of a long read went into it.
  private static final Pattern PATTERN =
      Pattern.compile(
          "\\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])"
              + "[Tt](?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?"
              + "(?:[Zz]|[+-](?:(?:0\\d|1[0-7]):[0-5]\\d|18:00))");

  /** The moment that a text spells, or nothing where it spells none. */
  public static Optional<OccurredAt> parse(String text) {
    return isValid(text) ? Optional.of(new OccurredAt(text)) : Optional.empty();
  }

  /** The moment that it is. */
  public Instant moment() {
    return OffsetDateTime.parse(text).toInstant();
  }

  private static boolean isValid(String text) {
    return PATTERN.matcher(text).matches()
        && number(text, 8, 10)
            <= YearMonth.of(number(text, 0, 4), number(text, 5, 7)).lengthOfMonth();
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  @Override
  public String toString() {
    return text;
  }
}
