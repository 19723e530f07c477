package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonStreamContext;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Which fields of a request are wrong, and how. A field is named by its JSON pointer (RFC 6901):
 * {@code ""} is the whole body, a path or query parameter is named as if it were a member of it.
 *
 * <p>Bounded, for a body of {@value RequestBody#MAX_BYTES} bytes can hold more errors than an
 * answer can name. Not thread-safe.
 */
final class FieldErrors {

  static final int MAX_ERRORS = 100;
  static final int MAX_NAMES_LENGTH = 1_000;

  private final Map<String, String> details = new LinkedHashMap<>();
  private boolean complete = true;

  /** Names a field; the first that is said of it counts. */
  void add(String pointer, String detail) {
    if (details.size() < MAX_ERRORS) {
      details.putIfAbsent(pointer, detail);
    } else {
      complete = false;
    }
  }

  /**
   * Names the field where a parser stands. Of a field whose names are endless, names the one around
   * it: thousands of pointers of the size of a body would be no answer.
   */
  void addAt(JsonStreamContext place, String detail) {
    JsonStreamContext nameable = place;
    while (length(nameable) > MAX_NAMES_LENGTH) {
      nameable = nameable.getParent();
    }
    add(
        nameable.pathAsPointer().toString(),
        nameable == place ? detail : "holds a field that " + detail);
  }

  private static int length(JsonStreamContext place) {
    int length = 0;
    for (JsonStreamContext around = place; around != null; around = around.getParent()) {
      length += around.hasCurrentName() ? around.getCurrentName().length() : 0;
    }
    return length;
  }

  /** Names a member of the body, or a parameter. */
  void addMember(String name, String detail) {
    add("/" + name.replace("~", "~0").replace("/", "~1"), detail);
  }

  boolean isEmpty() {
    return details.isEmpty();
  }

  /** Whether all of them are named. */
  boolean isComplete() {
    return complete;
  }

  void writeTo(JsonGenerator json) throws IOException {
    json.writeStartArray();
    for (Map.Entry<String, String> error : details.entrySet()) {
      json.writeStartObject();
      json.writeStringField("pointer", error.getKey());
      json.writeStringField("detail", error.getValue());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
