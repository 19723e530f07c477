package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Calls a function by its name, as the Test tab of the Lambda console does. Thread-safe.
 *
 * @param pools of the functions that are called: those of a region that is not lost
 * @param onlooker is told of every call, and its answer
 */
record Invoker(Supplier<Collection<FunctionPool>> pools, Supplier<Onlooker> onlooker) {
  /** A process may have to start first, on a machine that has other things to do. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /**
   * Calls a function.
   *
   * @param name its short name, such as {@code pending}
   * @param event JSON
   * @return 200 with what the function answered, or a problem document: 400 for an event that is no
   *     JSON, 404 for an unknown function, 429 while all its processes are busy, 502 where it
   *     failed or died, 504 where it was not done in its time
   */
  CompletableFuture<HttpAnswer> invoke(String name, Buffer event) {
    return answer(name, event)
        .whenComplete((answer, never) -> onlooker.get().functionInvoked(name, event, answer));
  }

  private CompletableFuture<HttpAnswer> answer(String name, Buffer event) {
    Map<String, FunctionPool> byName = new TreeMap<>();
    pools.get().forEach(pool -> byName.put(pool.function().name(), pool));
    FunctionPool pool = byName.get(name);
    if (pool == null) {
      return CompletableFuture.completedFuture(
          HttpAnswer.problem(
              404,
              "Unknown function",
              "'" + name + "' is not one of " + String.join(", ", byName.keySet()) + "."));
    }
    if (Json.parse(event).isEmpty()) {
      return CompletableFuture.completedFuture(
          HttpAnswer.problem(
              400, "Not an event", "The body is the function's event, and has to be JSON: {}."));
    }
    return pool.invoke(event, PATIENCE).thenApply(outcome -> answer(pool, outcome));
  }

  private static HttpAnswer answer(FunctionPool pool, Outcome outcome) {
    Template.Function function = pool.function();
    if (outcome instanceof Outcome.Answered answered) {
      return HttpAnswer.of(200, "application/json", answered.payload());
    }
    if (outcome instanceof Outcome.Failed failed) {
      return failure(failed.payload());
    }
    if (outcome instanceof Outcome.Died died) {
      return HttpAnswer.problem(
          502, "The function died", died.reason() + ". Its log: " + pool.log());
    }
    if (outcome instanceof Outcome.TimedOut) {
      return HttpAnswer.problem(
          504,
          "Timed out",
          function.name() + " was not done within " + function.timeout().toSeconds() + " s.");
    }
    return HttpAnswer.problem(
        429, "Busy", "Every process of " + function.name() + " is busy; try again.");
  }

  /** Lambda's error document has these two members. */
  private static HttpAnswer failure(Buffer document) {
    JsonNode error = Json.tree(document);
    String type = error.path("errorType").asText();
    String message = error.path("errorMessage").asText();
    return HttpAnswer.problem(
        502,
        "The function failed",
        type + ": " + message,
        Map.of("errorType", type, "errorMessage", message));
  }
}
