package dev.holdfast.booking;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What a price is in. One that was accepted stays what it is when it is withdrawn.
 *
 * @param code of three capital letters, by ISO 4217
 */
public record Currency(String code) {

  /** What a currency looks like, for people. */
  public static final String FORM = "the code of a current currency of ISO 4217, as in EUR";

  /** The currency that a code names, or nothing where it names none to pay in today. */
  public static Optional<Currency> parse(String code) {
    return Iso4217.decimals(code).isPresent() ? Optional.of(new Currency(code)) : Optional.empty();
  }

  /** What is wrong with a code that {@link #parse} takes for none, for people. */
  public static String fault(String code) {
    if (Iso4217.hasNoMinorUnit(code)) {
      return "must have a minor unit, which " + code + " has not by ISO 4217";
    }
    String capitals = code.toUpperCase(Locale.ROOT);
    return parse(capitals).isPresent()
        ? "must be " + capitals + ", for case counts"
        : "must be " + FORM;
  }

  /** How many decimals its amounts may have; none where it is no current currency. */
  public OptionalInt decimals() {
    return Iso4217.decimals(code);
  }

  @Override
  public String toString() {
    return code;
  }
}
