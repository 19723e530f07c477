package dev.holdfast.ledger;

import java.util.List;

/**
 * What other departments hear of. An event goes there by itself when it is recorded, by way of the
 * event table's own stream; this is the way to put it there again.
 *
 * <p>At least once, in no order. Implementations are safe for use by several threads and never
 * answer {@code null}.
 */
public interface ChangeFeed {

  /** The most events that one call takes. */
  int MOST_AT_ONCE = 10;

  /**
   * Puts recorded events on the feed again, marked as such. Where the answer is {@link
   * Unavailable}, some of them may be there.
   *
   * @param events 1 to {@value #MOST_AT_ONCE}
   */
  PublishAnswer republish(List<AcceptedEvent> events);

  /** What {@link #republish} answers. */
  sealed interface PublishAnswer permits PublishAnswer.Published, Unavailable {
    /** All of them are on their way, and none will be lost. */
    record Published() implements PublishAnswer {}
  }
}
