package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** The latencies of one contender, in nanoseconds, round by round. */
final class Measurement {

  private static final int DIGITS = 3;

  private final String name;
  private final List<Histogram> rounds = new ArrayList<>();
  private final Histogram all = new Histogram(DIGITS);

  Measurement(String name) {
    this.name = name;
  }

  String name() {
    return name;
  }

  void beginRound() {
    rounds.add(new Histogram(DIGITS));
  }

  void record(long nanos) {
    rounds.get(rounds.size() - 1).recordValue(nanos);
    all.recordValue(nanos);
  }

  long calls() {
    return all.getTotalCount();
  }

  /** A percentile of all rounds together, in milliseconds. */
  double millis(double percentile) {
    return all.getValueAtPercentile(percentile) / 1e6;
  }

  /** The medians of the rounds, in milliseconds. */
  Spread median() {
    return Spread.of(rounds.stream().map(Measurement::medianOf).toList());
  }

  /** How many times as long as the other in the same round. */
  Spread ratioTo(Measurement other) {
    return Spread.of(
        IntStream.range(0, rounds.size())
            .mapToObj(round -> medianOf(rounds.get(round)) / medianOf(other.rounds.get(round)))
            .toList());
  }

  /** How many milliseconds longer than the other in the same round. */
  Spread excessOver(Measurement other) {
    return Spread.of(
        IntStream.range(0, rounds.size())
            .mapToObj(round -> medianOf(rounds.get(round)) - medianOf(other.rounds.get(round)))
            .toList());
  }

  private static double medianOf(Histogram round) {
    return round.getValueAtPercentile(50) / 1e6;
  }
}
