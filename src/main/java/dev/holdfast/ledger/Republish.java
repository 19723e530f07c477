package dev.holdfast.ledger;

import dev.holdfast.ledger.ChangeFeed.PublishAnswer;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.EventTableScan.Selection;
import dev.holdfast.ledger.SegmentWalk.Answer;
import dev.holdfast.ledger.SegmentWalk.Pace;
import dev.holdfast.ledger.SegmentWalk.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Puts what is recorded on the change feed again, for whoever came late. Safe while traffic runs,
 * and as often as one likes: a consumer ignores what it has. An event that is recorded while this
 * runs may or may not be among them; it goes on the feed by itself. Thread-safe.
 */
public final class Republish {

  private final SegmentWalk walk;
  private final ChangeFeed feed;

  /**
   * @param clock the wall clock
   * @param ticker for how long a run takes
   */
  public Republish(EventTableScan scan, ChangeFeed feed, Clock clock, Ticker ticker) {
    this.walk = new SegmentWalk(scan, clock, ticker);
    this.feed = feed;
  }

  /** What becomes of an event. */
  public enum Finding {
    REPUBLISHED
  }

  /**
   * Goes through a segment, or a part of it.
   *
   * @param span which events
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, no further event is put on the feed
   */
  public Progress<Finding> run(
      Selection.RecordedWithin span,
      Segment segment,
      Optional<Position> after,
      Duration longest,
      Pace pace) {
    return walk.run(span, ChangeFeed.MOST_AT_ONCE, this::republish, segment, after, longest, pace);
  }

  private Answer<Finding> republish(List<AcceptedEvent> events) {
    PublishAnswer answer = feed.republish(events);
    return answer instanceof Unavailable unavailable
        ? new Answer.Stopped<>(unavailable)
        : new Answer.Done<>(Finding.REPUBLISHED);
  }
}
