package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.PriceEvent;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** append(e), first event of a code: each outcome of each step. */
class NewBookingTest {

  private static final Duration LONG_AGO = Duration.ofMinutes(16);

  private final Ledger ledger = new Ledger();
  private final PriceEvent ours = booking(1);
  private final PriceEvent theirs = booking(2);
  private final PriceEvent oursWithOtherContent = Ledger.event(CODE, 1, 1, "999.00");

  private AppendOutcome append(PriceEvent event) {
    return ledger.append.append(event);
  }

  private void assertRecorded(PriceEvent event) {
    assertThat(ledger.eventTable.eventsOf(CODE))
        .extracting(AcceptedEvent::event)
        .containsExactly(event);
  }

  private void assertPending(PriceEvent event) {
    assertThat(ledger.claim().flatMap(Claim::parked).map(Claim.Parked::event))
        .hasValueSatisfying(parked -> assertThat(parked.event()).isEqualTo(event));
  }

  private void assertOwner(PriceEvent event) {
    assertThat(ledger.claim().map(Claim::owner)).contains(event.identity());
  }

  /** A writer that died between its claim and its record. */
  private void claimAndDie(PriceEvent event) {
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.failOnce(PENDING_INDEX, "park");
    assertThat(append(event)).isInstanceOf(Unavailable.class);
    ledger.weather.heal(EVENT_TABLE);
  }

  @Test
  void aHealthyBookingIsOneWriteToEachStore() {
    assertThat(append(ours)).isEqualTo(new AppendOutcome.Recorded(ledger.accepted(ours)));
    assertRecorded(ours);
    assertOwner(ours);
    assertThat(ledger.claim()).hasValueSatisfying(claim -> assertThat(claim.isPending()).isFalse());
    assertThat(ledger.weather.takeCalls())
        .containsExactly("PENDING_INDEX.claim", "EVENT_TABLE.record");
  }

  @Nested
  @DisplayName("1 claim")
  class ClaimStep {

    @Test
    void alreadyOursRaisesTheRevisionAndGoesOn() {
      claimAndDie(ours);
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
      assertThat(ledger.claim())
          .hasValueSatisfying(
              claim -> {
                assertThat(claim.revision()).isEqualTo(2);
                assertThat(claim.claimedAt()).isEqualTo(ledger.now);
              });
    }

    @Test
    void takenByAPendingEventIsRefusedAtOnce() {
      ledger.weather.fail(EVENT_TABLE);
      append(theirs);
      ledger.weather.takeCalls();
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertThat(ledger.weather.takeCalls()).containsExactly("PENDING_INDEX.claim");
      assertPending(theirs);
    }

    @Test
    void takenByARecordedEventIsRefused() {
      append(theirs);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertRecorded(theirs);
    }

    @Test
    void takenByAnotherWhileTheEventTableHoldsOursAnswersAsRecorded() {
      // Theirs claimed and died, ours went unclaimed while P was away.
      claimAndDie(theirs);
      ledger.weather.fail(PENDING_INDEX);
      append(ours);
      ledger.weather.heal(PENDING_INDEX);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.AlreadyRecorded(ledger.accepted(ours)));
    }

    @Test
    void takenAndTheEventTableCannotAnswerIsRefused() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void takenByAYoungClaimIsRefusedThoughTheEventTableIsEmpty() {
      claimAndDie(theirs);
      ledger.pass(NewBooking.ABANDONED_AFTER);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertOwner(theirs);
    }

