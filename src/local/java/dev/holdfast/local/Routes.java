package dev.holdfast.local;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.Optional;
import java.util.function.Function;

/** The paths below {@code /_local}, and the page at the root. Thread-safe once all are added. */
public final class Routes {
  static final String PREFIX = "/_local/";

  /** Lambda's limit of an event (AWS, "Lambda quotas": 6 MB). */
  private static final int LARGEST_BODY = 6 * 1024 * 1024;

  private final Vertx vertx;
  private final Router router;

  Routes(Vertx vertx) {
    this.vertx = vertx;
    this.router = router(vertx, LARGEST_BODY);
    refuse(404, "Not found", "The local cloud has no such page.");
    refuse(405, "Method not allowed", "Not with this method.");
    refuse(413, "Too long", "At most 6 MB.");
    router.errorHandler(
        500,
        context ->
            HttpAnswer.problem(500, "Failed", "" + context.failure()).send(context.request()));
  }

  /** A router whose requests have their bodies as they were sent, up to a limit. */
  static Router router(Vertx vertx, int largestBody) {
    Router router = Router.router(vertx);
    router
        .route()
        .handler(
            context -> {
              // What is JSON here is a form to curl, and to Java's oldest client; a form is parsed.
              context.request().headers().remove(HttpHeaders.CONTENT_TYPE);
              context.next();
            });
    router.route().handler(BodyHandler.create(false).setBodyLimit(largestBody));
    return router;
  }

  private void refuse(int status, String title, String detail) {
    HttpAnswer problem = HttpAnswer.problem(status, title, detail);
    router.errorHandler(status, context -> problem.send(context.request()));
  }

  /**
   * Adds a path.
   *
   * @param path as Vert.x Web has it, such as {@code /_local/faults/:dependency}
   * @param endpoint answers a request. It may take its time, since it is not called on an event
   *     loop; what it throws is told to the client as an error of the local cloud
   */
  public Routes add(HttpMethod method, String path, Function<RoutingContext, HttpAnswer> endpoint) {
    return addAsync(
        method, path, context -> vertx.executeBlocking(() -> endpoint.apply(context), false));
  }

  /** The same, for an answer that is waited for without a thread. */
  Routes addAsync(
      HttpMethod method, String path, Function<RoutingContext, Future<HttpAnswer>> endpoint) {
    router
        .route(method, path)
        .handler(
            context ->
                endpoint
                    .apply(context)
                    .onSuccess(answer -> answer.send(context.request()))
                    .onFailure(context::fail));
    return this;
  }

  /** The same, for what is answered for as long as its client listens. */
  public Routes stream(String path, Handler<RoutingContext> open) {
    router.get(path).handler(open);
    return this;
  }

  /** The body of a request; empty where it has none. */
  public static Buffer body(RoutingContext request) {
    return Optional.ofNullable(request.body().buffer()).orElseGet(Buffer::buffer);
  }

  void handle(HttpServerRequest request) {
    router.handle(request);
  }
}
