package dev.holdfast.console;

import com.google.common.collect.EnumMultiset;
import com.google.common.collect.HashMultimap;
import com.google.common.collect.Multiset;
import com.google.common.collect.SetMultimap;
import dev.holdfast.console.Score.Count;
import dev.holdfast.history.Checker;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Kind;
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

  private static final long NEVER = Long.MAX_VALUE;
  private static final Set<Rule> OF_READS = EnumSet.of(Rule.STALE, Rule.LOST, Rule.FOREIGN);
  private static final Set<Rule> OF_OWNERS = EnumSet.of(Rule.DOUBLED, Rule.REFUSED, Rule.REUSED);

  private final List<Operation> operations = new ArrayList<>();
  private final Map<Place, Offer> offers = new HashMap<>();

  /** What was sent under each event id. */
  private final SetMultimap<String, Integer> contents = HashMultimap.create();

  private int reads;
  private int unanswered;
  private int withheld;
  private boolean exempt;
  private List<Violation> violations = List.of();

  /** Where an event wants to be. */
  private record Place(int version, String eventId) {
    static Place of(Operation append) {
      return new Place(append.version(), append.eventId());
    }
  }

  /**
   * What became of an event that comes next.
   *
   * @param acceptedAt when it was acknowledged for the first time; never is the end of time
   * @param isCutOff whether the last call ended without an answer of the ledger
   * @param isBeyond whether more than one dependency was in trouble in the last call
   */
  private record Offer(
      long acceptedAt, boolean isTaken, boolean isCutOff, boolean isBeyond, long end) {

    static Offer of(Operation append, boolean isBeyond) {
      return new Offer(
          append.isAcknowledged() ? append.end() : NEVER,
          append.isRefused(),
          append.outcome() == Outcome.LOST_CONNECTION,
          isBeyond,
          append.end());
    }

    Offer then(Offer next) {
      return new Offer(
          Math.min(acceptedAt, next.acceptedAt),
          isTaken || next.isTaken,
          next.isCutOff,
          next.isBeyond,
          next.end);
    }

    boolean isAccepted() {
      return acceptedAt < NEVER;
    }

    boolean isOpen() {
      return !isAccepted() && !isTaken;
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
        contents.put(operation.eventId(), observation.content());
        if (comesNext(operation)) {
          offers.merge(Place.of(operation), Offer.of(operation, isBeyond), Offer::then);
        }
      } else if (isWithheld(operation) && !isBeyond) {
        withheld++;
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

  /**
   * Whether R1 promises that an event is accepted: one that makes the booking; or a change of the
   * price, upon an event that was acknowledged, of a booking whose course is known.
   */
  private boolean comesNext(Operation append) {
    return append.version() == 1
        || append.isAcknowledged()
        || offers.containsKey(Place.of(append))
        || (!exempt && isAcknowledged(append.version() - 1, append.start()));
  }

  private boolean isAcknowledged(int version, long before) {
    return offers.entrySet().stream()
        .anyMatch(of -> of.getKey().version() == version && of.getValue().acceptedAt() < before);
  }

  /** No price is blocked by one that has its place; it may learn of that later. */
  private boolean isGone(Place place) {
    return place.version() > 1
        && !offers.get(place).isAccepted()
        && isAcknowledged(place.version(), NEVER);
  }

  /** R2 promises the current price of a booking that was acknowledged. */
  private boolean isWithheld(Operation read) {
    return read.kind() == Kind.READ_BOOKING
        && read.outcome() == Outcome.UNAVAILABLE
        && !exempt
        && offers.values().stream().anyMatch(offer -> offer.acceptedAt() < read.start());
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
                || operation.isRefused()
                || !known.add(operation.isAcknowledged() + " " + Place.of(operation)));
  }

  List<Violation> violations() {
    return violations;
  }

  Multiset<Count> counts(long now) {
    int accepted = offers(Offer::isAccepted);
    int blocked = offers(offer -> offer.isBlocked(now));
    int beyond = offers(offer -> offer.isOpen() && offer.isBeyond());
    int undecided = offers(offer -> offer.isUndecided(now));
    long refused =
        offers.entrySet().stream()
            .filter(of -> of.getKey().version() == 1 || isGone(of.getKey()))
            .filter(of -> of.getValue().isTaken() && !of.getValue().isAccepted())
            .count();
    Multiset<Count> counts = EnumMultiset.create(Count.class);
    counts.setCount(Count.ATTEMPTED, accepted + blocked + beyond + undecided);
    counts.setCount(Count.ACCEPTED, accepted);
    counts.setCount(Count.BLOCKED, blocked);
    counts.setCount(Count.BEYOND, beyond);
    counts.setCount(Count.UNDECIDED, undecided);
    counts.setCount(Count.READS, reads);
    counts.setCount(Count.STALE, violationsOf(OF_READS).size());
    counts.setCount(Count.WITHHELD, withheld);
    counts.setCount(Count.UNANSWERED, unanswered - withheld);
    counts.setCount(Count.BOOKINGS, isAcknowledged(1, NEVER) ? 1 : 0);
    counts.setCount(Count.REFUSED, (int) refused);
    counts.setCount(Count.DOUBLED, violationsOf(OF_OWNERS).isEmpty() ? 0 : 1);
    counts.setCount(Count.ACKNOWLEDGED, accepted);
    counts.setCount(
        Count.LOST,
        (int) violationsOf(Set.of(Rule.LOST)).stream().map(Violation::eventId).distinct().count());
    counts.setCount(
        Count.UNEXPLAINED, violationsOf(Set.of(Rule.NOT_LINEARIZABLE)).isEmpty() ? 0 : 1);
    counts.setCount(Count.UNJUDGED, exempt ? 1 : 0);
    return counts;
  }

  private List<Violation> violationsOf(Set<Rule> rules) {
    return violations.stream().filter(of -> rules.contains(of.rule())).toList();
  }

  private int offers(Predicate<Offer> which) {
    return (int)
        offers.entrySet().stream()
            .filter(of -> which.test(of.getValue()) && !isGone(of.getKey()))
            .count();
  }
}
