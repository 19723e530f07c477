package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A client that is told events as they come (WHATWG, HTML, "Server-sent events"). One that does not
 * read is dropped, so that nothing is kept for it. Thread-safe.
 */
record EventStream(HttpServerResponse response) {
  private static final int LARGEST_BACKLOG = 1024 * 1024;

  /** Answers a request. */
  static EventStream open(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    response
        .setChunked(true)
        .setWriteQueueMaxSize(LARGEST_BACKLOG)
        .putHeader("content-type", "text/event-stream; charset=utf-8")
        .putHeader("cache-control", "no-store")
        .exceptionHandler(clientWentAway -> {});
    return new EventStream(response);
  }

  /**
   * Sends an event, if there still is a client.
   *
   * @return whether there is one
   */
  boolean send(String event, JsonNode data) {
    if (!isOpen()) {
      return false;
    }
    if (response.writeQueueFull()) {
      response.reset();
      return false;
    }
    // JSON that Jackson writes has no line breaks.
    response.write("event: " + event + "\ndata: " + data + "\n\n");
    return true;
  }

  /** Has something done again and again while there is a client. Call it on its event loop. */
  void whileOpen(ScheduledExecutorService threads, long everyMillis, Runnable work) {
    Future<?> again =
        threads.scheduleWithFixedDelay(work, everyMillis, everyMillis, TimeUnit.MILLISECONDS);
    response.closeHandler(gone -> again.cancel(false));
  }

  /** Whether it takes more at once than its client has read. */
  boolean isReady() {
    return isOpen() && !response.writeQueueFull();
  }

  boolean isOpen() {
    return !response.closed() && !response.ended();
  }

  void end() {
    if (isOpen()) {
      response.end();
    }
  }
}
