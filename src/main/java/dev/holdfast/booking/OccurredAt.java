package dev.holdfast.booking;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * When a price changed, by the clock of the department that changed it: an RFC 3339 date-time with
 * its offset, kept as it was written.
 *
 * @param text as in {@code 2026-11-23T09:15:00+01:00}; at most nanoseconds; no leap second
 */
public record OccurredAt(String text) {

  /** What a moment looks like, for people. */
  public static final String FORM =
      "an RFC 3339 date-time with offset, as in 2026-11-23T09:15:00+01:00";

  // RFC 3339, section 5.6. java.time alone also takes what the RFC does not: times without seconds,
  // offsets with seconds, years of more than four digits.
  private static final Pattern PATTERN =
      Pattern.compile(
          "\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{1,9})?(Z|[+-]\\d{2}:\\d{2})",
          Pattern.CASE_INSENSITIVE);

  public OccurredAt {
    if (!isValid(text)) {
      throw new IllegalArgumentException("A moment is " + FORM);
    }
  }

  /** The moment that a text spells, or nothing where it spells none. */
  public static Optional<OccurredAt> parse(String text) {
    return isValid(text) ? Optional.of(new OccurredAt(text)) : Optional.empty();
  }

  private static boolean isValid(String text) {
    if (!PATTERN.matcher(text).matches()) {
      return false;
    }
    try {
      OffsetDateTime.parse(text.toUpperCase(Locale.ROOT));
      return true;
    } catch (DateTimeException noSuchDay) {
      return false;
    }
  }

  @Override
  public String toString() {
    return text;
  }
}
