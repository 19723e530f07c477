package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import software.amazon.awssdk.core.exception.SdkException;

/** Those who watch one booking each: they are told what it is now, and each time it changes. */
final class Watchers implements AutoCloseable {
  private static final long LOOK_EVERY_MILLIS = 250;

  private final BookingView view;
  private final ScheduledExecutorService threads;

  Watchers(BookingView view, ScheduledExecutorService threads) {
    this.view = view;
    this.threads = threads;
  }

  void add(String code, EventStream stream) {
    look(code, stream, Optional.empty());
  }

  @Override
  public void close() {
    view.close();
  }

  private void look(String code, EventStream stream, Optional<JsonNode> before) {
    later(
        LOOK_EVERY_MILLIS,
        stream,
        () -> {
          Optional<JsonNode> now = look(code);
          boolean isNews = now.isPresent() && !now.equals(before);
          if (isNews ? stream.send("booking", now.get()) : stream.isOpen()) {
            look(code, stream, now.or(() -> before));
          }
        });
  }

  /** Nothing where a store does not answer. */
  private Optional<JsonNode> look(String code) {
    try {
      return Optional.of(view.look(code));
    } catch (SdkException silent) {
      return Optional.empty();
    }
  }

  private void later(long millis, EventStream stream, Runnable work) {
    try {
      var unused = threads.schedule(work, millis, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException closed) {
      stream.end();
    }
  }
}
