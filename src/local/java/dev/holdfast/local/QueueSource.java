package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** A queue, worked off by a pipe. For one thread. */
final class QueueSource implements EventBus.PipeSource {
  private static final int BATCH = 10;

  private final SqsClient client;
  private final String queueUrl;
  private final Pipe pipe;

  QueueSource(SqsClient client, String queueUrl, Pipe pipe) {
    this.client = client;
    this.queueUrl = queueUrl;
    this.pipe = pipe;
  }

  @Override
  public List<ObjectNode> poll() {
    List<ObjectNode> events = new ArrayList<>();
    List<Message> messages;
    do {
      messages =
          client.receiveMessage(it -> it.queueUrl(queueUrl).maxNumberOfMessages(BATCH)).messages();
      for (Message message : messages) {
        JsonNode record = json(message);
        if (pipe.takes(record)) {
          events.add(pipe.event(record, Instant.now()));
        }
        client.deleteMessage(it -> it.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
      }
    } while (!messages.isEmpty());
    return events;
  }

  /** As a pipe gets it: a body that is JSON can be looked into ("Implicit body data parsing"). */
  static JsonNode json(Message message) {
    ObjectNode json = Json.MAPPER.createObjectNode().put("messageId", message.messageId());
    json.set(
        "body",
        Json.parse(Buffer.buffer(message.body())).orElseGet(() -> json.textNode(message.body())));
    return json.put("eventSource", "aws:sqs").put("awsRegion", Intrinsics.REGION);
  }
}
