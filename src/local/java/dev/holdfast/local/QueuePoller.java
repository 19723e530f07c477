package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.DeleteMessageBatchRequestEntry;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * Stands for Lambda's event source mapping of a queue (AWS, "Using Lambda with Amazon SQS"): takes
 * messages, calls the function with them, and deletes those that it did not report as failed.
 */
final class QueuePoller implements AutoCloseable {
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);

  /** Instead of a long poll: while a message group is blocked, ElasticMQ burns a core for one. */
  private static final Duration PAUSE = Duration.ofMillis(300);

  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** A message is the same to a function as to the SDK. */
  private static final ObjectMapper RECORDS =
      Json.AWS.copy().setPropertyNamingStrategy(PropertyNamingStrategies.LOWER_CAMEL_CASE);

  private final Template.QueueMapping mapping;
  private final String queueUrl;
  private final FunctionPool pool;
  private final SqsClient queue;
  private final ExecutorService threads;

  /**
   * Starts to poll.
   *
   * @param endpoint where the queue's server is asked, which may be a fault proxy
   * @param concurrency how many batches are in work at a time
   */
  QueuePoller(
      Template.QueueMapping mapping,
      String queueUrl,
      URI endpoint,
      FunctionPool pool,
      int concurrency) {
    this.mapping = mapping;
    this.queueUrl = queueUrl;
    this.pool = pool;
    this.queue =
        Clients.of(
            SqsClient.builder(),
            endpoint,
            CALL_TIMEOUT,
            AccessControl.pollerAccessKey(pool.function()));
    this.threads =
        Executors.newFixedThreadPool(
            concurrency, new DefaultThreadFactory("poller-" + pool.function().name(), true));
    IntStream.range(0, concurrency).forEach(thread -> threads.execute(this::run));
  }

  /** Returns at once; a call under way comes to nothing. */
  @Override
  public void close() {
    threads.shutdownNow();
    queue.close();
  }

  private void run() {
    try {
      while (!threads.isShutdown()) {
        if (!isWorkedOff()) {
          Thread.sleep(PAUSE.toMillis());
        }
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Whether there was something, and it was worked off. */
  private boolean isWorkedOff() throws InterruptedException {
    try {
      List<Message> messages = receive();
      return !messages.isEmpty() && work(messages);
    } catch (SdkException | IllegalStateException | ExecutionException failed) {
      // Whatever it was, a closed client included, the messages are still on the queue.
      return false;
    }
  }

  private List<Message> receive() {
    return queue
        .receiveMessage(
            request ->
                request
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(Math.min(10, mapping.batchSize()))
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  /** Whether the function answered. */
  private boolean work(List<Message> messages) throws InterruptedException, ExecutionException {
    Outcome outcome = pool.invoke(event(messages), PATIENCE).get();
    Set<String> failed = failed(messages, outcome);
    List<DeleteMessageBatchRequestEntry> done =
        messages.stream()
            .filter(message -> !failed.contains(message.messageId()))
            .map(
                message ->
                    DeleteMessageBatchRequestEntry.builder()
                        .id(message.messageId())
                        .receiptHandle(message.receiptHandle())
                        .build())
            .toList();
    if (!done.isEmpty()) {
      queue.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(done));
    }
    return outcome instanceof Outcome.Answered;
  }

  private Set<String> failed(List<Message> messages, Outcome outcome) {
    Set<String> all = messages.stream().map(Message::messageId).collect(Collectors.toSet());
    if (!(outcome instanceof Outcome.Answered answered)) {
      return all;
    }
    if (!mapping.reportsItemFailures() || answered.payload().length() == 0) {
      return Set.of();
    }
    Optional<JsonNode> failures =
        Json.parse(answered.payload()).map(response -> response.path("batchItemFailures"));
    if (failures.filter(none -> none.isMissingNode() || none.isNull()).isPresent()) {
      return Set.of();
    }
    // AWS: an empty, missing or unknown identifier makes the whole batch a failure.
    return failures
        .filter(JsonNode::isArray)
        .map(list -> list.valueStream().map(each -> each.path("itemIdentifier").asText()))
        .map(reported -> reported.collect(Collectors.toSet()))
        .filter(all::containsAll)
        .orElse(all);
  }

  private Buffer event(List<Message> messages) {
    ObjectNode event = Json.object();
    ArrayNode records = event.putArray("Records");
    for (Message message : messages) {
      ObjectNode item = RECORDS.valueToTree(message.toBuilder());
      records.add(
          item.put("eventSource", "aws:sqs")
              .put("eventSourceARN", mapping.queueArn())
              .put("awsRegion", Intrinsics.REGION));
    }
    return Json.buffer(event);
  }
}
