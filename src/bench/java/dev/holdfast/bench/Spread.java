package dev.holdfast.bench;

import java.util.List;
import java.util.Locale;

/**
 * A figure that was measured several times.
 *
 * @param median the figure
 * @param low the least of all, and {@code high} the greatest
 */
record Spread(double median, double low, double high) {

  static Spread of(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int size = sorted.size();
    return new Spread(
        (sorted.get((size - 1) / 2) + sorted.get(size / 2)) / 2,
        sorted.get(0),
        sorted.get(size - 1));
  }

  /** With two decimals: the median, and in brackets least and greatest. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.2f (%.2f–%.2f)", median, low, high);
  }
}
