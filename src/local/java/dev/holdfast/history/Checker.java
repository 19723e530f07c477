package dev.holdfast.history;

import com.google.common.collect.HashMultimap;
import com.google.common.collect.SetMultimap;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import dev.holdfast.history.Violation.Rule;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Judges a history by itself: R2, R3, R4, and for each booking whether all of its operations have
 * one order that explains them ({@link Linearizability}). The last stands for the others too; they
 * are there to say in plain words what went wrong.
 */
public final class Checker {
  private final List<Violation> violations = new ArrayList<>();

  private Checker() {}

  /** Every promise that the history breaks. */
  public static List<Violation> check(List<Operation> history) {
    Checker checker = new Checker();
    Operation.byCode(history).forEach(checker::checkBooking);
    return checker.violations;
  }

  private void checkBooking(String code, List<Operation> operations) {
    List<Operation> appends = operations.stream().filter(Operation::isAppend).toList();
    List<Operation> reads = operations.stream().filter(Operation::isAnsweredRead).toList();
    for (Operation append : appends) {
      if (append.isAcknowledged()) {
        checkKept(append, reads);
      }
      if (append.outcome() == Outcome.TAKEN
          && appends.stream().noneMatch(other -> other.isRivalOf(append))) {
        add(Rule.REFUSED, code, append.eventId(), append.toString());
      }
      if (append.outcome() == Outcome.REUSED) {
        add(Rule.REUSED, code, append.eventId(), append.toString());
      }
    }
    checkOneOwner(code, appends, reads);
    reads.forEach(read -> checkKnown(read, appends));
    checkReadAtTheEnd(code, appends, reads);
    Linearizability.violation(operations)
        .ifPresent(detail -> add(Rule.NOT_LINEARIZABLE, code, "", detail));
  }

  /** Every read that began after an event was acknowledged has it (R2), the last ones too (R4). */
  private void checkKept(Operation append, List<Operation> reads) {
    List<Operation> later =
        reads.stream()
            .filter(read -> read.start() > append.end() && read.covers(append.version()))
            .toList();
    for (int index = 0; index < later.size(); index++) {
      if (!sees(later.get(index), append)) {
        boolean comesBack =
            later.subList(index + 1, later.size()).stream().anyMatch(read -> sees(read, append));
        add(
            comesBack ? Rule.STALE : Rule.LOST,
            append.code(),
            append.eventId(),
            append + " is not in " + later.get(index));
      }
    }
  }

  private static boolean sees(Operation read, Operation append) {
    return read.seen().stream().anyMatch(seen -> isOf(seen, append));
  }

  private static boolean isOf(Seen seen, Operation append) {
    return seen.version() == append.version() && seen.eventId().equals(append.eventId());
  }

  private void checkOneOwner(String code, List<Operation> appends, List<Operation> reads) {
    SetMultimap<Integer, String> owners = HashMultimap.create();
    appends.stream()
        .filter(Operation::isAcknowledged)
        .forEach(append -> owners.put(append.version(), append.eventId()));
    reads.stream()
        .flatMap(read -> read.seen().stream())
        .forEach(seen -> owners.put(seen.version(), seen.eventId()));
    for (int version : owners.keySet()) {
      Set<String> eventIds = owners.get(version);
      if (eventIds.size() > 1) {
        add(Rule.DOUBLED, code, "", "version " + version + " is each of " + eventIds);
      }
    }
  }

  private void checkKnown(Operation read, List<Operation> appends) {
    for (Seen seen : read.seen()) {
      if (appends.stream().noneMatch(append -> append.start() < read.end() && isOf(seen, append))) {
        add(Rule.FOREIGN, read.code(), seen.eventId(), seen + " in " + read);
      }
    }
  }

  /** What was acknowledged is only then known to be kept if somebody could look afterwards. */
  private void checkReadAtTheEnd(String code, List<Operation> appends, List<Operation> reads) {
    long end = appends.stream().mapToLong(Operation::end).max().orElse(Long.MIN_VALUE);
    boolean acknowledged = appends.stream().anyMatch(Operation::isAcknowledged);
    if (acknowledged
        && reads.stream()
            .noneMatch(read -> read.kind() == Kind.READ_EVENTS && read.start() > end)) {
      add(Rule.NOT_READ, code, "", "no read of all events after the last append");
    }
  }

  private void add(Rule rule, String code, String eventId, String detail) {
    violations.add(new Violation(rule, code, eventId, detail));
  }
}
