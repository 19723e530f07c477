package dev.holdfast.ledger;

import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.BacklogIndex.PageAnswer;
import dev.holdfast.ledger.BacklogIndex.Position;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What waits in the pending index, page by page, for operators. Thread-safe.
 *
 * <p>A page is a look at a moving thing: what is drained between two pages is on neither.
 */
public final class Backlog {

  private final BacklogIndex index;

  public Backlog(BacklogIndex index) {
    this.index = index;
  }

  /**
   * Which entries to list.
   *
   * @param before only what has been pending since before this moment; empty: all, also what was
   *     parked by a clock that is ahead of ours
   * @param shard only this one; empty: all, one after the other
   * @param after where the last page ended; empty: from the beginning
   * @param limit how many at most, 1 or more
   */
  public record Query(
      Kind kind,
      Optional<Instant> before,
      Optional<Shard> shard,
      Optional<Place> after,
      int limit) {}

  /**
   * Where a page ended.
   *
   * @param position after which the next page begins in this shard; empty: at its beginning
   */
  public record Place(Shard shard, Optional<Position> position) {}

  /** What {@link #list} answers. */
  public sealed interface ListAnswer permits ListAnswer.Listed, Unavailable {
    /**
     * A page, the oldest of a shard first.
     *
     * @param next where the next page begins; empty after the last one. A page may be short, even
     *     empty, and not the last.
     */
    record Listed(List<Head> entries, Optional<Place> next) implements ListAnswer {}
  }

  /** A page of what waits. */
  public ListAnswer list(Query query) {
    List<Head> entries = new ArrayList<>();
    Optional<Place> place =
        Optional.of(
            query
                .after()
                .orElseGet(() -> new Place(query.shard().orElse(Shard.first()), Optional.empty())));
    while (place.isPresent() && entries.size() < query.limit()) {
      Place here = place.get();
      PageAnswer answer =
          index.page(
              here.shard(),
              query.kind(),
              query.before(),
              here.position(),
              query.limit() - entries.size());
      if (!(answer instanceof PageAnswer.Page page)) {
        return (Unavailable) answer;
      }
      entries.addAll(page.entries());
      if (page.next().isPresent()) {
        place = Optional.of(new Place(here.shard(), page.next()));
        // Full, or much was read and little found: the caller decides whether to go on.
        break;
      } else {
        place =
            query.shard().isPresent()
                ? Optional.empty()
                : here.shard().next().map(shard -> new Place(shard, Optional.empty()));
      }
    }
    return new ListAnswer.Listed(List.copyOf(entries), place);
  }
}
