package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The local cloud's own routes, below {@code /_local}: what is broken, what to break, what there
 * is; and a way to call a function.
 *
 * <p>{@code GET /_local/faults} answers an object by dependency, {@code null} where it is healthy.
 */
final class LocalRoutes {
  static final String PREFIX = "/_local/";

  /** Lambda's limit of an event (AWS, "Lambda quotas": 6 MB). */
  private static final int LARGEST_BODY = 6 * 1024 * 1024;

  private final Faults faults;
  private final Supplier<State> state;
  private final List<Entry> entries;

  LocalRoutes(
      Vertx vertx,
      Faults faults,
      Supplier<State> state,
      Invoker invoker,
      Supplier<Onlooker> onlooker) {
    this.faults = faults;
    this.state = state;
    this.entries =
        List.of(
            entry("GET", "/_local/faults", (path, body) -> faults()),
            new Entry(
                "PUT",
                Pattern.compile("/_local/faults/" + Faults.HOME_REGION),
                (path, body) -> vertx.executeBlocking(this::loseHome, false)),
            new Entry(
                "DELETE",
                Pattern.compile("/_local/faults/" + Faults.HOME_REGION),
                (path, body) -> vertx.executeBlocking(this::bringHomeBack, false)),
            entry(
                "PUT",
                "/_local/faults/([^/]+)",
                (path, body) -> onDependency(path, dependency -> inject(dependency, body))),
            entry(
                "DELETE", "/_local/faults/([^/]+)", (path, body) -> onDependency(path, this::heal)),
            new Entry(
                "GET",
                Pattern.compile("/_local/state"),
                (path, body) -> vertx.executeBlocking(this::state, false)),
            new Entry(
                "POST",
                Pattern.compile("/_local/invoke/([^/]+)"),
                (path, body) ->
                    Future.fromCompletionStage(
                        invoker
                            .invoke(path.group(1), body)
                            .whenComplete(
                                (answer, never) ->
                                    onlooker.get().functionInvoked(path.group(1), body, answer)))));
  }

  /** A route: a method, a pattern of paths, and what answers. */
  private record Entry(
      String method, Pattern path, BiFunction<Matcher, Buffer, Future<HttpAnswer>> answer) {}

  private static Entry entry(
      String method, String path, BiFunction<Matcher, Buffer, HttpAnswer> answer) {
    return new Entry(method, Pattern.compile(path), answer.andThen(Future::succeededFuture));
  }

  void handle(HttpServerRequest request) {
    Loopback.body(request, LARGEST_BODY)
        .onSuccess(
            body -> {
              if (body.isEmpty()) {
                HttpAnswer.problem(413, "Too long", "At most 6 MB.").send(request);
                return;
              }
              Future.succeededFuture(body.get())
                  .compose(content -> answer(request, content))
                  .onSuccess(answer -> answer.send(request))
                  .onFailure(
                      failed ->
                          HttpAnswer.problem(500, "Failed", String.valueOf(failed)).send(request));
            });
  }

  private Future<HttpAnswer> answer(HttpServerRequest request, Buffer body) {
    boolean known = false;
    for (Entry entry : entries) {
      Matcher path = entry.path().matcher(request.path());
      if (path.matches()) {
        known = true;
        if (entry.method().equals(request.method().name())) {
          return entry.answer().apply(path, body);
        }
      }
    }
    return Future.succeededFuture(
        known
            ? HttpAnswer.problem(405, "Method not allowed", "Not with " + request.method() + ".")
            : HttpAnswer.problem(404, "Not found", "The local cloud has no such page."));
  }

  private HttpAnswer onDependency(
      Matcher path, java.util.function.Function<Dependency, HttpAnswer> then) {
    Optional<Dependency> dependency = Dependency.of(path.group(1));
    if (dependency.isEmpty()) {
      return HttpAnswer.problem(
          404,
          "Unknown dependency",
          "'"
              + path.group(1)
              + "' is not one of event-table, pending-index, fallback-queue, home-region.");
    }
    return then.apply(dependency.get());
  }

  private HttpAnswer inject(Dependency dependency, Buffer body) {
    Optional<JsonNode> document = Json.parse(body);
    if (document.isEmpty()) {
      return HttpAnswer.problem(400, "Not a fault", "The body is not JSON.");
    }
    Fault.Request request = Fault.read(document.get());
    if (request instanceof Fault.Request.Valid valid) {
      faults.set(dependency, Optional.of(valid.fault()));
      return faults();
    }
    return HttpAnswer.problem(400, "Not a fault", ((Fault.Request.Invalid) request).detail());
  }

  private HttpAnswer heal(Dependency dependency) {
    faults.set(dependency, Optional.empty());
    return faults();
  }

  private HttpAnswer loseHome() {
    if (!faults.hasTwoDoors()) {
      return HttpAnswer.problem(
          409,
          "One door",
          "Without a second door nobody could knock any more: mvn -Plocal -Dlocal.doors=2.");
    }
    faults.loseHome();
    return faults();
  }

  private HttpAnswer bringHomeBack() {
    faults.bringHomeBack();
    return faults();
  }

  private HttpAnswer faults() {
    return HttpAnswer.json(200, faults.toJson());
  }

  private HttpAnswer state() {
    try {
      return HttpAnswer.json(200, state.get().toJson());
    } catch (SdkException silent) {
      return HttpAnswer.problem(503, "Cannot count", String.valueOf(silent.getMessage()));
    }
  }
}
