package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequest;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * The fallback queue as an SQS FIFO queue: one message group for each booking code.
 *
 * <p>SQS answers a second message with the same deduplication id within five minutes with success
 * and throws it away, also after the first one was worked off. For the first hint of a booking the
 * id is the booking code: while that message stays, another one would say the same. Every other
 * hint has its state in the id, behind a slash, which no booking code has: the message that it
 * could be swallowed for is about a debt to which nothing was done since. At most 95 of the 128
 * characters that SQS takes, all of them letters, digits and punctuation (AWS, "SendMessage",
 * MessageDeduplicationId).
 *
 * <p>Safe for use by several threads.
 */
public final class SqsFallbackQueue implements FallbackQueue {

  private static final Logger LOG = Logger.getLogger(SqsFallbackQueue.class);

  private final Supplier<SqsClient> client;
  private final BoundedCalls calls;
  private final String queueUrl;

  /**
   * @param client asked for when the first message is sent: most processes never send one
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public SqsFallbackQueue(
      Supplier<SqsClient> client, String queueUrl, Duration limit, EmbeddedMetrics metrics) {
    this.client = client;
    this.calls = new BoundedCalls(Dependency.FALLBACK_QUEUE, limit, metrics);
    this.queueUrl = queueUrl;
  }

  @Override
  public SendAnswer send(Hint hint) {
    AcceptedEvent event = hint.event();
    String deduplicationId =
        event.bookingCode() + hint.state().map(state -> "/" + state).orElse("");
    try {
      SendMessageRequest request =
          SendMessageRequest.builder()
              .queueUrl(queueUrl)
              .messageGroupId(event.bookingCode().value())
              .messageDeduplicationId(deduplicationId)
              .messageBody(EventMessage.write(event))
              .build();
      // Making the client is not the queue's slowness, so it happens outside of the bounded call.
      SqsClient sqs = client.get();
      calls.run(() -> sqs.sendMessage(request));
      return new SendAnswer.Sent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    } catch (RuntimeException bug) {
      LOG.errorf(bug, "No hint can be sent for %s", event.bookingCode());
      return new Unavailable(Dependency.FALLBACK_QUEUE + ": " + bug.getClass().getSimpleName());
    }
  }

  /**
   * Sets when messages that were received and could not be drained come back, in one request. Best
   * effort: without it a message comes back after the queue's visibility timeout.
   *
   * @param delays from now, 0 s to 12 h in whole seconds, by the receipt handle that each message
   *     had from its last receipt; one to ten
   * @return why not, where it was not set for all of them
   */
  public Optional<Unavailable> returnIn(Map<String, Duration> delays) {
    List<ChangeMessageVisibilityBatchRequestEntry> entries = new ArrayList<>();
    delays.forEach(
        (receiptHandle, delay) ->
            entries.add(
                ChangeMessageVisibilityBatchRequestEntry.builder()
                    .id(Integer.toString(entries.size()))
                    .receiptHandle(receiptHandle)
                    .visibilityTimeout(Math.toIntExact(delay.toSeconds()))
                    .build()));
    ChangeMessageVisibilityBatchRequest request =
        ChangeMessageVisibilityBatchRequest.builder().queueUrl(queueUrl).entries(entries).build();
    SqsClient sqs = client.get();
    try {
      List<BatchResultErrorEntry> failed =
          calls.run(() -> sqs.changeMessageVisibilityBatch(request)).failed();
      return failed.stream()
          .findFirst()
          .map(
              first ->
                  new Unavailable(
                      "%d of %d, the first: %s"
                          .formatted(failed.size(), entries.size(), first.code())));
    } catch (NoAnswerException failure) {
      return Optional.of(failure.unavailable());
    }
  }
}
