package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
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

/** resolve: how a conflict ends. */
class ResolveTest {

  private static final BookingCode NEW_CODE = new BookingCode("HOTEL-4711-B");
  private static final Action REASSIGN = new Action.Reassign(NEW_CODE);
  private static final Action DISCARD = new Action.Discard();

  private Ledger ledger = new Ledger();
  private final PriceEvent kept = booking(1);
  private final PriceEvent recorded = booking(2);

  @BeforeEach
  void twoFaultsMakeAConflict() {
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.append.append(kept)).isInstanceOf(AppendOutcome.Pending.class);
    ledger.weather.heal(EVENT_TABLE);
    ledger.weather.fail(PENDING_INDEX);
    assertThat(ledger.append.append(recorded)).isInstanceOf(AppendOutcome.Recorded.class);
    ledger.weather.heal(PENDING_INDEX);
    ledger.drainAll();
    assertThat(ledger.claim().flatMap(Claim::parked)).matches(it -> it.get().isInConflict());
    ledger.weather.takeCalls();
  }

  private ResolveOutcome resolve(Action action) {
    return resolve(action, kept.eventId(), "jane");
  }

  private ResolveOutcome resolve(Action action, EventId eventId, String operator) {
    return ledger.resolve.resolve(
        new Resolve.Request(CODE, eventId, action, operator, "two departments, one code"));
  }

  private List<PriceEvent> eventsUnder(BookingCode code) {
    return ledger.eventTable.eventsOf(code).stream().map(AcceptedEvent::event).toList();
  }

  private void assertClosed(Action action) {
    assertThat(eventsUnder(CODE)).containsExactly(recorded);
    assertThat(ledger.claim())
        .hasValueSatisfying(
            claim -> {
              assertThat(claim.isOwnedBy(recorded.identity())).isTrue();
              assertThat(claim.isPending()).isFalse();
            });
    assertThat(ledger.conflictIndex.decisionOn(CODE)).isEmpty();
    assertThat(ledger.conflictIndex.resolutionsOf(CODE))
        .singleElement()
        .satisfies(
            resolution -> {
              assertThat(resolution.kept().event()).isEqualTo(kept);
              assertThat(resolution.decision().action()).isEqualTo(action);
              assertThat(resolution.decision().reason()).isEqualTo("two departments, one code");
            });
  }

  private void assertStillInConflict() {
    assertThat(ledger.claim().flatMap(Claim::parked))
        .hasValueSatisfying(
            parked -> {
              assertThat(parked.event().event()).isEqualTo(kept);
              assertThat(parked.isInConflict()).isTrue();
            });
    assertThat(ledger.conflictIndex.resolutionsOf(CODE)).isEmpty();
  }

  @Nested
  @DisplayName("to reassign")
  class Reassigning {

    @Test
    void makesTheKeptEventTheFirstOfAnotherCode() {
      ledger.pass(Duration.ofHours(1));
      assertThat(resolve(REASSIGN))
          .isInstanceOfSatisfying(
              Resolved.class,
              it -> {
                assertThat(it.resolution().resolvedAt()).isEqualTo(ledger.now);
                assertThat(it.resolution().decision().operator()).isEqualTo("jane");
              });
      assertClosed(REASSIGN);
      assertThat(eventsUnder(NEW_CODE)).containsExactly(kept.under(NEW_CODE));
      assertThat(ledger.pendingIndex.claimOf(NEW_CODE))
          .hasValueSatisfying(
              claim -> assertThat(claim.isOwnedBy(kept.under(NEW_CODE).identity())).isTrue());
    }

    @Test
    void anEventThatHasToWaitAgainIsDoneAllTheSame() {
      ledger.weather.before(EVENT_TABLE, "record", () -> ledger.weather.fail(EVENT_TABLE));
      assertThat(resolve(REASSIGN)).isInstanceOf(Resolved.class);
      assertClosed(REASSIGN);
      assertThat(ledger.pendingIndex.claimOf(NEW_CODE)).matches(it -> it.get().isPending());
    }

    @Test
    void toACodeThatHasAnOwnerIsTakenBack() {
      PriceEvent owner = Ledger.event(NEW_CODE, 1, 3, "1.00");
      ledger.append.append(owner);
      assertThat(resolve(REASSIGN)).isEqualTo(new ResolveOutcome.NewCodeTaken());
      assertStillInConflict();
      assertThat(ledger.conflictIndex.decisionOn(CODE)).isEmpty();
      assertThat(eventsUnder(NEW_CODE)).containsExactly(owner);
      assertThat(resolve(new Action.Reassign(new BookingCode("FREE"))))
          .isInstanceOf(Resolved.class);
    }

    @Test
    void toItsOwnCodeIsTakenBack() {
      assertThat(resolve(new Action.Reassign(CODE))).isEqualTo(new ResolveOutcome.NewCodeTaken());
      assertStillInConflict();
    }
  }

  @Test
  void toDiscardLeavesTheRecordOnly() {
    assertThat(resolve(DISCARD)).isInstanceOf(Resolved.class);
    assertClosed(DISCARD);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void toRepeatAnswersAsTheFirstTime(Action action) {
    ResolveOutcome first = resolve(action);
    ledger.pass(Duration.ofDays(1));
    assertThat(resolve(action, kept.eventId(), "john")).isEqualTo(first);
    assertClosed(action);
  }

  @ParameterizedTest
  @MethodSource("actions")
  void anotherDecisionOnWhatIsOverIsRefused(Action action) {
    resolve(action);
    Action other = action.equals(DISCARD) ? REASSIGN : DISCARD;
    assertThat(resolve(other)).isInstanceOf(ResolveOutcome.ResolvedOtherwise.class);
    assertClosed(action);
  }

  @Test
  void anotherDecisionOnWhatIsHalfDoneIsRefused() {
    ledger.weather.failOnce(PENDING_INDEX, "close");
    assertThat(resolve(REASSIGN)).isInstanceOf(Unavailable.class);
    assertThat(resolve(DISCARD, kept.eventId(), "john"))
        .isInstanceOfSatisfying(
            ResolveOutcome.DecidedOtherwise.class,
            it -> assertThat(it.standing().operator()).isEqualTo("jane"));
    assertThat(resolve(REASSIGN, kept.eventId(), "john")).isInstanceOf(Resolved.class);
    assertClosed(REASSIGN);
  }

  @Test
  void anEventThatNobodyKeepsIsRefused() {
    assertThat(resolve(DISCARD, new EventId(new UUID(0, 9)), "jane"))
        .isEqualTo(new ResolveOutcome.NoSuchConflict());
    assertThat(resolve(DISCARD, recorded.eventId(), "jane"))
        .isEqualTo(new ResolveOutcome.NoSuchConflict());
    assertStillInConflict();
  }

  @Test
  void anEventThatOnlyWaitsIsRefused() {
    PriceEvent waiting = Ledger.event(NEW_CODE, 1, 3, "1.00");
    ledger.weather.fail(EVENT_TABLE);
    ledger.append.append(waiting);
    ledger.weather.heal(EVENT_TABLE);
    assertThat(
            ledger.resolve.resolve(
                new Resolve.Request(NEW_CODE, waiting.eventId(), DISCARD, "jane", "impatience")))
        .isEqualTo(new ResolveOutcome.NotInConflict());
    assertThat(ledger.pendingIndex.claimOf(NEW_CODE)).matches(it -> it.get().isPending());
  }

  @Test
  void anEventWhosePlaceIsFreeGoesBackToTheDrain() {
    Ledger restored = new Ledger();
    restored.pendingIndex.overwrite(CODE, ledger.claim().orElseThrow());
    ledger = restored;
    assertThat(resolve(DISCARD)).isEqualTo(new ResolveOutcome.Requeued());
    assertThat(ledger.weather.takeCalls())
        .as("SQS may have swallowed a first hint")
        .endsWith("FALLBACK_QUEUE.sendAgain");
    ledger.drainAll();
    assertThat(eventsUnder(CODE)).containsExactly(kept);
    assertThat(ledger.claim()).matches(it -> !it.get().isPending());
  }

  @Test
  void whatItCannotReadItDoesNotDecide() {
    ledger.weather.failOnce(EVENT_TABLE, "find");
    assertThat(resolve(DISCARD)).isInstanceOf(Unavailable.class);
    ledger.weather.failOnce(PENDING_INDEX, "findConflict");
    assertThat(resolve(DISCARD)).isInstanceOf(Unavailable.class);
    assertStillInConflict();
    assertThat(ledger.conflictIndex.decisionOn(CODE)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("actions")
  void eachLostAnswerIsMadeGoodByARepetition(Action action) {
    for (String step : List.of("decide", "recordResolution", "close")) {
      ledger.weather.loseAnswerOnce(PENDING_INDEX, step);
      assertThat(resolve(action)).as(step).isInstanceOf(Unavailable.class);
    }
    assertThat(resolve(action)).isInstanceOf(Resolved.class);
    assertClosed(action);
  }

  static Stream<Action> actions() {
    return Stream.of(REASSIGN, DISCARD);
  }

  /** The process dies right before one of its calls. */
  private static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  @ParameterizedTest
  @MethodSource("actions")
  void killedBeforeAnyOfItsCallsAndSentAgainItEndsInTheSameState(Action action) {
    resolve(action);
    List<String> calls = ledger.weather.takeCalls();
    assertThat(calls).hasSizeGreaterThan(3);
    IntStream.range(0, calls.size())
        .forEach(
            index -> {
              ledger = new Ledger();
              twoFaultsMakeAConflict();
              killBefore(calls, index);
              assertThatThrownBy(() -> resolve(action)).isInstanceOf(Killed.class);
              assertThat(resolve(action)).as(calls.get(index)).isInstanceOf(Resolved.class);
              assertClosed(action);
              if (action.equals(REASSIGN)) {
                assertThat(eventsUnder(NEW_CODE)).containsExactly(kept.under(NEW_CODE));
              }
            });
  }

  /** Before the call at an index; the same call may come earlier, too. */
  private void killBefore(List<String> calls, int index) {
    String call = calls.get(index);
    long earlier = calls.subList(0, index).stream().filter(call::equals).count();
    Store store = Store.valueOf(call.substring(0, call.indexOf('.')));
    String name = call.substring(call.indexOf('.') + 1);
    for (int before = 0; before < earlier; before++) {
      ledger.weather.before(store, name, () -> {});
    }
    ledger.weather.before(
        store,
        name,
        () -> {
          throw new Killed();
        });
  }

  @Test
  void theQueueMayFailMeanwhile() {
    ledger.weather.fail(FALLBACK_QUEUE);
    assertThat(resolve(REASSIGN)).isInstanceOf(Resolved.class);
    assertThat(ledger.eventTable.find(NEW_CODE, Version.FIRST))
        .isInstanceOf(EventTable.FindAnswer.Found.class);
  }
}
