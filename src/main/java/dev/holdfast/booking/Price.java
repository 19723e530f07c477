package dev.holdfast.booking;

/** What a booking costs in total. */
public record Price(Amount amount, Currency currency) {

  /** Whether the amount has no more decimals than the currency has today. */
  public boolean fits() {
    return amount.decimals() <= currency.decimals().orElse(0);
  }
}
