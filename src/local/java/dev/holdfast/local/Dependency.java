package dev.holdfast.local;

import com.fasterxml.jackson.annotation.JsonValue;
import com.google.common.base.CaseFormat;
import java.util.Arrays;
import java.util.Optional;

/** What the functions depend on, and what can be made to fail. */
public enum Dependency {
  /** S, the truth. */
  EVENT_TABLE("event table (S)", "EventTable", 8000),
  /** P, who owns a code and what waits. */
  PENDING_INDEX("pending index (P)", "PendingIndex", 8001),
  /** Q, the drainer's work list. */
  FALLBACK_QUEUE("fallback queue (Q)", "FallbackQueue", 9324);

  private final String title;
  private final String logicalId;
  private final int usualPort;

  Dependency(String title, String logicalId, int usualPort) {
    this.title = title;
    this.logicalId = logicalId;
    this.usualPort = usualPort;
  }

  /** Its name in paths and properties, such as {@code event-table}. */
  @JsonValue
  public String key() {
    return CaseFormat.UPPER_UNDERSCORE.to(CaseFormat.LOWER_HYPHEN, name());
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** The resource of {@code template.yaml} that plays this part. */
  public String logicalId() {
    return logicalId;
  }

  /** The port it has on a desk unless another is asked for. */
  public int usualPort() {
    return usualPort;
  }

  /** The port of its fault proxy, likewise: a hundred further. */
  public int usualProxyPort() {
    return usualPort + 100;
  }

  boolean isTable() {
    return this != FALLBACK_QUEUE;
  }

  /** The dependency of that key, if there is one. */
  public static Optional<Dependency> of(String key) {
    return Arrays.stream(values()).filter(dependency -> dependency.key().equals(key)).findFirst();
  }
}
