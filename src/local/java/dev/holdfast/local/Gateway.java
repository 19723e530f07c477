package dev.holdfast.local;

import dev.holdfast.local.Onlooker.ApiAnswer;
import dev.holdfast.local.Onlooker.ApiCall;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The HTTP API: the template's routes before the functions' processes. It answers as API Gateway
 * does where a function does not.
 *
 * @param door whose API it is
 * @param pools by logical id of the function
 * @param onlooker is told of every call whose body is not too long, and its answer
 * @param lost whether nobody gets an answer, and whoever waits for one does not either
 */
record Gateway(
    Door door,
    List<ApiRoute> routes,
    Map<String, FunctionPool> pools,
    Supplier<Onlooker> onlooker,
    BooleanSupplier lost) {
  /** API Gateway's limit (AWS, "Quotas for HTTP APIs": 10 MB). */
  private static final int LARGEST_BODY = 10 * 1024 * 1024;

  /** A little less than API Gateway's limit of 30 s for an integration. */
  private static final Duration PATIENCE = Duration.ofSeconds(29);

  Gateway {
    routes = routes.stream().sorted(ApiRoute.BY_RANK).toList();
    pools = Map.copyOf(pools);
  }

  /**
   * Answers a request.
   *
   * @param path not decoded, and without what does not belong to the API
   */
  void handle(HttpServerRequest request, String path) {
    if (lost.getAsBoolean()) {
      request.connection().close();
      return;
    }
    Loopback.body(request, LARGEST_BODY)
        .onSuccess(
            body -> {
              if (body.isPresent()) {
                observe(request, path, body.get());
              } else {
                HttpAnswer.message(413, "Request Entity Too Large").send(request);
                // The rest of the body is not worth reading.
                request.connection().close();
              }
            });
  }

  private void observe(HttpServerRequest request, String path, Buffer body) {
    ApiCall call =
        new ApiCall(
            door,
            request.method().name(),
            path,
            Optional.ofNullable(request.query()).orElse(""),
            body,
            System.nanoTime());
    Consumer<ApiAnswer> observer = onlooker.get().apiCalled(call);
    var unused =
        route(request, call)
            .thenAccept(
                answer -> {
                  observer.accept(new ApiAnswer(answer.status(), answer.body(), System.nanoTime()));
                  if (lost.getAsBoolean()) {
                    request.connection().close();
                  } else {
                    answer.send(request);
                  }
                });
  }

  private CompletableFuture<HttpAnswer> route(HttpServerRequest request, ApiCall call) {
    try {
      String path = call.decodedPath();
      for (ApiRoute route : routes) {
        Optional<Map<String, String>> variables = route.match(call.method(), path);
        if (variables.isPresent()) {
          Buffer event =
              HttpEvent.of(request, path, call.body(), route, variables.get(), Instant.now());
          return pools.get(route.function()).invoke(event, PATIENCE).thenApply(Gateway::answer);
        }
      }
      return CompletableFuture.completedFuture(HttpAnswer.message(404, "Not Found"));
    } catch (IllegalArgumentException badlyEncoded) {
      return CompletableFuture.completedFuture(HttpAnswer.message(400, "Bad Request"));
    }
  }

  private static HttpAnswer answer(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return Json.parse(answered.payload())
          .flatMap(HttpAnswer::ofFunction)
          .orElseGet(() -> HttpAnswer.message(500, "Internal Server Error"));
    }
    if (outcome instanceof Outcome.Failed) {
      return HttpAnswer.message(500, "Internal Server Error");
    }
    if (outcome instanceof Outcome.Busy) {
      return HttpAnswer.message(503, "Service Unavailable");
    }
    return HttpAnswer.message(502, "Internal Server Error");
  }
}
