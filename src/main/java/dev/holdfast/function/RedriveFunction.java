package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.Receipt;
import dev.holdfast.aws.SqsDeadLetterQueue.ReceiveAnswer;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Unavailable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts messages of the dead-letter queue back to work: each goes on the fallback queue first and is
 * deleted then, so that a redrive that dies half-way has at worst sent a hint twice. A malformed
 * message stays where it is: no drain would ever make sense of it.
 *
 * <p>The event: {@code limit} (up to {@value #MOST}, {@value #USUAL} if not said). The answer:
 * {@code redriven}, {@code malformed}, and whether it is {@code complete}: it saw all that the
 * queue had to offer.
 */
@Named("redrive")
@Singleton
public final class RedriveFunction implements RequestStreamHandler {

  private static final int MOST = 10_000;
  private static final int USUAL = 100;

  private final OperatorInvocation invocation;
  private final EmbeddedMetrics metrics;
  private final SqsDeadLetterQueue deadLetterQueue;
  private final FallbackQueue fallbackQueue;
  private final Duration longest;
  private final Clock clock;

  public RedriveFunction(
      SqsDeadLetterQueue deadLetterQueue,
      FallbackQueue fallbackQueue,
      @ConfigProperty(name = "holdfast.redrive.longest") Duration longest,
      Clock clock,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.deadLetterQueue = deadLetterQueue;
    this.fallbackQueue = fallbackQueue;
    this.longest = longest;
    this.clock = clock;
    this.metrics = metrics;
    this.invocation = new OperatorInvocation(mapper, metrics, this::redrive);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private Answer redrive(OperatorEvent event, LogFields log) {
    int limit = event.number("limit", 1, MOST).orElse(USUAL);
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    Tally tally = redrive(limit);
    metrics.measure(Metric.REDRIVEN, tally.redriven);
    log.with("redriven", tally.redriven).with("malformed", tally.malformed);
    tally.stopped.ifPresent(why -> log.with("reason", why.reason()));
    return json -> {
      json.writeNumberField("redriven", tally.redriven);
      json.writeNumberField("malformed", tally.malformed);
      json.writeBooleanField("complete", tally.complete);
      if (tally.stopped.isPresent()) {
        json.writeStringField(
            "message", "A queue does not answer: " + tally.stopped.get().reason() + ". Try again.");
      } else if (tally.malformed > 0) {
        json.writeStringField(
            "message",
            "Malformed messages stay on the dead-letter queue; their attribute reason says why.");
      }
    };
  }

  private Tally redrive(int limit) {
    Tally tally = new Tally();
    Instant end = clock.instant().plus(longest);
    while (tally.total() < limit && tally.stopped.isEmpty() && clock.instant().isBefore(end)) {
      // Hidden for longer than this runs, so that a malformed message is met once.
      ReceiveAnswer answer =
          deadLetterQueue.receive(limit - tally.total(), longest.multipliedBy(2));
      if (answer instanceof ReceiveAnswer.NotReceived silent) {
        tally.stopped = Optional.of(silent.why());
        return tally;
      }
      ReceiveAnswer.Received received = (ReceiveAnswer.Received) answer;
      if (received.messages().isEmpty()) {
        tally.complete = true;
        return tally;
      }
      received.messages().forEach(message -> redrive(message, tally));
    }
    return tally;
  }

  private void redrive(Receipt message, Tally tally) {
    if (!(EventMessage.read(message.body()) instanceof EventMessage.Content.Event content)) {
      tally.malformed++;
      return;
    }
    Optional<Unavailable> failure =
        fallbackQueue.send(content.event()) instanceof Unavailable unavailable
            ? Optional.of(unavailable)
            : deadLetterQueue.delete(message);
    if (failure.isPresent()) {
      tally.stopped = failure;
    } else {
      tally.redriven++;
    }
  }

  /** What became of the messages so far. */
  private static final class Tally {
    private int redriven;
    private int malformed;
    private boolean complete;
    private Optional<Unavailable> stopped = Optional.empty();

    private int total() {
      return redriven + malformed;
    }
  }
}
