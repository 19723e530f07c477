package dev.holdfast.aws;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ChangeFeed;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * The change feed's way in for events that go there again: an SQS queue, from which a pipe of the
 * template takes them to the bus (docs/decisions/0027-republish-through-a-queue.md). A message that
 * the bus does not take stays on the queue. Its body is the event without its data, as the feed
 * itself.
 *
 * <p>Safe for use by several threads.
 */
public final class SqsChangeFeed implements ChangeFeed {

  private final Supplier<SqsClient> client;
  private final BoundedCalls calls;
  private final String queueUrl;

  /**
   * @param client asked for when the first message is sent
   * @param limit how long one request may take, all attempts together
   * @param metrics where the time of each request goes
   */
  public SqsChangeFeed(
      Supplier<SqsClient> client, String queueUrl, Duration limit, EmbeddedMetrics metrics) {
    this.client = client;
    this.calls = new BoundedCalls(Dependency.REPUBLISH_QUEUE, limit, metrics);
    this.queueUrl = queueUrl;
  }

  @Override
  public PublishAnswer republish(List<AcceptedEvent> events) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (AcceptedEvent event : events) {
      entries.add(
          SendMessageBatchRequestEntry.builder()
              .id(Integer.toString(entries.size()))
              .messageBody(EventMessage.writeWithoutData(event))
              .build());
    }
    SendMessageBatchRequest request =
        SendMessageBatchRequest.builder().queueUrl(queueUrl).entries(entries).build();
    SqsClient sqs = client.get();
    try {
      List<BatchResultErrorEntry> failed = calls.run(() -> sqs.sendMessageBatch(request)).failed();
      return failed.stream()
          .findFirst()
          .<PublishAnswer>map(
              first ->
                  new Unavailable(
                      "%s: %d of %d not taken, the first: %s"
                          .formatted(
                              Dependency.REPUBLISH_QUEUE,
                              failed.size(),
                              entries.size(),
                              first.code())))
          .orElseGet(PublishAnswer.Published::new);
    } catch (NoAnswerException failure) {
      return failure.unavailable();
    }
  }
}
