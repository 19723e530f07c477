package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.http.Answer;
import dev.holdfast.http.AppendEndpoint;
import dev.holdfast.http.HttpRequest;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.CircuitBreaker;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Appends an event to a booking: {@link AppendEndpoint} behind API Gateway. */
@Named("append")
@Singleton
public final class AppendFunction implements RequestStreamHandler {

  private final AppendEndpoint endpoint;
  private final CircuitBreaker circuitBreaker;
  private final EmbeddedMetrics metrics;
  private final HttpInvocation invocation;

  public AppendFunction(
      Append append,
      CircuitBreaker circuitBreaker,
      RetryAfter retryAfter,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.endpoint = new AppendEndpoint(append, retryAfter);
    this.circuitBreaker = circuitBreaker;
    this.metrics = metrics;
    this.invocation = new HttpInvocation(this::answer, mapper, Metric.ByOutcome.APPENDS, metrics);
  }

  private Answer answer(HttpRequest request) {
    try {
      return endpoint.answer(request);
    } finally {
      metrics.measure(Metric.CIRCUIT_BREAKER_OPEN, circuitBreaker.isOpen() ? 1 : 0);
    }
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }
}
