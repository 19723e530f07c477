package dev.holdfast.recovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** What happened, in steps of equal length. Time is counted from the beginning of the outage. */
record Course(Duration step, Duration before, Duration outage, List<Step> steps) {

  Course {
    steps = List.copyOf(steps);
  }

  /** Counts of one step. */
  static final class Step {
    int recorded;
    int pending;
    int refused;
    int turnedAway;
    int read;
    int notRead;
    int eventTableThrottled;
    int pendingIndexThrottled;
    int drained;
    int waiting;

    int accepted() {
      return recorded + pending;
    }
  }

  private int index(Duration sinceOutage) {
    return (int) ((before.toNanos() + sinceOutage.toNanos()) / step.toNanos());
  }

  /** Changes accepted a second, before the outage. */
  double goodputBefore() {
    return goodput(steps.subList(index(before.dividedBy(-2)), index(Duration.ZERO)));
  }

  /** The same from the end of the outage until nothing is pending, relative to before. */
  double goodputInRecovery() {
    return goodput(recovery()) / goodputBefore();
  }

  /** The worst five minutes of it, relative to before. */
  double worstFiveMinutes() {
    List<Step> recovery = recovery();
    int five = Math.min(recovery.size(), (int) (Duration.ofMinutes(5).toNanos() / step.toNanos()));
    return IntStream.rangeClosed(0, recovery.size() - five)
            .mapToDouble(from -> goodput(recovery.subList(from, from + five)))
            .min()
            .orElseThrow()
        / goodputBefore();
  }

  private double goodput(List<Step> some) {
    return some.stream().mapToInt(Step::accepted).sum() / (some.size() * seconds());
  }

  private double seconds() {
    return step.toNanos() / 1e9;
  }

  /** From the end of the outage until nothing is pending, or for as long as it was looked. */
  List<Step> recovery() {
    int from = index(outage);
    int to = from;
    while (to < steps.size() && (to == from || steps.get(to - 1).waiting > 0)) {
      to++;
    }
    return steps.subList(from, to);
  }

  /** After the outage, until nothing was pending for the first time. */
  Duration untilNothingIsPending() {
    return step.multipliedBy(recovery().size());
  }

  boolean isOver() {
    return steps.get(steps.size() - 1).waiting == 0;
  }

  /**
   * After the outage, until from then on 99 of 100 changes are recorded directly, in half a minute.
   */
  Duration untilDirect() {
    List<Step> after = steps.subList(index(outage), steps.size());
    int last = after.size();
    while (last > 0 && direct(after, last - 1) >= 0.99) {
      last--;
    }
    return step.multipliedBy(last);
  }

  /** Whether they were in the end. */
  boolean isDirect() {
    return untilDirect().compareTo(step.multipliedBy(steps.size() - index(outage))) < 0;
  }

  /** The share of the accepted changes that were, in three steps. */
  private static double direct(List<Step> steps, int index) {
    List<Step> some = steps.subList(Math.max(0, index - 2), index + 1);
    int accepted = some.stream().mapToInt(Step::accepted).sum();
    return accepted == 0
        ? 1
        : some.stream().mapToInt(one -> one.recorded).sum() / (double) accepted;
  }

  int mostWaiting() {
    return steps.stream().mapToInt(step -> step.waiting).max().orElse(0);
  }

  /** One number of every step. */
  List<Double> series(ToDoubleFunction<Step> of) {
    List<Double> values = new ArrayList<>();
    steps.forEach(one -> values.add(of.applyAsDouble(one)));
    return values;
  }

  /** The middle of every step, in minutes since the outage began. */
  List<Double> minutes() {
    List<Double> minutes = new ArrayList<>();
    for (int index = 0; index < steps.size(); index++) {
      minutes.add(((index + 0.5) * seconds() - before.toSeconds()) / 60);
    }
    return minutes;
  }
}
