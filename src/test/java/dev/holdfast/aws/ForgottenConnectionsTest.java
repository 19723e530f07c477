package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Unavailable;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The ports as the application gets them, in a process whose connections died in silence, as they
 * do while it is frozen: all of them, and however many it had.
 */
@QuarkusTest
@TestProfile(ForgottenConnectionsTest.Patient.class)
@WithTestResource(
    value = LocalStores.class,
    initArgs = @ResourceArg(name = "connections", value = "forgotten"))
@Timeout(120)
@Tag("slow")
class ForgottenConnectionsTest {

  public static final class Patient implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of(
          "quarkus.log.category.\"dev.holdfast\".level", "OFF",
          // The second attempt has longer than in earnest: the machine may be busy.
          "quarkus.dynamodb.events.api-call-timeout", "20s",
          "quarkus.dynamodb.pending.api-call-timeout", "20s",
          "quarkus.sqs.api-call-timeout", "20s");
    }
  }

  private static final int AT_ONCE = 8;
  private static final int ONE_BY_ONE = 3;

  @Inject EventTable eventTable;
  @Inject PendingIndex pendingIndex;
  @Inject FallbackQueue fallbackQueue;

  @Test
  @Regression("connections that died in silence made 20 of 20 first appends a 503")
  void theSecondAttemptAtTheEventTableHasAConnectionOfItsOwn() throws Exception {
    everyCallIsAnswered(event -> eventTable.record(event));
  }

  @Test
  void theSecondAttemptAtThePendingIndexHasAConnectionOfItsOwn() throws Exception {
    everyCallIsAnswered(event -> pendingIndex.claim(event, Optional.empty(), Events.NOW));
  }

  @Test
  void theSecondAttemptAtTheQueueHasAConnectionOfItsOwn() throws Exception {
    everyCallIsAnswered(event -> fallbackQueue.send(new Hint(event, Optional.empty())));
  }

  /** First many at once, so that there are more dead connections than attempts. */
  private static void everyCallIsAnswered(Function<AcceptedEvent, Object> call) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      threads
          .invokeAll(
              Stream.generate(() -> Events.first(Events.anyCode()))
                  .limit(AT_ONCE)
                  .<Callable<Object>>map(event -> () -> call.apply(event))
                  .toList())
          .forEach(answer -> assertThat(answer).isNotNull());
    } finally {
      threads.shutdown();
    }
    List<Object> answers =
        Stream.generate(() -> call.apply(Events.first(Events.anyCode())))
            .limit(ONE_BY_ONE)
            .toList();
    assertThat(answers).noneMatch(Unavailable.class::isInstance);
  }
}
