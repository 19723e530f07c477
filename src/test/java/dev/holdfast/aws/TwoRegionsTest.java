package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The pending index as a strongly consistent global table: one table, reached through two regions,
 * the first of which fails before or after it did what it was asked.
 */
class TwoRegionsTest {

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private static final Clock CLOCK = Clock.fixed(Events.NOW, ZoneOffset.UTC);

  private final AcceptedEvent ours = Events.first(Events.anyCode());
  private final AcceptedEvent theirs = Events.first(ours.bookingCode());

  private static PendingIndex through(DynamoDbClient... regions) {
    return new DynamoDbPendingIndex(
        new PendingTable(
            List.of(regions),
            EmbeddedDynamoDb.PENDING_INDEX,
            Clients.PATIENCE,
            Clients.unmeasured()));
  }

  private static DynamoDbClient healthy() {
    return DYNAMO_DB.client();
  }

  /** A region that never answers, whether it does its work or not. */
  private static DynamoDbClient silent(boolean works) {
    return silent(works, every -> true);
  }

  private static DynamoDbClient silent(boolean works, Predicate<String> methods) {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              try {
                boolean fails = methods.test(method.getName());
                Object answer =
                    works || !fails ? method.invoke(DYNAMO_DB.client(), arguments) : null;
                if (!fails) {
                  return answer;
                }
              } catch (InvocationTargetException refused) {
                throw refused.getCause();
              }
              throw SdkClientException.create("the region does not answer");
            });
  }

  private AppendOutcome append(PendingIndex pendingIndex, EventTable eventTable) {
    return append(ours, pendingIndex, eventTable);
  }

  private static AppendOutcome append(
      AcceptedEvent event, PendingIndex pendingIndex, EventTable eventTable) {
    FallbackQueue noQueue = new SimulatedFallbackQueue(call -> Network.Fate.WORKS);
    return new Append(eventTable, pendingIndex, noQueue, () -> false, CLOCK, System::nanoTime)
        .append(event.event());
  }

  private Head head() {
    return ((PendingIndex.FindAnswer.Found) through(healthy()).find(ours.bookingCode())).head();
  }

  private static EventTable brokenEventTable() {
    return new DynamoDbEventTable(
        silent(false), EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());
  }

  @Test
  void theSecondRegionAnswersWhereTheFirstDoesNot() {
    assertThat(append(through(silent(false), healthy()), DYNAMO_DB.eventTable()))
        .isInstanceOf(AppendOutcome.Recorded.class);
    assertThat(head().isAt(ours.identity())).isTrue();
  }

  @Test
  void aBookingIsNotBlockedWhileTheFirstRegionAndTheEventTableFail() {
    assertThat(append(through(silent(false), healthy()), brokenEventTable()))
        .isInstanceOf(AppendOutcome.Pending.class);
  }

  @Test
  void aClaimWhoseAnswerWasLostIsNoConflictAtTheSecond() {
    assertThat(append(through(silent(true), healthy()), DYNAMO_DB.eventTable()))
        .isInstanceOf(AppendOutcome.Recorded.class);
  }

  @Test
  void aParkWhoseAnswerWasLostIsNoConflictAtTheSecond() {
    assertThat(append(through(silent(true), healthy()), brokenEventTable()))
        .isInstanceOf(AppendOutcome.Pending.class);
  }

  @Test
  void aTakeOverWhoseAnswerWasLostIsNoConflictAtTheSecond() {
    PendingIndex index = through(silent(true), healthy());
    index.claim(theirs, Optional.empty(), Events.NOW.minus(Duration.ofMinutes(20)));
    assertThat(head().isAt(theirs.identity())).isTrue();
    assertThat(append(index, DYNAMO_DB.eventTable())).isInstanceOf(AppendOutcome.Recorded.class);
    assertThat(head().isAt(ours.identity())).isTrue();
  }

  @Test
  void aPriceChangeWhoseAnswersWereLostIsNoConflictAtTheSecond() {
    PendingIndex index = through(silent(true), healthy());
    append(index, DYNAMO_DB.eventTable());
    AcceptedEvent second = Events.version(ours.bookingCode(), 2);
    AcceptedEvent third = Events.version(ours.bookingCode(), 3);

    assertThat(append(second, index, DYNAMO_DB.eventTable()))
        .isInstanceOf(AppendOutcome.Recorded.class);
    // The short way, by a claim that parks.
    assertThat(append(third, index, brokenEventTable())).isInstanceOf(AppendOutcome.Pending.class);
    assertThat(head().events()).extracting(AcceptedEvent::event).endsWith(third.event());
  }

  @Test
  void aPriceChangeIsNotBlockedWhileTheFirstRegionAndTheEventTableFail() {
    PendingIndex index = through(silent(false), healthy());
    append(index, DYNAMO_DB.eventTable());

    assertThat(append(Events.version(ours.bookingCode(), 2), index, brokenEventTable()))
        .isInstanceOf(AppendOutcome.Pending.class);
  }

  @Test
  void aRivalIsRefusedThroughEitherRegion() {
    append(through(healthy()), DYNAMO_DB.eventTable());
    for (PendingIndex index : List.of(through(healthy()), through(silent(false), healthy()))) {
      assertThat(index.claim(theirs, Optional.empty(), Events.NOW))
          .isInstanceOf(ClaimAnswer.Refused.class);
    }
  }

  @Test
  void withBothRegionsSilentItIsUnavailable() {
    assertThat(through(silent(false), silent(false)).find(ours.bookingCode()))
        .isInstanceOf(Unavailable.class);
  }
}
