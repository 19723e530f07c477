package dev.holdfast.local;

import dev.holdfast.local.Onlooker.DependencyCall;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.RequestOptions;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Stands between its callers and a store, refuses what they may not do, and fails as it is told. It
 * needs no thread for a call that hangs. Safe for use by several threads.
 */
final class FaultProxy implements AutoCloseable {
  private static final int CONNECTIONS = 256;

  /** SQS goes on to name errors as it did before it spoke JSON (AWS, "awsQueryCompatible"). */
  private static final String NAME_BEFORE_JSON = "x-amzn-query-error";

  /** Shorter than any server here keeps an idle connection, so that none is used as it closes. */
  private static final int KEEP_ALIVE_SECONDS = 5;

  private final Vertx vertx;
  private final Dependency dependency;
  private final URI target;
  private final AccessControl access;
  private final Supplier<Onlooker> onlooker;
  private final HttpClient client;
  private final List<HttpServer> servers = new ArrayList<>();
  private final Set<HttpConnection> hanging = ConcurrentHashMap.newKeySet();
  private volatile Optional<Fault> fault = Optional.empty();
  private volatile boolean lost;

  /**
   * A healthy proxy.
   *
   * @param port 0 is any free one
   * @param onlooker is told of every function's call that comes to its end
   */
  FaultProxy(
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
    listen(Loopback.HOST, port);
  }

  /** From now on containers reach it, too, on the same port. */
  void letIn(InetAddress containers) {
    listen(containers.getHostAddress(), servers.get(0).actualPort());
  }

  private void listen(String host, int port) {
    servers.add(Loopback.serve(vertx, host, port, this::handle));
  }

  URI endpoint() {
    return URI.create("http://" + Loopback.HOST + ":" + servers.get(0).actualPort());
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
    servers.forEach(server -> Loopback.await(server.close()));
    Loopback.await(client.close());
  }

  private void handle(HttpServerRequest request) {
    request
        .body()
        .onSuccess(body -> answer(request, body))
        .onFailure(clientWentAway -> drop(request));
  }

  private void answer(HttpServerRequest request, Buffer body) {
    // Whatever the weather: a grant that is missing is to be noticed in every test.
    Optional<String> refusal = access.check(request.headers(), body);
    if (refusal.isPresent()) {
      fail(request, refused(refusal.get()));
      return;
    }
    if (lost) {
      drop(request);
      return;
    }
    Optional<Fault> struck =
        fault.filter(current -> ThreadLocalRandom.current().nextDouble() < current.share());
    if (struck.isEmpty()) {
      forward(request, body, true);
      return;
    }
    switch (struck.get().mode()) {
      case REFUSE -> drop(request);
      case HANG -> hang(request, struck);
      case ERROR -> fail(request, told(500, "InternalServerError", "ServiceUnavailable"));
      case THROTTLE ->
          fail(request, told(400, "ProvisionedThroughputExceededException", "RequestThrottled"));
      case KEY_DISABLED -> fail(request, keyDisabled());
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
              HttpAnswer.pass(request.headers(), onward.headers());
              return onward.send(body);
            })
        .compose(
            reply ->
                reply
                    .body()
                    .map(all -> new HttpAnswer(reply.statusCode(), reply.headers().entries(), all)))
        .onSuccess(
            answer -> {
              if (answered && !lost) {
                boolean isThere = !request.response().closed();
                answer.send(request);
                note(request, isThere && answer.status() < 500);
              } else {
                drop(request);
              }
            })
        .onFailure(unreachable -> drop(request));
  }

  /** An error in the store's own words. */
  private HttpAnswer told(int status, String ofDynamoDb, String ofSqs) {
    String type =
        dependency.isTable()
            ? "com.amazonaws.dynamodb.v20120810#" + ofDynamoDb
            : "com.amazonaws.sqs#" + ofSqs;
    return error(status, type, "The fault proxy was told to answer so.");
  }

  /** DynamoDB has no error of its own for this, and none that says that the table is not well. */
  private HttpAnswer keyDisabled() {
    String reason =
        "arn:aws:kms:%s:123456789012:key/local is disabled.".formatted(Intrinsics.REGION);
    return dependency.isTable()
        ? error(
            400,
            "com.amazon.coral.validate#ValidationException",
            "KMS key disabled error: com.amazonaws.services.kms.model.DisabledException: " + reason)
        : error(400, "com.amazonaws.sqs#KmsDisabled", reason)
            .with(NAME_BEFORE_JSON, "KMS.DisabledException;Sender");
  }

  private HttpAnswer refused(String message) {
    String type = "com.amazon.coral.service#AccessDeniedException";
    return dependency.isTable()
        ? error(400, type, message)
        : error(403, type, message).with(NAME_BEFORE_JSON, "AccessDenied;Sender");
  }

  private static HttpAnswer error(int status, String type, String message) {
    Buffer body = Json.buffer(Json.object().put("__type", type).put("message", message));
    return HttpAnswer.of(status, "application/x-amz-json-1.0", body)
        .with("x-amzn-requestid", UUID.randomUUID().toString());
  }

  private void fail(HttpServerRequest request, HttpAnswer error) {
    note(request, false);
    error.send(request);
  }
}
