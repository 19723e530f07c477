package dev.holdfast.booking;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How much a price is. It is kept as it was written: 412.5 stays 412.5.
 *
 * @param text a decimal number ≥ 0 without sign, exponent or leading zeros
 */
public record Amount(String text) {

  /** What an amount looks like, for people. */
  public static final String FORM =
      "a decimal number of at most 18 digits without sign, exponent or leading zeros, as in 412.50";

  private static final int MAX_DIGITS = 18;

  private static final Pattern PATTERN = Pattern.compile("(0|[1-9][0-9]*+)(\\.[0-9]++)?");

  /** The amount that a text spells, or nothing where it spells none. */
  public static Optional<Amount> parse(String text) {
    return text.replace(".", "").length() <= MAX_DIGITS && PATTERN.matcher(text).matches()
        ? Optional.of(new Amount(text))
        : Optional.empty();
  }

  /** How many digits there are after the point. */
  public int decimals() {
    int point = text.indexOf('.');
    return point < 0 ? 0 : text.length() - point - 1;
  }

  @Override
  public String toString() {
    return text;
  }
}
