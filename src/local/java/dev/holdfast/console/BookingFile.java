package dev.holdfast.console;

import dev.holdfast.history.Checker;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Violation;
import dev.holdfast.history.Violation.Rule;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What is known of one booking, and whether the promises are kept with it. Not thread-safe. */
final class BookingFile {
  /** Beyond it, what can be spared is forgotten, but for the newest. */
  private static final int MANY = 400;

  private static final int NEWEST = 100;

  /** Beyond it, to judge a booking again with every call of it would take too long. */
  private static final int TOO_MANY = 800;

  /** A client whose call was cut off has had time to repeat it. */
  private static final Duration TO_REPEAT = Duration.ofSeconds(10);

  private static final Set<Rule> OF_READS = EnumSet.of(Rule.STALE, Rule.LOST, Rule.FOREIGN);
  private static final Set<Rule> OF_OWNERS = EnumSet.of(Rule.DOUBLED, Rule.REFUSED, Rule.REUSED);

  private final List<Operation> operations = new ArrayList<>();
  private final Map<String, Offer> offers = new HashMap<>();
  private final Set<String> acknowledged = new HashSet<>();

  /** What was sent under each event id. */
  private final Map<String, Set<Integer>> contents = new HashMap<>();

  private int reads;
  private int unanswered;
  private boolean exempt;
  private List<Violation> violations = List.of();

  /**
   * What became of an event that would make the booking.
   *
   * @param isCutOff whether the last call ended without an answer of the ledger
   * @param isBeyond whether more than one dependency was in trouble in the last call
   */
  private record Offer(
      boolean isAccepted, boolean isTaken, boolean isCutOff, boolean isBeyond, long end) {

    static Offer of(Operation append, boolean isBeyond) {
      return new Offer(
          append.isAcknowledged(),
          append.outcome() == Outcome.TAKEN || append.outcome() == Outcome.REUSED,
          append.outcome() == Outcome.LOST_CONNECTION,
          isBeyond,
          append.end());
    }

    Offer then(Offer next) {
      return new Offer(
          isAccepted || next.isAccepted,
          isTaken || next.isTaken,
          next.isCutOff,
          next.isBeyond,
          next.end);
    }

    boolean isOpen() {
      return !isAccepted && !isTaken;
    }

    boolean isUndecided(long now) {
      return isOpen() && !isBeyond && isCutOff && now - end < TO_REPEAT.toNanos();
    }

    boolean isBlocked(long now) {
      return isOpen() && !isBeyond && !isUndecided(now);
    }
  }

  /**
   * Adds a call.
   *
   * @param isBeyond whether more than one dependency was in trouble meanwhile
   */
  void add(Observation observation, boolean isBeyond) {
    for (Operation operation : observation.operations()) {
      boolean isOfUse = violations.isEmpty() || operations.size() <= TOO_MANY;
      if (!exempt && isOfUse) {
        operations.add(operation);
      }
      if (operation.isAppend()) {
        observation
            .content()
            .ifPresent(
                content ->
                    contents
                        .computeIfAbsent(operation.eventId(), none -> new HashSet<>())
                        .add(content));
        if (operation.version() == 1) {
          offers.merge(operation.eventId(), Offer.of(operation, isBeyond), Offer::then);
        }
        if (operation.isAcknowledged()) {
          acknowledged.add(operation.version() + " " + operation.eventId());
        }
      }
    }
    if (!observation.isAppend()) {
      if (observation.operations().stream().anyMatch(Operation::isAnsweredRead)) {
        reads++;
      } else {
        unanswered++;
      }
    }
  }

  /** From now on it is not judged: what happens to it was not promised, or not seen. */
  void exempt() {
    exempt = true;
    operations.clear();
    violations = List.of();
  }

  boolean isEmpty() {
    return operations.isEmpty();
  }

  /**
   * Judges it by all that is known.
   *
   * @param underWay appends that were not answered yet
   */
  void judge(List<Operation> underWay) {
    if (operations.size() > MANY && violations.isEmpty()) {
      forget();
    }
    if (exempt || operations.size() > TOO_MANY) {
      return;
    }
    violations =
        Checker.check(
                Stream.concat(operations.stream(), underWay.stream())
                    .filter(operation -> !isRightlyReused(operation, underWay))
                    .toList())
            .stream()
            // It may be read yet.
            .filter(violation -> violation.rule() != Rule.NOT_READ)
            .toList();
  }

  /** It was refused as another event with an id that is not its own, and so it is, or may be. */
  private boolean isRightlyReused(Operation operation, List<Operation> underWay) {
    return operation.outcome() == Outcome.REUSED
        && (contents.get(operation.eventId()).size() > 1
            || underWay.stream().anyMatch(open -> open.eventId().equals(operation.eventId())));
  }

  /**
   * Forgets what has changed nothing, but for the newest: reads, appends that were refused, and
   * repetitions. What is explained with them is explained without them.
   */
  private void forget() {
    List<Operation> older = operations.subList(0, operations.size() - NEWEST);
    Set<String> known = new HashSet<>();
    older.removeIf(
        operation ->
            !operation.isAppend()
                || operation.outcome() == Outcome.TAKEN
                || operation.outcome() == Outcome.CONFLICT
                || operation.outcome() == Outcome.REUSED
                || !known.add(
                    operation.isAcknowledged()
                        + " "
                        + operation.version()
                        + " "
                        + operation.eventId()));
  }

  List<Violation> violations() {
    return violations;
  }

  /** Whether it was not accepted, although at most one dependency had failed. */
  boolean isBlocked(long now) {
    return offers.values().stream().anyMatch(offer -> offer.isBlocked(now));
  }

  Score.Counts counts(long now) {
    return new Score.Counts(
        offers(Offer::isAccepted),
        offers(offer -> offer.isBlocked(now)),
        offers(offer -> offer.isOpen() && offer.isBeyond()),
        offers(offer -> offer.isUndecided(now)),
        reads,
        (int) violations.stream().filter(of -> OF_READS.contains(of.rule())).count(),
        unanswered,
        offers(Offer::isAccepted) > 0 ? 1 : 0,
        offers(offer -> offer.isTaken() && !offer.isAccepted()),
        violations.stream().anyMatch(of -> OF_OWNERS.contains(of.rule())) ? 1 : 0,
        acknowledged.size(),
        (int)
            violations.stream()
                .filter(of -> of.rule() == Rule.LOST)
                .map(Violation::eventId)
                .distinct()
                .count(),
        violations.stream().anyMatch(of -> of.rule() == Rule.NOT_LINEARIZABLE) ? 1 : 0,
        exempt ? 1 : 0);
  }

  private int offers(Predicate<Offer> which) {
    return (int) offers.values().stream().filter(which).count();
  }
}
