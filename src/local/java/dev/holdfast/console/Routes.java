package dev.holdfast.console;

import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.Loopback;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The paths that the console answers. What they do may take its time: it is not done on an event
 * loop.
 */
final class Routes {
  private static final int LARGEST_BODY = 64 * 1024;

  private final Vertx vertx;
  private final List<Route> routes = new ArrayList<>();

  Routes(Vertx vertx) {
    this.vertx = vertx;
  }

  /** What is done with a request whose path matches. */
  interface Endpoint {
    /**
     * The answer.
     *
     * @throws Exception to be told to the client as an error of the console
     */
    HttpAnswer answer(Matcher path, Buffer body) throws Exception;
  }

  /** What is done with a request that is answered for as long as its client listens. */
  interface Stream {
    void open(Matcher path, HttpServerRequest request);
  }

  private sealed interface Route permits Plain, Streaming {
    String method();

    Pattern path();
  }

  private record Plain(String method, Pattern path, Endpoint endpoint) implements Route {}

  private record Streaming(String method, Pattern path, Stream stream) implements Route {}

  Routes add(String method, String path, Endpoint endpoint) {
    routes.add(new Plain(method, Pattern.compile(path), endpoint));
    return this;
  }

  Routes stream(String path, Stream stream) {
    routes.add(new Streaming("GET", Pattern.compile(path), stream));
    return this;
  }

  /** Answers a request if its path is one of these. */
  boolean handles(HttpServerRequest request) {
    boolean known = false;
    for (Route route : routes) {
      Matcher path = route.path().matcher(request.path());
      if (path.matches()) {
        known = true;
        if (route.method().equals(request.method().name())) {
          handle(route, path, request);
          return true;
        }
      }
    }
    if (known) {
      HttpAnswer.problem(405, "Method not allowed", "Not with " + request.method() + ".")
          .send(request);
    }
    return known;
  }

  private void handle(Route route, Matcher path, HttpServerRequest request) {
    if (route instanceof Streaming streaming) {
      streaming.stream().open(path, request);
      return;
    }
    Endpoint endpoint = ((Plain) route).endpoint();
    Loopback.body(request, LARGEST_BODY)
        .compose(body -> answer(endpoint, path, body))
        .onSuccess(answer -> answer.send(request))
        .onFailure(
            failed -> HttpAnswer.problem(500, "Failed", String.valueOf(failed)).send(request));
  }

  private Future<HttpAnswer> answer(Endpoint endpoint, Matcher path, Optional<Buffer> body) {
    if (body.isEmpty()) {
      return Future.succeededFuture(HttpAnswer.problem(413, "Too long", "At most 64 KB."));
    }
    Callable<HttpAnswer> work = () -> endpoint.answer(path, body.get());
    return vertx.executeBlocking(work, false);
  }
}
