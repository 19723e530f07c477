package dev.holdfast.ledger;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A sparse index of what one store owes the other: in the pending index the events that the event
 * table lacks, in the event table the events whose claim the pending index lacks. An item is in it
 * only while the debt stands. Reads of it are eventually consistent.
 */
public interface DebtIndex {

  /** The debts of one shard that stand since before {@code before}, the oldest first. */
  DueAnswer due(Shard shard, Instant before, int limit);

  /** How much is owed in one shard. */
  TallyAnswer tally(Shard shard);

  /** What {@link #due} answers. */
  sealed interface DueAnswer permits DueAnswer.Due, Unavailable {
    /** At most as many as asked for; none that is in conflict. */
    record Due(List<AcceptedEvent> events) implements DueAnswer {}
  }

  /** What {@link #tally} answers. */
  sealed interface TallyAnswer permits TallyAnswer.Tally, Unavailable {
    /**
     * A count.
     *
     * @param waiting how many debts stand that can be drained
     * @param conflicts how many stand that only an operator can settle
     * @param oldest since when the oldest that waits stands
     * @param complete whether all were counted; counting is bounded, and an outage is not
     */
    record Tally(long waiting, long conflicts, Optional<Instant> oldest, boolean complete)
        implements TallyAnswer {

      /** What is owed in the shards of both. */
      Tally plus(Tally other) {
        return new Tally(
            waiting + other.waiting,
            conflicts + other.conflicts,
            Stream.of(oldest, other.oldest).flatMap(Optional::stream).min(Instant::compareTo),
            complete && other.complete);
      }
    }
  }
}
