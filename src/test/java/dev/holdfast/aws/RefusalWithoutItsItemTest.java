package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.ConflictIndex.DecideAnswer;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ParkAnswer;
import dev.holdfast.ledger.PendingIndex.SettleAnswer;
import dev.holdfast.ledger.Unavailable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/**
 * A store that speaks DynamoDB's language, but refuses a conditional write without the item that it
 * is refused for, as emulators do: what stands there is answered all the same.
 */
class RefusalWithoutItsItemTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private static final Decision DECISION =
      new Decision(new Decision.Action.Discard(), "operator", "reason", Events.NOW);

  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent standing = Events.first(code);
  private final AcceptedEvent other = Events.first(code);

  private static DynamoDbClient forgetful() {
    return (DynamoDbClient)
        Proxy.newProxyInstance(
            DynamoDbClient.class.getClassLoader(),
            new Class<?>[] {DynamoDbClient.class},
            (proxy, method, arguments) -> {
              try {
                return method.invoke(DYNAMO_DB.client(), arguments);
              } catch (InvocationTargetException refused) {
                throw refused.getCause() instanceof ConditionalCheckFailedException unmet
                    ? unmet.toBuilder().item(null).build()
                    : refused.getCause();
              }
            });
  }

  private static DynamoDbPendingIndex pendingIndex() {
    return new DynamoDbPendingIndex(
        List.of(forgetful()),
        EmbeddedDynamoDb.PENDING_INDEX,
        Clients.PATIENCE,
        Clients.unmeasured());
  }

  private Claim claim() {
    return ((FindAnswer.Found) DYNAMO_DB.pendingIndex().find(code)).claim();
  }

  @Test
  void aPlaceThatIsTakenIsAnsweredWithWhatStandsThere() {
    DYNAMO_DB.eventTable().record(standing);
    DynamoDbEventTable table =
        new DynamoDbEventTable(
            forgetful(), EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());

    assertThat(table.record(other)).isEqualTo(new RecordAnswer.Occupied(standing));
    assertThat(table.recordUnclaimed(other, Events.NOW))
        .isEqualTo(new RecordAnswer.Occupied(standing));
  }

  @Test
  void aCodeThatIsTakenIsAnsweredWithItsClaim() {
    DYNAMO_DB.pendingIndex().claim(code, standing.identity(), Events.NOW);

    assertThat(pendingIndex().claim(code, other.identity(), Events.NOW))
        .isEqualTo(new ClaimAnswer.Taken(claim()));
    assertThat(pendingIndex().claimAndPark(other, Events.NOW))
        .isEqualTo(new ClaimAnswer.Taken(claim()));
  }

  @Test
  void aClaimThatMovedIsAnsweredAsItIs() {
    DYNAMO_DB.pendingIndex().claim(code, standing.identity(), Events.NOW);
    Claim seen = claim();
    DYNAMO_DB.pendingIndex().claim(code, standing.identity(), Events.NOW);

    assertThat(pendingIndex().park(standing, seen, false, Events.NOW))
        .isEqualTo(new ParkAnswer.Moved(claim()));
    assertThat(pendingIndex().takeOver(code, other.identity(), seen, Events.NOW))
        .isEqualTo(new ClaimAnswer.Taken(claim()));
  }

  @Test
  void aClaimThatIsGoneIsNone() {
    Claim seen = new Claim(standing.identity(), 1, Events.NOW, Optional.empty());

    assertThat(pendingIndex().park(standing, seen, false, Events.NOW))
        .isInstanceOf(Unavailable.class);
  }

  @Test
  void anotherPendingEventIsAnsweredWithItsClaim() {
    DYNAMO_DB.pendingIndex().claimAndPark(standing, Events.NOW);

    assertThat(pendingIndex().settle(other, Events.NOW))
        .isEqualTo(new SettleAnswer.OtherPending(claim()));
  }

  @Test
  void aDecisionThatStandsIsAnswered() {
    DYNAMO_DB.pendingIndex().claimAndPark(standing, Events.NOW);
    DYNAMO_DB.pendingIndex().markConflict(code, standing.identity(), Events.NOW);
    DynamoDbConflictIndex index =
        new DynamoDbConflictIndex(
            List.of(forgetful()),
            EmbeddedDynamoDb.PENDING_INDEX,
            Clients.PATIENCE,
            Clients.unmeasured());

    assertThat(index.decide(code, standing.identity(), DECISION))
        .isEqualTo(new DecideAnswer.Decided());
    assertThat(index.decide(code, standing.identity(), DECISION))
        .isEqualTo(new DecideAnswer.DecidedBefore(DECISION));
  }
}
