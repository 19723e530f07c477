package dev.holdfast.recovery;

import java.util.Arrays;

/**
 * What a table, or a sparse index, can write: so many partitions, each with a bucket of 1,000
 * units. DynamoDB's limit for a partition is 1,000 write units a second, to which adaptive capacity
 * lifts any that is hot, and it keeps 300 seconds of what was not used for bursts (AWS, "DynamoDB
 * burst and adaptive capacity"). Left out, so that the table is slower than the real one: bursts
 * beyond the bucket, that a hot partition is split, and that an on-demand table grows within half
 * an hour.
 */
final class Capacity {
  private static final double BUCKET = 1000;

  private final double perSecond;
  private final double[] left;
  private final long[] filledAt;

  /**
   * @param partitions how many
   * @param perSecond what each can write, in units
   */
  Capacity(int partitions, double perSecond) {
    this.perSecond = perSecond;
    this.left = new double[partitions];
    this.filledAt = new long[partitions];
    Arrays.fill(left, BUCKET);
  }

  /** Whether a partition has so many units now. */
  boolean has(int key, double units, long nanos) {
    return left[fill(key, nanos)] >= units;
  }

  void take(int key, double units, long nanos) {
    left[fill(key, nanos)] -= units;
  }

  private int fill(int key, long nanos) {
    int partition = Math.floorMod(key, left.length);
    if (nanos > filledAt[partition]) {
      double seconds = (nanos - filledAt[partition]) / 1e9;
      left[partition] = Math.min(BUCKET, left[partition] + seconds * perSecond);
      filledAt[partition] = nanos;
    }
    return partition;
  }
}
