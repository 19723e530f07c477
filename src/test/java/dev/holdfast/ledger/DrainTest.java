package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.holdfast.Regression;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Drain: what a message comes to. */
class DrainTest {

  private final Ledger ledger = new Ledger();
  private final PriceEvent first = booking(1);
  private final PriceEvent rivalFirst = booking(2);
  private final PriceEvent second = version(2, 3);
  private final PriceEvent rivalSecond = version(2, 4);
  private final PriceEvent third = version(3, 5);

  private DrainOutcome drain(PriceEvent event) {
    return ledger.drain.drain(ledger.accepted(event));
  }

  @Nested
  @DisplayName("events that wait")
  class Waiting {

    @Test
    void areRecordedInOrderAsTheyWereAcceptedAndTheHeadSaysSo() {
      ledger.park(first);
      ledger.pass(Duration.ofSeconds(1));
      ledger.park(second);
      Head before = ledger.head();
      ledger.weather.takeCalls();
      assertThat(drain(second)).isEqualTo(new DrainOutcome.Settled());
      assertThat(ledger.weather.takeCalls())
          .containsExactly(
              "PENDING_INDEX.find",
              "EVENT_TABLE.record",
              "EVENT_TABLE.record",
              "PENDING_INDEX.replace");
      assertThat(ledger.eventTable.eventsOf(CODE)).isEqualTo(before.events());
      assertThat(ledger.head().state()).isEqualTo(new Head.State.Recorded());
      assertThat(ledger.head().previous()).contains(first.identity());
      assertThat(ledger.head().owner()).contains(first.identity());
    }

    @Test
    void thatAreInTheEventTableAlreadyAreSettled() {
      ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
      ledger.append.append(first);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Settled());
      assertThat(ledger.recorded()).containsExactly(first);
    }

