package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multiset;
import dev.holdfast.local.Json;
import java.util.List;
import java.util.Locale;

/**
 * How the promises are kept.
 *
 * @param violations what was broken, a plain sentence each
 * @param isSuspended whether a booking that is written to now is not judged, because the event
 *     table and the pending index are in trouble at once
 */
record Score(Multiset<Count> counts, List<String> violations, boolean isSuspended) {
  static final Score EMPTY = new Score(ImmutableMultiset.of(), List.of(), false);

  Score {
    counts = ImmutableMultiset.copyOf(counts);
    violations = List.copyOf(violations);
  }

  /** What is counted, and for which promise. */
  enum Count {
    /** Prices that the ledger was to take: all of the four below. */
    ATTEMPTED("r1"),
    /** Prices that the ledger took: new bookings, and changes. */
    ACCEPTED("r1"),
    /** Prices that it did not take although at most one dependency had failed. */
    BLOCKED("r1"),
    /** The same, while more had failed. */
    BEYOND("r1"),
    /** Prices whose call was cut off a moment ago: their clients repeat it. */
    UNDECIDED(""),
    /** Reads that were answered. */
    READS("r2"),
    /** Reads that left out an acknowledged event, or had another in its place. */
    STALE("r2"),
    /** Reads of a current price that were not answered although at most one dependency failed. */
    WITHHELD("r2"),
    /** Other reads that were not answered. */
    UNANSWERED("r2"),
    /** Codes that have an owner. */
    BOOKINGS("r3"),
    /** Rivals that were told that a code or a version is taken. */
    REFUSED("r3"),
    /** Codes that have two owners, or refused somebody without having one. */
    DOUBLED("r3"),
    /** Acknowledged events. */
    ACKNOWLEDGED("r4"),
    /** Acknowledged events that a later read did not find. */
    LOST("r4"),
    /** Bookings whose answers no order of the calls explains. */
    UNEXPLAINED(""),
    /** Bookings that are not judged any more, or never were. */
    UNJUDGED("");

    private final String promise;

    Count(String promise) {
      this.promise = promise;
    }
  }

  int of(Count count) {
    return counts.count(count);
  }

  /** Whether every promise was kept so far. */
  boolean isKept() {
    return of(Count.BLOCKED) + of(Count.WITHHELD) == 0 && violations.isEmpty();
  }

  ObjectNode toJson() {
    ObjectNode json = Json.object();
    for (Count count : Count.values()) {
      if (!count.promise.isEmpty()) {
        json.withObjectProperty(count.promise)
            .put(count.name().toLowerCase(Locale.ROOT), of(count));
      }
    }
    json.put("linearizable", of(Count.UNEXPLAINED) == 0);
    json.putObject("unjudged").put("bookings", of(Count.UNJUDGED)).put("now", isSuspended);
    violations.forEach(json.putArray("violations")::add);
    return json;
  }
}
