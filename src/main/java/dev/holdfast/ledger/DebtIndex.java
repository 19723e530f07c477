package dev.holdfast.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sparse index of what one store owes the other: in the pending index the bookings of which the
 * event table lacks events, in the event table the events that the pending index does not know of.
 * An item is in it only while the debt stands. Reads of it are eventually consistent.
 *
 * <p>An item that cannot be read is owed and counted like any other, but is in no list: it stops
 * neither those before nor those behind it.
 */
public interface DebtIndex {

  /**
   * A page of the debts of one shard, the oldest first.
   *
   * @param after where the last page ended; empty: from the beginning
   * @param limit how many at most, 1 or more
   */
  DebtsAnswer debts(Shard shard, Optional<Position> after, int limit);

  /**
   * How much is owed in one shard, counted without reading the events.
   *
   * @param after only what is behind the page that ended there; empty: all
   */
  TallyAnswer tally(Shard shard, Optional<Position> after);

  /** Where a page ended. Only the index that made it can read it. */
  interface Position {}

  /**
   * A debt that a drain can pay.
   *
   * @param event the event that is owed, the first where more are; or which the head does not know
   * @param since when it arose, by the clock of whoever made it
   * @param state what tells the debt as it is now from every other debt of its booking code, and
   *     from this one once anything was done about it: at most 30 letters, digits and hyphens
   */
  record Debt(AcceptedEvent event, Instant since, String state) {}

  /** What {@link #debts} answers. */
  sealed interface DebtsAnswer permits DebtsAnswer.Page, Unavailable {
    /**
     * A page; how much is read for one is bounded, so it may be short and not the last.
     *
     * @param debts at most as many as asked for
     * @param owed how much was met on this page; complete where it is the last one
     * @param next after what the next page begins, if there may be one
     */
    record Page(List<Debt> debts, Tally owed, Optional<Position> next) implements DebtsAnswer {}
  }

  /** What {@link #tally} answers. */
  sealed interface TallyAnswer permits Tally, Unavailable {}

  /**
   * A count.
   *
   * @param waiting how many stand
   * @param oldest since when the oldest of them stands
   * @param complete whether all were counted; counting is bounded, and an outage is not
   */
  record Tally(long waiting, Optional<Instant> oldest, boolean complete) implements TallyAnswer {

    /** Nothing, of which it is known that it is all. */
    static final Tally NOTHING = new Tally(0, Optional.empty(), true);

    /** Nothing so far. */
    static final Tally UNKNOWN = new Tally(0, Optional.empty(), false);

    /** What is owed in the shards of both. */
    Tally plus(Tally other) {
      return sum(other, complete && other.complete);
    }

    /** What is owed in a shard of which this is the first part and {@code rest} the next. */
    Tally then(Tally rest) {
      return sum(rest, rest.complete);
    }

    private Tally sum(Tally other, boolean isComplete) {
      return new Tally(
          waiting + other.waiting,
          Stream.of(oldest, other.oldest).flatMap(Optional::stream).min(Instant::compareTo),
          isComplete);
    }
  }
}
