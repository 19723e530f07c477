package dev.holdfast.fuzz;

import java.util.Arrays;
import java.util.List;

/**
 * Decisions read from bytes: the same bytes make the same decisions, whether a seeded random or a
 * coverage-guided fuzzer made them. Zero is the plainest decision, and what comes after the last
 * byte is zero. Not thread-safe.
 */
final class Choices {

  private final byte[] bytes;
  private int next;

  Choices(byte[] bytes) {
    this.bytes = bytes.clone();
  }

  /** A number from 0 to {@code bound} − 1; the bound is at most 65,536. */
  int below(int bound) {
    int value = octet();
    return (bound <= 256 ? value : value << 8 | octet()) % bound;
  }

  /** Whether something happens that happens once in so many times. */
  boolean oneIn(int times) {
    return below(times) == times - 1;
  }

  <T> T of(List<T> options) {
    return options.get(below(options.size()));
  }

  @SafeVarargs
  final <T> T of(T... options) {
    return options[below(options.length)];
  }

  /** All bytes that no decision has used. */
  byte[] rest() {
    byte[] rest = Arrays.copyOfRange(bytes, Math.min(next, bytes.length), bytes.length);
    next = bytes.length;
    return rest;
  }

  private int octet() {
    return next < bytes.length ? bytes[next++] & 0xFF : 0;
  }
}
