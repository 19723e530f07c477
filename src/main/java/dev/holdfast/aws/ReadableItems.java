package dev.holdfast.aws;

import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads the items of a list one by one, so that one that cannot be read stops none of the others:
 * it is left out, named in the log by its key, and counted. Safe for use by several threads.
 */
final class ReadableItems {

  private static final Logger LOG = Logger.getLogger(ReadableItems.class);

  private final Dependency table;
  private final EmbeddedMetrics metrics;

  /**
   * @param table whose items are read
   * @param metrics where those that cannot be read are counted
   */
  ReadableItems(Dependency table, EmbeddedMetrics metrics) {
    this.table = table;
    this.metrics = metrics;
  }

  /** What an item holds, or nothing where it cannot be read. */
  <T> Optional<T> read(Map<String, AttributeValue> item, Function<StoredItem, T> reading) {
    try {
      return Optional.of(reading.apply(new StoredItem(item)));
    } catch (CorruptItemException unreadable) {
      skip(item, unreadable);
      return Optional.empty();
    }
  }

  /** Names an item that cannot be read, and counts it. */
  void skip(Map<String, AttributeValue> item, CorruptItemException unreadable) {
    metrics.measure(Metric.UNREADABLE_ITEMS, 1);
    log(item, unreadable.getMessage());
  }

  /**
   * What a key says, or nothing where it cannot be read. Counts nothing, for its item is counted.
   */
  static <T> Optional<T> readKey(Map<String, AttributeValue> key, Function<StoredItem, T> reading) {
    try {
      return Optional.of(reading.apply(new StoredItem(key)));
    } catch (CorruptItemException unreadable) {
      return Optional.empty();
    }
  }

  private void log(Map<String, AttributeValue> item, String reason) {
    MDC.put("bookingCode", item.get("bookingCode").s());
    Optional.ofNullable(item.get("version"))
        .map(AttributeValue::n)
        .ifPresent(version -> MDC.put("version", version));
    MDC.put("reason", reason);
    try {
      LOG.errorf("An item of the %s cannot be read, and is left out", table);
    } finally {
      MDC.remove("bookingCode");
      MDC.remove("version");
      MDC.remove("reason");
    }
  }
}
