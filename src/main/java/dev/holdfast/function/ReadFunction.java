package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.http.ReadEndpoint;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Read;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Reads a booking: {@link ReadEndpoint} behind API Gateway. */
@Named("read")
@Singleton
public final class ReadFunction implements RequestStreamHandler {

  private final HttpInvocation invocation;

  public ReadFunction(
      Read read, RetryAfter retryAfter, ObjectMapper mapper, EmbeddedMetrics metrics) {
    this.invocation =
        new HttpInvocation(
            new ReadEndpoint(read, retryAfter)::answer, mapper, Metric.ByOutcome.READS, metrics);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }
}
