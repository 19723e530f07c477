package dev.holdfast.booking;

import java.math.BigDecimal;
import java.util.Currency;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a booking costs in total. The decimals are kept as they were given: 412.5 stays 412.5.
 *
 * @param amount ≥ 0, at most {@value #MAX_DIGITS} digits, no more decimals than the currency has
 * @param currency one of ISO 4217 that has a minor unit, which leaves out gold, test codes and the
 *     like
 */
public record Price(BigDecimal amount, Currency currency) {

  public static final int MAX_DIGITS = 18;

  /** What an amount looks like, for people. */
  public static final String AMOUNT_FORM =
      "a decimal number of at most 18 digits without sign, exponent or leading zeros, as in 412.50";

  private static final Pattern AMOUNT = Pattern.compile("(0|[1-9][0-9]*)(\\.[0-9]+)?");

  public Price {
    if (amount.signum() < 0 || digits(amount) > MAX_DIGITS || !fits(amount, currency)) {
      throw new IllegalArgumentException("No price: " + amount + " " + currency);
    }
  }

  /** The amount that a text spells (see {@link #AMOUNT_FORM}), or nothing where it spells none. */
  public static Optional<BigDecimal> parseAmount(String text) {
    // The length goes first: a number of a million digits is not worth a BigDecimal.
    if (text.length() > MAX_DIGITS + 1 || !AMOUNT.matcher(text).matches()) {
      return Optional.empty();
    }
    BigDecimal amount = new BigDecimal(text);
    return digits(amount) > MAX_DIGITS ? Optional.empty() : Optional.of(amount);
  }

  /** The currency that an ISO 4217 code names, or nothing where it names none to pay in. */
  public static Optional<Currency> parseCurrency(String code) {
    try {
      return Optional.of(Currency.getInstance(code))
          .filter(currency -> currency.getDefaultFractionDigits() >= 0);
    } catch (IllegalArgumentException unknown) {
      return Optional.empty();
    }
  }

  /** Whether an amount has no more decimals than the currency. */
  public static boolean fits(BigDecimal amount, Currency currency) {
    return amount.scale() <= currency.getDefaultFractionDigits();
  }

  private static int digits(BigDecimal amount) {
    return Math.max(amount.precision(), amount.scale());
  }

  /** The amount as it was given, never in exponent form. */
  public String amountText() {
    return amount.toPlainString();
  }
}
