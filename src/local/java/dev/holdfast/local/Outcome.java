package dev.holdfast.local;

import io.vertx.core.buffer.Buffer;

/** How an invocation of a function ended. */
sealed interface Outcome {

  /** The function answered. */
  record Answered(Buffer payload) implements Outcome {}

  /** The function reported an error of its own; the payload is Lambda's error document. */
  record Failed(Buffer payload) implements Outcome {}

  /** The process died, or could not be started. */
  record Died(String reason) implements Outcome {}

  /** The function was not done within its timeout, and its process was killed. */
  record TimedOut() implements Outcome {}

  /** No process was free for as long as the caller would wait. */
  record Busy() implements Outcome {}
}
