package dev.holdfast.aws;

/** What is counted by stack and outcome; docs/metrics.md names every outcome. */
public enum OutcomeMetric {
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

  OutcomeMetric(String publishedName) {
    this.publishedName = publishedName;
  }

  String publishedName() {
    return publishedName;
  }
}
