package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.ConflictIndex.CloseAnswer;
import dev.holdfast.ledger.ConflictIndex.DecideAnswer;
import dev.holdfast.ledger.ConflictIndex.FindAnswer.Found;
import dev.holdfast.ledger.ConflictIndex.RecordAnswer;
import dev.holdfast.ledger.ConflictIndex.WithdrawAnswer;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Unavailable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class DynamoDbConflictIndexTest {

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private final DynamoDbPendingIndex pendingIndex = DYNAMO_DB.pendingIndex();
  private final DynamoDbConflictIndex conflicts =
      new DynamoDbConflictIndex(
          List.of(DYNAMO_DB.client()),
          EmbeddedDynamoDb.PENDING_INDEX,
          Clients.PATIENCE,
          Clients.unmeasured());

  private final AcceptedEvent kept = Events.first(Events.anyCode());
  private final AcceptedEvent recorded = Events.first(kept.bookingCode());
  private final Decision reassign =
      new Decision(
          new Action.Reassign(new BookingCode("HOTEL-4711-B")), "jane", "two guests", Events.NOW);
  private final Decision discard =
      new Decision(new Action.Discard(), "john", "a duplicate", Events.NOW.plusSeconds(1));

  @BeforeEach
  void anEventInConflict() {
    pendingIndex.claimAndPark(kept, Events.NOW);
    pendingIndex.markConflict(kept.bookingCode(), kept.identity(), Events.NOW.plusSeconds(9));
  }

  private Found find() {
    return find(kept);
  }

  private Found find(AcceptedEvent event) {
    return (Found) conflicts.find(event.bookingCode(), event.identity().eventId());
  }

  private Claim claim() {
    return claim(kept.bookingCode());
  }

  private Claim claim(BookingCode code) {
    return ((PendingIndex.FindAnswer.Found) pendingIndex.find(code)).claim();
  }

  private DecideAnswer decide(Decision decision) {
    return conflicts.decide(kept.bookingCode(), kept.identity(), decision);
  }

  private Resolution resolution(Decision decision) {
    return new Resolution(decision, kept, Events.NOW.plusSeconds(9), Events.NOW.plusSeconds(60));
  }

  @Test
  void findsWhatIsKept() {
    assertThat(find().parked())
        .contains(
            new Claim.Parked(kept, Events.NOW, false, Optional.of(Events.NOW.plusSeconds(9))));
    assertThat(find().resolution()).isEmpty();
    assertThat(find(recorded)).isEqualTo(find());
  }

  @Test
  void findsNothingUnderACodeThatNobodyHas() {
    assertThat(find(Events.first(Events.anyCode())))
        .isEqualTo(new Found(Optional.empty(), Optional.empty()));
  }

  @Test
  void writesTheFirstDecisionDownAndNoOther() {
    long revision = claim().revision();
    assertThat(decide(reassign)).isEqualTo(new DecideAnswer.Decided());
    assertThat(decide(discard)).isEqualTo(new DecideAnswer.DecidedBefore(reassign));
    assertThat(claim().revision()).isEqualTo(revision + 1);
  }

  @Test
  void decidesOnNothingThatIsNotInConflict() {
    AcceptedEvent waiting = Events.first(Events.anyCode());
    pendingIndex.claimAndPark(waiting, Events.NOW);
    assertThat(conflicts.decide(waiting.bookingCode(), waiting.identity(), discard))
        .isEqualTo(new DecideAnswer.Gone());
    assertThat(conflicts.decide(kept.bookingCode(), recorded.identity(), discard))
        .isEqualTo(new DecideAnswer.Gone());
    assertThat(conflicts.decide(Events.anyCode(), kept.identity(), discard))
        .isEqualTo(new DecideAnswer.Gone());
  }

  @Test
  void withdrawsTheDecisionThatStandsOnly() {
    decide(reassign);
    conflicts.withdraw(kept.bookingCode(), kept.identity(), discard);
    assertThat(decide(discard)).isEqualTo(new DecideAnswer.DecidedBefore(reassign));
    assertThat(conflicts.withdraw(kept.bookingCode(), kept.identity(), reassign))
        .isEqualTo(new WithdrawAnswer.Withdrawn());
    assertThat(decide(discard)).isEqualTo(new DecideAnswer.Decided());
  }

  /** What comes of a call that died between its last two steps. */
  @Test
  void theRecordIsThereBeforeTheKeptEventGoes() {
    decide(reassign);
    long revision = claim().revision();
    assertThat(conflicts.record(resolution(reassign))).isEqualTo(new RecordAnswer.Recorded());
    assertThat(find().parked()).isPresent();
    assertThat(claim().revision()).isEqualTo(revision);
    assertThat(conflicts.record(resolution(reassign))).isEqualTo(new RecordAnswer.Recorded());
  }

  @Test
  void theRecordHoldsTheLatestDecision() {
    assertThat(conflicts.record(resolution(reassign))).isEqualTo(new RecordAnswer.Recorded());
    assertThat(conflicts.record(resolution(discard))).isEqualTo(new RecordAnswer.Recorded());
    assertThat(conflicts.record(resolution(reassign)))
        .isEqualTo(new RecordAnswer.Superseded(resolution(discard)));
  }

  @Test
  void closesAndKeepsTheRecord() {
    decide(reassign);
    conflicts.record(resolution(reassign));
    assertThat(conflicts.close(resolution(reassign), recorded.identity()))
        .isEqualTo(new CloseAnswer.Closed());
    assertThat(find()).isEqualTo(new Found(Optional.empty(), Optional.of(resolution(reassign))));
    assertThat(claim().isOwnedBy(recorded.identity())).isTrue();
    assertThat(claim().isPending()).isFalse();
    assertThat(
            DYNAMO_DB
                .client()
                .getItem(
                    get ->
                        get.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                            .key(EventAttributes.key(kept.bookingCode(), Version.FIRST)))
                .item())
        .as("out of the sparse index, and nothing left over")
        .containsOnlyKeys(
            "bookingCode", "version", "eventId", "fingerprint", "claimedAt", "revision");
  }

  @Test
  void theRecordOutlivesWhateverIsWrittenLater() {
    decide(discard);
    conflicts.record(resolution(discard));
    conflicts.close(resolution(discard), recorded.identity());
    pendingIndex.claim(kept.bookingCode(), recorded.identity(), Events.NOW);
    pendingIndex.settle(recorded, Events.NOW);
    assertThat(find().resolution()).contains(resolution(discard));
  }

  @Test
  void closesNothingThatWasNotDecidedSo() {
    assertThat(conflicts.close(resolution(reassign), recorded.identity()))
        .isEqualTo(new CloseAnswer.Gone());
    decide(discard);
    assertThat(conflicts.close(resolution(reassign), recorded.identity()))
        .isEqualTo(new CloseAnswer.Gone());
    assertThat(claim().isOwnedBy(kept.identity())).isTrue();
  }

  @Test
  void closesOnce() {
    decide(discard);
    conflicts.close(resolution(discard), recorded.identity());
    assertThat(conflicts.close(resolution(discard), recorded.identity()))
        .isEqualTo(new CloseAnswer.Gone());
  }

  /** An item has room for 400 KB, and one event may have 100 of them. */
  @Test
  void resolutionsOfOneCodeNeverLeaveAClaimWithoutRoom() {
    String data = "{\"note\":\"" + "x".repeat(100_000) + "\"}";
    BookingCode code = Events.anyCode();
    pendingIndex.claim(code, recorded.identity(), Events.NOW);
    for (int number = 0; number < 5; number++) {
      AcceptedEvent large = Events.withData(code, data);
      pendingIndex.takeOver(code, large.identity(), claim(code), Events.NOW);
      pendingIndex.park(large, claim(code), true, Events.NOW);
      pendingIndex.markConflict(code, large.identity(), Events.NOW);
      conflicts.decide(code, large.identity(), discard);
      Resolution resolution = new Resolution(discard, large, Events.NOW, Events.NOW);

      assertThat(conflicts.record(resolution)).isEqualTo(new RecordAnswer.Recorded());
      assertThat(conflicts.close(resolution, recorded.identity()))
          .isEqualTo(new CloseAnswer.Closed());
      assertThat(find(large).resolution()).contains(resolution);
    }
  }

  @Test
  void isUnavailableWithoutATable() {
    DynamoDbConflictIndex missing =
        new DynamoDbConflictIndex(
            List.of(DYNAMO_DB.client()), "no-such-table", Clients.PATIENCE, Clients.unmeasured());
    assertThat(missing.find(kept.bookingCode(), kept.identity().eventId()))
        .isInstanceOf(Unavailable.class);
    assertThat(missing.record(resolution(discard))).isInstanceOf(Unavailable.class);
    assertThat(missing.decide(kept.bookingCode(), kept.identity(), discard))
        .isInstanceOf(Unavailable.class);
    assertThat(missing.withdraw(kept.bookingCode(), kept.identity(), discard))
        .isInstanceOf(Unavailable.class);
    assertThat(missing.close(resolution(discard), recorded.identity()))
        .isInstanceOf(Unavailable.class);
  }
}
