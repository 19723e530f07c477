package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.Regression;
import dev.holdfast.aws.Clients;
import dev.holdfast.aws.EmbeddedSqs;
import dev.holdfast.aws.EventMessage;
import dev.holdfast.aws.SqsDeadLetterQueue;
import dev.holdfast.aws.SqsDeadLetterQueue.DeadLetter;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a redrive may say that it is complete, over a real queue. */
class RedriveFunctionTest {

  private static final Duration LONGEST = Duration.ofSeconds(40);

  @RegisterExtension static final EmbeddedSqs SQS = new EmbeddedSqs();

  private final List<Hint> sent = new ArrayList<>();

  private SqsDeadLetterQueue deadLetterQueue;
  private RedriveFunction function;

  @BeforeEach
  void createQueue() {
    deadLetterQueue =
        new SqsDeadLetterQueue(
            SQS::client,
            SQS.createQueue("dead-" + UUID.randomUUID()),
            Clients.PATIENCE,
            Clients.unmeasured());
    FallbackQueue fallbackQueue = mock(FallbackQueue.class);
    when(fallbackQueue.send(any()))
        .thenAnswer(
            call -> {
              sent.add(call.getArgument(0));
              return new FallbackQueue.SendAnswer.Sent();
            });
    function =
        new RedriveFunction(
            deadLetterQueue,
            fallbackQueue,
            LONGEST,
            Clock.systemUTC(),
            Invocation.MAPPER,
            Clients.unmeasured());
  }

  private void send(String group, String body) {
    assertThat(
            deadLetterQueue.send(
                new DeadLetter(body, "reason", group, UUID.randomUUID().toString())))
        .isEqualTo(new FallbackQueue.SendAnswer.Sent());
  }

  private JsonNode redrive(int limit) throws IOException {
    return Invocation.of(function, "{\"limit\": " + limit + "}");
  }

  private static void assertLeft(JsonNode answer, int waiting, int hidden, boolean isComplete) {
    assertThat(answer.path("waiting").intValue()).as("%s", answer).isEqualTo(waiting);
    assertThat(answer.path("hidden").intValue()).as("%s", answer).isEqualTo(hidden);
    assertThat(answer.path("complete").booleanValue()).as("%s", answer).isEqualTo(isComplete);
  }

  @Test
  void isCompleteWhenNothingIsLeftButWhatItSawToBeMalformed() throws IOException {
    send("A", EventMessage.write(Samples.ACCEPTED));
    send("B", "no event");

    JsonNode answer = redrive(10);

    assertThat(sent).extracting(Hint::event).containsExactly(Samples.ACCEPTED);
    assertLeft(answer, 0, 1, true);
  }

  @Test
  @Regression("a redrive said that it was complete while messages were hidden")
  void isNotCompleteWhileMessagesAreHiddenThatItDidNotSee() throws IOException {
    send("B", "no event");
    assertLeft(redrive(10), 0, 1, true);

    JsonNode again = redrive(10);

    assertThat(again.path("malformed").intValue()).isZero();
    assertLeft(again, 0, 1, false);
    SQS.pass(LONGEST.multipliedBy(2).plusSeconds(1));
    assertLeft(redrive(10), 0, 1, true);
  }

  @Test
  void isNotCompleteWhileAMessageWaitsBehindAHiddenOne() throws IOException {
    send("A", "no event");
    send("A", EventMessage.write(Samples.ACCEPTED));
    assertLeft(redrive(1), 1, 1, false);

    JsonNode again = redrive(10);

    assertThat(sent).isEmpty();
    assertLeft(again, 1, 1, false);
  }
}
