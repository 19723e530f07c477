package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.Resolve.Wish;
import dev.holdfast.ledger.ResolveOutcome.Resolved;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** resolve: how a conflict ends, at the first version and at a later one. */
class ResolveTest {

  private static final BookingCode NEW_CODE = new BookingCode("HOTEL-4711-B");
  private static final Wish REASSIGN = new Wish.Reassign(NEW_CODE);
  private static final Wish REAPPEND = new Wish.Reappend();
  private static final Wish DISCARD = new Wish.Discard();

  private Ledger ledger = new Ledger();
  private final PriceEvent keptFirst = booking(1);
  private final PriceEvent first = booking(2);
  private final PriceEvent keptSecond = version(2, 3);
  private final PriceEvent second = version(2, 4);

  /** Both tables fail, one after the other, in each of two places. */
  @BeforeEach
  void twoFaultsMakeTwoConflicts() {
    conflict(keptFirst, first);
    conflict(keptSecond, second);
    assertThat(kept()).containsExactly(keptFirst, keptSecond);
    ledger.weather.takeCalls();
  }

  private void conflict(PriceEvent kept, PriceEvent recorded) {
    ledger.park(kept);
    ledger.recordUnclaimed(recorded);
    ledger.drainAll();
  }

  private List<PriceEvent> kept() {
    return ledger.head().kept().stream().map(it -> it.event().event()).toList();
  }

  private ResolveOutcome resolve(Wish wish, PriceEvent event) {
    return resolve(wish, event.eventId(), "jane");
  }

  private ResolveOutcome resolve(Wish wish, EventId eventId, String operator) {
    return ledger.resolve.resolve(
        new Resolve.Request(CODE, eventId, wish, operator, "two departments, one place"));
  }

  private List<PriceEvent> eventsUnder(BookingCode code) {
    return ledger.eventTable.eventsOf(code).stream().map(AcceptedEvent::event).toList();
  }

  /** A wish, and the event that it is for. */
  private record Case(Wish wish, PriceEvent event) {}

  private Stream<Case> cases() {
    return Stream.of(
        new Case(REASSIGN, keptFirst),
        new Case(REAPPEND, keptSecond),
        new Case(DISCARD, keptFirst),
        new Case(DISCARD, keptSecond));
  }

  private void assertDone(Case it) {
    assertThat(kept()).doesNotContain(it.event()).hasSize(1);
    assertThat(ledger.resolutionLog.entries())
        .singleElement()
        .satisfies(entry -> assertThat(entry.kept().event()).isEqualTo(it.event()));
    assertThat(eventsUnder(NEW_CODE).size()).isEqualTo(it.wish().equals(REASSIGN) ? 1 : 0);
    assertThat(ledger.recorded()).hasSize(it.wish().equals(REAPPEND) ? 3 : 2);
  }

  @Nested
  @DisplayName("to reassign")
  class Reassigning {

    @Test
    void makesAFirstEventTheFirstOfAnotherCode() {
      ledger.pass(Duration.ofHours(1));
      assertThat(resolve(REASSIGN, keptFirst))
          .isInstanceOfSatisfying(
              Resolved.class,
              it -> {
                assertThat(it.resolution().resolvedAt()).isEqualTo(ledger.now);
                assertThat(it.resolution().decision().operator()).isEqualTo("jane");
              });
      assertDone(new Case(REASSIGN, keptFirst));
      assertThat(eventsUnder(NEW_CODE)).containsExactly(keptFirst.under(NEW_CODE));
      assertThat(ledger.recorded()).containsExactly(first, second);
    }

    @Test
    void anEventThatHasToWaitAgainIsDoneAllTheSame() {
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.weather.fail(EVENT_TABLE));
      assertThat(resolve(REASSIGN, keptFirst)).isInstanceOf(Resolved.class);
      assertThat(ledger.pendingIndex.headOf(NEW_CODE).orElseThrow().isPending()).isTrue();
    }

