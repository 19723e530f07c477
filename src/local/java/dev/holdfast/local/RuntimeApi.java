package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The Lambda Runtime API (AWS, "Using the Lambda runtime API for custom runtimes"). Every process
 * has a path of its own, so that it is known who serves which invocation.
 */
final class RuntimeApi implements AutoCloseable {
  private static final Pattern CALL =
      Pattern.compile(
          "/([^/]+)/2018-06-01/runtime/(invocation/next|init/error|invocation/([^/]+)/(response|error))");

  /** Lambda's largest payload is 6 MB; a response may be a little longer once it is escaped. */
  private static final int LARGEST_BODY = 16 * 1024 * 1024;

  private final Map<String, FunctionPool> pools = new ConcurrentHashMap<>();
  private final HttpServer server;

  private RuntimeApi(Vertx vertx) {
    this.server = Loopback.serve(vertx, 0, this::handle);
  }

  static RuntimeApi start(Vertx vertx) {
    return new RuntimeApi(vertx);
  }

  /** What a process finds in {@code AWS_LAMBDA_RUNTIME_API}. */
  String address(String processId) {
    return Loopback.HOST + ":" + server.actualPort() + "/" + processId;
  }

  /** Calls of this process are for that pool. */
  void register(String processId, FunctionPool pool) {
    pools.put(processId, pool);
  }

  @Override
  public void close() {
    Loopback.await(server.close());
  }

  private void handle(HttpServerRequest request) {
    Matcher call = CALL.matcher(request.path());
    FunctionPool pool = call.matches() ? pools.get(call.group(1)) : null;
    if (pool == null) {
      request.response().setStatusCode(404).end();
      return;
    }
    String processId = call.group(1);
    if (call.group(2).equals("invocation/next")) {
      pool.askedForWork(processId, request.response());
      return;
    }
    if (!request.method().equals(HttpMethod.POST)) {
      request.response().setStatusCode(405).end();
      return;
    }
    if (call.group(2).equals("init/error")) {
      // The process ends by itself, and what it wrote says more than this document.
      accept(request, body -> new Outcome.Died("It could not start."), pool, processId, "");
      return;
    }
    Function<Buffer, Outcome> outcome =
        call.group(4).equals("response") ? Outcome.Answered::new : Outcome.Failed::new;
    accept(request, outcome, pool, processId, call.group(3));
  }

  private static void accept(
      HttpServerRequest request,
      Function<Buffer, Outcome> outcome,
      FunctionPool pool,
      String processId,
      String invocationId) {
    Loopback.body(request, LARGEST_BODY)
        .onSuccess(
            body -> {
              if (body.isEmpty()) {
                request.response().setStatusCode(413).end();
                return;
              }
              request
                  .response()
                  .setStatusCode(202)
                  .putHeader("Content-Type", "application/json")
                  .end("{\"status\":\"OK\"}");
              pool.ended(processId, invocationId, outcome.apply(body.get()));
            });
  }
}
