package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Those who are told everything that happens. Thread-safe. */
final class Audience {
  private final Set<EventStream> streams = ConcurrentHashMap.newKeySet();

  void add(EventStream stream) {
    streams.add(stream);
  }

  boolean isEmpty() {
    return streams.isEmpty();
  }

  void tell(String event, JsonNode data) {
    streams.removeIf(stream -> !stream.send(event, data));
  }

  void dismiss() {
    streams.forEach(EventStream::end);
    streams.clear();
  }
}
