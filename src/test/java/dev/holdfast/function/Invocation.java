package dev.holdfast.function;

import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Calls a function as the runtime does. */
final class Invocation {

  static final String REQUEST_ID = "8476a536-e9f4-11e8-9739-2dfe598c3fcd";
  static final ObjectMapper MAPPER = new ObjectMapper();

  private Invocation() {}

  static JsonNode of(RequestStreamHandler function, String event) throws IOException {
    return of(function, event, REQUEST_ID);
  }

  static JsonNode of(RequestStreamHandler function, String event, String requestId)
      throws IOException {
    Context context = mock(Context.class);
    when(context.getAwsRequestId()).thenReturn(requestId);
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    function.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)), output, context);
    return MAPPER.readTree(output.toByteArray());
  }

  /** The body of a response to API Gateway. */
  static JsonNode body(JsonNode response) throws IOException {
    return MAPPER.readTree(response.path("body").textValue());
  }
}
