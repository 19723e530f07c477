package dev.holdfast.local;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** HTTP servers that this machine alone can reach, where nothing else is asked for. */
public final class Loopback {
  static final String HOST = "127.0.0.1";
  private static final long PATIENCE_SECONDS = 10;

  /** API Gateway's limit (AWS, "Quotas for HTTP APIs": request line and headers, 10,240 bytes). */
  private static final int LARGEST_HEAD = 10_240;

  private Loopback() {}

  /** An event loop that leaves no file behind. */
  static Vertx vertx() {
    return Vertx.vertx(
        new VertxOptions()
            .setUseDaemonThread(true)
            .setFileSystemOptions(
                new FileSystemOptions()
                    .setFileCachingEnabled(false)
                    .setClassPathResolvingEnabled(false)));
  }

  /**
   * A server that listens.
   *
   * @param host an address of this machine
   * @param port 0 is any free one
   */
  static HttpServer serve(Vertx vertx, String host, int port, Handler<HttpServerRequest> handler) {
    HttpServerOptions options =
        new HttpServerOptions()
            .setHost(host)
            .setPort(port)
            .setMaxInitialLineLength(LARGEST_HEAD)
            .setMaxHeaderSize(LARGEST_HEAD)
            .setHandle100ContinueAutomatically(true)
            // Neither API Gateway nor the stores speak HTTP/2 without TLS.
            .setHttp2ClearTextEnabled(false);
    return await(
        vertx
            .createHttpServer(options)
            .requestHandler(handler)
            .exceptionHandler(clientWentAway -> {})
            .listen());
  }

  /** The body of a request, or nothing where it is longer than the limit. */
  public static Future<Optional<Buffer>> body(HttpServerRequest request, int limit) {
    Promise<Optional<Buffer>> promise = Promise.promise();
    Buffer body = Buffer.buffer();
    request.handler(
        chunk -> {
          if (body.length() + chunk.length() <= limit) {
            body.appendBuffer(chunk);
          } else {
            promise.tryComplete(Optional.empty());
          }
        });
    request.exceptionHandler(promise::tryFail);
    request.endHandler(end -> promise.tryComplete(Optional.of(body)));
    return promise.future();
  }

  /** The outcome of something that takes a moment; not to be called on an event loop. */
  static <T> T await(Future<T> future) {
    return future
        .toCompletionStage()
        .toCompletableFuture()
        .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }
}
