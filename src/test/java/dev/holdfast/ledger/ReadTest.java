package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.Page;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Reads: who is asked, and what is answered, whatever fails. */
class ReadTest {

  private final Ledger ledger = new Ledger();
  private final PriceEvent first = booking(1);
  private final PriceEvent second = version(2, 2);
  private final PriceEvent third = version(3, 3);

  private void append(PriceEvent event) {
    assertThat(ledger.append.append(event)).isInstanceOf(AppendOutcome.Recorded.class);
  }

  private ReadOutcome.OneEvent current() {
    return ledger.read.current(CODE);
  }

  private ReadOutcome.OneEvent event(int version) {
    return ledger.read.event(CODE, new Version(version));
  }

  private ReadOutcome.Events events(Order order, int limit) {
    return ledger.read.events(CODE, new Range(Optional.empty(), limit, order));
  }

  private ReadOutcome.Events eventsFrom(int from, Order order, int limit) {
    return ledger.read.events(CODE, new Range(Version.of(from), limit, order));
  }

  private static void assertFound(ReadOutcome.OneEvent outcome, PriceEvent event, Status status) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Found.class,
            found -> {
              assertThat(found.event().event().event()).isEqualTo(event);
              assertThat(found.event().status()).isEqualTo(status);
            });
  }

  /** Versions as numbers, those that are pending negative; and where the next page begins. */
  private static void assertPage(ReadOutcome.Events outcome, int next, Integer... versions) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Page.class,
            page -> {
              assertThat(page.events()).extracting(ReadTest::signed).containsExactly(versions);
              assertThat(page.next().map(Version::number).orElse(0)).isEqualTo(next);
            });
  }

  private static int signed(ReadEvent event) {
    int number = event.event().version().number();
    return event.status() == Status.PENDING ? -number : number;
  }

  private List<String> calls() {
    return ledger.weather.takeCalls();
  }

  @Nested
  @DisplayName("the current price")
  class Current {

    @Test
    void isAskedOfBothTablesAtOnce() {
      append(first);
      append(second);
      calls();
      assertFound(current(), second, Status.RECORDED);
      assertThat(calls()).containsExactly("PENDING_INDEX.find", "EVENT_TABLE.last");
    }

    @Test
    void isWhatWaitsBehindTheLastRecordedEvent() {
      append(first);
      ledger.park(second);
      ledger.park(third);
      assertFound(current(), third, Status.PENDING);
    }

    @Test
    void isRecordedOnceTheEventTableHasIt() {
      ledger.park(first);
      ledger.eventTable.record(ledger.accepted(first));
      assertFound(current(), first, Status.RECORDED);
    }

    @Test
    void isFoundThoughTheDrainerMovesItBetweenTheTwoLooks() {
      append(first);
      ledger.park(second);
      ledger.drainAll();
      ledger.weather.takeCalls();
      assertFound(current(), second, Status.RECORDED);

      Ledger moving = new Ledger();
      moving.weather.before(EVENT_TABLE, "last", () -> moving.append.append(first));
      assertFound(moving.read.current(CODE), first, Status.RECORDED);
    }

    @Test
    void isNotWhatWasOnlyClaimed() {
      append(first);
      ledger.claimAndDie(second);
      assertFound(current(), first, Status.RECORDED);
      Ledger other = new Ledger();
      other.claimAndDie(first);
      assertThat(other.read.current(CODE)).isEqualTo(new NotFound());
    }

    @Test
    void ofNoBookingIsNotFound() {
      assertThat(current()).isEqualTo(new NotFound());
    }

    @Test
    void isAnsweredWhileTheEventTableFails() {
      append(first);
      append(second);
      ledger.weather.fail(EVENT_TABLE);
      AcceptedEvent before = ledger.head().last();
      assertFound(current(), second, Status.PENDING);
      // It was only claimed, and nobody knew: now it is accepted, as it was, and will be drained.
      assertThat(ledger.pending()).containsExactly(second);
      assertThat(ledger.fallbackQueue.messages()).containsExactly(before);
      assertFound(current(), second, Status.PENDING);
      ledger.weather.heal(EVENT_TABLE);
      ledger.drainAll();
      assertFound(current(), second, Status.RECORDED);
      ledger.weather.fail(EVENT_TABLE);
      assertFound(current(), second, Status.RECORDED);
    }

    @Test
    void ofWhatWasNeverRecordedIsAcceptedByBeingShown() {
      ledger.claimAndDie(first);
      ledger.weather.fail(EVENT_TABLE);
      assertFound(current(), first, Status.PENDING);
      ledger.weather.heal(EVENT_TABLE);
      ledger.drainAll();
      assertThat(ledger.recorded()).containsExactly(first);
    }

    @Test
    void isWhatAnotherMadeOfTheHeadMeanwhile() {
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "replace", () -> ledger.append.append(second));
      assertFound(current(), second, Status.PENDING);
    }

    @Test
    void ofABookingThatNobodyKnowsIsUnavailableWhileTheEventTableFails() {
      ledger.weather.fail(EVENT_TABLE);
      assertThat(current()).isInstanceOf(Unavailable.class);
    }

    @Test
    void isUnavailableWhereNeitherTableCanTell() {
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.failOnce(PENDING_INDEX, "replace");
      assertThat(current()).isInstanceOf(Unavailable.class);
      ledger.weather.fail(PENDING_INDEX);
      assertThat(current()).isInstanceOf(Unavailable.class);
    }

    @Test
    void isTheEventTablesWhileThePendingIndexFailsButNeverNotFound() {
      ledger.weather.fail(PENDING_INDEX);
      assertThat(current()).isInstanceOf(Unavailable.class);
      ledger.append.append(first);
      assertFound(current(), first, Status.RECORDED);
    }

    @Test
    void mayComeWithoutAHint() {
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.fail(FALLBACK_QUEUE);
      assertFound(current(), first, Status.PENDING);
    }

    @Test
    void isTheHeadsWhileTheBreakerIsOpen() {
      append(first);
      ledger.park(second);
      ledger.breakerIsOpen = true;
      calls();
      assertFound(current(), second, Status.PENDING);
      assertThat(calls()).containsExactly("PENDING_INDEX.find");
    }

    @Test
    void isAskedOfTheEventTableWhereTheHeadCannotTellThoughTheBreakerIsOpen() {
      ledger.recordUnclaimed(first);
      ledger.breakerIsOpen = true;
      assertFound(current(), first, Status.RECORDED);
      assertThat(ledger.read.current(Ledger.OTHER_CODE)).isEqualTo(new NotFound());
    }
  }

  @Nested
  @DisplayName("one version")
  class OneVersion {

    @Test
    void isAskedOfTheEventTableAlone() {
      append(first);
      append(second);
      calls();
      assertFound(event(1), first, Status.RECORDED);
      assertThat(calls()).containsExactly("EVENT_TABLE.find");
    }

    @Test
    void mayWaitAtTheHead() {
      append(first);
      ledger.park(second);
      ledger.park(third);
      assertFound(event(2), second, Status.PENDING);
      assertFound(event(3), third, Status.PENDING);
      assertThat(event(4)).isEqualTo(new NotFound());
    }

    @Test
    void thatIsOnlyClaimedIsNotFound() {
      append(first);
      ledger.claimAndDie(second);
      assertThat(event(2)).isEqualTo(new NotFound());
    }

    @Test
    void isFoundThoughItIsRecordedBetweenTheTwoLooks() {
      append(first);
      ledger.weather.before(PENDING_INDEX, "find", () -> append(second));
      assertFound(event(2), second, Status.RECORDED);
    }

    @Test
    void isAnsweredByTheHeadWhileTheEventTableFails() {
      append(first);
      append(second);
      ledger.weather.fail(EVENT_TABLE);
      assertFound(event(2), second, Status.PENDING);
      assertThat(event(1)).isInstanceOf(Unavailable.class);
      assertThat(event(3)).isInstanceOf(Unavailable.class);
    }

    @Test
    void thatTheHeadDoesNotHaveMakesNothingPending() {
      append(first);
      append(second);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(event(1)).isInstanceOf(Unavailable.class);
      assertThat(ledger.pending()).isEmpty();
    }

    @Test
    void isUnavailableWhereThePendingIndexCannotTell() {
      append(first);
      ledger.weather.fail(PENDING_INDEX);
      assertFound(event(1), first, Status.RECORDED);
      assertThat(event(2)).isInstanceOf(Unavailable.class);
    }

    @Test
    void isTheHeadsWhileTheBreakerIsOpenAndElseTheEventTables() {
      append(first);
      append(second);
      ledger.breakerIsOpen = true;
      assertFound(event(2), second, Status.PENDING);
      assertFound(event(1), first, Status.RECORDED);
    }
  }

  @Nested
  @DisplayName("a page")
  class Pages {

    @Test
    void ofAllIsAskedOfBothTablesAtOnce() {
      append(first);
      append(second);
      calls();
      assertPage(events(Order.ASCENDING, 10), 0, 1, 2);
      assertThat(calls()).containsExactly("PENDING_INDEX.find", "EVENT_TABLE.read");
    }

    @Test
    void thatEndsBeforeTheEndNeedsTheEventTableAlone() {
      append(first);
      append(second);
      append(third);
      ledger.weather.fail(PENDING_INDEX);
      calls();
      assertPage(eventsFrom(1, Order.ASCENDING, 2), 3, 1, 2);
      assertPage(eventsFrom(2, Order.DESCENDING, 2), 0, 2, 1);
      assertThat(calls()).containsExactly("EVENT_TABLE.read", "EVENT_TABLE.read");
    }

    @Test
    void hasWhatWaitsAfterWhatIsRecordedInEitherOrder() {
      append(first);
      ledger.park(second);
      ledger.park(third);
      assertPage(events(Order.ASCENDING, 10), 0, 1, -2, -3);
      assertPage(events(Order.ASCENDING, 2), 3, 1, -2);
      assertPage(events(Order.ASCENDING, 1), 2, 1);
      assertPage(eventsFrom(2, Order.ASCENDING, 1), 3, -2);
      assertPage(eventsFrom(3, Order.ASCENDING, 1), 0, -3);
      assertPage(events(Order.DESCENDING, 10), 0, -3, -2, 1);
      assertPage(events(Order.DESCENDING, 1), 2, -3);
      assertPage(events(Order.DESCENDING, 2), 1, -3, -2);
      assertPage(eventsFrom(2, Order.DESCENDING, 10), 0, -2, 1);
      assertPage(eventsFrom(2, Order.DESCENDING, 1), 1, -2);
    }

    @Test
    void isReadOnceMoreWhereTheDrainerMovedWhatWaited() {
      Ledger moving = new Ledger();
      moving.append.append(first);
      moving.weather.before(EVENT_TABLE, "read", () -> moving.append.append(second));
      assertPage(
          moving.read.events(CODE, new Range(Optional.empty(), 10, Order.ASCENDING)), 0, 1, 2);
    }

    @Test
    @Regression("a page lacked the versions that were recorded between its two looks")
    void leavesNothingOutThoughTheBookingGrowsBetweenTheTwoLooks() {
      append(first);
      ledger.weather.before(
          PENDING_INDEX,
          "find",
          () -> {
            append(second);
            append(third);
            ledger.park(version(4, 4));
            ledger.drainAll();
            ledger.park(version(5, 5));
          });
      assertPage(eventsFrom(1, Order.ASCENDING, 2), 3, 1, 2);
    }

    @Test
    @Regression("a booking that was born between two looks was an empty page")
    void isNotEmptyThoughTheBookingIsBornBetweenTheTwoLooks() {
      ledger.weather.before(
          PENDING_INDEX,
          "find",
          () -> {
            append(first);
            append(second);
          });
      assertPage(eventsFrom(1, Order.DESCENDING, 10), 0, 1);
    }

    @Test
    void beyondTheEndIsEmptyWhereThereIsABooking() {
      append(first);
      assertPage(eventsFrom(7, Order.ASCENDING, 10), 0);
      assertThat(events(Order.ASCENDING, 10)).isInstanceOf(Page.class);
    }

    @ParameterizedTest
    @EnumSource(Order.class)
    void ofNoBookingIsNotFound(Order order) {
      assertThat(events(order, 10)).isEqualTo(new NotFound());
      assertThat(eventsFrom(7, order, 10)).isEqualTo(new NotFound());
    }

    @Test
    void ofABookingThatIsOnlyClaimedIsNotFound() {
      ledger.claimAndDie(first);
      assertThat(events(Order.ASCENDING, 10)).isEqualTo(new NotFound());
      assertThat(eventsFrom(7, Order.ASCENDING, 10)).isEqualTo(new NotFound());
    }

    @Test
    void thatIsBornInAnOutageIsWholeWhileTheEventTableFails() {
      ledger.weather.fail(EVENT_TABLE);
      ledger.append.append(first);
      ledger.append.append(second);
      assertPage(events(Order.ASCENDING, 10), 0, -1, -2);
      assertPage(events(Order.ASCENDING, 1), 2, -1);
      assertPage(events(Order.DESCENDING, 10), 0, -2, -1);
      assertThat(eventsFrom(3, Order.ASCENDING, 10)).isInstanceOf(Unavailable.class);
    }

    @Test
    void ofWhatTheHeadHasIsAnsweredWhileTheEventTableFailsAndTheHistoryIsNot() {
      append(first);
      append(second);
      append(third);
      ledger.weather.fail(EVENT_TABLE);
      assertThat(events(Order.ASCENDING, 10)).isInstanceOf(Unavailable.class);
      assertThat(events(Order.DESCENDING, 2)).isInstanceOf(Unavailable.class);
      assertThat(ledger.pending()).isEmpty();
      assertPage(events(Order.DESCENDING, 1), 2, -3);
      assertPage(eventsFrom(3, Order.ASCENDING, 10), 0, -3);
    }

    @Test
    void isTheEventTablesWhileThePendingIndexFailsButNeverNotFound() {
      append(first);
      ledger.weather.fail(PENDING_INDEX);
      assertPage(events(Order.ASCENDING, 10), 0, 1);
      assertPage(events(Order.DESCENDING, 10), 0, 1);
      assertThat(eventsFrom(7, Order.ASCENDING, 10)).isInstanceOf(Unavailable.class);
      assertThat(
              ledger.read.events(
                  Ledger.OTHER_CODE, new Range(Optional.empty(), 10, Order.ASCENDING)))
          .isInstanceOf(Unavailable.class);
    }

    @Test
    void isTheHeadsWhileTheBreakerIsOpenAndElseTheEventTables() {
      append(first);
      append(second);
      ledger.breakerIsOpen = true;
      assertPage(events(Order.DESCENDING, 1), 1, -2);
      assertPage(events(Order.ASCENDING, 10), 0, 1, 2);
    }
  }

  @Nested
  @DisplayName("out of time")
  class OutOfTime {

    @Test
    void noFurtherStepBegins() {
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(EVENT_TABLE, "last", () -> ledger.pass(Read.STEPS_BEGIN_WITHIN));
      calls();
      assertThat(current()).isEqualTo(TimeBudget.SPENT);
      assertThat(calls()).containsExactly("PENDING_INDEX.find", "EVENT_TABLE.last");
    }

    @Test
    void afterASlowParkTheHintIsLeftToTheSweeper() {
      append(first);
      ledger.weather.fail(EVENT_TABLE);
      ledger.weather.before(PENDING_INDEX, "replace", () -> ledger.pass(Read.STEPS_BEGIN_WITHIN));
      assertFound(current(), first, Status.PENDING);
      assertThat(ledger.fallbackQueue.messages()).isEmpty();
    }
  }
}
