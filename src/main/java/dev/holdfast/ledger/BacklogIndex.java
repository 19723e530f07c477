package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The sparse indexes of the pending index, as operators read them. Eventually consistent, and a
 * page is a look at a moving thing: what is drained between two pages is on neither.
 *
 * <p>Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface BacklogIndex {

  /**
   * What is pending in one shard, the oldest first; an item that cannot be read is left out.
   *
   * @param before only what has been pending since before this moment; empty: all, also what was
   *     parked by a clock that is ahead of ours
   * @param after where the last page ended; empty: from the beginning
   * @param limit how many at most, 1 or more
   */
  PageAnswer page(
      Shard shard, Kind kind, Optional<Instant> before, Optional<Position> after, int limit);

  /** What to list. */
  enum Kind {
    /** Events that the event table lacks and drain will put there. */
    WAITING,
    /** Events whose place in the event table is taken: only an operator can settle them. */
    IN_CONFLICT
  }

  /** An entry's place in the order of its shard. */
  record Position(Instant since, BookingCode bookingCode) {}

  /** What {@link #page} answers. */
  sealed interface PageAnswer permits PageAnswer.Page, Unavailable {
    /**
     * A page.
     *
     * @param next after what the next page begins, if there may be one; how much is read for one
     *     page is bounded, so it may be short and not the last
     */
    record Page(List<Head> entries, Optional<Position> next) implements PageAnswer {}
  }
}
