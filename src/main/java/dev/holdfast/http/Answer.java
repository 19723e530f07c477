package dev.holdfast.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a request comes to: the response, and what the log says of it.
 *
 * @param log the facts for one log line by field name; never a price or data
 */
public record Answer(HttpResponse response, Map<String, String> log) {

  static Answer of(HttpResponse response, String outcome) {
    return new Answer(response, Map.of("outcome", outcome));
  }

  /** What became of the request, by one of the few names that the API has for it. */
  public String outcome() {
    return log.get("outcome");
  }

  /** The same answer with one fact more for the log. */
  Answer logging(String field, Object value) {
    Map<String, String> more = new LinkedHashMap<>(log);
    more.put(field, value.toString());
    return new Answer(response, Map.copyOf(more));
  }
}
