package dev.holdfast.aws;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import jakarta.inject.Named;

/** The function of the tests that need none: without one, the application does not start. */
@Named("idle")
final class IdleFunction implements RequestHandler<String, String> {

  @Override
  public String handleRequest(String input, Context context) {
    return input;
  }
}
