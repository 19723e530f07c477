package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Metric;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.DeadLetter;
import dev.holdfast.aws.SqsFallbackQueue;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.Unavailable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/**
 * Works off a batch of the fallback queue, each message on its own, and reports those that have to
 * come again (AWS, "Handling errors for an SQS event source in Lambda"). Bookings have nothing to
 * do with each other, so theirs are worked off side by side; two messages of one booking would only
 * get in each other's way, and go one after the other. One that fails does not hold up the next:
 * each is a hint, and the pending index says what its booking owes.
 */
@Named("drain")
@Singleton
public final class DrainFunction implements RequestStreamHandler {

  private static final Logger LOG = Logger.getLogger(DrainFunction.class);

  private final Drain drain;
  private final SqsFallbackQueue fallbackQueue;
  private final SqsDeadLetterQueue deadLetterQueue;
  private final Duration longest;
  private final MessageGroups groups;
  private final Clock clock;
  private final ObjectMapper mapper;
  private final EmbeddedMetrics metrics;

  public DrainFunction(
      Drain drain,
      SqsFallbackQueue fallbackQueue,
      SqsDeadLetterQueue deadLetterQueue,
      @ConfigProperty(name = "holdfast.drain.longest") Duration longest,
      @ConfigProperty(name = "holdfast.drain.parallel") int parallel,
      Clock clock,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.drain = drain;
    this.fallbackQueue = fallbackQueue;
    this.deadLetterQueue = deadLetterQueue;
    this.longest = longest;
    this.groups = new MessageGroups(parallel);
    this.clock = clock;
    this.mapper = mapper;
    this.metrics = metrics;
  }

  /**
   * Works off one batch. Of an event that is none of SQS's nothing is done, and the answer names no
   * message: "a complete failure" of the batch (AWS, "Handling errors for an SQS event source in
   * Lambda").
   */
  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    JsonNode records = mapper.readTree(input).path("Records");
    Instant end = clock.instant().plus(longest);
    UUID requestId = LogFields.requestId(context);
    ObjectNode response = mapper.createObjectNode();
    ArrayNode failures = response.putArray("batchItemFailures");
    if (!records.isArray()) {
      // An exception would be a page of plain text in the log of the managed Java runtime.
      try (LogFields fields = LogFields.of(requestId)) {
        fields.with("reason", "It has no array Records");
        LOG.error("This is no SQS event");
      }
      failures.addObject().put("itemIdentifier", "");
    }
    List<QueueMessage> messages = new ArrayList<>();
    records.forEach(record -> messages.add(QueueMessage.of(record)));
    try {
      List<QueueMessage> undone =
          groups.workOff(messages, message -> workOff(message, end, requestId));
      hasten(undone, requestId);
      for (QueueMessage message : undone) {
        failures.addObject().put("itemIdentifier", message.messageId());
      }
    } finally {
      metrics.flush(requestId);
    }
    output.write(response.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** Whether the message is done with. */
  private boolean workOff(QueueMessage message, Instant end, UUID requestId) {
    long start = System.nanoTime();
    try (LogFields fields = LogFields.of(requestId).with("messageId", message.messageId())) {
      Result result = clock.instant().isBefore(end) ? tryOnce(message, fields) : Result.POSTPONED;
      metrics.count(Metric.ByOutcome.DRAINED, result.outcome());
      fields.with("outcome", result.outcome());
      result.reason().ifPresent(reason -> fields.with("reason", reason));
      fields.with("durationMillis", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start));
      LOG.logf(result.level(), "Worked off a message: %s", result.outcome());
      return result.isDone();
    }
  }

  private Result tryOnce(QueueMessage message, LogFields fields) {
    try {
      return drain(message, fields);
    } catch (RuntimeException unexpected) {
      LOG.error("A message failed", unexpected);
      return Result.FAILED;
    }
  }

  private Result drain(QueueMessage message, LogFields fields) {
    EventMessage.Content content = EventMessage.read(message.body());
    if (content instanceof EventMessage.Content.Malformed malformed) {
      return giveUp(message, malformed.reason());
    }
    AcceptedEvent event = ((EventMessage.Content.Event) content).event();
    fields.with("bookingCode", event.bookingCode());
    fields.with("version", event.version());
    fields.with("eventId", event.identity().eventId());
    return Result.of(drain.drain(event));
  }

  private Result giveUp(QueueMessage message, String reason) {
    DeadLetter letter =
        new DeadLetter(message.body(), reason, message.groupId(), message.messageId());
    return deadLetterQueue.send(letter) instanceof Unavailable unavailable
        ? Result.unavailable(unavailable)
        : Result.malformed(reason);
  }

  /**
   * Best effort: else they come back after the queue's visibility timeout. All of them, those that
   * were not begun, too: one that stays hidden holds up whatever is behind it in its message group.
   */
  private void hasten(List<QueueMessage> undone, UUID requestId) {
    Instant now = clock.instant();
    Map<String, Duration> delays =
        undone.stream()
            .filter(message -> !message.receiptHandle().isEmpty())
            .collect(
                Collectors.toMap(
                    QueueMessage::receiptHandle,
                    message -> ComeBack.after(message.sentAt(), now),
                    (same, again) -> again));
    if (delays.isEmpty()) {
      return;
    }
    try (LogFields fields = LogFields.of(requestId)) {
      fields.with("messages", delays.size());
      hasten(delays);
    }
  }

  private void hasten(Map<String, Duration> delays) {
    try {
      fallbackQueue
          .returnIn(delays)
          .ifPresent(unavailable -> LOG.warnf("Messages come back late: %s", unavailable.reason()));
    } catch (RuntimeException unexpected) {
      LOG.warn("Messages come back late", unexpected);
    }
  }

  /**
   * What became of a message.
   *
   * @param isDone whether it need not come again
   */
  private record Result(
      String outcome, boolean isDone, Logger.Level level, Optional<String> reason) {

    static final Result FAILED = new Result("failed", false, Logger.Level.WARN, Optional.empty());

    /** The function's time is up: a message that is begun too late would end all of the batch. */
    static final Result POSTPONED =
        new Result("postponed", false, Logger.Level.WARN, Optional.empty());

    static Result of(DrainOutcome outcome) {
      if (outcome instanceof Unavailable unavailable) {
        return unavailable(unavailable);
      }
      if (outcome instanceof DrainOutcome.InConflict) {
        return new Result("in-conflict", true, Logger.Level.ERROR, Optional.empty());
      }
      return new Result(name(outcome), true, Logger.Level.INFO, Optional.empty());
    }

    static Result unavailable(Unavailable unavailable) {
      return new Result("unavailable", false, Logger.Level.WARN, Optional.of(unavailable.reason()));
    }

    static Result malformed(String reason) {
      return new Result("malformed", true, Logger.Level.ERROR, Optional.of(reason));
    }

    private static String name(DrainOutcome outcome) {
      if (outcome instanceof DrainOutcome.Settled) {
        return "settled";
      }
      return outcome instanceof DrainOutcome.Repaired ? "repaired" : "stale";
    }
  }
}
