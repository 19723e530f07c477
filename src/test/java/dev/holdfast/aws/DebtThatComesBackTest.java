package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.function.SweepThreads;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.Sweep;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.sqs.model.Message;

/** A booking that was drained, and owes again before SQS has forgotten the message about it. */
class DebtThatComesBackTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();
  @RegisterExtension static final EmbeddedSqs SQS = new EmbeddedSqs();

  // What DynamoDB Local says of conditions that do not hold.
  @RegisterExtension final CapturedLog storeLog = new CapturedLog("com.amazonaws");

  private static final Clock CLOCK = Clock.systemUTC();
  private static final Clock TWO_MINUTES_LATER = Clock.offset(CLOCK, Duration.ofMinutes(2));

  private final String queueUrl = SQS.createQueue("comes-back-" + UUID.randomUUID());
  private final SqsFallbackQueue queue =
      new SqsFallbackQueue(SQS::client, queueUrl, Clients.PATIENCE, Clients.unmeasured());
  private final DynamoDbEventTable eventTable = DYNAMO_DB.eventTable();
  private final DynamoDbPendingIndex pendingIndex = DYNAMO_DB.pendingIndex();
  private final Append appendWithOpenBreaker =
      new Append(eventTable, pendingIndex, queue, () -> true, CLOCK, System::nanoTime);
  private final Drain drain = new Drain(eventTable, pendingIndex, CLOCK, System::nanoTime);
  private final Sweep sweep =
      new Sweep(
          eventTable,
          pendingIndex,
          new DynamoDbConflictIndex(DYNAMO_DB.pendingTable()),
          queue,
          new Sweep.Limits(
              Duration.ofMinutes(1), 64, Duration.ofSeconds(40), Duration.ofSeconds(10)),
          new SweepThreads(),
          TWO_MINUTES_LATER,
          System::nanoTime);

  @Test
  void isDrainedByAHintOfItsOwn() {
    BookingCode code = Events.anyCode();
    for (int version = 1; version <= 3; version++) {
      park(Events.version(code, version));

      assertThat(receive())
          .singleElement()
          .satisfies(message -> assertThat(drain(message)).isEqualTo(new DrainOutcome.Settled()));
    }
  }

  /** SQS would swallow a second message with the id of the lost one. */
  @Test
  @Regression(
      "a debt that came back within five minutes waited 353 s: its message was taken for a repetition")
  void isDrainedByTheNextSweepWhereItsHintIsLost() {
    BookingCode code = Events.anyCode();
    park(Events.first(code));
    receive().forEach(this::delete);

    assertThat(sweep.sweep().requeued()).isEqualTo(1);

    assertThat(receive())
        .singleElement()
        .satisfies(message -> assertThat(drain(message)).isEqualTo(new DrainOutcome.Settled()));
  }

  private void park(AcceptedEvent event) {
    assertThat(appendWithOpenBreaker.append(event.event()))
        .isInstanceOf(AppendOutcome.Pending.class);
  }

  private void delete(Message message) {
    SQS.client()
        .deleteMessage(delete -> delete.queueUrl(queueUrl).receiptHandle(message.receiptHandle()));
  }

  private DrainOutcome drain(Message message) {
    delete(message);
    EventMessage.Content content = EventMessage.read(message.body());
    return drain.drain(((EventMessage.Content.Event) content).event());
  }

  private List<Message> receive() {
    return SQS.client().receiveMessage(receive -> receive.queueUrl(queueUrl)).messages();
  }
}
