package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.CountAnswer;
import dev.holdfast.aws.SqsDeadLetterQueue.CountAnswer.Counted;
import dev.holdfast.aws.SqsDeadLetterQueue.Receipt;
import dev.holdfast.aws.SqsDeadLetterQueue.ReceiveAnswer;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Unavailable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts messages of the dead-letter queue back to work: each goes on the fallback queue first and is
 * deleted then, so that a redrive that dies half-way has at worst sent a hint twice. A malformed
 * message stays where it is: no drain would ever make sense of it.
 *
 * <p>The event: {@code limit} (up to {@value #MOST}, {@value #USUAL} if not said). The answer:
 * {@code redriven}, {@code malformed}, how many messages of the queue are {@code waiting} and
 * {@code hidden} after it, and whether it is {@code complete}: none waits, and none is hidden but
 * the malformed ones that it has seen. Where the queue does not tell, nothing is complete.
 */
@Named("redrive")
@Singleton
public final class RedriveFunction implements RequestStreamHandler {

  private static final int MOST = 10_000;
  private static final int USUAL = 100;

  /** After so many answers without a message in a row the queue counts as seen. */
  private static final int EMPTY_ANSWERS = 3;

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
    Optional<Counted> left = tally.stopped.isPresent() ? Optional.empty() : count(tally);
    metrics.measure(Metric.REDRIVEN, tally.redriven);
    log.with("redriven", tally.redriven).with("malformed", tally.malformed);
    tally.stopped.ifPresent(why -> log.with("reason", why.reason()));
    return json -> {
      json.writeNumberField("redriven", tally.redriven);
      json.writeNumberField("malformed", tally.malformed);
      if (left.isPresent()) {
        json.writeNumberField("waiting", left.get().waiting());
        json.writeNumberField("hidden", left.get().hidden());
      }
      json.writeBooleanField("complete", left.filter(tally::hasSeenAll).isPresent());
      Optional<String> message = message(tally, left);
      if (message.isPresent()) {
        json.writeStringField("message", message.get());
      }
    };
  }

  private Optional<Counted> count(Tally tally) {
    CountAnswer answer = deadLetterQueue.count();
    if (answer instanceof CountAnswer.NotCounted silent) {
      tally.stopped = Optional.of(silent.why());
      return Optional.empty();
    }
    return Optional.of((Counted) answer);
  }

  private Optional<String> message(Tally tally, Optional<Counted> left) {
    if (tally.stopped.isPresent()) {
      return Optional.of(
          "A queue does not answer: " + tally.stopped.get().reason() + ". Try again.");
    }
    if (left.filter(it -> it.hidden() > tally.malformed).isPresent()) {
      return Optional.of(
          "Messages are hidden: somebody else has received them, or an earlier redrive. They are"
              + " back within two minutes; try again then.");
    }
    return tally.malformed > 0
        ? Optional.of(
            "Malformed messages stay on the dead-letter queue; their attribute reason says why.")
        : Optional.empty();
  }

  private Tally redrive(int limit) {
    Tally tally = new Tally();
    Instant end = clock.instant().plus(longest);
    while (tally.goesOn(limit) && clock.instant().isBefore(end)) {
      // Hidden for longer than this runs, so that a malformed message is met once.
      ReceiveAnswer answer =
          deadLetterQueue.receive(limit - tally.total(), longest.multipliedBy(2));
      if (answer instanceof ReceiveAnswer.NotReceived silent) {
        tally.stopped = Optional.of(silent.why());
        return tally;
      }
      List<Receipt> messages = ((ReceiveAnswer.Received) answer).messages();
      tally.emptyAnswers = messages.isEmpty() ? tally.emptyAnswers + 1 : 0;
      messages.forEach(message -> redrive(message, tally));
    }
    return tally;
  }

  private void redrive(Receipt message, Tally tally) {
    if (!(EventMessage.read(message.body()) instanceof EventMessage.Content.Event content)) {
      tally.malformed++;
      return;
    }
    Optional<Unavailable> failure =
        fallbackQueue.send(Hint.redriven(content.event(), clock.instant()))
                instanceof Unavailable unavailable
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
    private int emptyAnswers;
    private Optional<Unavailable> stopped = Optional.empty();

    private int total() {
      return redriven + malformed;
    }

    private boolean goesOn(int limit) {
      return total() < limit && emptyAnswers < EMPTY_ANSWERS && stopped.isEmpty();
    }

    private boolean hasSeenAll(Counted left) {
      return emptyAnswers == EMPTY_ANSWERS && left.waiting() == 0 && left.hidden() <= malformed;
    }
  }
}
