package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonGenerator;
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
  static final int MAX_POINTER_LENGTH = 1_000;

  private final Map<String, String> details = new LinkedHashMap<>();
  private boolean complete = true;

  /** Names a field; the first that is said of it counts. */
  void add(String pointer, String detail) {
    if (pointer.length() > MAX_POINTER_LENGTH) {
      add(pointer.substring(0, pointer.lastIndexOf('/')), "holds a field that " + detail);
    } else if (details.size() < MAX_ERRORS) {
      details.putIfAbsent(pointer, detail);
    } else {
      complete = false;
    }
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
