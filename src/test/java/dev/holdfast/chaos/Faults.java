package dev.holdfast.chaos;

import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What fails when, drawn from a seed. A chapter has one domain fail in every way there is, one
 * after the other; half of them for every call, the others for a share of the calls. The event
 * table is down for all for longer, beside that. Every domain has its chapter before one of them
 * has its next.
 */
final class Faults {
  private static final Duration LEAST = Duration.ofMillis(300);
  private static final int MORE_MILLIS = 500;

  private static final List<Fault.Mode> DOWN =
      List.of(
          Fault.Mode.REFUSE,
          Fault.Mode.HANG,
          Fault.Mode.ERROR,
          Fault.Mode.THROTTLE,
          Fault.Mode.KEY_DISABLED);

  private final Random random;
  private final Duration outage;
  private final List<Dependency> left = new ArrayList<>();

  /**
   * @param outage how long the event table is down for all
   */
  Faults(long seed, Duration outage) {
    this.random = new Random(seed);
    this.outage = outage;
  }

  /** A fault, and for how long. */
  record Phase(Fault fault, Duration length) {}

  /** What one domain suffers until its debts are drained. */
  record Chapter(Dependency domain, List<Phase> phases) {}

  Chapter nextChapter() {
    if (left.isEmpty()) {
      left.addAll(List.of(Dependency.values()));
      Collections.shuffle(left, random);
    }
    Dependency domain = left.remove(0);
    List<Phase> phases = phases();
    if (domain == Dependency.EVENT_TABLE) {
      Fault down = Fault.of(DOWN.get(random.nextInt(DOWN.size())));
      phases.add(random.nextInt(phases.size() + 1), new Phase(down, outage));
    }
    return new Chapter(domain, phases);
  }

  /** Two domains, never the same, in the order in which they begin to fail. */
  List<Chapter> nextDoubleFault() {
    List<Dependency> domains = new ArrayList<>(List.of(Dependency.values()));
    Collections.shuffle(domains, random);
    return domains.subList(0, 2).stream().map(domain -> new Chapter(domain, phases())).toList();
  }

  /** Every mode once; half of them strike every call, the others a share of them. */
  private List<Phase> phases() {
    List<Fault.Mode> modes = new ArrayList<>(Arrays.asList(Fault.Mode.values()));
    Collections.shuffle(modes, random);
    List<Phase> phases = new ArrayList<>();
    for (int index = 0; index < modes.size(); index++) {
      boolean isTotal = index < modes.size() / 2;
      phases.add(phase(modes.get(index), isTotal ? 1 : (1 + random.nextInt(9)) / 10.0));
    }
    Collections.shuffle(phases, random);
    return phases;
  }

  private Phase phase(Fault.Mode mode, double share) {
    // From what is only slow to what is too late for everybody.
    Duration delay = Duration.ofMillis(100 + random.nextInt(900));
    return new Phase(new Fault(mode, share, delay), LEAST.plusMillis(random.nextInt(MORE_MILLIS)));
  }
}
