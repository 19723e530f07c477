package dev.holdfast.local;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Optional;

/** What the functions depend on, and what can be made to fail. */
public enum Dependency {
  /** S, the truth. */
  EVENT_TABLE("event-table", "event table (S)", "EventTable", 8000, 8100),
  /** P, who owns a code and what waits. */
  PENDING_INDEX("pending-index", "pending index (P)", "PendingIndex", 8001, 8101),
  /** Q, the drainer's work list. */
  FALLBACK_QUEUE("fallback-queue", "fallback queue (Q)", "FallbackQueue", 9324, 9424);

  private final String key;
  private final String title;
  private final String logicalId;
  private final int usualPort;
  private final int usualProxyPort;

  Dependency(String key, String title, String logicalId, int usualPort, int usualProxyPort) {
    this.key = key;
    this.title = title;
    this.logicalId = logicalId;
    this.usualPort = usualPort;
    this.usualProxyPort = usualProxyPort;
  }

  /** Its name in paths and properties, such as {@code event-table}. */
  @JsonValue
  public String key() {
    return key;
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

  /** The port of its fault proxy, likewise. */
  public int usualProxyPort() {
    return usualProxyPort;
  }

  boolean isTable() {
    return this != FALLBACK_QUEUE;
  }

  /** The dependency of that key, if there is one. */
  public static Optional<Dependency> of(String key) {
    return Arrays.stream(values()).filter(dependency -> dependency.key.equals(key)).findFirst();
  }
}
