package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import org.junit.jupiter.api.Test;

/** append(e), version n &gt; 1: each outcome of each step. */
class NextVersionTest {

  private final Ledger ledger = new Ledger();
  private final PriceEvent first = booking(1);
  private final PriceEvent second = version(2, 2);
  private final PriceEvent third = version(3, 3);

  private AppendOutcome append(PriceEvent event) {
    return ledger.append.append(event);
  }

  private void park(PriceEvent event) {
    ledger.weather.fail(EVENT_TABLE);
    assertThat(append(event)).isInstanceOf(AppendOutcome.Pending.class);
    ledger.weather.heal(EVENT_TABLE);
    ledger.weather.takeCalls();
  }

  private void assertHistory(PriceEvent... events) {
    assertThat(ledger.eventTable.eventsOf(CODE))
        .extracting(AcceptedEvent::event)
        .containsExactly(events);
  }

  @Test
  void theNextVersionIsOneReadAndOneWrite() {
    append(first);
    append(second);
    ledger.weather.takeCalls();
    assertThat(append(third)).isEqualTo(new AppendOutcome.Recorded(ledger.accepted(third)));
    assertHistory(first, second, third);
    assertThat(ledger.weather.takeCalls())
        .containsExactly("EVENT_TABLE.last", "EVENT_TABLE.record");
  }

  @Test
  void versionTwoSettlesTheClaimFirst() {
    append(first);
    ledger.weather.takeCalls();
    assertThat(append(second)).isInstanceOf(AppendOutcome.Recorded.class);
    assertThat(ledger.weather.takeCalls())
        .containsExactly("EVENT_TABLE.last", "PENDING_INDEX.settle", "EVENT_TABLE.record");
  }

