package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
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
  private static final int WAIT_SECONDS = 1;
  private static final Duration CALL_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final Template.QueueMapping mapping;
  private final String queueUrl;
  private final FunctionPool pool;
  private final SqsClient queue;
  private final List<Thread> threads = new ArrayList<>();
  private volatile boolean stopped;

  private QueuePoller(
      Template.QueueMapping mapping, String queueUrl, URI endpoint, FunctionPool pool) {
    this.mapping = mapping;
    this.queueUrl = queueUrl;
    this.pool = pool;
    this.queue =
        Clients.sqs(endpoint, CALL_TIMEOUT, AccessControl.pollerAccessKey(pool.function()));
  }

  /**
   * Starts to poll.
   *
   * @param endpoint where the queue's server is asked, which may be a fault proxy
   * @param concurrency how many batches are in work at a time
   */
  static QueuePoller start(
      Template.QueueMapping mapping,
      String queueUrl,
      URI endpoint,
      FunctionPool pool,
      int concurrency) {
    QueuePoller poller = new QueuePoller(mapping, queueUrl, endpoint, pool);
    for (int i = 0; i < concurrency; i++) {
      Thread thread = new Thread(poller::run, "poller-" + pool.function().name() + "-" + i);
      thread.setDaemon(true);
      poller.threads.add(thread);
      thread.start();
    }
    return poller;
  }

  /** Returns at once; a call under way comes to nothing. */
  @Override
  public void close() {
    stopped = true;
    threads.forEach(Thread::interrupt);
    queue.close();
  }

  private void run() {
    while (!stopped) {
      try {
        List<Message> messages = receive();
        if (!messages.isEmpty()) {
          work(messages);
        }
      } catch (SdkException | IllegalStateException | ExecutionException failed) {
        // Whatever it was, a closed client included, the messages are still on the queue.
        pause();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private List<Message> receive() {
    return queue
        .receiveMessage(
            request ->
                request
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(Math.min(10, mapping.batchSize()))
                    .waitTimeSeconds(WAIT_SECONDS)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL)
                    .messageAttributeNames("All"))
        .messages();
  }

  private void work(List<Message> messages) throws InterruptedException, ExecutionException {
    Outcome outcome = pool.invoke(event(messages), PATIENCE).get();
    Set<String> failed = failed(messages, outcome);
    List<DeleteMessageBatchRequestEntry> done = new ArrayList<>();
    for (Message message : messages) {
      if (!failed.contains(message.messageId())) {
        done.add(
            DeleteMessageBatchRequestEntry.builder()
                .id(Integer.toString(done.size()))
                .receiptHandle(message.receiptHandle())
                .build());
      }
    }
    if (!done.isEmpty()) {
      queue.deleteMessageBatch(request -> request.queueUrl(queueUrl).entries(done));
    }
    if (!(outcome instanceof Outcome.Answered)) {
      pause();
    }
  }

  private Set<String> failed(List<Message> messages, Outcome outcome) {
    Set<String> all = new HashSet<>();
    messages.forEach(message -> all.add(message.messageId()));
    if (!(outcome instanceof Outcome.Answered answered)) {
      return all;
    }
    if (!mapping.reportsItemFailures() || answered.payload().length() == 0) {
      return Set.of();
    }
    Optional<JsonNode> response = Json.parse(answered.payload());
    if (response.isEmpty()) {
      return all;
    }
    JsonNode failures = response.get().path("batchItemFailures");
    if (failures.isMissingNode() || failures.isNull()) {
      return Set.of();
    }
    Set<String> reported = new HashSet<>();
    for (JsonNode failure : failures) {
      reported.add(failure.path("itemIdentifier").asText());
    }
    // AWS: an empty, missing or unknown identifier makes the whole batch a failure.
    return failures.isArray() && all.containsAll(reported) ? reported : all;
  }

  private Buffer event(List<Message> messages) {
    ObjectNode event = Json.MAPPER.createObjectNode();
    ArrayNode records = event.putArray("Records");
    for (Message message : messages) {
      ObjectNode item =
          records
              .addObject()
              .put("messageId", message.messageId())
              .put("receiptHandle", message.receiptHandle())
              .put("body", message.body());
      ObjectNode attributes = item.putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
      ObjectNode own = item.putObject("messageAttributes");
      message
          .messageAttributes()
          .forEach(
              (name, value) -> {
                ObjectNode attribute = own.putObject(name);
                Optional.ofNullable(value.stringValue())
                    .ifPresent(text -> attribute.put("stringValue", text));
                Optional.ofNullable(value.binaryValue())
                    .ifPresent(
                        bytes ->
                            attribute.put(
                                "binaryValue",
                                Base64.getEncoder().encodeToString(bytes.asByteArray())));
                attribute.putArray("stringListValues");
                attribute.putArray("binaryListValues");
                attribute.put("dataType", value.dataType());
              });
      item.put("md5OfBody", message.md5OfBody())
          .put("eventSource", "aws:sqs")
          .put("eventSourceARN", mapping.queueArn())
          .put("awsRegion", Intrinsics.REGION);
    }
    return Json.buffer(event);
  }

  private void pause() {
    try {
      Thread.sleep(PAUSE.toMillis());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      stopped = true;
    }
  }
}
