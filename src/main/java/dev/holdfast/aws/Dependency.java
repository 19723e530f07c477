package dev.holdfast.aws;

/** What the ledger calls, as logs and metrics name it. */
enum Dependency {
  EVENT_TABLE("event-table", Metric.EVENT_TABLE_ANSWERED, Metric.EVENT_TABLE_UNAVAILABLE),
  PENDING_INDEX("pending-index", Metric.PENDING_INDEX_ANSWERED, Metric.PENDING_INDEX_UNAVAILABLE),
  FALLBACK_QUEUE(
      "fallback-queue", Metric.FALLBACK_QUEUE_ANSWERED, Metric.FALLBACK_QUEUE_UNAVAILABLE),
  DEAD_LETTER_QUEUE(
      "dead-letter-queue", Metric.DEAD_LETTER_QUEUE_ANSWERED, Metric.DEAD_LETTER_QUEUE_UNAVAILABLE),
  REPUBLISH_QUEUE(
      "republish-queue", Metric.REPUBLISH_QUEUE_ANSWERED, Metric.REPUBLISH_QUEUE_UNAVAILABLE);

  private final String loggedName;
  private final Metric answered;
  private final Metric unavailable;

  Dependency(String loggedName, Metric answered, Metric unavailable) {
    this.loggedName = loggedName;
    this.answered = answered;
    this.unavailable = unavailable;
  }

  /** The time of a call that was answered. */
  Metric answered() {
    return answered;
  }

  /** The time of a call that was not. */
  Metric unavailable() {
    return unavailable;
  }

  @Override
  public String toString() {
    return loggedName;
  }
}
