package dev.holdfast.aws;

/**
 * What is measured by stack alone; docs/metrics.md says what each means. Where something is unknown
 * it is not measured, so that nobody takes a 0 for good news.
 */
public enum Metric {
  /** The time of a call that the event table answered; so on for the others. */
  EVENT_TABLE_ANSWERED("EventTableAnswered", Unit.MILLISECONDS),
  /** The time after which a call to the event table was given up; so on for the others. */
  EVENT_TABLE_UNAVAILABLE("EventTableUnavailable", Unit.MILLISECONDS),
  PENDING_INDEX_ANSWERED("PendingIndexAnswered", Unit.MILLISECONDS),
  PENDING_INDEX_UNAVAILABLE("PendingIndexUnavailable", Unit.MILLISECONDS),
  FALLBACK_QUEUE_ANSWERED("FallbackQueueAnswered", Unit.MILLISECONDS),
  FALLBACK_QUEUE_UNAVAILABLE("FallbackQueueUnavailable", Unit.MILLISECONDS),
  DEAD_LETTER_QUEUE_ANSWERED("DeadLetterQueueAnswered", Unit.MILLISECONDS),
  DEAD_LETTER_QUEUE_UNAVAILABLE("DeadLetterQueueUnavailable", Unit.MILLISECONDS),
  REPUBLISH_QUEUE_ANSWERED("RepublishQueueAnswered", Unit.MILLISECONDS),
  REPUBLISH_QUEUE_UNAVAILABLE("RepublishQueueUnavailable", Unit.MILLISECONDS),

  /** 1 while a process takes the event table for failing, else 0. */
  CIRCUIT_BREAKER_OPEN("CircuitBreakerOpen", Unit.COUNT),

  /** 1 for each sweep that came to its end. */
  SWEEPS("Sweeps", Unit.COUNT),
  /** The bookings with events that wait for the event table. */
  PENDING("Pending", Unit.COUNT),
  /** How long the first of them waits; 0 where none does. */
  OLDEST_PENDING_AGE("OldestPendingAge", Unit.SECONDS),
  /** The recorded events that the pending index does not know of. */
  UNCLAIMED("Unclaimed", Unit.COUNT),
  /** How long it does not know of the oldest of them; 0 where there is none. */
  OLDEST_UNCLAIMED_AGE("OldestUnclaimedAge", Unit.SECONDS),
  /** The bookings that keep events for an operator. */
  CONFLICTS("Conflicts", Unit.COUNT),
  /** The debts that a sweep put back on the fallback queue. */
  REQUEUED("Requeued", Unit.COUNT),
  /** What is owed and the sweep did not put back. */
  SWEEP_BACKLOG("SweepBacklog", Unit.COUNT),
  /** The shards of the sparse indexes of which a sweep saw nothing. */
  UNSWEPT_SHARDS("UnsweptShards", Unit.COUNT),
  /**
   * The items that were left out of a sweep, a listing, a backfill, a republish or an audit, since
   * nobody can read them.
   */
  UNREADABLE_ITEMS("UnreadableItems", Unit.COUNT),

  /** The messages that went from the dead-letter queue back to the fallback queue. */
  REDRIVEN("Redriven", Unit.COUNT),
  /** The heads that a backfill made or corrected; those that it found right do not count. */
  CLAIMS_BACKFILLED("ClaimsBackfilled", Unit.COUNT),
  /** The events that were put on the change feed again. */
  REPUBLISHED("Republished", Unit.COUNT),
  /** The events and heads that an audit has read. */
  AUDITED("Audited", Unit.COUNT);

  private final String publishedName;
  private final Unit unit;

  Metric(String publishedName, Unit unit) {
    this.publishedName = publishedName;
    this.unit = unit;
  }

  String publishedName() {
    return publishedName;
  }

  Unit unit() {
    return unit;
  }

  /** What is counted by stack and outcome; docs/metrics.md names every outcome. */
  public enum ByOutcome {
    /** Requests to append. */
    APPENDS("Appends"),
    /** Requests to read. */
    READS("Reads"),
    /** Messages of the fallback queue. */
    DRAINED("Drained"),
    /** Requests to resolve a conflict. */
    RESOLVED("Resolved"),
    /** What an audit has found, by kind. */
    VIOLATIONS("Violations");

    private final String publishedName;

    ByOutcome(String publishedName) {
      this.publishedName = publishedName;
    }

    String publishedName() {
      return publishedName;
    }
  }

  /** A unit of CloudWatch (AWS, "MetricDatum"). */
  enum Unit {
    COUNT("Count"),
    MILLISECONDS("Milliseconds"),
    SECONDS("Seconds");

    private final String publishedName;

    Unit(String publishedName) {
      this.publishedName = publishedName;
    }

    String publishedName() {
      return publishedName;
    }
  }
}
