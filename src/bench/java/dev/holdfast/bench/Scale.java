package dev.holdfast.bench;

import java.util.List;

/**
 * How much is measured.
 *
 * @param rounds how often each contest is held
 * @param operations how often each contender is called in a round
 * @param warmUp how often each is called before the first round
 * @param hangs how many appends wait for an event table that hangs
 * @param drained how many pending events are drained
 * @param pending how many events are pending while a sweep is measured, in ascending order
 * @param backfilled the one of {@code grown} at which the heads come from a backfill
 * @param grown the sizes of both tables, in items, at which the cost of a call is measured
 * @param longHistory the events of a long booking
 */
record Scale(
    boolean isQuick,
    int rounds,
    int operations,
    int warmUp,
    int hangs,
    int drained,
    List<Integer> pending,
    int backfilled,
    List<Integer> grown,
    int longHistory) {

  /** For docs/benchmarks.md: ten minutes or so. */
  static Scale full() {
    return new Scale(
        false,
        11,
        50,
        300,
        2,
        10_000,
        List.of(0, 1_000, 100_000),
        100_000,
        List.of(1_000, 10_000, 100_000, 200_000),
        10_000);
  }

  /** For trying: a minute or two. */
  static Scale quick() {
    return new Scale(
        true, 5, 20, 100, 1, 500, List.of(0, 200, 1_000), 2_000, List.of(500, 2_000, 5_000), 1_000);
  }
}
