package dev.holdfast.booking;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Why a price changed, in the words of the department that changed it.
 *
 * @param value 1–64 of letters A–Z and a–z, digits, {@code .}, {@code _} and {@code -}
 */
public record EventType(String value) {

  /** What a type looks like, for people. */
  public static final String FORM = "1-64 of the letters A-Z and a-z, digits, '.', '_' and '-'";

  private static final Pattern PATTERN = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /** The type that a text spells, or nothing where it spells none. */
  public static Optional<EventType> parse(String text) {
    return PATTERN.matcher(text).matches() ? Optional.of(new EventType(text)) : Optional.empty();
  }

  @Override
  public String toString() {
    return value;
  }
}
