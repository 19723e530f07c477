package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AppendOutcome.AlreadyRecorded;
import dev.holdfast.ledger.AppendOutcome.BookingCodeTaken;
import dev.holdfast.ledger.AppendOutcome.EventIdReused;
import dev.holdfast.ledger.AppendOutcome.Pending;
import dev.holdfast.ledger.AppendOutcome.Recorded;
import dev.holdfast.ledger.AppendOutcome.VersionConflict;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** append(e): each outcome of each step, for a first event and for a later one. */
class AppendTest {

  private static final Duration LONG_AGO = Duration.ofMinutes(16);

  private final Ledger ledger = new Ledger();

  private final PriceEvent first = booking(1);
  private final PriceEvent rivalFirst = booking(2);
  private final PriceEvent second = version(2, 3);
  private final PriceEvent rivalSecond = version(2, 4);
  private final PriceEvent third = version(3, 5);

  private AppendOutcome append(PriceEvent event) {
    return ledger.append.append(event);
  }

  private Recorded recorded(PriceEvent event) {
    return new Recorded(ledger.accepted(event));
  }

  private List<String> calls() {
    return ledger.weather.takeCalls();
  }

  @Test
  void aNewBookingIsOneWriteToEachStore() {
    assertThat(append(first)).isEqualTo(recorded(first));
    assertThat(calls()).containsExactly("PENDING_INDEX.claim", "EVENT_TABLE.record");
    assertThat(ledger.recorded()).containsExactly(first);
    assertThat(ledger.head().owner()).contains(first.identity());
  }

  @Test
  void aLaterVersionIsOneReadMore() {
    append(first);
    calls();
    assertThat(append(second)).isEqualTo(recorded(second));
    assertThat(calls())
        .containsExactly("EVENT_TABLE.last", "PENDING_INDEX.claim", "EVENT_TABLE.record");
    assertThat(ledger.recorded()).containsExactly(first, second);
    assertThat(ledger.head().version()).isEqualTo(second.version());
    assertThat(ledger.head().previous()).contains(first.identity());
    assertThat(ledger.head().owner()).contains(first.identity());
  }

  @Nested
  @DisplayName("1 look")
  class Look {

    @Test
    void anUnknownBookingHasVersionZero() {
      assertThat(append(second)).isEqualTo(new VersionConflict(0));
    }

    @Test
    void aGapIsAConflictWithTheCurrentVersion() {
      append(first);
      assertThat(append(third)).isEqualTo(new VersionConflict(1));
    }

    @Test
    void aGapIsNeverSaidWhileThePendingIndexCannotAnswer() {
      append(first);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(third)).isInstanceOf(Unavailable.class);
    }

    @Test
    void aGapBehindWhatIsPendingIsAConflictAndHelpsNobody() {
      ledger.park(first);
      assertThat(append(third)).isEqualTo(new VersionConflict(1));
      assertThat(ledger.pending()).containsExactly(first);
    }

    @Test
    void aGapBehindAClaimThatCameToNothingIsAConflict() {
      append(first);
      ledger.claimAndDie(second);
      assertThat(append(third)).isEqualTo(new VersionConflict(1));
    }

    @Test
    void sentAgainItAnswersAsTheFirstTime() {
      AppendOutcome outcome = append(first);
      append(second);
      append(third);
      ledger.pass(Duration.ofSeconds(5));
      AcceptedEvent asAccepted = ((Recorded) outcome).event();
      assertThat(append(first)).isEqualTo(new AlreadyRecorded(asAccepted));
      assertThat(append(third)).isInstanceOf(AlreadyRecorded.class);
    }

    @Test
    void aVersionThatStandsIsAConflictWithTheCurrentOne() {
      append(first);
      append(second);
      append(third);
      assertThat(append(rivalSecond)).isEqualTo(new VersionConflict(3));
    }

    @Test
    void theIdOfAnEventThatStandsIsReused() {
      append(first);
      append(second);
      assertThat(append(Ledger.event(CODE, 2, 3, "999.00"))).isEqualTo(new EventIdReused());
      assertThat(append(version(3, 3))).isEqualTo(new EventIdReused());
    }

    @Test
    void anOldVersionThatCannotBeComparedIsUnavailable() {
      append(first);
      append(second);
      append(third);
      ledger.weather.failOnce(EVENT_TABLE, "find");
      assertThat(append(rivalSecond)).isInstanceOf(Unavailable.class);
    }