    @Test
    void toACodeThatHasAnOwnerIsTakenBack() {
      PriceEvent owner = Ledger.event(NEW_CODE, 1, 9, "1.00");
      ledger.append.append(owner);
      assertThat(resolve(REASSIGN, keptFirst)).isEqualTo(new ResolveOutcome.Withdrawn());
      assertThat(kept()).contains(keptFirst);
      assertThat(ledger.head().kept()).allMatch(it -> it.decision().isEmpty());
      assertThat(eventsUnder(NEW_CODE)).containsExactly(owner);
      assertThat(resolve(new Wish.Reassign(new BookingCode("FREE")), keptFirst))
          .isInstanceOf(Resolved.class);
    }

    @Test
    void toItsOwnCodeIsTakenBack() {
      assertThat(resolve(new Wish.Reassign(CODE), keptFirst))
          .isEqualTo(new ResolveOutcome.Withdrawn());
      assertThat(kept()).contains(keptFirst);
    }

    @Test
    void isNothingForALaterEvent() {
      assertThat(resolve(REASSIGN, keptSecond)).isEqualTo(new ResolveOutcome.NotForThisEvent());
    }
  }

  @Nested
  @DisplayName("to reappend")
  class Reappending {

    @Test
    void makesALaterEventTheNextVersionWithItsOwnId() {
      assertThat(resolve(REAPPEND, keptSecond)).isInstanceOf(Resolved.class);
      assertDone(new Case(REAPPEND, keptSecond));
      assertThat(ledger.recorded()).containsExactly(first, second, keptSecond.at(new Version(3)));
    }

    @Test
    void goesOneFurtherWhereAnotherEventHasTheVersion() {
      ledger.weather.before(EVENT_TABLE, "last", () -> ledger.append.append(version(3, 8)));
      assertThat(resolve(REAPPEND, keptSecond))
          .isInstanceOfSatisfying(
              Resolved.class,
              it ->
                  assertThat(it.resolution().decision().action())
                      .isEqualTo(new Action.Reappend(new Version(4))));
      assertThat(ledger.recorded())
          .containsExactly(first, second, version(3, 8), keptSecond.at(new Version(4)));
    }

    @Test
    void isDoneWhileTheEventTableFails() {
      ledger.weather.fail(EVENT_TABLE);
      assertThat(resolve(REAPPEND, keptSecond)).isInstanceOf(Resolved.class);
      assertThat(ledger.pending()).contains(keptSecond.at(new Version(3)));
      assertThat(kept()).containsExactly(keptFirst);
    }

    @Test
    void isNothingForAFirstEvent() {
      assertThat(resolve(REAPPEND, keptFirst)).isEqualTo(new ResolveOutcome.NotForThisEvent());
    }
  }

  @Test
  void toDiscardLeavesTheRecordOnly() {
    assertThat(resolve(DISCARD, keptSecond)).isInstanceOf(Resolved.class);
    assertDone(new Case(DISCARD, keptSecond));
  }

  @Test
  void toRepeatAnswersAsTheFirstTime() {
    cases()
        .forEach(
            it -> {
              anew();
              ResolveOutcome outcome = resolve(it.wish(), it.event());
              ledger.pass(Duration.ofHours(1));
              assertThat(resolve(it.wish(), it.event())).isEqualTo(outcome);
              assertDone(it);
            });
  }

  private void anew() {
    ledger = new Ledger();
    twoFaultsMakeTwoConflicts();
  }

  @Test
  void anotherDecisionOnWhatIsOverIsRefused() {
    resolve(REASSIGN, keptFirst);
    assertThat(resolve(DISCARD, keptFirst)).isInstanceOf(ResolveOutcome.ResolvedOtherwise.class);
    assertThat(resolve(new Wish.Reassign(new BookingCode("ANOTHER")), keptFirst))
        .isInstanceOf(ResolveOutcome.ResolvedOtherwise.class);
    resolve(DISCARD, keptSecond);
    assertThat(resolve(REAPPEND, keptSecond)).isInstanceOf(ResolveOutcome.ResolvedOtherwise.class);
  }

  @Test
  void anotherDecisionOnWhatIsHalfDoneIsRefused() {
    ledger.weather.failOnce(PENDING_INDEX, "writeResolution");
    assertThat(resolve(REASSIGN, keptFirst)).isInstanceOf(Unavailable.class);
    assertThat(resolve(DISCARD, keptFirst.eventId(), "joe"))
        .isInstanceOfSatisfying(
            ResolveOutcome.DecidedOtherwise.class,
            it -> assertThat(it.standing().operator()).isEqualTo("jane"));
    assertThat(resolve(REASSIGN, keptFirst.eventId(), "joe")).isInstanceOf(Resolved.class);
    assertDone(new Case(REASSIGN, keptFirst));
  }

  @Test
  void anEventThatNobodyKeepsIsRefused() {
    assertThat(resolve(DISCARD, new EventId(new UUID(0, 99)), "jane"))
        .isEqualTo(new ResolveOutcome.NoSuchConflict());
    assertThat(resolve(DISCARD, second)).isEqualTo(new ResolveOutcome.NoSuchConflict());
  }

  @Test
  void anEventThatOnlyWaitsIsRefused() {
    PriceEvent third = version(3, 8);
    ledger.park(third);
    assertThat(resolve(DISCARD, third)).isEqualTo(new ResolveOutcome.NotInConflict());
    assertThat(ledger.pending()).contains(third);
  }

  @Test
  void whatItCannotReadItDoesNotDecide() {
    ledger.weather.failOnce(PENDING_INDEX, "find");
    assertThat(resolve(DISCARD, keptFirst)).isInstanceOf(Unavailable.class);
    assertThat(kept()).hasSize(2);
  }

  @Test
  void aBookingThatGoesOnMeanwhileIsResolvedAllTheSame() {
    ledger.weather.before(PENDING_INDEX, "replace", () -> ledger.append.append(version(3, 8)));
    assertThat(resolve(DISCARD, keptFirst)).isInstanceOf(Resolved.class);
    assertThat(kept()).containsExactly(keptSecond);
    assertThat(ledger.recorded()).hasSize(3);
  }

  @Test
  void theQueueMayFailMeanwhile() {
    ledger.weather.fail(FALLBACK_QUEUE);
    assertThat(resolve(REASSIGN, keptFirst)).isInstanceOf(Resolved.class);
  }

  @ParameterizedTest
  @MethodSource("writes")
  void eachLostAnswerIsMadeGoodByARepetition(String call) {
    cases()
        .forEach(
            it -> {
              anew();
              ledger.weather.loseAnswerOnce(PENDING_INDEX, call);
              resolve(it.wish(), it.event());
              assertThat(resolve(it.wish(), it.event())).isInstanceOf(Resolved.class);
              assertDone(it);
            });
  }

  static Stream<String> writes() {
    return Stream.of("replace", "claim", "writeResolution");
  }

  @Test
  void killedBeforeAnyOfItsCallsAndSentAgainItEndsInTheSameState() {
    cases()
        .forEach(
            it -> {
              anew();
              resolve(it.wish(), it.event());
              List<String> calls = ledger.weather.takeCalls();
              assertThat(calls).hasSizeGreaterThan(4);
              IntStream.range(0, calls.size()).forEach(index -> killBefore(it, calls, index));
            });
  }

  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private void killBefore(Case it, List<String> calls, int index) {
    anew();
    String call = calls.get(index);
    long earlier = calls.subList(0, index).stream().filter(call::equals).count();
    killBefore(call, earlier);
    assertThatThrownBy(() -> resolve(it.wish(), it.event())).isInstanceOf(Killed.class);
    assertThat(resolve(it.wish(), it.event())).isInstanceOf(Resolved.class);
    assertDone(it);
  }

  private void killBefore(String call, long earlier) {
    String[] parts = call.split("\\.", -1);
    ledger.weather.before(
        Store.valueOf(parts[0]),
        parts[1],
        () -> {
          if (earlier > 0) {
            killBefore(call, earlier - 1);
          } else {
            throw new Killed();
          }
        });
  }
}