    @Test
    void whosePlacesOthersHaveAreKeptAndTheBookingGoesOn() {
      ledger.park(first);
      ledger.park(second);
      ledger.park(third);
      Head before = ledger.head();
      ledger.eventTable.record(before.events().get(0));
      ledger.eventTable.record(ledger.accepted(rivalSecond));
      assertThat(drain(first)).isEqualTo(new DrainOutcome.InConflict());
      assertThat(ledger.recorded()).containsExactly(first, rivalSecond, third);
      assertThat(ledger.head().kept())
          .extracting(kept -> kept.event().event(), Kept::conflictSince)
          .containsExactly(tuple(second, ledger.now));
      assertThat(ledger.head().isAt(third.identity())).isTrue();
      assertThat(ledger.append.append(version(4, 6))).isInstanceOf(AppendOutcome.Recorded.class);
      assertThat(ledger.head().kept()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"PENDING_INDEX, find", "EVENT_TABLE, record", "PENDING_INDEX, replace"})
    void comeAgainWhenAStoreFails(Store store, String call) {
      ledger.park(first);
      ledger.weather.failOnce(store, call);
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Settled());
      assertThat(ledger.recorded()).containsExactly(first);
    }

    @ParameterizedTest
    @CsvSource({"EVENT_TABLE, record", "PENDING_INDEX, replace"})
    void comeAgainWhenAnAnswerIsLost(Store store, String call) {
      ledger.park(first);
      ledger.weather.loseAnswerOnce(store, call);
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      drain(first);
      assertThat(ledger.pending()).isEmpty();
      assertThat(ledger.recorded()).containsExactly(first);
    }

    @ParameterizedTest
    @CsvSource({"EVENT_TABLE, last", "PENDING_INDEX, replace"})
    void comeAgainWhenAConflictCannotBeKept(Store store, String call) {
      ledger.park(first);
      ledger.eventTable.record(ledger.accepted(rivalFirst));
      ledger.weather.failOnce(store, call);
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      assertThat(ledger.pending()).containsExactly(first);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.InConflict());
    }

    @Test
    void thatTakeTooLongComeAgain() {
      ledger.park(first);
      ledger.park(second);
      AcceptedEvent message = ledger.head().last();
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.pass(Drain.STEPS_BEGIN_WITHIN));
      assertThat(ledger.drain.drain(message)).isEqualTo(TimeBudget.SPENT);
      assertThat(ledger.pending()).containsExactly(first, second);
      assertThat(ledger.drain.drain(message)).isEqualTo(new DrainOutcome.Settled());
      assertThat(ledger.recorded()).containsExactly(first, second);
    }

    @Test
    void toWhichMoreIsAddedMeanwhileComeAgain() {
      ledger.park(first);
      ledger.weather.before(PENDING_INDEX, "replace", () -> ledger.park(second));
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Settled());
      assertThat(ledger.recorded()).containsExactly(first, second);
    }
  }

  @Nested
  @DisplayName("an event that the pending index does not know of")
  class Unclaimed {

    @Test
    void getsAHead() {
      ledger.recordUnclaimed(first);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.head().isAt(first.identity())).isTrue();
      assertThat(ledger.head().owner()).contains(first.identity());
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void ofALaterVersionGetsAHeadThatNamesTheOwner() {
      ledger.recordUnclaimed(first);
      ledger.recordUnclaimed(second);
      assertThat(drain(second)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.head().isAt(second.identity())).isTrue();
      assertThat(ledger.head().owner()).contains(first.identity());
      assertThat(ledger.eventTable.unclaimed()).hasSize(1);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void getsTheHeadThatAnothersClaimHas() {
      ledger.claimAndDie(rivalFirst);
      ledger.recordUnclaimed(first);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.head().isAt(first.identity())).isTrue();
    }

    @Test
    @Regression(
        "a drain with an old message dropped the mark of a claim that a rival was about to take over")
    void thatItsOwnClaimNamesIsConfirmedSoThatNobodyTakesItOver() {
      ledger.claimAndDie(first);
      ledger.recordUnclaimed(first);
      long revision = ledger.head().revision();
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.head().revision()).isGreaterThan(revision);
      assertThat(ledger.head().state()).isEqualTo(new Head.State.Recorded());
    }

    @Test
    void neverTakesTheHeadBackFromWhatWasClaimedSince() {
      ledger.recordUnclaimed(first);
      ledger.claimAndDie(second);
      Head before = ledger.head();
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.head()).isEqualTo(before);
    }

    @Test
    void whileAnotherWaitsInItsPlaceIsAConflict() {
      ledger.park(rivalFirst);
      ledger.eventTable.recordUnclaimed(ledger.accepted(first), ledger.now);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.InConflict());
      assertThat(ledger.head().isAt(first.identity())).isTrue();
      assertThat(ledger.head().kept()).hasSize(1);
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void whileAnEventIsParkedMeanwhileComesAgain() {
      ledger.claimAndDie(first);
      ledger.recordUnclaimed(first);
      ledger.weather.before(EVENT_TABLE, "last", () -> ledger.park(second));
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      assertThat(ledger.eventTable.unclaimed()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({
      "PENDING_INDEX, find",
      "EVENT_TABLE, last",
      "PENDING_INDEX, create",
      "EVENT_TABLE, markClaimed"
    })
    void comesAgainWhenAStoreFails(Store store, String call) {
      ledger.recordUnclaimed(first);
      ledger.weather.failOnce(store, call);
      assertThat(drain(first)).isInstanceOf(Unavailable.class);
      assertThat(ledger.eventTable.unclaimed()).hasSize(1);
      assertThat(drain(first)).isEqualTo(new DrainOutcome.Repaired());
    }
  }

  @Test
  void aMessageForWhichNothingIsOwedIsStale() {
    assertThat(drain(first)).isEqualTo(new DrainOutcome.Stale());
    ledger.park(first);
    drain(first);
    assertThat(drain(first)).isEqualTo(new DrainOutcome.Stale());
    assertThat(drain(rivalFirst)).isEqualTo(new DrainOutcome.Stale());
    assertThat(ledger.recorded()).containsExactly(first);
  }
}