    @Test
    void whatIsPendingIsHelpedIntoTheEventTableFirst() {
      ledger.park(first);
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.recorded()).containsExactly(first, second);
      assertThat(ledger.head().owner()).contains(first.identity());
    }

    @Test
    void whatIsPendingAndIsItselfIsHelpedToo() {
      ledger.park(first);
      ledger.park(second);
      assertThat(append(second)).isEqualTo(new AlreadyRecorded(ledger.accepted(second)));
      assertThat(ledger.recorded()).containsExactly(first, second);
    }

    @Test
    void whatIsPendingAndTakesItsPlaceIsAConflict() {
      ledger.park(first);
      ledger.park(second);
      assertThat(append(rivalSecond)).isEqualTo(new VersionConflict(2));
      assertThat(append(Ledger.event(CODE, 2, 3, "999.00"))).isEqualTo(new EventIdReused());
    }

    @Test
    void whatTheDrainerMovesBetweenTheTwoLooksIsFound() {
      ledger.park(first);
      ledger.weather.before(PENDING_INDEX, "find", ledger::drainAll);
      assertThat(append(second)).isEqualTo(recorded(second));
    }

    @Test
    @Regression("a price change was a 503 where it had to help more events than it had time for")
    void whatTakesTooLongToHelpWaitsWithIt() {
      ledger.weather.fail(EVENT_TABLE);
      for (int number = 1; number <= 200; number++) {
        assertThat(append(version(number, number))).isInstanceOf(Pending.class);
      }
      ledger.weather.heal(EVENT_TABLE);
      for (int number = 1; number <= 200; number++) {
        ledger.weather.before(EVENT_TABLE, "record", () -> ledger.pass(Duration.ofMillis(10)));
      }
      assertThat(append(version(201, 201))).isInstanceOf(Pending.class);
      assertThat(ledger.pending()).hasSize(201);
    }

    @Test
    void whatCannotBeHelpedWaitsWithIt() {
      ledger.park(first);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      assertThat(append(second)).isEqualTo(new Pending(ledger.accepted(second)));
      assertThat(ledger.pending()).containsExactly(first, second);
    }
  }

  @Nested
  @DisplayName("2 claim")
  class Claim {

    @Test
    void itsOwnIsClaimedAgainAndRaisesTheRevision() {
      ledger.claimAndDie(first);
      long revision = ledger.head().revision();
      AcceptedEvent asClaimed = ledger.head().last();
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(first)).isEqualTo(new Recorded(asClaimed));
      assertThat(ledger.head().revision()).isGreaterThan(revision);
      assertThat(ledger.head().claimedAt()).isEqualTo(ledger.now);
    }

    @Test
    void aClaimThatIsRepeatedByAClockBehindNeverGoesBack() {
      ledger.claimAndDie(first);
      ledger.pass(Duration.ofSeconds(-30));
      append(first);
      assertThat(ledger.head().claimedAt()).isEqualTo(ledger.now.plusSeconds(30));
    }

    @Test
    void anothersPendingEventIsRefusedAtOnce() {
      ledger.park(rivalFirst);
      calls();
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(calls()).containsExactly("PENDING_INDEX.claim");
    }

    @Test
    void anothersRecordedEventIsRefused() {
      append(rivalFirst);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.recorded()).containsExactly(rivalFirst);
    }

    @Test
    void anothersBookingThatWentOnIsRefusedAtOnce() {
      append(rivalFirst);
      append(second);
      calls();
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(calls()).containsExactly("PENDING_INDEX.claim");
    }

    @Test
    void anothersClaimWhileTheEventTableHasThisEventIsAnsweredAsRecorded() {
      ledger.claimAndDie(rivalFirst);
      ledger.recordUnclaimed(first);
      assertThat(append(first)).isEqualTo(new AlreadyRecorded(ledger.accepted(first)));
    }

    @Test
    void anothersClaimWhileTheEventTableCannotAnswerIsPendingBeforeThisOneIsRefused() {
      ledger.claimAndDie(rivalFirst);
      ledger.pass(LONG_AGO);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.pending()).containsExactly(rivalFirst);
      ledger.weather.heal(EVENT_TABLE);
      ledger.drainAll();
      assertThat(ledger.recorded()).containsExactly(rivalFirst);
    }

    /** Its own earlier call took the claim over after all: it landed late. */
    @Test
    @Regression(
        "an event was refused for an abandoned claim that an earlier call of its own took over late")
    void noEventIsRefusedForAClaimThatItTookOverItself() {
      ledger.claimAndDie(rivalFirst);
      ledger.pass(LONG_AGO);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> {
            Head abandoned = ledger.head();
            ledger.pendingIndex.replace(
                abandoned,
                abandoned.claimedFor(ledger.accepted(first), Optional.empty(), ledger.now));
          });
      assertThat(append(first)).isEqualTo(new Pending(ledger.accepted(first)));
    }

    @Test
    void withoutThePendingIndexNothingIsSaidOfAnothersClaim() {
      ledger.claimAndDie(rivalFirst);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.failOnce(PENDING_INDEX, "replace");
      assertThat(append(first)).isInstanceOf(Unavailable.class);
    }

    @Test
    void anothersYoungClaimIsRefusedThoughTheEventTableIsEmpty() {
      ledger.claimAndDie(rivalFirst);
      ledger.pass(Appending.ABANDONED_AFTER);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.head().isAt(rivalFirst.identity())).isTrue();
    }

    @Test
    void anothersYoungClaimOfALaterVersionIsAConflict() {
      append(first);
      ledger.claimAndDie(rivalSecond);
      assertThat(append(second)).isEqualTo(new VersionConflict(2));
    }

    @Test
    void anAbandonedClaimIsTakenOver() {
      ledger.claimAndDie(rivalFirst);
      ledger.pass(LONG_AGO);
      assertThat(append(first)).isEqualTo(recorded(first));
      assertThat(ledger.head().owner()).contains(first.identity());
    }

    @Test
    void anAbandonedClaimOfALaterVersionIsTakenOver() {
      append(first);
      ledger.claimAndDie(rivalSecond);
      ledger.pass(LONG_AGO);
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.head().owner()).contains(first.identity());
      assertThat(ledger.head().previous()).contains(first.identity());
    }

    @Test
    void anIdThatOnlyEverClaimedIsNotUsed() {
      PriceEvent corrected = Ledger.event(CODE, 1, 1, "999.00");
      ledger.claimAndDie(first);
      assertThat(append(corrected)).isEqualTo(new BookingCodeTaken());
      ledger.pass(LONG_AGO);
      assertThat(append(corrected)).isEqualTo(recorded(corrected));
    }

    @Test
    void aClaimThatIsResumedWhileItIsTakenOverStaysWithItsWriter() {
      ledger.claimAndDie(rivalFirst);
      ledger.pass(LONG_AGO);
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> assertThat(append(rivalFirst)).isInstanceOf(Recorded.class));
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.recorded()).containsExactly(rivalFirst);
    }

    @Test
    void aBookingThatThePendingIndexMissedIsClaimedAllTheSame() {
      ledger.recordUnclaimed(first);
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.head().owner()).contains(first.identity());
      ledger.recordUnclaimed(third);
      PriceEvent fourth = version(4, 6);
      assertThat(append(fourth)).isEqualTo(recorded(fourth));
      // Whether what the head knew of the owner is still right, nobody looked.
      assertThat(ledger.head().owner()).isEmpty();
    }

    @Test
    void whatIsPendingFurtherBackIsHelpedBeforeItIsClaimedOver() {
      ledger.park(first);
      ledger.weather.before(
          EVENT_TABLE,
          "last",
          () -> {
            ledger.eventTable.record(ledger.accepted(first));
            ledger.eventTable.record(ledger.accepted(second));
          });
      assertThat(append(third)).isEqualTo(recorded(third));
      assertThat(ledger.recorded()).containsExactly(first, second, third);
    }

    @Test
    void whatIsPendingInAnothersPlaceIsKeptBeforeTheBookingGoesOn() {
      ledger.park(rivalFirst);
      ledger.weather.before(
          EVENT_TABLE, "last", () -> ledger.eventTable.record(ledger.accepted(first)));
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.recorded()).containsExactly(first, second);
      assertThat(ledger.head().kept())
          .containsExactly(new Kept(ledger.accepted(rivalFirst), ledger.now, Optional.empty()));
    }

    @Test
    void withoutThePendingIndexTheEventGoesOnUnclaimed() {
      append(first);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.eventTable.unclaimed()).hasSize(1);
      assertThat(ledger.fallbackQueue.messages()).containsExactly(ledger.accepted(second));
    }

    @Test
    void aClaimThatIsNotAnsweredTheSecondTimeKeepsItsMoment() {
      ledger.claimAndDie(first);
      AcceptedEvent asClaimed = ledger.head().last();
      ledger.pass(Duration.ofSeconds(5));
      ledger.weather.failOnce(PENDING_INDEX, "replace");
      assertThat(append(first)).isEqualTo(new Recorded(asClaimed));
    }
  }

  @Nested
  @DisplayName("3 record")
  class Recording {

    @Test
    void anotherEventIsThereSoTheHeadIsHandedToIt() {
      ledger.recordUnclaimed(rivalFirst);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.head().isAt(rivalFirst.identity())).isTrue();
      assertThat(ledger.head().owner()).contains(rivalFirst.identity());
    }

    @Test
    void theHandOverIsBestEffort() {
      ledger.recordUnclaimed(rivalFirst);
      ledger.weather.failOnce(PENDING_INDEX, "replace");
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
    }

    @Test
    void whatIsPendingIsNotHandedAwayButKeptByTheDrainer() {
      ledger.recordUnclaimed(rivalFirst);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      assertThat(append(first)).isInstanceOf(Pending.class);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.pending()).containsExactly(first);
      ledger.drainAll();
      assertThat(ledger.head().kept()).hasSize(1);
    }

    @Test
    void aPendingEventThatIsSentAgainIsRecordedAsItWasAccepted() {
      ledger.park(first);
      AcceptedEvent asAccepted = ledger.head().last();
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(first)).isEqualTo(new AlreadyRecorded(asAccepted));
      assertThat(ledger.eventTable.eventsOf(CODE)).containsExactly(asAccepted);
    }

    @Test
    void unclaimedAndTakenIsRefused() {
      append(first);
      append(second);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(rivalFirst)).isEqualTo(new BookingCodeTaken());
      assertThat(append(first)).isEqualTo(new AlreadyRecorded(ledger.accepted(first)));
      assertThat(append(Ledger.event(CODE, 1, 1, "9.00"))).isEqualTo(new EventIdReused());
    }

    @Test
    void unclaimedAndTheEventTableFailsTooIsUnavailable() {
      ledger.weather.fail(PENDING_INDEX);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(first)).isInstanceOf(Unavailable.class);
      assertThat(append(second)).isInstanceOf(Unavailable.class);
    }

    @Test
    void theHintIsBestEffort() {
      ledger.weather.fail(PENDING_INDEX);
      ledger.weather.fail(FALLBACK_QUEUE);
      assertThat(append(first)).isInstanceOf(Recorded.class);
    }
  }

  @Nested
  @DisplayName("4 park")
  class Park {

    @Test
    void theEventTableFailsSoTheEventIsPending() {
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(first)).isEqualTo(new Pending(ledger.accepted(first)));
      assertThat(ledger.pending()).containsExactly(first);
      assertThat(ledger.fallbackQueue.messages()).containsExactly(ledger.accepted(first));
    }

    @Test
    void aLaterVersionIsPendingToo() {
      append(first);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      assertThat(append(second)).isEqualTo(new Pending(ledger.accepted(second)));
      assertThat(ledger.pending()).containsExactly(second);
      assertThat(ledger.head().previous()).contains(first.identity());
    }

    @Test
    void aLostAnswerOfTheEventTableIsParkedToo() {
      ledger.weather.loseAnswers(EVENT_TABLE);
      assertThat(append(first)).isInstanceOf(Pending.class);
      ledger.drainAll();
      assertThat(ledger.recorded()).containsExactly(first);
    }

    @Test
    void thePendingIndexFailsTooSoNothingIsPromised() {
      ledger.weather.failOnce(EVENT_TABLE, "record");
      ledger.weather.failOnce(PENDING_INDEX, "replace");
      assertThat(append(first)).isInstanceOf(Unavailable.class);
    }

    @Test
    void theQueueIsBestEffort() {
      ledger.weather.fail(FALLBACK_QUEUE);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(first)).isInstanceOf(Pending.class);
    }

    @Test
    void whatTheHeadKnowsToBeRecordedDoesNotWaitAgain() {
      ledger.park(first);
      ledger.drainAll();
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(first)).isInstanceOf(AlreadyRecorded.class);
      assertThat(ledger.pending()).isEmpty();
    }

    @Test
    void aRepetitionThatParkedMeanwhileIsEnough() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "replace", () -> append(first));
      assertThat(append(first)).isEqualTo(new Pending(ledger.accepted(first)));
      assertThat(ledger.pending()).containsExactly(first);
    }

    @Test
    void aReaderThatMadeItPendingIsEnough() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "replace", () -> ledger.read.current(CODE));
      assertThat(append(first)).isEqualTo(new Pending(ledger.accepted(first)));
    }

    @Test
    void atAHeadThatWentToAnotherEventItIsRefused() {
      ledger.weather.failOnce(EVENT_TABLE, "record");
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> {
            ledger.pass(LONG_AGO);
            assertThat(append(rivalFirst)).isInstanceOf(Recorded.class);
          });
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
    }

    @Test
    void atAHeadOneFurtherOnThatWasClaimedUponItItIsRecorded() {
      ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
      ledger.weather.before(
          PENDING_INDEX, "replace", () -> assertThat(append(second)).isInstanceOf(Recorded.class));
      ledger.weather.fail(FALLBACK_QUEUE);
      assertThat(append(first)).isEqualTo(recorded(first));
    }

    @Test
    void atAHeadOneFurtherOnThatWasClaimedUponAnotherItIsRefused() {
      append(first);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> {
            ledger.recordUnclaimed(rivalSecond);
            assertThat(append(third)).isInstanceOf(Recorded.class);
          });
      assertThat(append(second)).isEqualTo(new VersionConflict(3));
    }

    @Test
    void atAHeadFurtherOnTheEventTableIsAsked() {
      append(first);
      ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> {
            append(third);
            append(version(4, 6));
          });
      assertThat(append(second)).isEqualTo(new AlreadyRecorded(ledger.accepted(second)));
    }
  }

  @Nested
  @DisplayName("the short way")
  class ShortWay {

    @BeforeEach
    void open() {
      ledger.breakerIsOpen = true;
    }

    @Test
    void aNewBookingIsOneWriteAndOneSend() {
      assertThat(append(first)).isEqualTo(new Pending(ledger.accepted(first)));
      assertThat(calls()).containsExactly("PENDING_INDEX.claimAndPark", "FALLBACK_QUEUE.send");
    }

    @Test
    void aPriceChangeIsOneWriteAndOneSendWhateverTheHeadsState() {
      append(first);
      calls();
      assertThat(append(second)).isEqualTo(new Pending(ledger.accepted(second)));
      assertThat(calls()).containsExactly("PENDING_INDEX.claimAndPark", "FALLBACK_QUEUE.send");
      ledger.drainAll();
      append(third);
      assertThat(ledger.pending()).containsExactly(second, third);
    }

    @Test
    void whatWasOnlyClaimedBeforeItIsAcceptedWithIt() {
      ledger.breakerIsOpen = false;
      append(first);
      ledger.breakerIsOpen = true;
      append(second);
      assertThat(ledger.pending()).containsExactly(first, second);
    }

    @Test
    void whileTheEventTableFailsAWholeChainWaitsAndIsDrainedInOrder() {
      ledger.breakerIsOpen = false;
      ledger.weather.fail(EVENT_TABLE);
      append(first);
      append(second);
      append(third);
      assertThat(ledger.pending()).containsExactly(first, second, third);
      ledger.weather.heal(EVENT_TABLE);
      ledger.drainAll();
      assertThat(ledger.recorded()).containsExactly(first, second, third);
    }

    @Test
    void sentAgainItIsPendingAsBefore() {
      AppendOutcome before = append(first);
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(first)).isEqualTo(before);
      append(second);
      assertThat(append(first)).isEqualTo(before);
    }

    @Test
    void sentAgainWhenTheHeadSaysItIsRecordedItIs() {
      append(first);
      ledger.drainAll();
      assertThat(append(first)).isInstanceOf(AlreadyRecorded.class);
    }

    @Test
    void onAClaimOfItsOwnItIsParked() {
      ledger.breakerIsOpen = false;
      ledger.claimAndDie(first);
      AcceptedEvent asClaimed = ledger.head().last();
      ledger.breakerIsOpen = true;
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(first)).isEqualTo(new Pending(asClaimed));
    }

    @Test
    @Regression(
        "a writer who came back was refused in an outage where others had gone on from his own claim")
    void noPriceIsBlockedThatTheBookingWentOnFrom() {
      ledger.breakerIsOpen = false;
      ledger.claimAndDie(first);
      AcceptedEvent asClaimed = ledger.head().last();
      ledger.weather.before(
          PENDING_INDEX,
          "replace",
          () -> {
            ledger.read.current(CODE);
            ledger.breakerIsOpen = false;
            assertThat(append(second)).isInstanceOf(Recorded.class);
            ledger.weather.fail(EVENT_TABLE);
          });
      ledger.breakerIsOpen = true;
      ledger.pass(Duration.ofSeconds(5));
      assertThat(append(first)).isEqualTo(new Recorded(asClaimed));
    }

    @Test
    void anothersEventOrClaimIsRefused() {
      append(rivalFirst);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      append(second);
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(append(rivalSecond)).isEqualTo(new VersionConflict(2));
      assertThat(append(Ledger.event(CODE, 2, 3, "9.00"))).isEqualTo(new EventIdReused());
    }

    @Test
    void anothersClaimOfWhichNobodyKnowsIsPendingBeforeThisOneIsRefused() {
      ledger.breakerIsOpen = false;
      ledger.claimAndDie(rivalFirst);
      ledger.breakerIsOpen = true;
      assertThat(append(first)).isEqualTo(new BookingCodeTaken());
      assertThat(ledger.pending()).containsExactly(rivalFirst);
      assertThat(append(Ledger.event(CODE, 1, 2, "9.00"))).isEqualTo(new EventIdReused());
    }

    @Test
    void aGapIsNotSaidWithoutTheEventTable() {
      ledger.breakerIsOpen = false;
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(append(third)).isInstanceOf(Unavailable.class);
      assertThat(append(Ledger.event(new BookingCode("NOBODY-1"), 2, 9, "1.00")))
          .isInstanceOf(Unavailable.class);
    }

    @Test
    void theBreakerIsABeliefSoWhatTheHeadDoesNotKnowTheEventTableIsAsked() {
      assertThat(append(second)).isEqualTo(new VersionConflict(0));
    }

    @Test
    void withoutThePendingIndexTheEventTableIsTheLastResort() {
      ledger.weather.fail(PENDING_INDEX);
      assertThat(append(first)).isEqualTo(recorded(first));
      assertThat(append(second)).isEqualTo(recorded(second));
      assertThat(ledger.eventTable.unclaimed()).hasSize(2);
    }

    @Test
    void aHeadThatIsFullTakesNoMoreAndLosesNothing() {
      assertThat(append(Ledger.large(1, 1))).isInstanceOf(Pending.class);
      assertThat(append(Ledger.large(2, 2))).isInstanceOf(Pending.class);
      assertThat(append(Ledger.large(3, 3))).isInstanceOf(Pending.class);
      PriceEvent fourth = Ledger.large(4, 4);
      assertThat(append(fourth)).isEqualTo(Head.FULL);
      assertThat(ledger.pending()).hasSize(3);
      ledger.breakerIsOpen = false;
      assertThat(append(fourth)).isInstanceOf(Recorded.class);
      assertThat(ledger.recorded()).hasSize(4);
    }

    @Test
    void atAHeadThatKeepsAConflictItIsAcceptedToo() {
      ledger.breakerIsOpen = false;
      ledger.recordUnclaimed(rivalFirst);
      ledger.weather.failOnce(EVENT_TABLE, "record");
      append(first);
      ledger.drainAll();
      ledger.breakerIsOpen = true;
      assertThat(append(second)).isEqualTo(new Pending(ledger.accepted(second)));
      assertThat(ledger.head().kept()).hasSize(1);
    }
  }

  @Nested
  @DisplayName("out of time")
  class OutOfTime {

    private void slow(Store store, String call) {
      ledger.weather.before(store, call, () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
    }

    @Test
    void afterASlowRecordTheEventIsNotParked() {
      ledger.weather.fail(EVENT_TABLE);
      slow(EVENT_TABLE, "record");
      assertThat(append(first)).isEqualTo(TimeBudget.SPENT);
    }

    @Test
    void afterASlowClaimNothingIsRecorded() {
      slow(PENDING_INDEX, "claim");
      append(first);
      assertThat(ledger.recorded()).isEmpty();
    }

    @Test
    void afterASlowParkTheQueueIsLeftToTheSweeper() {
      ledger.weather.fail(EVENT_TABLE);
      slow(PENDING_INDEX, "replace");
      assertThat(append(first)).isInstanceOf(Pending.class);
      assertThat(ledger.fallbackQueue.messages()).isEmpty();
    }

    @Test
    @Regression("a clock that stepped by two seconds ended requests with 503")
    void aClockThatIsPutRightEndsNoRequest() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.setClock(Duration.ofSeconds(2)));
      assertThat(append(first)).isInstanceOf(Pending.class);
    }

    @Test
    void whoeverWasFrozenBeginsNoFurtherStep() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.setClock(LONG_AGO));
      assertThat(append(first)).isEqualTo(TimeBudget.SPENT);
      assertThat(ledger.head().isPending()).isFalse();
    }
  }
}
