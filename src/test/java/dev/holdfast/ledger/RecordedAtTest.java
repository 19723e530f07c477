package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Along a booking recordedAt never goes back, whatever the clocks of those who write say: on every
 * way by which an event can be accepted.
 */
class RecordedAtTest {

  private static final Duration AHEAD = Duration.ofHours(1);
  private static final Duration LONG_AGO = Duration.ofMinutes(16);

  private static final PriceEvent FIRST = booking(1);
  private static final PriceEvent SECOND = version(2, 2);
  private static final PriceEvent RIVAL = version(2, 3);
  private static final PriceEvent THIRD = version(3, 4);

  private final Ledger ledger = new Ledger();

  /**
   * A way by which an event is accepted.
   *
   * @param before what happened before it, by a clock that is ahead
   * @param meanwhile what happens right before it, by its own clock
   */
  private record Way(
      String name, Consumer<Ledger> before, Consumer<Ledger> meanwhile, PriceEvent event) {

    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Way> ways() {
    return Stream.of(
        new Way("look, claim, record", it -> append(it, FIRST), it -> {}, SECOND),
        new Way("the pending index has no head", it -> it.recordUnclaimed(FIRST), it -> {}, SECOND),
        new Way(
            "the head is behind",
            it -> {
              append(it, FIRST);
              it.recordUnclaimed(SECOND);
            },
            it -> {},
            THIRD),
        new Way(
            "the head has the event before it from a later call of its own",
            it -> append(it, FIRST),
            it -> {
              Head head = it.head();
              it.pendingIndex.overwrite(withLast(head, it.now.plus(AHEAD.multipliedBy(2))));
            },
            SECOND),
        new Way(
            "unclaimed",
            it -> append(it, FIRST),
            it -> it.weather.failOnce(PENDING_INDEX, "claim"),
            SECOND),
        new Way(
            "unclaimed, where a head that is behind does not answer",
            it -> {
              append(it, FIRST);
              it.recordUnclaimed(SECOND);
            },
            it -> it.weather.failOnce(PENDING_INDEX, "replace"),
            THIRD),
        new Way(
            "a take-over",
            it -> append(it, FIRST),
            it -> {
              it.claimAndDie(RIVAL);
              it.pass(LONG_AGO);
            },
            SECOND),
        new Way("help", it -> it.park(FIRST), it -> {}, SECOND),
        new Way(
            "help, and then a take-over",
            it -> it.park(FIRST),
            it ->
                it.weather.before(
                    PENDING_INDEX,
                    "replace",
                    () -> {
                      Head pending = it.head();
                      it.pendingIndex.replace(
                          pending,
                          pending.claimedFor(
                              it.accepted(RIVAL),
                              Optional.of(FIRST.identity()),
                              it.now.minus(LONG_AGO)));
                    }),
            SECOND),
        new Way("parked once it was claimed", it -> append(it, FIRST), failing("record"), SECOND),
        new Way(
            "the short way at a claimed head",
            it -> append(it, FIRST),
            RecordedAtTest::open,
            SECOND),
        new Way(
            "the short way at a pending head", it -> it.park(FIRST), RecordedAtTest::open, SECOND),
        new Way(
            "the short way at a recorded head",
            it -> {
              it.park(FIRST);
              it.drainAll();
            },
            RecordedAtTest::open,
            SECOND),
        new Way("the short way after a look", it -> append(it, FIRST), failing("last"), SECOND),
        new Way(
            "the last resort",
            it -> append(it, FIRST),
            it -> {
              it.breakerIsOpen = true;
              it.weather.fail(PENDING_INDEX);
            },
            SECOND));
  }

  private static Consumer<Ledger> failing(String call) {
    return it -> it.weather.failOnce(EVENT_TABLE, call);
  }

  private static void open(Ledger ledger) {
    ledger.breakerIsOpen = true;
  }

  private static Head withLast(Head head, Instant recordedAt) {
    List<AcceptedEvent> events = new ArrayList<>(head.events());
    AcceptedEvent last = events.remove(events.size() - 1);
    events.add(new AcceptedEvent(last.event(), last.identity(), recordedAt));
    return new Head(
        head.bookingCode(),
        head.owner(),
        events,
        head.previous(),
        head.state(),
        head.revision(),
        head.claimedAt(),
        head.kept());
  }

  private static AcceptedEvent append(Ledger ledger, PriceEvent event) {
    AppendOutcome outcome = ledger.append.append(event);
    return outcome instanceof AppendOutcome.Pending pending
        ? pending.event()
        : ((AppendOutcome.Recorded) outcome).event();
  }

  @ParameterizedTest
  @MethodSource("ways")
  void doesNotGoBackOnAnyWay(Way way) {
    ledger.setClock(AHEAD);
    way.before().accept(ledger);
    ledger.setClock(AHEAD.negated());
    way.meanwhile().accept(ledger);

    AcceptedEvent answered = append(ledger, way.event());

    ledger.weather.heal(PENDING_INDEX);
    ledger.drainAll();
    List<AcceptedEvent> recorded = ledger.eventTable.eventsOf(CODE);
    assertThat(recorded)
        .hasSize(way.event().version().number())
        .isSortedAccordingTo(Comparator.comparing(AcceptedEvent::recordedAt))
        .last()
        .isEqualTo(answered);
    assertThat(answered.recordedAt()).isAfter(ledger.now);
  }

  @Test
  void ofAnEventThatWasClaimedOnceStaysThoughItIsSentAgainByAnotherClock() {
    ledger.setClock(AHEAD);
    append(ledger, FIRST);
    ledger.setClock(AHEAD.negated());
    ledger.claimAndDie(SECOND);
    Instant claimed = ledger.head().last().recordedAt();
    ledger.setClock(AHEAD.multipliedBy(2));

    assertThat(append(ledger, SECOND).recordedAt()).isEqualTo(claimed);
  }

  @Test
  void ofAReassignedEventIsItsNewBookingsOwn() {
    Head conflict = conflict(FIRST);

    ledger.resolve.resolve(request(FIRST, new Resolve.Wish.Reassign(Ledger.OTHER_CODE)));

    assertThat(conflict.kept()).hasSize(1);
    assertThat(ledger.eventTable.eventsOf(Ledger.OTHER_CODE))
        .extracting(AcceptedEvent::recordedAt)
        .containsExactly(ledger.now);
  }

  @Test
  void doesNotGoBackWhereAKeptEventIsAppendedAgain() {
    Head conflict = conflict(SECOND);

    ledger.resolve.resolve(request(SECOND, new Resolve.Wish.Reappend()));

    assertThat(ledger.eventTable.eventsOf(CODE))
        .hasSize(2)
        .extracting(AcceptedEvent::recordedAt)
        .containsOnly(conflict.last().recordedAt());
  }

  /** A booking that stands, by a clock ahead of the operator's, and keeps an event. */
  private Head conflict(PriceEvent kept) {
    ledger.setClock(AHEAD);
    append(ledger, booking(9));
    EventIdentity owner = booking(9).identity();
    Head head =
        ledger
            .head()
            .displaced(
                List.of(ledger.accepted(kept)),
                ledger.head().last(),
                owner,
                ledger.clock.instant());
    ledger.pendingIndex.overwrite(head);
    ledger.setClock(AHEAD.negated());
    return head;
  }

  private static Resolve.Request request(PriceEvent kept, Resolve.Wish wish) {
    return new Resolve.Request(CODE, kept.eventId(), wish, "jane", "two departments, one place");
  }

  @Test
  void costsTheShortWayAWriteOnlyWhereItWouldGoBack() {
    ledger.park(FIRST);
    ledger.breakerIsOpen = true;
    ledger.weather.takeCalls();
    append(ledger, SECOND);
    assertThat(ledger.weather.takeCalls())
        .containsExactly("PENDING_INDEX.claimAndPark", "FALLBACK_QUEUE.send");

    ledger.setClock(AHEAD.negated());
    append(ledger, THIRD);
    assertThat(ledger.weather.takeCalls())
        .containsExactly(
            "PENDING_INDEX.claimAndPark", "PENDING_INDEX.replace", "FALLBACK_QUEUE.send");
  }
}
