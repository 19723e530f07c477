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
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * The HTTP API: the template's routes before the functions' processes. It answers as API Gateway
 * does where a function does not.
 */
final class Gateway {
  /** API Gateway's limit (AWS, "Quotas for HTTP APIs": 10 MB). */
  private static final int LARGEST_BODY = 10 * 1024 * 1024;

  /** A little less than API Gateway's limit of 30 s for an integration. */
  private static final Duration PATIENCE = Duration.ofSeconds(29);

  private final List<Route> routes;
  private final Map<String, FunctionPool> pools;
  private final Supplier<Onlooker> onlooker;
  private final Door door;
  private volatile boolean lost;

  /**
   * @param door whose API it is
   * @param pools by logical id of the function
   * @param onlooker is told of every call whose body is not too long, and its answer
   */
  Gateway(
      Door door, List<Route> routes, Map<String, FunctionPool> pools, Supplier<Onlooker> onlooker) {
    this.door = door;
    this.routes = routes.stream().sorted(Route.BY_RANK).toList();
    this.pools = Map.copyOf(pools);
    this.onlooker = onlooker;
  }

  void handle(HttpServerRequest request) {
    handle(request, request.path());
  }

  /**
   * Answers a request whose path begins elsewhere.
   *
   * @param path without what it begins with here; not decoded
   */
  void handle(HttpServerRequest request, String path) {
    if (lost) {
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

  /** From now on nobody gets an answer, and whoever waits for one does not either. */
  void lose() {
    lost = true;
  }

  /** Ends what {@link #lose} began. */
  void comeBack() {
    lost = false;
  }

  private void observe(HttpServerRequest request, String path, Buffer body) {
    Consumer<ApiAnswer> observer =
        onlooker
            .get()
            .apiCalled(
                new ApiCall(
                    door,
                    request.method().name(),
                    path,
                    Optional.ofNullable(request.query()).orElse(""),
                    body,
                    System.nanoTime()));
    var unused =
        route(request, path, body)
            .thenAccept(
                answer -> {
                  observer.accept(new ApiAnswer(answer.status(), answer.body(), System.nanoTime()));
                  if (lost) {
                    request.connection().close();
                  } else {
                    answer.send(request);
                  }
                });
  }

  private CompletableFuture<HttpAnswer> route(
      HttpServerRequest request, String sentPath, Buffer body) {
    try {
      String path = Route.decode(sentPath);
      Optional<Matched> matched = match(request.method().name(), path);
      if (matched.isEmpty()) {
        return CompletableFuture.completedFuture(HttpAnswer.message(404, "Not Found"));
      }
      Route route = matched.get().route();
      Buffer event =
          HttpEvent.of(request, path, body, route, matched.get().variables(), Instant.now());
      return pools.get(route.function()).invoke(event, PATIENCE).thenApply(Gateway::answer);
    } catch (IllegalArgumentException badlyEncoded) {
      return CompletableFuture.completedFuture(HttpAnswer.message(400, "Bad Request"));
    }
  }

  private record Matched(Route route, Map<String, String> variables) {}

  private Optional<Matched> match(String method, String path) {
    for (Route route : routes) {
      Optional<Map<String, String>> variables = route.match(method, path);
      if (variables.isPresent()) {
        return Optional.of(new Matched(route, variables.get()));
      }
    }
    return Optional.empty();
  }

  private static HttpAnswer answer(Outcome outcome) {
    if (outcome instanceof Outcome.Answered answered) {
      return HttpAnswer.ofFunction(answered.payload())
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
