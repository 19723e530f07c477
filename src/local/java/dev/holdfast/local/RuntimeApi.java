package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The Lambda Runtime API (AWS, "Using the Lambda runtime API for custom runtimes"). Every process
 * has a path of its own, so that it is known who serves which invocation.
 */
final class RuntimeApi implements AutoCloseable {
  private static final String PATH = "/:process/2018-06-01/runtime/";

  /** Lambda's largest payload is 6 MB; a response may be a little longer once it is escaped. */
  private static final int LARGEST_BODY = 16 * 1024 * 1024;

  private final Map<String, FunctionPool> pools = new ConcurrentHashMap<>();
  private final HttpServer server;

  RuntimeApi(Vertx vertx) {
    Router router = Routes.router(vertx, LARGEST_BODY);
    router.route("/:process/*").handler(this::known);
    router
        .get(PATH + "invocation/next")
        .handler(call -> pool(call).askedForWork(call.pathParam("process"), call.response()));
    // The process ends by itself, and what it wrote says more than this document.
    router
        .post(PATH + "init/error")
        .handler(call -> ended(call, "", new Outcome.Died("It could not start.")));
    router
        .post(PATH + "invocation/:id/response")
        .handler(
            call -> ended(call, call.pathParam("id"), new Outcome.Answered(Routes.body(call))));
    router
        .post(PATH + "invocation/:id/error")
        .handler(call -> ended(call, call.pathParam("id"), new Outcome.Failed(Routes.body(call))));
    this.server = Loopback.serve(vertx, Loopback.HOST, 0, router);
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

  private void known(RoutingContext call) {
    if (pools.containsKey(call.pathParam("process"))) {
      call.next();
    } else {
      call.fail(404);
    }
  }

  private FunctionPool pool(RoutingContext call) {
    return pools.get(call.pathParam("process"));
  }

  private void ended(RoutingContext call, String invocationId, Outcome outcome) {
    call.response()
        .setStatusCode(202)
        .putHeader("Content-Type", "application/json")
        .end("{\"status\":\"OK\"}");
    pool(call).ended(call.pathParam("process"), invocationId, outcome);
  }
}
