package dev.holdfast.bench;

import java.util.Locale;
import java.util.stream.Stream;

/**
 * A goal, and what was measured.
 *
 * @param why what stands between a figure and its goal, where it is missed
 * @param limit what the figure must not exceed, or must reach where {@code atLeast}
 */
record Goal(String what, double limit, boolean atLeast, Spread measured, String unit, String why) {

  static Goal atMost(String what, double limit, Spread measured, String unit) {
    return new Goal(what, limit, false, measured, unit, "");
  }

  static Goal atLeast(String what, double limit, Spread measured, String unit) {
    return new Goal(what, limit, true, measured, unit, "");
  }

  /** The same goal, and what stands in its way. */
  Goal because(String reason) {
    return new Goal(what, limit, atLeast, measured, unit, reason);
  }

  /** The reason, where one is needed and known. */
  Stream<String> explanation() {
    return isReached() || why.isEmpty()
        ? Stream.empty()
        : Stream.of("- *" + what + "*: " + why + "\n");
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
            ? String.format(Locale.ROOT, "reached, %.1f %% to spare", apart)
            : String.format(Locale.ROOT, "**missed by %.1f %%**", apart));
  }
}