    @Test
    void anAbandonedClaimIsTakenOver() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
      assertRecorded(ours);
      assertOwner(ours);
    }

    @Test
    void aClaimThatIsResumedWhileItIsTakenOverStaysWithItsOwner() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.before(
          PENDING_INDEX,
          "takeOver",
          () -> {
            ledger.weather.fail(EVENT_TABLE);
            assertThat(append(theirs)).isInstanceOf(AppendOutcome.Pending.class);
            ledger.weather.heal(EVENT_TABLE);
          });
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertPending(theirs);
    }

    @Test
    void aClaimThatIsOnlyRenewedWhileItIsTakenOverStaysWithItsOwner() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.before(
          PENDING_INDEX,
          "takeOver",
          () -> ledger.pendingIndex.claim(CODE, theirs.identity(), ledger.now));
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertOwner(theirs);
    }

    @Test
    void twoCallsOfOneEventThatTakeOverTogetherBothSucceed() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.before(
          PENDING_INDEX,
          "takeOver",
          () -> assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.AlreadyRecorded.class);
      assertRecorded(ours);
    }

    @Test
    void aTakeOverThatThePendingIndexDoesNotAnswerIsRefused() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.failOnce(PENDING_INDEX, "takeOver");
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void theOwnersOldParkFailsAfterATakeOver() {
      ledger.weather.failOnce(EVENT_TABLE, "record");
      ledger.weather.before(
          PENDING_INDEX,
          "park",
          () -> {
            ledger.pass(LONG_AGO);
            assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
            ledger.now = ledger.now.minus(LONG_AGO);
          });
      assertThat(append(theirs)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertRecorded(ours);
      assertOwner(ours);
    }

    @Test
    void anEventIdThatIsPendingWithOtherContentIsReused() {
      ledger.weather.fail(EVENT_TABLE);
      append(ours);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.EventIdReused());
      assertPending(ours);
    }

    @Test
    void anEventIdIsReusedOnlyIfItsEventWasAccepted() {
      claimAndDie(ours);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void anEventIdWhoseClaimCameToNothingIsNotReusedForEver() {
      claimAndDie(ours);
      ledger.pass(LONG_AGO);
      assertThat(append(oursWithOtherContent)).isInstanceOf(AppendOutcome.Recorded.class);
      assertRecorded(oursWithOtherContent);
      assertOwner(oursWithOtherContent);
    }

    @Test
    void anEventIdIsNotReusedWhereAnotherEventWentPastItsClaim() {
      claimAndDie(ours);
      ledger.weather.fail(PENDING_INDEX);
      append(theirs);
      ledger.weather.heal(PENDING_INDEX);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void withoutThePendingIndexTheBookingGoesOnUnclaimed() {
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
      assertThat(ledger.eventTable.unclaimed()).containsEntry(CODE, ledger.now);
      assertThat(ledger.fallbackQueue.messages()).containsExactly(ledger.accepted(ours));
    }

    @Test
    void aClaimWhoseAnswerIsLostLeavesADebtThatIsRepaired() {
      ledger.weather.loseAnswerOnce(PENDING_INDEX, "claim");
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
      ledger.drainAll();
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
      assertOwner(ours);
    }
  }

  @Nested
  @DisplayName("2 record")
  class RecordStep {

    @Test
    void thereAlreadyWithTheSameContentAnswersAsTheFirstTime() {
      AppendOutcome first = append(ours);
      ledger.pass(Duration.ofMinutes(3));
      assertThat(first).isInstanceOf(AppendOutcome.Recorded.class);
      assertThat(append(ours))
          .isEqualTo(new AppendOutcome.AlreadyRecorded(((AppendOutcome.Recorded) first).event()));
    }

    @Test
    void theSameIdWithOtherContentIsRefused() {
      append(ours);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.EventIdReused());
      assertRecorded(ours);
    }

    @Test
    void anotherEventIsThereSoTheClaimIsHandedToIt() {
      ledger.weather.fail(PENDING_INDEX);
      append(theirs);
      ledger.weather.heal(PENDING_INDEX);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertOwner(theirs);
    }

    @Test
    void theHandOverIsBestEffort() {
      ledger.weather.fail(PENDING_INDEX);
      append(theirs);
      ledger.weather.heal(PENDING_INDEX);
      ledger.weather.failOnce(PENDING_INDEX, "settle");
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void anAcknowledgedEventIsNotHandedAwayButKeptForTheDrainerToMark() {
      // Two faults: ours is pending, then theirs goes into S while P is away.
      ledger.weather.fail(EVENT_TABLE);
      append(ours);
      ledger.weather.heal(EVENT_TABLE);
      ledger.weather.fail(PENDING_INDEX);
      append(theirs);
      ledger.weather.heal(PENDING_INDEX);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertPending(ours);
    }

    @Test
    void unclaimedAndTakenIsRefused() {
      append(theirs);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void unclaimedAndRecordedBeforeAnswersAsTheFirstTime() {
      append(ours);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.AlreadyRecorded.class);
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void unclaimedWithReusedIdIsRefused() {
      append(ours);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(oursWithOtherContent)).isEqualTo(new AppendOutcome.EventIdReused());
    }

    @Test
    void unclaimedAndTheEventTableFailsTooIsUnavailable() {
      ledger.weather.fail(PENDING_INDEX);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.fallbackQueue.messages()).isEmpty();
    }

    @Test
    void theRepairMessageIsBestEffort() {
      ledger.weather.fail(PENDING_INDEX);
      ledger.weather.fail(FALLBACK_QUEUE);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
    }

    @Test
    void aPendingEventThatIsSentAgainIsRecordedAsItWasAccepted() {
      Instant first = ledger.now;
      ledger.weather.fail(EVENT_TABLE);
      append(ours);
      ledger.weather.heal(EVENT_TABLE);
      ledger.pass(Duration.ofSeconds(30));
      assertThat(append(ours))
          .isEqualTo(
              new AppendOutcome.AlreadyRecorded(new AcceptedEvent(ours, ours.identity(), first)));
    }
  }

  @Nested
  @DisplayName("3 park")
  class ParkStep {

    @Test
    void theEventTableFailsSoTheEventIsPending() {
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.Pending(ledger.accepted(ours)));
      assertPending(ours);
      assertThat(ledger.fallbackQueue.messages()).containsExactly(ledger.accepted(ours));
    }

    @Test
    void aLostAnswerOfTheEventTableIsParkedToo() {
      ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      ledger.drainAll();
      assertRecorded(ours);
      assertThat(ledger.claim()).hasValueSatisfying(c -> assertThat(c.isPending()).isFalse());
    }

    @Test
    void theQueueIsBestEffort() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.fail(FALLBACK_QUEUE);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
    }

    @Test
    void thePendingIndexFailsTooSoNothingIsPromised() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.failOnce(PENDING_INDEX, "park");
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.fallbackQueue.messages()).isEmpty();
    }

    @Test
    void theClaimIsNoLongerOursSoTheBookingIsRefused() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(
          PENDING_INDEX,
          "park",
          () -> ledger.pendingIndex.settle(ledger.accepted(theirs), ledger.now));
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void sentAgainWhilePendingNothingIsDoubled() {
      Instant first = ledger.now;
      ledger.weather.fail(EVENT_TABLE);
      append(ours);
      ledger.pass(Duration.ofSeconds(30));
      assertThat(append(ours))
          .isEqualTo(new AppendOutcome.Pending(new AcceptedEvent(ours, ours.identity(), first)));
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(
              parked -> {
                assertThat(parked.pendingSince()).isEqualTo(first);
                assertThat(parked.resumed()).isFalse();
              });
    }

    @Test
    void onAClaimThatWasNotNewItIsNoFullAnswerToARead() {
      claimAndDie(ours);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.resumed()).isTrue());
    }

    @Test
    void onAClaimThatWasTouchedMeanwhileItIsNoFullAnswerToARead() {
      ledger.weather.failOnce(EVENT_TABLE, "record");
      ledger.weather.before(PENDING_INDEX, "park", () -> append(ours));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.resumed()).isTrue());
    }

    @Test
    void onATakenOverClaimItIsAFullAnswerToARead() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.resumed()).isFalse());
    }

    @Test
    void aRepetitionThatParkedMeanwhileIsEnough() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "park", () -> append(ours));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.resumed()).isTrue());
    }
  }

  @Nested
  @DisplayName("1 and 3 in one write while the breaker is open")
  class BreakerOpen {

    @BeforeEach
    void open() {
      ledger.breakerIsOpen = true;
    }

    @Test
    void aNewBookingIsOneWriteAndOneSend() {
      assertThat(append(ours)).isEqualTo(new AppendOutcome.Pending(ledger.accepted(ours)));
      assertThat(ledger.weather.takeCalls())
          .containsExactly("PENDING_INDEX.claimAndPark", "FALLBACK_QUEUE.send");
      assertPending(ours);
    }

    @Test
    void sentAgainItIsPendingAsBefore() {
      Instant first = ledger.now;
      append(ours);
      ledger.pass(Duration.ofSeconds(30));
      assertThat(append(ours))
          .isEqualTo(new AppendOutcome.Pending(new AcceptedEvent(ours, ours.identity(), first)));
    }

    @Test
    void takenByAPendingEventIsRefused() {
      append(theirs);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void takenByARecordedEventIsRefused() {
      ledger.breakerIsOpen = false;
      append(theirs);
      ledger.breakerIsOpen = true;
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }

    @Test
    void onAClaimOfItsOwnThatIsNotPendingItIsParkedAsResumed() {
      ledger.breakerIsOpen = false;
      append(ours);
      ledger.breakerIsOpen = true;
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.resumed()).isTrue());
    }

    @Test
    void withoutThePendingIndexTheEventTableIsTheLastResort() {
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Recorded.class);
      assertThat(ledger.eventTable.unclaimed()).containsKey(CODE);
    }

    @Test
    void anEventInConflictIsNoLongerPromised() {
      append(ours);
      ledger.pendingIndex.markConflict(CODE, ours.identity(), ledger.now);
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
    }
  }

  @Nested
  @DisplayName("in a conflict")
  class Conflict {

    /** Ours is in the event table, theirs is pending: both were acknowledged under two faults. */
    @BeforeEach
    void conflict() {
      ledger.weather.fail(EVENT_TABLE);
      append(theirs);
      ledger.weather.heal(EVENT_TABLE);
      ledger.weather.fail(PENDING_INDEX);
      append(ours);
      ledger.weather.heal(PENDING_INDEX);
      ledger.drainAll();
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(parked -> assertThat(parked.isInConflict()).isTrue());
    }

    @Test
    void theOneInTheEventTableIsAnsweredAsRecorded() {
      assertThat(append(ours)).isInstanceOf(AppendOutcome.AlreadyRecorded.class);
    }

    @Test
    void theIdOfTheOneThatIsKeptIsReused() {
      assertThat(append(Ledger.event(CODE, 1, 2, "999.00")))
          .isEqualTo(new AppendOutcome.EventIdReused());
    }

    @Test
    void aThirdIsRefusedAndTakesNothingOver() {
      ledger.pass(LONG_AGO);
      assertThat(append(booking(3))).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertPending(theirs);
    }
  }

  @Nested
  @DisplayName("out of time, no further step begins")
  class OutOfTime {

    @Test
    void afterASlowRecordTheEventIsNotParked() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.claim()).hasValueSatisfying(c -> assertThat(c.isPending()).isFalse());
    }

    @Test
    void afterASlowTakeOverNothingIsRecorded() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.before(
          PENDING_INDEX, "takeOver", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.eventTable.eventsOf(CODE)).isEmpty();
    }

    @Test
    void afterASlowParkTheQueueIsLeftToTheSweeper() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "park", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
      assertThat(ledger.fallbackQueue.messages()).isEmpty();
    }

    @Test
    void aSlowLookAtTheEventTableEndsAContest() {
      claimAndDie(theirs);
      ledger.pass(LONG_AGO);
      ledger.weather.before(EVENT_TABLE, "find", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
      assertThat(append(ours)).isEqualTo(new AppendOutcome.BookingCodeTaken());
      assertOwner(theirs);
    }

    @Test
    void aClockThatIsPutRightEndsNoRequest() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.setClock(Duration.ofSeconds(2)));
      assertThat(append(ours)).isInstanceOf(AppendOutcome.Pending.class);
    }

    @Test
    void whoeverWasFrozenBeginsNoFurtherStep() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.setClock(LONG_AGO));
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.claim()).hasValueSatisfying(c -> assertThat(c.isPending()).isFalse());
    }

    @Test
    void aSlowClaimLeavesNoTimeForTheLastResort() {
      ledger.weather.before(PENDING_INDEX, "claim", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.eventTable.eventsOf(CODE)).isEmpty();
    }
  }
}
