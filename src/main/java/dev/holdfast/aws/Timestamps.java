package dev.holdfast.aws;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.Optional;

/**
 * Moments as they are stored: ISO 8601 in UTC with exactly milliseconds, so that texts sort as the
 * moments do.
 */
final class Timestamps {

  private static final DateTimeFormatter FORMAT =
      new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

  private Timestamps() {}

  static String format(Instant moment) {
    return FORMAT.format(moment);
  }

  /** The moment that a text spells, or nothing where it spells none. */
  static Optional<Instant> parse(String text) {
    try {
      return Optional.of(FORMAT.parse(text, Instant::from));
    } catch (DateTimeException noMoment) {
      return Optional.empty();
    }
  }
}