  @Test
  void versionTwoFencesOffAWriterThatIsAboutToParkVersionOne() {
    ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
    ledger.weather.before(
        PENDING_INDEX,
        "park",
        () -> assertThat(append(second)).isInstanceOf(AppendOutcome.Recorded.class));
    assertThat(append(first)).isInstanceOf(AppendOutcome.Pending.class);
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.read.current(CODE)).isInstanceOf(Unavailable.class);
  }

  @Test
  void versionTwoLeavesNoPendingVersionOneBehind() {
    park(first);
    // The drainer recorded it and died before it settled the claim.
    ledger.weather.failOnce(PENDING_INDEX, "settle");
    ledger.drainAll();
    append(second);
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.read.current(CODE)).isInstanceOf(Unavailable.class);
  }

  @Test
  void withoutThePendingIndexVersionTwoGoesOn() {
    append(first);
    ledger.weather.fail(PENDING_INDEX);
    assertThat(append(second)).isInstanceOf(AppendOutcome.Recorded.class);
  }

  @Test
  void withoutThePendingIndexAndTheQueueABookingLivesOn() {
    ledger.weather.fail(PENDING_INDEX);
    ledger.weather.fail(FALLBACK_QUEUE);
    append(first);
    append(second);
    assertThat(append(third)).isInstanceOf(AppendOutcome.Recorded.class);
  }

  @Test
  void aPendingVersionOneIsHelpedIntoTheEventTable() {
    park(first);
    assertThat(append(second)).isInstanceOf(AppendOutcome.Recorded.class);
    assertHistory(first, second);
    assertThat(ledger.claim()).hasValueSatisfying(c -> assertThat(c.isPending()).isFalse());
  }

  @Test
  void aPendingVersionOneThatCannotBeRecordedIsUnavailable() {
    park(first);
    ledger.weather.failOnce(EVENT_TABLE, "record");
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aPendingVersionOneInConflictIsUnavailable() {
    park(first);
    ledger.weather.before(
        EVENT_TABLE, "record", () -> ledger.eventTable.record(ledger.accepted(booking(9))));
    assertThat(append(second)).isInstanceOf(Unavailable.class);
    assertHistory(booking(9));
  }

  @Test
  void aGapAfterAPendingVersionOneIsAConflictAndHelpsNobody() {
    park(first);
    assertThat(append(third)).isEqualTo(new AppendOutcome.VersionConflict(1));
    assertHistory();
  }

  @Test
  void theIdOfThePendingVersionOneIsReused() {
    park(first);
    assertThat(append(version(2, 1))).isEqualTo(new AppendOutcome.EventIdReused());
  }

  @Test
  void whatTheDrainerMovesBetweenTheTwoLooksIsFound() {
    park(first);
    ledger.weather.before(PENDING_INDEX, "find", ledger::drainAll);
    assertThat(append(second)).isInstanceOf(AppendOutcome.Recorded.class);
  }

  @Test
  void anUnknownBookingHasVersionZero() {
    assertThat(append(second)).isEqualTo(new AppendOutcome.VersionConflict(0));
  }

  @Test
  void aClaimThatCameToNothingHasVersionZero() {
    ledger.pendingIndex.claim(CODE, first.identity(), ledger.now);
    assertThat(append(second)).isEqualTo(new AppendOutcome.VersionConflict(0));
  }

  @Test
  void aSecondLookThatIsNotAnsweredIsUnavailable() {
    ledger.pendingIndex.claim(CODE, first.identity(), ledger.now);
    ledger.weather.before(PENDING_INDEX, "find", () -> ledger.weather.fail(EVENT_TABLE));
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void anUnknownBookingIsNeverUnknownWhileThePendingIndexFails() {
    ledger.weather.fail(PENDING_INDEX);
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void theEventTableFailsSoTheVersionIsRefused() {
    append(first);
    ledger.weather.fail(EVENT_TABLE);
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void theEventTableFailsAtTheWriteSoTheVersionIsRefused() {
    append(first);
    ledger.weather.failOnce(EVENT_TABLE, "record");
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void aGapIsAConflict() {
    append(first);
    assertThat(append(third)).isEqualTo(new AppendOutcome.VersionConflict(1));
  }

  @Test
  void aVersionThatStandsIsAConflictWithTheCurrentOne() {
    append(first);
    append(second);
    append(third);
    assertThat(append(version(2, 9))).isEqualTo(new AppendOutcome.VersionConflict(3));
    assertThat(append(version(3, 9))).isEqualTo(new AppendOutcome.VersionConflict(3));
  }

  @Test
  void sentAgainItAnswersAsTheFirstTime() {
    append(first);
    append(second);
    assertThat(append(second))
        .isEqualTo(new AppendOutcome.AlreadyRecorded(ledger.accepted(second)));
    append(third);
    assertThat(append(second))
        .isEqualTo(new AppendOutcome.AlreadyRecorded(ledger.accepted(second)));
  }

  @Test
  void sentAgainWithOtherContentTheIdIsReused() {
    append(first);
    append(second);
    assertThat(append(Ledger.event(CODE, 2, 2, "999.00")))
        .isEqualTo(new AppendOutcome.EventIdReused());
    append(third);
    assertThat(append(Ledger.event(CODE, 2, 2, "999.00")))
        .isEqualTo(new AppendOutcome.EventIdReused());
  }

  @Test
  void theIdOfTheLastEventIsReused() {
    append(first);
    assertThat(append(version(2, 1))).isEqualTo(new AppendOutcome.EventIdReused());
  }

  @Test
  void anOldVersionThatCannotBeComparedIsUnavailable() {
    append(first);
    append(second);
    append(third);
    ledger.weather.failOnce(EVENT_TABLE, "find");
    assertThat(append(second)).isInstanceOf(Unavailable.class);
  }

  @Test
  void theLoserOfARaceIsToldTheCurrentVersion() {
    append(first);
    ledger.weather.before(
        EVENT_TABLE,
        "record",
        () -> {
          append(version(2, 9));
          append(third);
        });
    assertThat(append(second)).isEqualTo(new AppendOutcome.VersionConflict(3));
  }

  @Test
  void theLoserOfARaceIsToldWhatIsKnownIfTheEventTableFailsThen() {
    append(first);
    ledger.weather.before(
        EVENT_TABLE,
        "record",
        () -> {
          append(version(2, 9));
          ledger.weather.failOnce(EVENT_TABLE, "last");
        });
    assertThat(append(second)).isEqualTo(new AppendOutcome.VersionConflict(2));
  }

  @Test
  void aRaceWithItselfIsRecordedOnce() {
    append(first);
    ledger.weather.before(EVENT_TABLE, "record", () -> append(second));
    assertThat(append(second)).isInstanceOf(AppendOutcome.AlreadyRecorded.class);
    assertHistory(first, second);
  }

  @Test
  void aRaceUnderOneIdWithOtherContentIsAReusedId() {
    append(first);
    ledger.weather.before(EVENT_TABLE, "record", () -> append(Ledger.event(CODE, 2, 2, "999.00")));
    assertThat(append(second)).isEqualTo(new AppendOutcome.EventIdReused());
  }

  @Test
  void outOfTimeNoFurtherStepBegins() {
    append(first);
    ledger.weather.before(EVENT_TABLE, "last", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
    assertThat(append(second)).isInstanceOf(Unavailable.class);
    ledger.weather.before(PENDING_INDEX, "settle", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
    assertThat(append(second)).isInstanceOf(Unavailable.class);
    assertHistory(first);
  }

  @Test
  void outOfTimeNobodyIsHelped() {
    park(first);
    ledger.weather.before(PENDING_INDEX, "find", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
    assertThat(append(second)).isInstanceOf(Unavailable.class);
    assertHistory();
  }

  @Test
  void outOfTimeNothingOldIsCompared() {
    append(first);
    append(second);
    append(third);
    ledger.weather.before(EVENT_TABLE, "last", () -> ledger.pass(Append.STEPS_BEGIN_WITHIN));
    assertThat(append(version(2, 2))).isInstanceOf(Unavailable.class);
    assertThat(ledger.eventTable.eventsOf(CODE))
        .last()
        .extracting(AcceptedEvent::version)
        .isEqualTo(new Version(3));
  }
}
