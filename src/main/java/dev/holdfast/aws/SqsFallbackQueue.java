package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.ChangeMessageVisibilityRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * The fallback queue as an SQS FIFO queue: one message group for each booking code, which is the
 * deduplication id as well.
 *
 * <p>SQS answers a second message with the same deduplication id within five minutes with success
 * and throws it away. Here that is harmless: a message is a hint, and the one that stays says the
 * same. Safe for use by several threads.
 */
public final class SqsFallbackQueue implements FallbackQueue {

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
  public SendAnswer send(AcceptedEvent event) {
    SendMessageRequest request =
        SendMessageRequest.builder()
            .queueUrl(queueUrl)
            .messageGroupId(event.bookingCode().value())
            .messageDeduplicationId(event.bookingCode().value())
            .messageBody(EventMessage.write(event))
            .build();
    // Making the client is not the queue's slowness, so it happens outside of the bounded call.
    SqsClient sqs = client.get();
    try {
      calls.run(() -> sqs.sendMessage(request));
      return new SendAnswer.Sent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  /**
   * Sets when a message that was received and could not be drained comes back. Best effort: without
   * it the message comes back after the queue's visibility timeout.
   *
   * @param receiptHandle of the message, from its last receipt
   * @param delay from now; 0 s to 12 h, in whole seconds
   * @return why it was not set, where it was not
   */
  public Optional<Unavailable> returnIn(String receiptHandle, Duration delay) {
    ChangeMessageVisibilityRequest request =
        ChangeMessageVisibilityRequest.builder()
            .queueUrl(queueUrl)
            .receiptHandle(receiptHandle)
            .visibilityTimeout(Math.toIntExact(delay.toSeconds()))
            .build();
    SqsClient sqs = client.get();
    try {
      calls.run(() -> sqs.changeMessageVisibility(request));
      return Optional.empty();
    } catch (NoAnswerException failure) {
      return Optional.of(failure.unavailable());
    }
  }
}
