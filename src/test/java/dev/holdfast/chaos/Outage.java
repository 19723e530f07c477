package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;

import dev.holdfast.chaos.Timeline.Stretch;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * What clients were told while no call of the event table was answered: R1, and what R2 says of
 * current prices. Only calls that began and ended in such a time count.
 *
 * @param newBookings first events
 * @param priceChanges events upon one that was acknowledged before, where no rival has their place
 * @param currentPrices reads of the last event of a booking that was acknowledged before
 * @param secondFaults calls that met a second fault that nobody ordered; they are not among the
 *     others
 */
record Outage(
    List<Operation> newBookings,
    List<Operation> priceChanges,
    List<Operation> currentPrices,
    List<Operation> secondFaults) {

  /**
   * Picks them from a history.
   *
   * @param withoutPendingIndex the calls in which the pending index did not answer
   */
  static Outage of(List<Operation> history, Timeline timeline, Set<Operation> withoutPendingIndex) {
    return of(history, timeline, withoutPendingIndex, anybody -> true);
  }

  /**
   * The same, of some calls.
   *
   * @param counts whether a call is one of them
   */
  static Outage of(
      List<Operation> history,
      Timeline timeline,
      Set<Operation> withoutPendingIndex,
      Predicate<Operation> counts) {
    List<Stretch> down =
        timeline.stretches().stream().filter(stretch -> stretch.isDown(EVENT_TABLE)).toList();
    return of(
        history,
        operation ->
            counts.test(operation)
                && down.stream()
                    .anyMatch(
                        stretch -> stretch.contains(operation) && operation.end() < stretch.end()),
        withoutPendingIndex);
  }

  /**
   * The same, of the calls that were made in an outage.
   *
   * @param wasMade whether a call was
   */
  static Outage of(
      List<Operation> history, Predicate<Operation> wasMade, Set<Operation> withoutPendingIndex) {
    List<Operation> met = history.stream().filter(wasMade).toList();
    List<Operation> alone =
        met.stream().filter(operation -> !withoutPendingIndex.contains(operation)).toList();
    Map<String, List<Operation>> acknowledged =
        history.stream()
            .filter(operation -> operation.isAppend() && operation.isAcknowledged())
            .collect(Collectors.groupingBy(Operation::code));
    return new Outage(
        alone.stream()
            .filter(operation -> operation.isAppend() && operation.version() == 1)
            .toList(),
        alone.stream()
            .filter(Operation::isAppend)
            .filter(
                change -> comesNext(change, acknowledged.getOrDefault(change.code(), List.of())))
            .toList(),
        alone.stream()
            .filter(operation -> operation.kind() == Kind.READ_BOOKING)
            .filter(
                read ->
                    acknowledged.getOrDefault(read.code(), List.of()).stream()
                        .anyMatch(append -> append.end() < read.start()))
            .toList(),
        met.stream().filter(withoutPendingIndex::contains).toList());
  }

  private static boolean comesNext(Operation change, List<Operation> acknowledged) {
    return acknowledged.stream()
            .anyMatch(
                before -> before.version() == change.version() - 1 && before.end() < change.start())
        && acknowledged.stream()
            .filter(other -> other.version() == change.version())
            .allMatch(
                other -> other.eventId().equals(change.eventId()) && other.end() >= change.start());
  }

  /** How many of some calls got what is promised, of those that were answered. */
  record Share(long kept, long all) {

    static Share of(List<Operation> calls) {
      return new Share(
          calls.stream().filter(Share::isKept).count(),
          calls.stream()
              .filter(call -> isKept(call) || call.outcome() == Outcome.UNAVAILABLE)
              .count());
    }

    private static boolean isKept(Operation call) {
      return call.isAcknowledged() || call.isAnsweredRead();
    }

    boolean isWhole() {
      return all > 0 && kept == all;
    }

    /** Such as "100.00 % (12 of 12)". */
    @Override
    public String toString() {
      return all == 0
          ? "none"
          : String.format(Locale.ROOT, "%.2f %% (%,d of %,d)", 100.0 * kept / all, kept, all);
    }
  }
}
