package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.holdfast.aws.SqsDeadLetterQueue.DeadLetter;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;

class SqsQueuesTest {

  @RegisterExtension static final EmbeddedSqs SQS = new EmbeddedSqs();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent event = Events.withData(code, "{\"name\":\"東京 🏨\"}");

  private String queueUrl;
  private SqsFallbackQueue queue;

  @BeforeEach
  void createQueue() {
    queueUrl = SQS.createQueue("queue-" + UUID.randomUUID());
    queue = new SqsFallbackQueue(SQS::client, queueUrl, Clients.PATIENCE, Clients.unmeasured());
  }

  @Test
  void sendsTheWholeEventInTheGroupOfItsBooking() {
    assertThat(queue.send(new Hint(event, Optional.empty()))).isEqualTo(new SendAnswer.Sent());

    assertThat(receive())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(EventMessage.read(message.body()))
                  .isEqualTo(new EventMessage.Content.Event(event));
              assertThat(message.attributes())
                  .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, code.value())
                  .containsEntry(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID, code.value());
            });
  }

  /** As on AWS. It is harmless: the message that stays says that this booking is owed, too. */
  @Test
  void answersWithSuccessWhereAMessageIsSwallowedAsADuplicate() {
    AcceptedEvent other = Events.first(code);

    assertThat(queue.send(new Hint(event, Optional.empty()))).isEqualTo(new SendAnswer.Sent());
    assertThat(queue.send(new Hint(other, Optional.empty()))).isEqualTo(new SendAnswer.Sent());

    assertThat(receive())
        .extracting(message -> EventMessage.read(message.body()))
        .containsExactly(new EventMessage.Content.Event(event));
  }

  @Test
  void aDebtThatIsDueAgainIsSwallowedForNoEarlierMessage() {
    queue.send(new Hint(event, Optional.empty()));
    queue.send(new Hint(event, Optional.of("2")));
    queue.send(new Hint(event, Optional.of("3")));
    queue.send(new Hint(event, Optional.of("unclaimed-1")));
    queue.send(new Hint(event, Optional.of("3")));

    assertThat(receive())
        .extracting(
            message ->
                message.attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID))
        .containsExactly(code.value(), code + "/2", code + "/3", code + "/unclaimed-1");
  }

  /** AWS, "SendMessage": letters, digits and punctuation, 128 at most. */
  @Test
  void theLongestDeduplicationIdIsOneThatSqsTakes() {
    BookingCode longest = new BookingCode("Z".repeat(61) + "._-");
    Hint hint = new Hint(Events.first(longest), Optional.of(Long.toString(Long.MAX_VALUE)));

    assertThat(queue.send(hint)).isEqualTo(new SendAnswer.Sent());
    assertThat(
            receive().get(0).attributes().get(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID))
        .matches("[a-zA-Z0-9!\"#$%&'()*+,./:;<=>?@\\[\\\\\\]^_`{|}~-]{1,128}");
  }

  @Test
  void aHintThatCannotBeSentUndoesNothing() {
    SqsFallbackQueue broken =
        new SqsFallbackQueue(
            () -> {
              throw new IllegalStateException("bug");
            },
            queueUrl,
            Clients.PATIENCE,
            Clients.unmeasured());

    assertThat(broken.send(new Hint(event, Optional.empty()))).isInstanceOf(Unavailable.class);
    assertThat(log.only().getMessage()).contains(code.value());
  }

  @Test
  void letsAMessageReturnAtOnce() {
    queue.send(new Hint(event, Optional.empty()));
    Message message = receive().get(0);
    assertThat(receive()).isEmpty();

    assertThat(queue.returnIn(Map.of(message.receiptHandle(), Duration.ZERO))).isEmpty();

    assertThat(receive()).extracting(Message::messageId).containsExactly(message.messageId());
  }

  @Test
  void saysWhyAMessageDoesNotReturn() {
    queue.send(new Hint(event, Optional.empty()));
    String receipt = receive().get(0).receiptHandle();

    assertThat(queue.returnIn(Map.of("no-such-receipt", Duration.ZERO, receipt, Duration.ZERO)))
        .get()
        .extracting(Unavailable::reason, STRING)
        .startsWith("1 of 2, the first: ");
    assertThat(receive()).as("the other one returns").hasSize(1);
  }

  @Test
  void isUnavailableWithoutItsQueue() {
    SqsFallbackQueue missing =
        new SqsFallbackQueue(
            SQS::client, queueUrl + "-missing.fifo", Clients.PATIENCE, Clients.unmeasured());
    SqsDeadLetterQueue missingToo =
        new SqsDeadLetterQueue(
            SQS::client, queueUrl + "-missing.fifo", Clients.PATIENCE, Clients.unmeasured());

    assertThat(missing.send(new Hint(event, Optional.empty()))).isInstanceOf(Unavailable.class);
    assertThat(missingToo.send(new DeadLetter("body", "reason", "group", "id")))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void keepsAMalformedMessageWithTheReason() {
    SqsDeadLetterQueue deadLetters =
        new SqsDeadLetterQueue(SQS::client, queueUrl, Clients.PATIENCE, Clients.unmeasured());

    assertThat(deadLetters.send(new DeadLetter("not JSON", "The body is not JSON", "group", "id")))
        .isEqualTo(new SendAnswer.Sent());

    assertThat(receive())
        .singleElement()
        .satisfies(
            message -> {
              assertThat(message.body()).isEqualTo("not JSON");
              assertThat(message.messageAttributes().get("reason").stringValue())
                  .isEqualTo("The body is not JSON");
              assertThat(message.attributes())
                  .containsEntry(MessageSystemAttributeName.MESSAGE_GROUP_ID, "group")
                  .containsEntry(MessageSystemAttributeName.MESSAGE_DEDUPLICATION_ID, "id");
            });
  }

  private List<Message> receive() {
    return SQS.client()
        .receiveMessage(
            receive ->
                receive
                    .queueUrl(queueUrl)
                    .maxNumberOfMessages(10)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }
}
