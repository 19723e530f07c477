package dev.holdfast.aws;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;

/**
 * One call, as its transmissions see it: until when they may be sent, and whether anybody still
 * waits for the answer. What was given up must never land, however much later its thread goes on: a
 * process may be frozen at any instruction, and thawed an hour later with its timers where they
 * were. So the deadline is one of the wall clock, which went on.
 *
 * <p>It belongs to the thread that makes the call, where {@link BoundedTransport} finds it: the
 * SDK's synchronous clients do all of their work on that thread. Another thread may give it up.
 */
final class BoundedCall {

  private static final ThreadLocal<BoundedCall> OF_THREAD = new ThreadLocal<>();

  private final InstantSource wallClock;
  private final Instant deadline;
  private boolean givenUp;
  private boolean metSilence;
  private Optional<ExecutableHttpRequest> transmission = Optional.empty();

  /**
   * @param deadline from then on nothing is sent
   */
  BoundedCall(InstantSource wallClock, Instant deadline) {
    this.wallClock = wallClock;
    this.deadline = deadline;
  }

  /** The call that this thread makes, if it makes one. */
  static Optional<BoundedCall> ofThisThread() {
    return Optional.ofNullable(OF_THREAD.get());
  }

  /** Makes the call on this thread. */
  <T> T make(Callable<T> work) throws Exception {
    OF_THREAD.set(this);
    try {
      return work.call();
    } finally {
      OF_THREAD.remove();
    }
  }

  /**
   * Sends one attempt and waits for the head of its answer.
   *
   * @throws AbortedException as {@link #checkDeadline} does
   */
  HttpExecuteResponse transmit(ExecutableHttpRequest attempt) throws IOException {
    begin(attempt);
    HttpExecuteResponse response = attempt.call();
    end();
    return response;
  }

  private synchronized void begin(ExecutableHttpRequest attempt) {
    checkDeadline();
    transmission = Optional.of(attempt);
    metSilence = true;
  }

  private synchronized void end() {
    metSilence = false;
  }

  /** Whether the last attempt got no answer at all: its connection may be dead. */
  synchronized boolean metSilence() {
    return metSilence;
  }

  /**
   * To be asked right before anything is sent.
   *
   * @throws AbortedException if it is too late; the SDK takes that for final and does not try again
   */
  synchronized void checkDeadline() {
    if (givenUp || !wallClock.instant().isBefore(deadline)) {
      throw AbortedException.create("It is too late to send this");
    }
  }

  /**
   * From now on nothing is sent, and what is under way ends: its connection is closed. An interrupt
   * would not do: it does not reach a thread that reads from a socket.
   *
   * @param closing closes the connection, which may take its time
   */
  synchronized void giveUp(Executor closing) {
    givenUp = true;
    transmission.ifPresent(attempt -> closing.execute(attempt::abort));
  }
}
