package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jboss.logging.MDC;

/**
 * Fields of every log line that this thread writes until they are closed. Never a price, data or a
 * body.
 */
final class LogFields implements AutoCloseable {

  private final Deque<String> names = new ArrayDeque<>();

  /** The fields of one invocation, beginning with the id that AWS gave it. */
  static LogFields of(UUID requestId) {
    return new LogFields().with("requestId", requestId);
  }

  /** The id that AWS gave an invocation, or one of ours where that is none. */
  static UUID requestId(Context context) {
    try {
      return UUID.fromString(Optional.ofNullable(context.getAwsRequestId()).orElse(""));
    } catch (IllegalArgumentException noUuid) {
      return UUID.randomUUID();
    }
  }

  /** Work whose lines have the fields that this thread has now, whichever thread does it. */
  static <T> Callable<T> sharedWith(Callable<T> work) {
    Map<String, Object> fields = MDC.getMap();
    return () -> {
      fields.forEach(MDC::put);
      try {
        return work.call();
      } finally {
        fields.keySet().forEach(MDC::remove);
      }
    };
  }

  LogFields with(String name, Object value) {
    MDC.put(name, value.toString());
    names.push(name);
    return this;
  }

  @Override
  public void close() {
    names.forEach(MDC::remove);
  }
}
