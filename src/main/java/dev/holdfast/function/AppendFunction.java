package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.http.AppendEndpoint;
import dev.holdfast.ledger.Append;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/** Appends an event to a booking: {@link AppendEndpoint} behind API Gateway. */
@Named("append")
@Singleton
public final class AppendFunction implements RequestStreamHandler {

  private final HttpInvocation invocation;

  public AppendFunction(Append append, ObjectMapper mapper) {
    this.invocation = new HttpInvocation(new AppendEndpoint(append)::answer, mapper);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }
}
