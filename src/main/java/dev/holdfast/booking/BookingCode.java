package dev.holdfast.booking;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a booking, chosen by the department that makes it and known to all of them (R5: no
 * client is part of it). Case is kept and counts.
 *
 * @param value 1–64 of {@code A–Z a–z 0–9 . _ -}, the first a letter or digit
 */
public record BookingCode(String value) {

  /** What a booking code looks like, for people. */
  public static final String FORM =
      "1-64 of the letters A-Z and a-z, digits, '.', '_' and '-', the first a letter or digit";

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

  public BookingCode {
    if (value.isEmpty()) {
      throw new IllegalArgumentException("A booking code is never empty");
    }
  }

  /** The code that a text spells, or nothing where it spells none. */
  public static Optional<BookingCode> parse(String text) {
    return PATTERN.matcher(text).matches() ? Optional.of(new BookingCode(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
