package dev.holdfast.local;

import io.vertx.core.buffer.Buffer;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One call of a function, from the moment it stands in line. */
record Invocation(String id, Buffer event, CompletableFuture<Outcome> outcome) {
  static Invocation of(Buffer event) {
    return new Invocation(UUID.randomUUID().toString(), event, new CompletableFuture<>());
  }
}
