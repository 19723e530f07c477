package dev.holdfast.aws;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.http.ExecutableHttpRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;

/**
 * One call, as its transmissions see it: until when they may be sent. What nobody waits for any
 * more must never land, however much later its thread goes on: a process may be frozen at any
 * instruction, and thawed an hour later with its timers where they were. So the deadline is one of
 * the wall clock, which went on; and as a wall clock may be put back, the limit counts, too, by a
 * clock that nobody sets.
 *
 * <p>It belongs to the thread that makes the call, where {@link BoundedTransport} finds it: the
 * SDK's synchronous clients do all of their work on that thread. For that thread alone.
 */
final class BoundedCall {

  private static final ThreadLocal<BoundedCall> OF_THREAD = new ThreadLocal<>();

  private final InstantSource wallClock;
  private final Instant deadline;
  private final long limitNanos;
  private final long startNanos = System.nanoTime();
  private boolean metSilence;

  /**
   * @param deadline from then on nothing is sent
   * @param limit from now; after it nothing is sent either
   */
  BoundedCall(InstantSource wallClock, Instant deadline, Duration limit) {
    this.wallClock = wallClock;
    this.deadline = deadline;
    this.limitNanos = limit.toNanos();
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
    checkDeadline();
    metSilence = true;
    HttpExecuteResponse response = attempt.call();
    metSilence = false;
    return response;
  }

  /** Whether the last attempt got no answer at all: its connection may be dead. */
  boolean metSilence() {
    return metSilence;
  }

  /**
   * To be asked right before anything is sent.
   *
   * @throws AbortedException if it is too late; the SDK takes that for final and does not try again
   */
  void checkDeadline() {
    if (System.nanoTime() - startNanos >= limitNanos || !wallClock.instant().isBefore(deadline)) {
      throw AbortedException.create("It is too late to send this");
    }
  }
}
