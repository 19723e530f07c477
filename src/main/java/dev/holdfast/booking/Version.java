package dev.holdfast.booking;

import java.util.Optional;

/**
 * The place of an event in its booking's history, without gaps: 1 makes the booking.
 *
 * @param number from {@value #MIN} on
 */
public record Version(int number) implements Comparable<Version> {

  public static final int MIN = 1;

  /** The last one that is taken. */
  public static final int MAX = 1_000_000;

  /** The version of the event that makes a booking. */
  public static final Version FIRST = new Version(MIN);

  public Version {
    if (number < MIN) {
      throw new IllegalArgumentException("A version is a number from " + MIN + " on");
    }
  }

  /** The version with a number, or nothing where there is none. */
  public static Optional<Version> of(int number) {
    return number < MIN || number > MAX ? Optional.empty() : Optional.of(new Version(number));
  }

  public boolean isFirst() {
    return number == MIN;
  }

  public boolean isAfter(Version other) {
    return number > other.number;
  }

  /** Whether this version comes right after {@code other}. */
  public boolean follows(Version other) {
    return number == other.number + 1;
  }

  @Override
  public int compareTo(Version other) {
    return Integer.compare(number, other.number);
  }

  @Override
  public String toString() {
    return Integer.toString(number);
  }
}
