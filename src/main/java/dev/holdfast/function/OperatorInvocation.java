package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.http.JsonText;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * One invocation of an operator function: the event read, the answer written and logged in one
 * line. What the operator could mend is an answer with an {@code outcome} and a {@code message}; an
 * error of Lambda is a bug of ours. Thread-safe.
 */
final class OperatorInvocation {

  private static final Logger LOG = Logger.getLogger(OperatorInvocation.class);

  private final ObjectMapper mapper;
  private final EmbeddedMetrics metrics;
  private final Work work;

  OperatorInvocation(ObjectMapper mapper, EmbeddedMetrics metrics, Work work) {
    this.mapper = mapper;
    this.metrics = metrics;
    this.work = work;
  }

  /** What a function does. */
  interface Work {

    /**
     * Does it, if the event has no errors.
     *
     * @param log takes the facts for the log; never a price or data
     * @return writes the members of the answer, an object
     * @throws InterruptedIOException if this thread was interrupted
     */
    Answer of(OperatorEvent event, LogFields log) throws InterruptedIOException;
  }

  /** The members of an answer. */
  interface Answer {
    void writeTo(JsonGenerator json) throws IOException;
  }

  void handle(InputStream input, OutputStream output, Context context) throws IOException {
    UUID requestId = LogFields.requestId(context);
    try (LogFields fields = LogFields.of(requestId)) {
      Answer answer = work.of(new OperatorEvent(mapper.readTree(input)), fields);
      LOG.info("Answered an operator");
      String json =
          JsonText.of(
              out -> {
                out.writeStartObject();
                answer.writeTo(out);
                out.writeEndObject();
              });
      output.write(json.getBytes(StandardCharsets.UTF_8));
    } finally {
      metrics.flush(requestId);
    }
  }

  /** Nothing was done: the event is wrong. */
  static Answer invalid(List<String> errors, LogFields log) {
    log.with("outcome", "invalid");
    return json -> {
      json.writeStringField("outcome", "invalid");
      json.writeArrayFieldStart("errors");
      for (String error : errors) {
        json.writeString(error);
      }
      json.writeEndArray();
    };
  }

  /** A store did not answer: to be invoked again with the same event. */
  static Answer unavailable(Unavailable why, LogFields log) {
    log.with("outcome", "unavailable").with("reason", why.reason());
    return outcome("unavailable", "A store does not answer: " + why.reason() + ". Try again.");
  }

  /** An outcome in a word, and what it means to the operator. */
  static Answer outcome(String outcome, String message) {
    return json -> {
      json.writeStringField("outcome", outcome);
      json.writeStringField("message", message);
    };
  }
}
