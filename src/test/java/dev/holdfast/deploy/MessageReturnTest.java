package dev.holdfast.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.Regression;
import dev.holdfast.aws.Clients;
import dev.holdfast.aws.EmbeddedSqs;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.Events;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsFallbackQueue;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.function.DrainFunction;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Unavailable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Reader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

/**
 * When a message comes back that drain could not drain: drain's function and a real queue with the
 * template's times, while a test moves the queue's clock.
 */
class MessageReturnTest {

  /** Nothing listens there. */
  private static final URI NOWHERE = URI.create("http://127.0.0.1:1");

  /** In which a message that is visible again is received and drained. */
  private static final Duration TO_DRAIN = Duration.ofSeconds(10);

  private static final Duration VISIBILITY_TIMEOUT =
      seconds(DeploymentTemplate.properties("FallbackQueue").at("VisibilityTimeout"));
  private static final Duration FUNCTION_TIMEOUT =
      seconds(DeploymentTemplate.properties("DrainFunction").at("Timeout"));

  @RegisterExtension static final EmbeddedSqs SQS = new EmbeddedSqs();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast");

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Drain drain = mock(Drain.class);
  private final AcceptedEvent event = Events.first(Events.anyCode());
  private final AcceptedEvent behind = Events.version(event.bookingCode(), 2);

  private String queueUrl;

  @BeforeEach
  void createQueue() {
    queueUrl = SQS.createQueue("queue-" + UUID.randomUUID(), VISIBILITY_TIMEOUT);
    when(drain.drain(any())).thenReturn(new Unavailable("The event table does not answer"));
  }

  @Test
  @Regression("bookings were pending for 150 s with everything healthy")
  void aMessageWhoseQueueFailsWhileDrainHoldsItIsBackWithinAMinute() throws IOException {
    assertThat(queue(SQS.client()).send(new Hint(event, Optional.empty())))
        .isNotInstanceOf(Unavailable.class);
    List<Message> received = receive();
    try (SqsClient failing = Clients.sqs(NOWHERE)) {
      assertThat(failures(function(failing, Duration.ofSeconds(9)), received)).hasSize(1);
    }
    when(drain.drain(any())).thenReturn(new DrainOutcome.Settled());

    SQS.pass(Duration.ofMinutes(1).minus(TO_DRAIN));

    List<Message> again = receive();
    assertThat(again).extracting(Message::messageId).contains(received.get(0).messageId());
    assertThat(failures(function(SQS.client(), Duration.ofSeconds(9)), again)).isEmpty();
  }

  @Test
  void aMessageThatNobodyBeganDoesNotHoldUpItsBooking() throws IOException {
    SqsClient sqs = SQS.client();
    for (AcceptedEvent each : List.of(event, behind)) {
      sqs.sendMessage(
          send ->
              send.queueUrl(queueUrl)
                  .messageGroupId(event.bookingCode().value())
                  .messageDeduplicationId(UUID.randomUUID().toString())
                  .messageBody(EventMessage.write(each)));
    }
    List<Message> received = receive();
    assertThat(received).hasSize(2);
    // No time at all: the messages are postponed.
    assertThat(failures(function(sqs, Duration.ZERO), received)).hasSize(2);

    SQS.pass(Duration.ofSeconds(3));

    assertThat(receive())
        .extracting(Message::messageId)
        .isEqualTo(received.stream().map(Message::messageId).toList());
  }

  /** AWS, "Creating and configuring an Amazon SQS event source mapping". */
  @Test
  void lambdaTakesTheQueueAsTheSourceOfItsFunction() {
    assertThat(VISIBILITY_TIMEOUT).isGreaterThanOrEqualTo(FUNCTION_TIMEOUT);
  }

  @Test
  void aBatchWhoseMessagesTakeTheirLongestEndsInTheFunctionsTime() throws IOException {
    Properties settings = new Properties();
    try (Reader reader =
        Files.newBufferedReader(Path.of("src", "main", "resources", "application.properties"))) {
      settings.load(reader);
    }
    Duration pendingIndex = duration(settings, "quarkus.dynamodb.pending.api-call-timeout");
    Duration eventTable = duration(settings, "quarkus.dynamodb.events.api-call-timeout");
    Duration queue = duration(settings, "quarkus.sqs.api-call-timeout");

    assertThat(
            duration(settings, "holdfast.drain.longest")
                .plus(Drain.STEPS_BEGIN_WITHIN)
                .plus(Collections.max(List.of(pendingIndex, eventTable)))
                .plus(queue)
                // Of the function's own.
                .plusSeconds(1))
        .isLessThan(FUNCTION_TIMEOUT);
  }

  private SqsFallbackQueue queue(SqsClient client) {
    return new SqsFallbackQueue(() -> client, queueUrl, Clients.PATIENCE, Clients.unmeasured());
  }

  private DrainFunction function(SqsClient client, Duration longest) {
    return new DrainFunction(
        drain,
        queue(client),
        mock(SqsDeadLetterQueue.class),
        longest,
        10,
        Clock.fixed(SQS.now(), ZoneOffset.UTC),
        MAPPER,
        Clients.unmeasured());
  }

  private List<Message> receive() {
    return SQS.client()
        .receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(10)
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  /** What the function reports as failed of a batch, as Lambda's poller hands it over. */
  private static List<String> failures(DrainFunction function, List<Message> messages)
      throws IOException {
    ObjectNode batch = MAPPER.createObjectNode();
    ArrayNode records = batch.putArray("Records");
    for (Message message : messages) {
      ObjectNode attributes =
          records
              .addObject()
              .put("messageId", message.messageId())
              .put("receiptHandle", message.receiptHandle())
              .put("body", message.body())
              .putObject("attributes");
      message.attributesAsStrings().forEach(attributes::put);
    }
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    function.handleRequest(
        new ByteArrayInputStream(batch.toString().getBytes(StandardCharsets.UTF_8)),
        output,
        mock(Context.class));
    JsonNode failures = MAPPER.readTree(output.toByteArray()).path("batchItemFailures");
    return failures.findValuesAsText("itemIdentifier");
  }

  private static Duration seconds(Tree number) {
    return Duration.ofSeconds(Long.parseLong(number.text()));
  }

  /** As in {@code 700ms} or {@code 9S}. */
  private static Duration duration(Properties settings, String key) {
    String text = settings.getProperty(key);
    return text.endsWith("ms")
        ? Duration.ofMillis(Long.parseLong(text.replace("ms", "")))
        : Duration.parse("PT" + text);
  }
}
