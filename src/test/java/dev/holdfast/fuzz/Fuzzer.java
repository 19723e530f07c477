package dev.holdfast.fuzz;

import dev.holdfast.fuzz.Promises.Outcome;
import dev.holdfast.openapi.ApiDocument;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Makes a request of bytes and holds its answer against the promises. Thread-safe. */
final class Fuzzer implements AutoCloseable {

  private static final int SHOWN = 4_000;

  private final FunctionLog log = new FunctionLog();
  private final World.Breakage breakage;
  private final ApiDocument document;

  Fuzzer(World.Breakage breakage) {
    this(breakage, ApiDocument.published());
  }

  Fuzzer(World.Breakage breakage, ApiDocument document) {
    this.breakage = breakage;
    this.document = document;
  }

  /**
   * Fuzzes with the request that the bytes make.
   *
   * @throws AssertionError where a promise does not hold, with the request and what was logged
   */
  Outcome fuzz(byte[] bytes) {
    GeneratedRequest request = new RequestGenerator(new Choices(bytes)).next();
    log.takeExceptions();
    try {
      return Promises.check(request, breakage, document);
    } catch (Exception | AssertionError | StackOverflowError broken) {
      AssertionError report = new AssertionError(report(request, broken), broken);
      List<Throwable> logged = log.takeExceptions();
      logged.forEach(report::addSuppressed);
      throw report;
    }
  }

  private static String report(GeneratedRequest request, Throwable broken) {
    String event = new String(request.event(), StandardCharsets.UTF_8);
    return "%s%n  request to %s, %s:%n  %s"
        .formatted(
            broken.getMessage(),
            request.target(),
            request.expected(),
            event.length() > SHOWN ? event.substring(0, SHOWN) + "…" : event);
  }

  @Override
  public void close() {
    log.close();
  }
}
