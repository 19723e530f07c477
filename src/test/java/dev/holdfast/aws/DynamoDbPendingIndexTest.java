package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer.Granted;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer.Taken;
import dev.holdfast.ledger.PendingIndex.ConflictAnswer;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ParkAnswer;
import dev.holdfast.ledger.PendingIndex.SettleAnswer;
import dev.holdfast.ledger.PendingIndex.SettleAnswer.Settled.Effect;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbPendingIndexTest {

  private static final Instant NOW = Events.NOW;
  private static final Instant LATER = NOW.plusMillis(1);
  private static final Instant LAST = NOW.plusSeconds(60);

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final DynamoDbPendingIndex index = DYNAMO_DB.pendingIndex();
  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent event = Events.withData(code, "{\"room\":12}");
  private final AcceptedEvent other = Events.first(code);

  @Test
  void grantsACodeThatNobodyHas() {
    Claim claim = claimed(event, 1, NOW);

    assertThat(index.claim(code, event.identity(), NOW)).isEqualTo(new Granted(claim));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claim));
  }

  @Test
  void renewsTheClaimOfTheSameEvent() {
    index.claim(code, event.identity(), NOW);

    assertThat(index.claim(code, event.identity(), LATER))
        .isEqualTo(new Granted(claimed(event, 2, LATER)));
  }

  @Test
  void neverSetsTheTimeOfAClaimBack() {
    index.claim(code, event.identity(), LATER);

    assertThat(index.claim(code, event.identity(), NOW))
        .isEqualTo(new Granted(claimed(event, 2, LATER)));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claimed(event, 2, LATER)));
  }

  @Test
  void neverSetsTheTimeOfAPendingClaimBack() {
    index.claimAndPark(event, LATER);

    assertThat(index.claim(code, event.identity(), NOW))
        .isEqualTo(new Granted(parked(event, 2, LATER, LATER, false, Optional.empty())));
    assertThat(index.claimAndPark(event, NOW))
        .isEqualTo(new Granted(parked(event, 3, LATER, LATER, false, Optional.empty())));
  }

  @Test
  void refusesACodeThatAnotherEventHas() {
    index.claim(code, event.identity(), NOW);
    Claim standing = claimed(event, 1, NOW);

    assertThat(index.claim(code, other.identity(), LATER)).isEqualTo(new Taken(standing));
    assertThat(index.claim(code, Events.reusingIdOf(event).identity(), LATER))
        .isEqualTo(new Taken(standing));
    assertThat(index.claimAndPark(other, LATER)).isEqualTo(new Taken(standing));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(standing));
  }

  @Test
  void grantsACodeToOneOfManyConcurrentEvents() {
    List<ClaimAnswer> answers =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(i -> index.claim(code, Events.first(code).identity(), NOW))
            .toList();

    FindAnswer.Found winner = (FindAnswer.Found) index.find(code);
    assertThat(answers).filteredOn(Granted.class::isInstance).hasSize(1);
    assertThat(answers)
        .filteredOn(Taken.class::isInstance)
        .hasSize(15)
        .containsOnly(new Taken(winner.claim()));
  }

  @Test
  void renewsAPendingClaimAndKeepsWhatIsParked() {
    index.claimAndPark(event, NOW);

    assertThat(index.claim(code, event.identity(), LATER))
        .isEqualTo(new Granted(parked(event, 2, LATER, NOW, false, Optional.empty())));
  }

  @Test
  void claimsAndParksInOneWrite() {
    assertThat(index.claimAndPark(event, NOW))
        .isEqualTo(new Granted(parked(event, 1, NOW, NOW, false, Optional.empty())));
  }

  @Test
  void keepsWhatWasParkedFirst() {
    index.claimAndPark(event, NOW);
    AcceptedEvent again = new AcceptedEvent(event.event(), event.identity(), LATER);

    assertThat(index.claimAndPark(again, LATER))
        .isEqualTo(new Granted(parked(event, 2, NOW, NOW, false, Optional.empty())));
  }

  @Test
  void doesNotClaimAndParkWhereTheSameEventIsClaimedOnly() {
    index.claim(code, event.identity(), NOW);

    assertThat(index.claimAndPark(event, LATER)).isEqualTo(new Taken(claimed(event, 1, NOW)));
  }

  @Test
  void parksUnderAClaimThatIsAsItWasSeen() {
    Claim claim = claim(event);

    assertThat(index.park(event, claim, false, LATER)).isEqualTo(new ParkAnswer.Parked());
    assertThat(index.find(code))
        .isEqualTo(new FindAnswer.Found(parked(event, 2, NOW, LATER, false, Optional.empty())));
  }

  @Test
  void remembersThatAnEventWasParkedOnAResumedClaim() {
    Claim claim = claim(event);

    index.park(event, claim, true, LATER);

    assertThat(index.find(code))
        .isEqualTo(new FindAnswer.Found(parked(event, 2, NOW, LATER, true, Optional.empty())));
  }

  @Test
  void doesNotParkUnderAClaimThatWasTouched() {
    Claim seen = claim(event);
    index.claim(code, event.identity(), LATER);

    assertThat(index.park(event, seen, false, LAST))
        .isEqualTo(new ParkAnswer.Moved(claimed(event, 2, LATER)));
  }

  @Test
  void doesNotParkUnderAClaimThatAnotherEventTookOver() {
    Claim seen = claim(event);
    index.takeOver(code, other.identity(), seen, LATER);

    assertThat(index.park(event, seen, false, LAST))
        .isEqualTo(new ParkAnswer.Moved(claimed(other, 2, LATER)));
  }

  @Test
  void doesNotParkTwice() {
    Claim seen = claim(event);
    index.park(event, seen, false, LATER);

    assertThat(index.park(event, seen, false, LAST))
        .isEqualTo(new ParkAnswer.Moved(parked(event, 2, NOW, LATER, false, Optional.empty())));
  }

  @Test
  void takesOverAClaimThatIsAsItWasSeen() {
    Claim seen = claim(event);

    assertThat(index.takeOver(code, other.identity(), seen, LATER))
        .isEqualTo(new Granted(claimed(other, 2, LATER)));
  }

  @Test
  void doesNotTakeOverAClaimThatWasTouched() {
    Claim seen = claim(event);
    index.claim(code, event.identity(), LATER);

    assertThat(index.takeOver(code, other.identity(), seen, LAST))
        .isEqualTo(new Taken(claimed(event, 2, LATER)));
  }

  @Test
  void doesNotTakeOverAPendingClaim() {
    Claim pending = ((Granted) index.claimAndPark(event, NOW)).claim();

    assertThat(index.takeOver(code, other.identity(), pending, LATER))
        .isEqualTo(new Taken(pending));
  }

  @Test
  void isUnavailableWhereAClaimIsGone() {
    Claim seen = claim(event);
    DYNAMO_DB
        .client()
        .deleteItem(
            delete ->
                delete
                    .tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .key(EventAttributes.key(code, Version.FIRST)));

    assertThat(index.park(event, seen, false, LATER)).isInstanceOf(Unavailable.class);
    assertThat(index.takeOver(code, other.identity(), seen, LATER)).isInstanceOf(Unavailable.class);
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Absent());
  }

  @Test
  void settlesAPendingEvent() {
    index.claimAndPark(event, NOW);

    assertThat(index.settle(event, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.CORRECTED));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claimed(event, 2, NOW)));
  }

  @Test
  void settlesAConflictOnceTheParkedEventIsTheRecordedOne() {
    Claim claim = claim(event);
    index.park(event, claim, true, NOW);
    index.markConflict(code, event.identity(), NOW);

    assertThat(index.settle(event, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.CORRECTED));
    assertThat(item().keySet())
        .containsExactlyInAnyOrder(
            "bookingCode", "version", "eventId", "fingerprint", "revision", "claimedAt");
  }

  @Test
  void makesTheClaimThatARecordedEventLacks() {
    assertThat(index.settle(event, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.CLAIMED));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claimed(event, 1, LATER)));
  }

  @Test
  void saysThatAClaimWasRightAlready() {
    index.claim(code, event.identity(), NOW);

    assertThat(index.settle(event, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.STANDING));
    assertThat(index.settle(event, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.STANDING));
  }

  @Test
  void handsAClaimToTheRecordedEvent() {
    index.claim(code, event.identity(), NOW);

    assertThat(index.settle(other, LATER)).isEqualTo(new SettleAnswer.Settled(Effect.CORRECTED));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claimed(other, 2, NOW)));
  }

  @Test
  void doesNotSettleOverAnotherPendingEvent() {
    index.claimAndPark(event, NOW);
    Claim standing = parked(event, 1, NOW, NOW, false, Optional.empty());

    assertThat(index.settle(other, LATER)).isEqualTo(new SettleAnswer.OtherPending(standing));
    assertThat(index.settle(Events.reusingIdOf(event), LATER))
        .isEqualTo(new SettleAnswer.OtherPending(standing));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(standing));
  }

  @Test
  void marksAConflictOnceAndKeepsTheEvent() {
    index.claimAndPark(event, NOW);

    assertThat(index.markConflict(code, event.identity(), LATER))
        .isEqualTo(new ConflictAnswer.Marked());
    assertThat(index.markConflict(code, event.identity(), LAST))
        .isEqualTo(new ConflictAnswer.Marked());
    assertThat(index.find(code))
        .isEqualTo(new FindAnswer.Found(parked(event, 3, NOW, NOW, false, Optional.of(LATER))));
  }

  @Test
  void marksNothingThatIsNoLongerParked() {
    index.claim(code, event.identity(), NOW);

    assertThat(index.markConflict(code, event.identity(), LATER))
        .isEqualTo(new ConflictAnswer.Marked());
    assertThat(index.markConflict(code, other.identity(), LATER))
        .isEqualTo(new ConflictAnswer.Marked());
    assertThat(index.markConflict(Events.anyCode(), event.identity(), LATER))
        .isEqualTo(new ConflictAnswer.Marked());
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(claimed(event, 1, NOW)));
  }

  @Test
  void findsNoClaimWhereThereIsNone() {
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Absent());
  }

  @Test
  void storesAPendingClaimUnderTheNamesOfTheDesign() {
    index.park(event, claim(event), true, LATER);
    index.markConflict(code, event.identity(), LAST);

    assertThat(item())
        .containsOnly(
            entry("bookingCode", AttributeValue.fromS(code.value())),
            entry("version", AttributeValue.fromN("1")),
            entry("eventId", AttributeValue.fromS(event.identity().eventId().toString())),
            entry("fingerprint", AttributeValue.fromS(event.identity().fingerprint().hex())),
            entry("revision", AttributeValue.fromN("3")),
            entry("claimedAt", AttributeValue.fromS("2026-11-23T04:03:44.120Z")),
            entry("event", AttributeValue.fromM(EventAttributes.write(event))),
            entry("pendingSince", AttributeValue.fromS("2026-11-23T04:03:44.121Z")),
            entry("pendingShard", SparseIndex.shardValue(Shard.of(code))),
            entry("resumed", AttributeValue.fromBool(true)),
            entry("conflictSince", AttributeValue.fromS("2026-11-23T04:04:44.120Z")));
  }

  @Test
  void takesAnItemThatIsNoClaimForABug() {
    DYNAMO_DB
        .client()
        .putItem(
            put ->
                put.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .item(EventAttributes.key(code, Version.FIRST)));

    assertThatThrownBy(() -> index.find(code)).isInstanceOf(CorruptItemException.class);
    assertThatThrownBy(() -> index.claim(code, event.identity(), NOW))
        .isInstanceOf(CorruptItemException.class);
  }

  @Test
  void takesAnEventThatDynamoDbRefusesForABug() {
    AcceptedEvent tooLarge = Events.withData(code, "{\"a\":\"" + "x".repeat(410_000) + "\"}");

    assertThatThrownBy(() -> index.claimAndPark(tooLarge, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ValidationException");
  }

  @Test
  void isUnavailableWithoutItsTable() {
    DynamoDbPendingIndex missing =
        new DynamoDbPendingIndex(
            List.of(DYNAMO_DB.client()), "no-such-table", Clients.PATIENCE, Clients.unmeasured());
    Claim seen = claimed(event, 1, NOW);

    assertThat(missing.claim(code, event.identity(), NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.claimAndPark(event, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.takeOver(code, other.identity(), seen, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.park(event, seen, false, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.find(code)).isInstanceOf(Unavailable.class);
    assertThat(missing.settle(event, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.markConflict(code, event.identity(), NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.debts(Shard.of(code), Optional.empty(), 1)).isInstanceOf(Unavailable.class);
    assertThat(missing.tally(Shard.of(code), Optional.empty())).isInstanceOf(Unavailable.class);
  }

  private Claim claim(AcceptedEvent owner) {
    return ((Granted) index.claim(code, owner.identity(), NOW)).claim();
  }

  private Map<String, AttributeValue> item() {
    return DYNAMO_DB
        .client()
        .getItem(
            get ->
                get.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .key(EventAttributes.key(code, Version.FIRST)))
        .item();
  }

  private static Claim claimed(AcceptedEvent owner, long revision, Instant claimedAt) {
    return new Claim(owner.identity(), revision, claimedAt, Optional.empty());
  }

  private static Claim parked(
      AcceptedEvent event,
      long revision,
      Instant claimedAt,
      Instant pendingSince,
      boolean resumed,
      Optional<Instant> conflictSince) {
    return new Claim(
        event.identity(),
        revision,
        claimedAt,
        Optional.of(new Parked(event, pendingSince, resumed, conflictSince)));
  }
}
