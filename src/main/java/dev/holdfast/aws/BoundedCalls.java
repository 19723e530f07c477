package dev.holdfast.aws;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallTimeoutException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * Makes the calls to one store or queue. The caller learns of a failure as one of three: a
 * condition that did not hold, no answer, or a bug of ours. Nothing is sent for a call after its
 * limit. Each call is measured, and one that is not answered is a line of the log.
 *
 * <p>How long a caller waits, whatever the network does, is the {@code api-call-timeout} of the
 * client that it calls: the SDK interrupts it then, and closes its connection. {@link
 * BoundedTransport} sees to it that this ends every wait
 * (docs/decisions/0003-a-hard-limit-for-every-call.md).
 *
 * <p>Safe for use by several threads.
 */
final class BoundedCalls {

  private static final Logger LOG = Logger.getLogger(BoundedCalls.class);

  private final Dependency dependency;
  private final Duration limit;
  private final EmbeddedMetrics metrics;
  private final InstantSource wallClock;

  /**
   * @param dependency what is called
   * @param limit how long a caller waits, all attempts of the SDK together: the client's {@code
   *     api-call-timeout}
   * @param metrics where the time of each call goes
   */
  BoundedCalls(Dependency dependency, Duration limit, EmbeddedMetrics metrics) {
    this(dependency, limit, metrics, InstantSource.system());
  }

  /**
   * @param wallClock for the deadlines of what is sent
   */
  BoundedCalls(
      Dependency dependency, Duration limit, EmbeddedMetrics metrics, InstantSource wallClock) {
    this.dependency = dependency;
    this.limit = limit;
    this.metrics = metrics;
    this.wallClock = wallClock;
  }

  /** As {@link #run(Callable, Instant)}, with no deadline but the limit. */
  <T> T run(Callable<T> call) throws NoAnswerException {
    return run(call, Instant.MAX);
  }

  /**
   * Makes one call.
   *
   * <p>Whether what was sent did its work is unknown where there is no answer, as with every answer
   * that is lost.
   *
   * @param deadline by the wall clock, after which nothing is sent, where that is before the limit
   * @throws ConditionalCheckFailedException if DynamoDB found the condition of a write to be false
   * @throws NoAnswerException if it is unknown whether the store did what was asked: too late, no
   *     connection, throttled, failed, forbidden, missing, without its key
   * @throws IllegalStateException if the request, or what is stored, is wrong; the log says how, at
   *     DEBUG
   */
  <T> T run(Callable<T> call, Instant deadline) throws NoAnswerException {
    long start = System.nanoTime();
    try {
      T answer = ask(call, deadline);
      metrics.measureNanos(dependency.answered(), System.nanoTime() - start);
      return answer;
    } catch (ConditionalCheckFailedException unmet) {
      metrics.measureNanos(dependency.answered(), System.nanoTime() - start);
      throw unmet;
    } catch (NoAnswerException failure) {
      long nanos = System.nanoTime() - start;
      metrics.measureNanos(dependency.unavailable(), nanos);
      log(failure.getMessage(), nanos);
      throw new NoAnswerException(dependency + ": " + failure.getMessage());
    }
  }

  /**
   * The ledger goes on without the answer, by another way if there is one, so this is where to read
   * what failed, and why.
   */
  private void log(String reason, long nanos) {
    MDC.put("dependency", dependency.toString());
    MDC.put("reason", reason);
    MDC.put("durationMillis", Long.toString(TimeUnit.NANOSECONDS.toMillis(nanos)));
    try {
      LOG.warnf("No answer from the %s", dependency);
    } finally {
      MDC.remove("dependency");
      MDC.remove("reason");
      MDC.remove("durationMillis");
    }
  }

  private <T> T ask(Callable<T> call, Instant deadline) throws NoAnswerException {
    Instant end = wallClock.instant().plus(limit);
    BoundedCall bounded =
        new BoundedCall(wallClock, end.isBefore(deadline) ? end : deadline, limit);
    try {
      return bounded.make(call);
    } catch (Exception failure) {
      throw toNoAnswer(failure);
    }
  }

  private NoAnswerException toNoAnswer(Exception failure) {
    if (failure instanceof ConditionalCheckFailedException unmet) {
      throw unmet;
    }
    if (failure instanceof AwsServiceException refusal) {
      if (InvalidRequest.is(refusal)) {
        // Not as the cause, for the log prints that, and the message quotes what was sent.
        LOG.debugf("The %s: %s", dependency, refusal.getMessage());
        throw new IllegalStateException(dependency + ": " + describe(refusal));
      }
      return new NoAnswerException(describe(refusal));
    }
    if (Thread.currentThread().isInterrupted()) {
      return new NoAnswerException("Interrupted while waiting for the answer");
    }
    if (failure instanceof AbortedException || failure instanceof ApiCallTimeoutException) {
      return tooLate();
    }
    if (failure instanceof SdkException) {
      return new NoAnswerException(describe(failure));
    }
    throw new IllegalStateException(failure);
  }

  private NoAnswerException tooLate() {
    return new NoAnswerException("No answer within " + limit.toMillis() + " ms");
  }

  private static String describe(AwsServiceException refusal) {
    String code =
        refusal.awsErrorDetails() == null ? "No error code" : refusal.awsErrorDetails().errorCode();
    return code + ", status " + refusal.statusCode() + ", request " + refusal.requestId();
  }

  /** Names only: a message may quote what was sent or received. */
  private static String describe(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String name = failure.getClass().getSimpleName();
    return root == failure ? name : name + ", caused by " + root.getClass().getSimpleName();
  }
}
