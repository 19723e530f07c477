package dev.holdfast.local;

import static software.amazon.awssdk.services.sqs.model.QueueAttributeName.REDRIVE_POLICY;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;
import software.amazon.awssdk.services.sqs.model.SqsException;

/** The queues of one region themselves, past every fault. */
final class Queues implements AutoCloseable {
  private static final int BATCH = 10;
  private static final String DEAD_LETTER_QUEUE = "DeadLetterQueue";

  /** On offer, received and not yet deleted, and not yet on offer. */
  private static final List<QueueAttributeName> MESSAGES =
      List.of(
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
          QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_DELAYED);

  /** Attributes that a queue can do without, in case a server does not know them. */
  private static final List<QueueAttributeName> OPTIONAL =
      List.of(
          QueueAttributeName.DEDUPLICATION_SCOPE,
          QueueAttributeName.FIFO_THROUGHPUT_LIMIT,
          QueueAttributeName.KMS_MASTER_KEY_ID,
          QueueAttributeName.SQS_MANAGED_SSE_ENABLED);

  private final URI endpoint;
  private final Runnable server;
  private final SqsClient client;
  private final Map<String, String> urls = new HashMap<>();

  private Queues(Template template, URI endpoint, Runnable server) {
    this.endpoint = endpoint;
    this.server = server;
    this.client = Clients.of(SqsClient.builder(), endpoint, StoreServers.PATIENCE);
    try {
      create(template.queues());
      for (String logicalId : List.of(Dependency.FALLBACK_QUEUE.logicalId(), DEAD_LETTER_QUEUE)) {
        if (!urls.containsKey(logicalId)) {
          throw new StartFailure("The template has no queue " + logicalId + ".");
        }
      }
    } catch (SdkException failed) {
      close();
      throw StoreServers.unusable(Dependency.FALLBACK_QUEUE, endpoint, failed);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /**
   * Makes the template's queues, in a server of their own, where they are not there.
   *
   * @param port 0 is any free one
   * @throws StartFailure if the template lacks a part
   */
  static Queues embedded(Template template, int port) {
    EmbeddedSqs server = EmbeddedSqs.start(port);
    return new Queues(template, server.endpoint(), server::close);
  }

  /**
   * The same, in a server that runs elsewhere.
   *
   * @throws StartFailure if it does not answer, or the template lacks a part
   */
  static Queues external(Template template, URI endpoint) {
    return new Queues(template, endpoint, () -> {});
  }

  URI endpoint() {
    return endpoint;
  }

  /** The URL of every queue by its logical id. */
  Map<String, String> urls() {
    return Map.copyOf(urls);
  }

  /**
   * How these queues are, at a door whose API is there.
   *
   * @throws SdkException if the server does not answer
   */
  State.DoorState state(Door door, URI api, boolean isLost) {
    return new State.DoorState(
        door,
        api,
        isLost,
        messages(Dependency.FALLBACK_QUEUE.logicalId()),
        messages(DEAD_LETTER_QUEUE));
  }

  /** What a pipe gets of a queue; it is no longer there. */
  List<JsonNode> take(String logicalId) {
    String url = urls.get(logicalId);
    List<JsonNode> records = new ArrayList<>();
    List<Message> messages;
    do {
      messages =
          client.receiveMessage(it -> it.queueUrl(url).maxNumberOfMessages(BATCH)).messages();
      for (Message message : messages) {
        records.add(record(message));
        client.deleteMessage(it -> it.queueUrl(url).receiptHandle(message.receiptHandle()));
      }
    } while (!messages.isEmpty());
    return records;
  }

  /** As a pipe gets it: a body that is JSON can be looked into ("Implicit body data parsing"). */
  static JsonNode record(Message message) {
    ObjectNode json = Json.object().put("messageId", message.messageId());
    json.set(
        "body",
        Json.parse(Buffer.buffer(message.body())).orElseGet(() -> json.textNode(message.body())));
    return json.put("eventSource", "aws:sqs").put("awsRegion", Intrinsics.REGION);
  }

  @Override
  public void close() {
    client.close();
    server.run();
  }

  /** Those without a redrive policy first: the others name them. */
  private void create(List<Template.Queue> definitions) {
    Map<String, String> arns = new HashMap<>();
    for (Template.Queue queue :
        definitions.stream()
            .sorted(Comparator.comparing(it -> it.attributes().containsKey(REDRIVE_POLICY)))
            .toList()) {
      Map<QueueAttributeName, String> attributes = new TreeMap<>(queue.attributes());
      // A server that runs elsewhere has its own ARNs.
      arns.forEach(
          (here, there) ->
              attributes.computeIfPresent(
                  REDRIVE_POLICY, (same, policy) -> policy.replace(here + '"', there + '"')));
      String url = create(queue.name(), attributes);
      urls.put(queue.logicalId(), url);
      arns.put(
          queue.arn(), attributes(url).getOrDefault(QueueAttributeName.QUEUE_ARN, queue.arn()));
    }
  }

  private Map<QueueAttributeName, String> attributes(String url) {
    return client
        .getQueueAttributes(it -> it.queueUrl(url).attributeNames(QueueAttributeName.ALL))
        .attributes();
  }

  private String create(String name, Map<QueueAttributeName, String> attributes) {
    try {
      return client
          .createQueue(request -> request.queueName(name).attributes(attributes))
          .queueUrl();
    } catch (SqsException refused) {
      Map<QueueAttributeName, String> fewer = new TreeMap<>(attributes);
      fewer.keySet().removeAll(OPTIONAL);
      try {
        return client.createQueue(request -> request.queueName(name).attributes(fewer)).queueUrl();
      } catch (SqsException refusedAgain) {
        // It may be there with other attributes; then it is used as it is.
        return client.getQueueUrl(request -> request.queueName(name)).queueUrl();
      }
    }
  }

  private long messages(String queue) {
    Map<QueueAttributeName, String> counts = attributes(urls.get(queue));
    return MESSAGES.stream()
        .mapToLong(count -> Long.parseLong(counts.getOrDefault(count, "0")))
        .sum();
  }
}
