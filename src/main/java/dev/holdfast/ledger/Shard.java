package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One of the {@value #COUNT} partitions of a sparse index. An index with a single partition key
 * would take 1,000 writes a second and then throttle its base table (AWS, "Using write sharding to
 * distribute workloads evenly"); this spreads an outage at full traffic.
 *
 * @param number 0 to {@value #COUNT} − 1
 */
public record Shard(int number) {

  public static final int COUNT = 16;

  public Shard {
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException("A shard is a number from 0 to " + (COUNT - 1));
    }
  }

  /** The shard of a booking code, always the same one. */
  public static Shard of(BookingCode bookingCode) {
    return new Shard(Math.floorMod(bookingCode.value().hashCode(), COUNT));
  }

  static Shard first() {
    return new Shard(0);
  }

  /** The one after this; empty after the last. */
  Optional<Shard> next() {
    return number + 1 < COUNT ? Optional.of(new Shard(number + 1)) : Optional.empty();
  }

  public static List<Shard> all() {
    return IntStream.range(0, COUNT).mapToObj(Shard::new).toList();
  }
}
