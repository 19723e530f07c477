package dev.holdfast.aws;

import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;

/**
 * The SQS FIFO queue for messages that no drain can make sense of. SQS itself moves there what was
 * received too often; what is malformed is sent at once, so that it never blocks the messages
 * behind it. Safe for use by several threads.
 */
public final class SqsDeadLetterQueue {

  private final Supplier<SqsClient> client;
  private final BoundedCalls calls;
  private final String queueUrl;

  /**
   * @param client asked for when the first message is sent
   * @param limit how long one request may take, all attempts together
   */
  public SqsDeadLetterQueue(Supplier<SqsClient> client, String queueUrl, Duration limit) {
    this.client = client;
    this.calls = new BoundedCalls("dead-letter-queue", limit);
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
   * A message for the dead-letter queue.
   *
   * @param reason why no drain can make sense of it; not empty
   * @param groupId of the message as it was received
   * @param deduplicationId the same for the same message, so that a drain that is repeated sends it
   *     once
   */
  public record DeadLetter(String body, String reason, String groupId, String deduplicationId) {}
}
