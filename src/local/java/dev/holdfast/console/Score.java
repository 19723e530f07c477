package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/**
 * How the promises are kept.
 *
 * @param violations what was broken, a plain sentence each
 * @param isSuspended whether a booking that is written to now is not judged, because the event
 *     table and the pending index are in trouble at once
 */
record Score(Counts counts, List<String> violations, boolean isSuspended) {
  static final Score EMPTY = new Score(Counts.NONE, List.of(), false);

  Score {
    violations = List.copyOf(violations);
  }

  /**
   * What was counted.
   *
   * @param accepted prices that the ledger took: new bookings, and changes
   * @param blocked prices that it did not take although at most one dependency had failed
   * @param beyond the same, while more had failed
   * @param undecided prices whose call was cut off a moment ago: their clients repeat it
   * @param reads that were answered
   * @param stale reads that left out an acknowledged event, or had another in its place
   * @param withheld reads of a current price that were not answered although at most one dependency
   *     had failed
   * @param unanswered other reads that were not answered
   * @param bookings codes that have an owner
   * @param refused rivals that were told that a code or a version is taken
   * @param doubled codes that have two owners, or refused somebody without having one
   * @param acknowledged events
   * @param lost acknowledged events that a later read did not find
   * @param unexplained bookings whose answers no order of the calls explains
   * @param unjudged bookings that are not judged any more, or never were
   */
  record Counts(
      int accepted,
      int blocked,
      int beyond,
      int undecided,
      int reads,
      int stale,
      int withheld,
      int unanswered,
      int bookings,
      int refused,
      int doubled,
      int acknowledged,
      int lost,
      int unexplained,
      int unjudged) {
    static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    Counts plus(Counts more) {
      return new Counts(
          accepted + more.accepted,
          blocked + more.blocked,
          beyond + more.beyond,
          undecided + more.undecided,
          reads + more.reads,
          stale + more.stale,
          withheld + more.withheld,
          unanswered + more.unanswered,
          bookings + more.bookings,
          refused + more.refused,
          doubled + more.doubled,
          acknowledged + more.acknowledged,
          lost + more.lost,
          unexplained + more.unexplained,
          unjudged + more.unjudged);
    }
  }

  /** Whether every promise was kept so far. */
  boolean isKept() {
    return counts.blocked() + counts.withheld() == 0 && violations.isEmpty();
  }

  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.putObject("r1")
        .put(
            "attempted",
            counts.accepted() + counts.blocked() + counts.beyond() + counts.undecided())
        .put("accepted", counts.accepted())
        .put("blocked", counts.blocked())
        .put("beyond", counts.beyond());
    json.putObject("r2")
        .put("reads", counts.reads())
        .put("stale", counts.stale())
        .put("withheld", counts.withheld())
        .put("unanswered", counts.unanswered());
    json.putObject("r3")
        .put("bookings", counts.bookings())
        .put("refused", counts.refused())
        .put("doubled", counts.doubled());
    json.putObject("r4").put("acknowledged", counts.acknowledged()).put("lost", counts.lost());
    json.put("linearizable", counts.unexplained() == 0);
    json.putObject("unjudged").put("bookings", counts.unjudged()).put("now", isSuspended);
    ArrayNode sentences = json.putArray("violations");
    violations.forEach(sentences::add);
    return json;
  }
}
