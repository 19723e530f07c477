package dev.holdfast.bench;

import java.util.Arrays;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * How many writes a second a sparse index takes, by its number of shards: the figures of
 * docs/capacity.md. A shard is a partition key, so each falls on one partition of the index, by a
 * hash that nobody chooses; a partition takes 1,000 write units a second (AWS, "DynamoDB burst and
 * adaptive capacity"), and what is written is spread evenly over the shards. So the index is full
 * when its fullest partition is. That DynamoDB splits a hot partition in time is left out.
 *
 * <p>Needs nothing but a JDK: {@code java src/bench/java/dev/holdfast/bench/ShardSpread.java}.
 */
final class ShardSpread {

  private static final long SEED = 20_261_125;
  private static final int TABLES = 100_000;
  private static final int PER_PARTITION = 1_000;

  private ShardSpread() {}

  /** Prints a table of Markdown. */
  public static void main(String[] arguments) {
    System.out.println(
        "| shards | warm writes, a partition for each 1,000 | half of all tables take | 95 % take |");
    System.out.println("|---|---|---|---|");
    for (int shards : new int[] {16, 64, 256}) {
      for (int partitions : new int[] {4, 8, 16, 40}) {
        int[] taken = taken(shards, partitions);
        System.out.printf(
            Locale.ROOT,
            "| %d | %,d | %,d | %,d |%n",
            shards,
            partitions * PER_PARTITION,
            taken[TABLES / 2],
            taken[TABLES / 20]);
      }
    }
  }

  /** What each of many tables takes, the least first. */
  private static int[] taken(int shards, int partitions) {
    Random random = new Random(SEED);
    return IntStream.range(0, TABLES)
        .map(table -> shards * PER_PARTITION / fullest(shards, partitions, random))
        .sorted()
        .toArray();
  }

  /** How many shards the partition has that has most. */
  private static int fullest(int shards, int partitions, Random random) {
    int[] partition = new int[partitions];
    for (int shard = 0; shard < shards; shard++) {
      partition[random.nextInt(partitions)]++;
    }
    return Arrays.stream(partition).max().orElseThrow();
  }
}
