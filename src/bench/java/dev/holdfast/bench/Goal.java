package dev.holdfast.bench;

import java.util.Locale;

/**
 * A goal, and what was measured.
 *
 * @param limit what the figure must not exceed, or must reach where {@code atLeast}
 */
record Goal(String what, double limit, boolean atLeast, Spread measured, String unit) {

  static Goal atMost(String what, double limit, Spread measured, String unit) {
    return new Goal(what, limit, false, measured, unit);
  }

  static Goal atLeast(String what, double limit, Spread measured, String unit) {
    return new Goal(what, limit, true, measured, unit);
  }

  boolean isReached() {
    return atLeast ? measured.median() >= limit : measured.median() <= limit;
  }

  /** A line of the table of goals. */
  String line() {
    double apart = Math.abs(measured.median() / limit - 1) * 100;
    return String.format(
        Locale.ROOT,
        "| %s | %s %.2f %s | %s | %s |",
        what,
        atLeast ? "≥" : "≤",
        limit,
        unit,
        measured,
        isReached()
            ? String.format(Locale.ROOT, "reached, %.0f %% to spare", apart)
            : String.format(Locale.ROOT, "**missed by %.0f %%**", apart));
  }
}
