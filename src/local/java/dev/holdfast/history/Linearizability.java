package dev.holdfast.history;

import dev.holdfast.history.Operation.Seen;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whether one booking's operations can be explained by a list to which events are appended one
 * after the other, each operation taking effect at one moment between its start and its end.
 *
 * <p>The search is that of Wing and Gong ("Testing and verifying concurrent objects", 1993), which
 * never visits a configuration twice (Lowe, "Testing for linearizability", 2017), as in Knossos and
 * Porcupine. An append that was not answered may take effect at any time after its start, or never.
 * An operation that changes nothing and fits is put in its place at once: whatever else is
 * possible, is possible after it too.
 *
 * @param operations in the order in which they began
 * @param finalEvents what the booking holds when all is over, if that is known
 */
record Linearizability(List<Operation> operations, Optional<List<String>> finalEvents) {

  /**
   * What was read as the whole booking after everything else was answered. An event that is not in
   * it never had a place, since events only ever come to a list; to know that spares the search.
   */
  private static Optional<List<String>> finalEvents(List<Operation> operations) {
    return operations.stream()
        .filter(operation -> operation.kind() == Operation.Kind.READ_EVENTS)
        .max(Comparator.comparingLong(Operation::start))
        .filter(
            last ->
                operations.stream()
                    .filter(other -> !other.equals(last) && !other.isUnknown())
                    .allMatch(other -> other.end() < last.start()))
        .map(last -> last.seen().stream().map(Seen::eventId).toList());
  }

  /** Why the operations of one booking cannot be explained; empty where they can. */
  static Optional<String> violation(List<Operation> ofOneCode) {
    List<Operation> relevant = new ArrayList<>();
    Set<String> unknown = new HashSet<>();
    for (Operation operation :
        ofOneCode.stream().sorted(Comparator.comparingLong(Operation::start)).toList()) {
      // A read without an answer says nothing. Of the calls of one event that were not answered
      // the first can do whatever a later one could.
      if (operation.isUnknown()
          ? operation.isAppend() && unknown.add(operation.eventId())
          : operation.outcome() != Operation.Outcome.REUSED) {
        relevant.add(operation);
      }
    }
    return new Linearizability(relevant, finalEvents(relevant)).search();
  }

  /**
   * @param done the operations that have their place
   * @param events what the booking holds after them
   */
  private record Configuration(BitSet done, List<String> events) {}

  private Optional<String> search() {
    Set<Configuration> visited = new HashSet<>();
    Deque<Configuration> open = new ArrayDeque<>();
    open.push(new Configuration(new BitSet(), List.of()));
    Configuration furthest = open.peek();
    while (!open.isEmpty()) {
      Configuration here = placeWhatChangesNothing(open.pop());
      if (!visited.add(here)) {
        continue;
      }
      if (here.done().cardinality() > furthest.done().cardinality()) {
        furthest = here;
      }
      if (firstEnd(here.done()) == Long.MAX_VALUE) {
        return Optional.empty();
      }
      for (int index : candidates(here.done())) {
        Operation operation = operations.get(index);
        if (mayFollow(here.events(), operation)) {
          List<String> longer = new ArrayList<>(here.events());
          longer.add(operation.eventId());
          BitSet more = (BitSet) here.done().clone();
          more.set(index);
          open.push(new Configuration(more, List.copyOf(longer)));
        }
      }
    }
    return Optional.of(explain(furthest));
  }

  private Configuration placeWhatChangesNothing(Configuration from) {
    BitSet done = (BitSet) from.done().clone();
    boolean moved = true;
    while (moved) {
      moved = false;
      for (int index : candidates(done)) {
        Operation operation = operations.get(index);
        if (!operation.isUnknown() && fits(operation, from.events())) {
          done.set(index);
          moved = true;
        }
      }
    }
    return new Configuration(done, from.events());
  }

  /** Whether the answer is right where the booking holds just these events, and goes on to. */
  private boolean fits(Operation operation, List<String> events) {
    int version = operation.version();
    boolean stands = at(version, events).contains(operation.eventId());
    return switch (operation.outcome()) {
      case RECORDED, PENDING -> stands;
      // The winner may still be under way: the loser is told when the version is claimed.
      case TAKEN -> !stands;
      case CONFLICT -> !stands && (version != events.size() + 1 || mayBeClaimed(operation));
      case FOUND, NOT_FOUND ->
          expected(operation, events).equals(operation.seen().stream().map(Seen::eventId).toList())
              && operation.seen().stream()
                  .allMatch(seen -> at(seen.version(), events).contains(seen.eventId()));
      case REUSED, UNAVAILABLE, LOST_CONNECTION -> false;
    };
  }

  /** Whether there is a rival that may have won. */
  private boolean mayBeClaimed(Operation loser) {
    return operations.stream().anyMatch(other -> other.isRivalOf(loser) && !other.isRefused());
  }

  private static List<String> expected(Operation read, List<String> events) {
    return switch (read.kind()) {
      case READ_EVENTS -> events;
      case READ_BOOKING -> at(events.size(), events);
      case READ_EVENT -> at(read.version(), events);
      case APPEND -> throw new IllegalArgumentException("An append sees nothing");
    };
  }

  /** The event of a version, or none. */
  private static List<String> at(int version, List<String> events) {
    return version >= 1 && version <= events.size() ? List.of(events.get(version - 1)) : List.of();
  }

  private boolean mayFollow(List<String> events, Operation operation) {
    int place = events.size();
    return operation.isAppend()
        && !operation.isRefused()
        && operation.version() == place + 1
        && finalEvents
            .filter(all -> place >= all.size() || !all.get(place).equals(operation.eventId()))
            .isEmpty();
  }

  /** Those that may come next: no other one that has no place yet had ended when they began. */
  private List<Integer> candidates(BitSet done) {
    long firstEnd = firstEnd(done);
    List<Integer> candidates = new ArrayList<>();
    for (int index = done.nextClearBit(0);
        index < operations.size() && operations.get(index).start() <= firstEnd;
        index = done.nextClearBit(index + 1)) {
      candidates.add(index);
    }
    return candidates;
  }

  /** When the first of those that need a place and have none yet ended. */
  private long firstEnd(BitSet done) {
    long first = Long.MAX_VALUE;
    for (int index = done.nextClearBit(0);
        index < operations.size();
        index = done.nextClearBit(index + 1)) {
      if (!operations.get(index).isUnknown()) {
        first = Math.min(first, operations.get(index).end());
      }
    }
    return first;
  }

  private String explain(Configuration furthest) {
    long firstEnd = firstEnd(furthest.done());
    String stuck =
        operations.stream()
            .filter(operation -> !operation.isUnknown() && operation.end() == firstEnd)
            .map(Operation::toString)
            .findFirst()
            .orElseThrow();
    return "after %d of %d operations the booking holds %s, which does not go with %s"
        .formatted(furthest.done().cardinality(), operations.size(), furthest.events(), stuck);
  }
}
