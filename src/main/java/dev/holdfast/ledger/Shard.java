package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;

/**
 * One of the {@value #COUNT} partitions of a sparse index. An index with a single partition key
 * would take 1,000 writes a second and then throttle its base table (AWS, "Using write sharding to
 * distribute workloads evenly"); this spreads an outage at full traffic. So many, since a few keys
 * fall on the partitions of a table so unevenly that one is full while others idle: see
 * docs/capacity.md. See docs/decisions/0020-sixty-four-shards-by-a-checksum.md.
 *
 * @param number 0 to {@value #COUNT} − 1
 */
public record Shard(int number) {

  public static final int COUNT = 64;

  public Shard {
    if (number < 0 || number >= COUNT) {
      throw new IllegalArgumentException("A shard is a number from 0 to " + (COUNT - 1));
    }
  }

  /**
   * The shard of a booking code, always the same one. By a checksum, for it spreads codes that
   * count up evenly; {@link String#hashCode} would give some shards twice their share of those, and
   * others next to nothing.
   */
  public static Shard of(BookingCode bookingCode) {
    CRC32C checksum = new CRC32C();
    checksum.update(bookingCode.value().getBytes(StandardCharsets.UTF_8));
    return new Shard((int) (checksum.getValue() % COUNT));
  }

  public static Shard first() {
    return new Shard(0);
  }

  /** The one after this; empty after the last. */
  public Optional<Shard> next() {
    return number + 1 < COUNT ? Optional.of(new Shard(number + 1)) : Optional.empty();
  }

  /** All of them, in their order, from one that is another with each {@code round}. */
  static List<Shard> allFrom(long round) {
    return IntStream.range(0, COUNT)
        .mapToObj(number -> new Shard(Math.floorMod(round + number, COUNT)))
        .toList();
  }
}
