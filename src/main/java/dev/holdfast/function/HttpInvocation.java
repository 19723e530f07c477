package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.http.Answer;
import dev.holdfast.http.ApiGateway;
import dev.holdfast.http.HttpRequest;
import dev.holdfast.http.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * One request of API Gateway: read, answered, counted, logged in one line. Whatever goes wrong on
 * the way is an answer too, for the gateway's own says nothing that a client could refer to.
 * Thread-safe.
 */
final class HttpInvocation {

  private static final Logger LOG = Logger.getLogger(HttpInvocation.class);

  private final Function<HttpRequest, Answer> endpoint;
  private final ObjectMapper mapper;
  private final Metric.ByOutcome counted;
  private final EmbeddedMetrics metrics;

  /**
   * @param counted by the outcome of each request
   */
  HttpInvocation(
      Function<HttpRequest, Answer> endpoint,
      ObjectMapper mapper,
      Metric.ByOutcome counted,
      EmbeddedMetrics metrics) {
    this.endpoint = endpoint;
    this.mapper = mapper;
    this.counted = counted;
    this.metrics = metrics;
  }

  void handle(InputStream input, OutputStream output, Context context) throws IOException {
    long start = System.nanoTime();
    UUID requestId = LogFields.requestId(context);
    try (LogFields fields = LogFields.of(requestId)) {
      Answer answer = answer(input, requestId, fields);
      metrics.count(counted, answer.outcome());
      int status = answer.response().status();
      answer.log().forEach(fields::with);
      fields.with("status", status);
      fields.with("durationMillis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      LOG.logf(status == 503 ? Logger.Level.WARN : Logger.Level.INFO, "Answered %d", status);
      output.write(ApiGateway.response(answer.response()).getBytes(StandardCharsets.UTF_8));
    } finally {
      metrics.flush(requestId);
    }
  }

  private Answer answer(InputStream input, UUID requestId, LogFields fields) {
    try {
      JsonNode event = event(input);
      ApiGateway.origin(event).log().forEach(fields::with);
      return endpoint.apply(ApiGateway.request(event, requestId));
    } catch (RuntimeException unexpected) {
      LOG.error("A request failed", unexpected);
      return Problem.internalError().answer(requestId);
    }
  }

  /** The event; nothing where the input is no JSON, which is no request either. */
  private JsonNode event(InputStream input) {
    try {
      return mapper.readTree(input);
    } catch (IOException noJson) {
      // Without the exception, which quotes the input.
      LOG.warn("The event is no JSON");
      return MissingNode.getInstance();
    }
  }
}
