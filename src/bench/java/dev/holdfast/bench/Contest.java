package dev.holdfast.bench;

import java.util.ArrayList;
import java.util.List;

/**
 * Contenders side by side: in each round every one of them is called equally often, by turns (A B C
 * A B C …), so that whatever slows the machine slows them all.
 */
final class Contest {

  private final String title;
  private final List<Measurement> measurements;

  private Contest(String title, List<Measurement> measurements) {
    this.title = title;
    this.measurements = measurements;
  }

  /** Holds a contest. The first contender is the one that the others are compared with. */
  static Contest hold(
      String title, int rounds, int operations, int warmUp, List<Contender> contenders) {
    for (int call = 0; call < warmUp; call++) {
      contenders.forEach(contender -> contender.prepare().get().run());
    }
    List<Measurement> measurements = new ArrayList<>();
    contenders.forEach(contender -> measurements.add(new Measurement(contender.name())));
    for (int round = 0; round < rounds; round++) {
      measurements.forEach(Measurement::beginRound);
      for (int operation = 0; operation < operations; operation++) {
        for (int place = 0; place < contenders.size(); place++) {
          Runnable call = contenders.get(place).prepare().get();
          long start = System.nanoTime();
          call.run();
          measurements.get(place).record(System.nanoTime() - start);
        }
      }
    }
    return new Contest(title, measurements);
  }

  String title() {
    return title;
  }

  List<Measurement> measurements() {
    return measurements;
  }

  Measurement base() {
    return measurements.get(0);
  }

  Measurement of(String contender) {
    return measurements.stream()
        .filter(measurement -> measurement.name().equals(contender))
        .findFirst()
        .orElseThrow();
  }
}
