package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network.Store;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** drain(e): each outcome of each step. */
class DrainTest {

  private final Ledger ledger = new Ledger();
  private final PriceEvent ours = booking(1);
  private final PriceEvent theirs = booking(2);

  private DrainOutcome drain(PriceEvent event) {
    return ledger.drain.drain(ledger.accepted(event));
  }

  private void park(PriceEvent event) {
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.append.append(event)).isInstanceOf(AppendOutcome.Pending.class);
    ledger.weather.heal(EVENT_TABLE);
  }

  private void recordUnclaimed(PriceEvent event) {
    ledger.weather.fail(PENDING_INDEX);
    assertThat(ledger.append.append(event)).isInstanceOf(AppendOutcome.Recorded.class);
    ledger.weather.heal(PENDING_INDEX);
  }

  private boolean isPending() {
    return ledger.claim().map(Claim::isPending).orElse(false);
  }

  private void assertRecorded(PriceEvent event) {
    assertThat(ledger.eventTable.eventsOf(CODE))
        .extracting(AcceptedEvent::event)
        .containsExactly(event);
  }

  @Nested
  @DisplayName("a pending event")
  class PendingEvent {

    @Test
    void isRecordedAndSettledAndKeepsItsClaim() {
      park(ours);
      long revision = ledger.claim().orElseThrow().revision();
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Settled());
      assertRecorded(ours);
      assertThat(isPending()).isFalse();
      assertThat(ledger.claim())
          .hasValueSatisfying(
              claim -> {
                assertThat(claim.isOwnedBy(ours.identity())).isTrue();
                assertThat(claim.revision()).isGreaterThan(revision);
              });
    }

    @Test
    void thatIsInTheEventTableAlreadyIsSettled() {
      ledger.weather.loseAnswerOnce(EVENT_TABLE, "record");
      ledger.append.append(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Settled());
      assertThat(isPending()).isFalse();
    }

    @Test
    void whosePlaceIsTakenIsAConflictAndBothAreKept() {
      park(ours);
      recordUnclaimed(theirs);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.InConflict());
      assertRecorded(theirs);
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(
              parked -> {
                assertThat(parked.event().event()).isEqualTo(ours);
                assertThat(parked.conflictSince()).contains(ledger.now);
              });
    }

    @Test
    void inConflictStaysInConflict() {
      park(ours);
      recordUnclaimed(theirs);
      drain(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.InConflict());
    }

    @ParameterizedTest
    @CsvSource({
      "PENDING_INDEX, find",
      "EVENT_TABLE, record",
      "PENDING_INDEX, settle",
    })
    void comesAgainWhenAStoreFails(Store store, String call) {
      park(ours);
      ledger.weather.failOnce(store, call);
      assertThat(drain(ours)).isInstanceOf(Unavailable.class);
      assertThat(isPending()).isTrue();
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Settled());
      assertRecorded(ours);
    }

    @ParameterizedTest
    @CsvSource({"EVENT_TABLE, record", "PENDING_INDEX, settle"})
    void comesAgainWhenAnAnswerIsLost(Store store, String call) {
      park(ours);
      ledger.weather.loseAnswerOnce(store, call);
      assertThat(drain(ours)).isInstanceOf(Unavailable.class);
      assertThat(drain(ours)).isNotInstanceOf(Unavailable.class);
      assertRecorded(ours);
      assertThat(isPending()).isFalse();
    }

    @Test
    void comesAgainWhenItsConflictCannotBeMarked() {
      park(ours);
      recordUnclaimed(theirs);
      ledger.weather.failOnce(PENDING_INDEX, "markConflict");
      assertThat(drain(ours)).isInstanceOf(Unavailable.class);
    }
  }

  @Nested
  @DisplayName("an event that is not pending")
  class NotPending {

    @Test
    void inTheEventTableGetsItsClaim() {
      recordUnclaimed(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.claim().map(Claim::owner)).contains(ours.identity());
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void inTheEventTableGetsTheClaimThatAnotherHas() {
      ledger.pendingIndex.claim(CODE, theirs.identity(), ledger.now);
      recordUnclaimed(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.claim().map(Claim::owner)).contains(ours.identity());
    }

    @Test
    void inTheEventTableWhileAnotherIsPendingIsAConflict() {
      park(theirs);
      recordUnclaimed(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.InConflict());
      assertThat(ledger.claim().flatMap(Claim::parked))
          .hasValueSatisfying(
              parked -> {
                assertThat(parked.event().event()).isEqualTo(theirs);
                assertThat(parked.isInConflict()).isTrue();
              });
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }

    @Test
    void nowhereIsStale() {
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Stale());
      assertThat(ledger.claim()).isEmpty();
    }

    @Test
    void whosePlaceAnotherHasIsStale() {
      ledger.append.append(theirs);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Stale());
      assertThat(ledger.claim().map(Claim::owner)).contains(theirs.identity());
    }

    @Test
    void andDrainedBeforeIsHarmless() {
      park(ours);
      drain(ours);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Repaired());
      assertRecorded(ours);
      assertThat(isPending()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
      "PENDING_INDEX, find",
      "EVENT_TABLE, find",
      "PENDING_INDEX, settle",
      "EVENT_TABLE, markClaimed",
    })
    void comesAgainWhenAStoreFails(Store store, String call) {
      recordUnclaimed(ours);
      ledger.weather.failOnce(store, call);
      assertThat(drain(ours)).isInstanceOf(Unavailable.class);
      assertThat(ledger.eventTable.unclaimed()).containsKey(CODE);
      assertThat(drain(ours)).isEqualTo(new DrainOutcome.Repaired());
      assertThat(ledger.eventTable.unclaimed()).isEmpty();
    }
  }
}
