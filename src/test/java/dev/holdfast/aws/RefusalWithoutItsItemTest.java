package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer;
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
        new PendingTable(
            List.of(forgetful()),
            EmbeddedDynamoDb.PENDING_INDEX,
            Clients.PATIENCE,
            Clients.unmeasured()));
  }

  private Head head() {
    return ((FindAnswer.Found) DYNAMO_DB.pendingIndex().find(code)).head();
  }

  @Test
  @Regression("a refusal that did not bring the standing item was a 500")
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
  void aCodeThatIsTakenIsAnsweredWithItsHead() {
    DYNAMO_DB.pendingIndex().claim(standing, Optional.empty(), Events.NOW);

    assertThat(pendingIndex().claim(other, Optional.empty(), Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.of(head())));
    assertThat(pendingIndex().claimAndPark(other, Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.of(head())));
    assertThat(pendingIndex().create(Head.parked(other, Events.NOW)))
        .isEqualTo(new ReplaceAnswer.Moved(head()));
  }

  @Test
  void aVersionThatDoesNotComeNextIsAnsweredWithTheHead() {
    AcceptedEvent third = Events.version(code, 3);
    Optional<EventIdentity> second = Optional.of(Events.version(code, 2).identity());
    DYNAMO_DB.pendingIndex().claim(standing, Optional.empty(), Events.NOW);

    assertThat(pendingIndex().claim(third, second, Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.of(head())));
    assertThat(pendingIndex().claimAndPark(third, Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.of(head())));
  }

  @Test
  void aVersionOfNoBookingIsAnsweredWithNoHead() {
    AcceptedEvent second = Events.version(code, 2);

    assertThat(pendingIndex().claim(second, Optional.of(standing.identity()), Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.empty()));
    assertThat(pendingIndex().claimAndPark(second, Events.NOW))
        .isEqualTo(new ClaimAnswer.Refused(Optional.empty()));
  }

  @Test
  void aHeadThatMovedIsAnsweredAsItIs() {
    DYNAMO_DB.pendingIndex().claim(standing, Optional.empty(), Events.NOW);
    Head seen = head();
    DYNAMO_DB.pendingIndex().replace(seen, seen.claimedAgain(Events.NOW));

    assertThat(pendingIndex().replace(seen, seen.parked(Events.NOW)))
        .isEqualTo(new ReplaceAnswer.Moved(head()));
    assertThat(pendingIndex().replace(seen, seen.claimedFor(other, Optional.empty(), Events.NOW)))
        .isEqualTo(new ReplaceAnswer.Moved(head()));
  }

  @Test
  void aWriteThatIsRepeatedMeetsItself() {
    Head created = Head.parked(standing, Events.NOW);
    assertThat(pendingIndex().create(created)).isEqualTo(new ReplaceAnswer.Replaced());
    assertThat(pendingIndex().create(created)).isEqualTo(new ReplaceAnswer.Replaced());

    Head settled = Heads.settled(created);
    assertThat(pendingIndex().replace(created, settled)).isEqualTo(new ReplaceAnswer.Replaced());
    assertThat(pendingIndex().replace(created, settled)).isEqualTo(new ReplaceAnswer.Replaced());
  }

  @Test
  void aHeadThatIsGoneIsNone() {
    Head seen = Head.claimed(standing, Optional.empty(), Events.NOW);

    assertThat(pendingIndex().replace(seen, seen.parked(Events.NOW)))
        .isInstanceOf(Unavailable.class);
  }
}
