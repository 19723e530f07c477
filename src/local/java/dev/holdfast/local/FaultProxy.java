package dev.holdfast.local;

import dev.holdfast.local.Onlooker.DependencyCall;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.RequestOptions;
import java.net.InetAddress;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Stands between its callers and a store, refuses what they may not do, and fails as it is told. It
 * needs no thread for a call that hangs. Safe for use by several threads.
 */
final class FaultProxy implements AutoCloseable {
  private static final int LARGEST_BODY = 16 * 1024 * 1024;
  private static final int CONNECTIONS = 256;

  /** Shorter than any server here keeps an idle connection, so that none is used as it closes. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  /** What belongs to one connection, and is not passed on (RFC 9110, 7.6.1). */
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "content-length",
          "expect",
          "host",
          "keep-alive",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");

  private final Vertx vertx;
  private final Dependency dependency;
  private final URI target;
  private final AccessControl access;
  private final Supplier<Onlooker> onlooker;
  private final HttpClient client;
  private final HttpServer server;
  private Optional<HttpServer> forContainers = Optional.empty();
  private final Set<HttpConnection> hanging = ConcurrentHashMap.newKeySet();
  private volatile Optional<Fault> fault = Optional.empty();
  private volatile boolean lost;

  private FaultProxy(
      Vertx vertx,
      Dependency dependency,
      int port,
      URI target,
      AccessControl access,
      Supplier<Onlooker> onlooker) {
    this.vertx = vertx;
    this.dependency = dependency;
    this.target = target;
    this.access = access;
    this.onlooker = onlooker;
    this.client =
        vertx.createHttpClient(
            new HttpClientOptions()
                .setMaxPoolSize(CONNECTIONS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setDecompressionSupported(false));
    this.server = Loopback.serve(vertx, port, this::handle);
  }

  /**
   * A healthy proxy.
   *
   * @param port 0 is any free one
   * @param onlooker is told of every function's call that comes to its end
   */
  static FaultProxy start(
      Vertx vertx,
      Dependency dependency,
      int port,
      URI target,
      AccessControl access,
      Supplier<Onlooker> onlooker) {
    return new FaultProxy(vertx, dependency, port, target, access, onlooker);
  }

  /** From now on containers reach it, too, on the same port. */
  void letIn(InetAddress containers) {
    forContainers =
        Optional.of(
            Loopback.serve(vertx, containers.getHostAddress(), server.actualPort(), this::handle));
  }

  URI endpoint() {
    return URI.create("http://" + Loopback.HOST + ":" + server.actualPort());
  }

  Optional<Fault> fault() {
    return fault;
  }

  /** From now on calls fail so, or, if empty, no more. What hangs is released. */
  void set(Optional<Fault> next) {
    fault = next;
    release();
  }

  /** Its region is lost: whatever its fault is, nobody gets through until {@link #comeBack}. */
  void lose() {
    lost = true;
    release();
  }

  /** Ends what {@link #lose} began. */
  void comeBack() {
    lost = false;
  }

  private void release() {
    for (HttpConnection connection : Set.copyOf(hanging)) {
      connection.close();
    }
  }

  /** How many calls hang now. */
  int hangingCalls() {
    return hanging.size();
  }

  @Override
  public void close() {
    forContainers.ifPresent(also -> Loopback.await(also.close()));
    Loopback.await(server.close());
    Loopback.await(client.close());
  }

  private void handle(HttpServerRequest request) {
    Loopback.body(request, LARGEST_BODY)
        .onSuccess(
            body -> {
              if (body.isPresent()) {
                answer(request, body.get());
              } else {
                drop(request);
              }
            })
        .onFailure(clientWentAway -> drop(request));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    // Whatever the weather: a grant that is missing is to be noticed in every test.
    Optional<AccessControl.Refusal> refusal = access.check(request.headers(), body);
    if (refusal.isPresent()) {
      refuse(request, refusal.get());
      return;
    }
    if (lost) {
      drop(request);
      return;
    }
    Optional<Fault> struck =
        fault.filter(
            current ->
                current.share() >= 1 || ThreadLocalRandom.current().nextDouble() < current.share());
    if (struck.isEmpty()) {
      forward(request, body, true);
      return;
    }
    switch (struck.get().mode()) {
      case REFUSE -> drop(request);
      case HANG -> hang(request, struck);
      case ERROR -> fail(request, 500, errorType(), "The fault proxy was told to fail.");
      case THROTTLE ->
          fail(request, 400, throttlingType(), "The fault proxy was told to throttle.");
      case KEY_DISABLED -> disableKey(request);
      case SLOW -> {
        long late = Math.max(1, struck.get().delay().toMillis());
        vertx.setTimer(late, timer -> forward(request, body, true));
      }
      case LOSE_ANSWER -> forward(request, body, false);
    }
  }

  private void hang(HttpServerRequest request, Optional<Fault> struck) {
    HttpConnection connection = request.connection();
    hanging.add(connection);
    connection.closeHandler(
        closed -> {
          hanging.remove(connection);
          note(request, false);
        });
    if (lost || !fault.equals(struck)) {
      // It was healed, or lost, between the look at the fault and the entry in the list.
      connection.close();
    }
  }

  private void drop(HttpServerRequest request) {
    request.connection().close();
    note(request, false);
  }

  private void note(HttpServerRequest request, boolean answered) {
    access
        .caller(request.headers())
        .ifPresent(
            caller ->
                onlooker.get().dependencyCalled(new DependencyCall(caller, dependency, answered)));
  }

  private void forward(HttpServerRequest request, Buffer body, boolean answered) {
    if (request.response().closed()) {
      note(request, false);
      return;
    }
    if (lost) {
      drop(request);
      return;
    }
    RequestOptions options =
        new RequestOptions()
            .setMethod(request.method())
            .setHost(target.getHost())
            .setPort(target.getPort() < 0 ? 80 : target.getPort())
            .setURI(request.uri());
    client
        .request(options)
        .compose(
            onward -> {
              copy(request.headers(), onward.headers());
              return onward.send(body);
            })
        .compose(reply -> reply.body().map(content -> new Reply(reply, content)))
        .onSuccess(
            reply -> {
              if (answered && !lost) {
                boolean isThere = !request.response().closed();
                pass(reply, request.response());
                note(request, isThere && reply.head().statusCode() < 500);
              } else {
                drop(request);
              }
            })
        .onFailure(unreachable -> drop(request));
  }

  private record Reply(HttpClientResponse head, Buffer content) {}

  private static void pass(Reply reply, HttpServerResponse response) {
    if (response.closed()) {
      return;
    }
    response.setStatusCode(reply.head().statusCode());
    copy(reply.head().headers(), response.headers());
    response.end(reply.content());
  }

  private static void copy(MultiMap from, MultiMap to) {
    from.forEach(
        (name, value) -> {
          if (!HOP_BY_HOP.contains(name.toLowerCase(java.util.Locale.ROOT))) {
            to.add(name, value);
          }
        });
  }

  /** DynamoDB has no error of its own for this, and none that says that the table is not well. */
  private void disableKey(HttpServerRequest request) {
    String disabled = "arn:aws:kms:%s:123456789012:key/local is disabled.";
    String reason = disabled.formatted(Intrinsics.REGION);
    if (dependency.isTable()) {
      fail(
          request,
          400,
          "com.amazon.coral.validate#ValidationException",
          "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: " + reason);
    } else {
      nameAsBefore(request, "KMS.DisabledException;Sender");
      fail(request, 400, "com.amazonaws.sqs#KmsDisabled", reason);
    }
  }

  /** SQS goes on to name errors as it did before it spoke JSON (AWS, "awsQueryCompatible"). */
  private static void nameAsBefore(HttpServerRequest request, String error) {
    request.response().putHeader("x-amzn-query-error", error);
  }

  private void refuse(HttpServerRequest request, AccessControl.Refusal refusal) {
    if (!dependency.isTable()) {
      nameAsBefore(request, "AccessDenied;Sender");
    }
    fail(
        request,
        dependency.isTable() ? 400 : 403,
        "com.amazon.coral.service#AccessDeniedException",
        refusal.message());
  }

  private void fail(HttpServerRequest request, int status, String type, String message) {
    note(request, false);
    Buffer body =
        Json.buffer(Json.MAPPER.createObjectNode().put("__type", type).put("message", message));
    request
        .response()
        .setStatusCode(status)
        .putHeader("content-type", "application/x-amz-json-1.0")
        .putHeader("x-amzn-requestid", java.util.UUID.randomUUID().toString())
        .end(body);
  }

  private String errorType() {
    return dependency.isTable()
        ? "com.amazonaws.dynamodb.v20120810#InternalServerError"
        : "com.amazonaws.sqs#ServiceUnavailable";
  }

  private String throttlingType() {
    return dependency.isTable()
        ? "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException"
        : "com.amazonaws.sqs#RequestThrottled";
  }
}
