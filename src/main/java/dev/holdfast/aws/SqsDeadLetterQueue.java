package dev.holdfast.aws;

import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageRequest;
import software.amazon.awssdk.services.sqs.model.GetQueueAttributesRequest;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.ReceiveMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * The SQS FIFO queue for messages that no drain can make sense of. SQS itself moves there what was
 * received too often; what is malformed is sent at once, so that it never blocks the messages
 * behind it. Safe for use by several threads.
 */
public final class SqsDeadLetterQueue {

  /** The most that SQS hands out at once (AWS, "ReceiveMessage"). */
  private static final int MOST_AT_ONCE = 10;

  private static final QueueAttributeName WAITING =
      QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES;
  private static final QueueAttributeName HIDDEN =
      QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE;

  private final Supplier<SqsClient> client;
  private final BoundedCalls calls;
  private final String queueUrl;

  /**
   * @param client asked for when the first message is sent
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public SqsDeadLetterQueue(
      Supplier<SqsClient> client, String queueUrl, Duration limit, EmbeddedMetrics metrics) {
    this.client = client;
    this.calls = new BoundedCalls(Dependency.DEAD_LETTER_QUEUE, limit, metrics);
    this.queueUrl = queueUrl;
  }

  /** Sends a message, its body as it was received, its reason as the attribute {@code reason}. */
  public SendAnswer send(DeadLetter letter) {
    SendMessageRequest request =
        SendMessageRequest.builder()
            .queueUrl(queueUrl)
            .messageGroupId(letter.groupId())
            .messageDeduplicationId(letter.deduplicationId())
            .messageBody(letter.body())
            .messageAttributes(
                Map.of(
                    "reason",
                    MessageAttributeValue.builder()
                        .dataType("String")
                        .stringValue(letter.reason())
                        .build()))
            .build();
    SqsClient sqs = client.get();
    try {
      calls.run(() -> sqs.sendMessage(request));
      return new SendAnswer.Sent();
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }

  /**
   * Receives messages, at most ten, which are hidden from others for a while. An answer without a
   * message does not say that there is none: SQS asks some of its servers only (AWS, "Amazon SQS
   * short and long polling"). To wait for the others takes longer than a request may take.
   *
   * @param hiddenFor after this, what was not {@linkplain #delete deleted} is there again
   */
  public ReceiveAnswer receive(int limit, Duration hiddenFor) {
    ReceiveMessageRequest request =
        ReceiveMessageRequest.builder()
            .queueUrl(queueUrl)
            .maxNumberOfMessages(Math.min(limit, MOST_AT_ONCE))
            .visibilityTimeout(Math.toIntExact(hiddenFor.toSeconds()))
            .build();
    SqsClient sqs = client.get();
    try {
      return new ReceiveAnswer.Received(
          calls.run(() -> sqs.receiveMessage(request)).messages().stream()
              .map(message -> new Receipt(message.body(), message.receiptHandle()))
              .toList());
    } catch (NoAnswerException failure) {
      return new ReceiveAnswer.NotReceived(failure.unavailable());
    }
  }

  /** What {@link #receive} answers. */
  public sealed interface ReceiveAnswer permits ReceiveAnswer.Received, ReceiveAnswer.NotReceived {
    /** None where the queue seems empty, or all it has is hidden. */
    record Received(List<Receipt> messages) implements ReceiveAnswer {}

    record NotReceived(Unavailable why) implements ReceiveAnswer {}
  }

  /** Counts the queue's messages. */
  public CountAnswer count() {
    GetQueueAttributesRequest request =
        GetQueueAttributesRequest.builder()
            .queueUrl(queueUrl)
            .attributeNames(WAITING, HIDDEN)
            .build();
    SqsClient sqs = client.get();
    try {
      Map<QueueAttributeName, String> counts =
          calls.run(() -> sqs.getQueueAttributes(request)).attributes();
      return new CountAnswer.Counted(
          Long.parseLong(counts.get(WAITING)), Long.parseLong(counts.get(HIDDEN)));
    } catch (NoAnswerException failure) {
      return new CountAnswer.NotCounted(failure.unavailable());
    }
  }

  /** What {@link #count} answers. */
  public sealed interface CountAnswer permits CountAnswer.Counted, CountAnswer.NotCounted {
    /**
     * As many as SQS knows of; what was sent or received within the last minute may be missing.
     *
     * @param waiting to be received; of one message group only behind those that are hidden
     * @param hidden received and neither deleted nor back again
     */
    record Counted(long waiting, long hidden) implements CountAnswer {}

    record NotCounted(Unavailable why) implements CountAnswer {}
  }

  /** Deletes a message that was received; answers why not, where it was not. */
  public Optional<Unavailable> delete(Receipt receipt) {
    DeleteMessageRequest request =
        DeleteMessageRequest.builder().queueUrl(queueUrl).receiptHandle(receipt.handle()).build();
    SqsClient sqs = client.get();
    try {
      calls.run(() -> sqs.deleteMessage(request));
      return Optional.empty();
    } catch (NoAnswerException failure) {
      return Optional.of(failure.unavailable());
    }
  }

  /**
   * A message that was received.
   *
   * @param handle names this receipt of it
   */
  public record Receipt(String body, String handle) {}

  /**
   * A message for the dead-letter queue.
   *
   * @param reason why no drain can make sense of it; not empty
   * @param groupId of the message as it was received
   * @param deduplicationId the same for the same message, so that a drain that is repeated sends it
   *     once
   */
  public record DeadLetter(String body, String reason, String groupId, String deduplicationId) {}
}
