package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.OTHER_CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.ReadOutcome.AsOf;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.InTheFuture;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.NotMadeYet;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The event that held at a moment, whatever fails. */
class ReadAsOfTest {

  private static final Duration SECOND = Duration.ofSeconds(1);

  private final Ledger ledger = new Ledger();
  private final Instant start = ledger.now;

  private static PriceEvent event(int version) {
    return version == 1 ? booking(1) : version(version, version);
  }

  private AsOf asOf(Instant moment) {
    return ledger.read.asOf(CODE, moment);
  }

  private static int versionOf(AsOf answer) {
    return ((Found) answer).event().event().version().number();
  }

  private static int reads(List<String> calls) {
    return (int) calls.stream().filter(it -> it.startsWith("EVENT_TABLE.")).count();
  }

  /** Versions 1 to n, a second apart but for every third, which comes with the one before it. */
  private static Ledger bookingOf(int recorded, int pending, boolean settled) {
    Ledger ledger = new Ledger();
    for (int version = 1; version <= recorded + pending; version++) {
      if (version % 3 != 0) {
        ledger.pass(SECOND);
      }
      if (version <= recorded) {
        ledger.append.append(event(version));
      } else {
        ledger.park(event(version));
      }
    }
    if (settled) {
      ledger.drainAll();
    }
    ledger.pass(SECOND);
    return ledger;
  }

  /** By the definition: the last one with recordedAt ≤ the moment. */
  private static int expected(int length, Instant start, Instant moment) {
    Instant at = start;
    int last = 0;
    for (int version = 1; version <= length; version++) {
      at = version % 3 != 0 ? at.plus(SECOND) : at;
      last = at.isAfter(moment) ? last : version;
    }
    return last;
  }

  private static int versionOrZero(AsOf answer) {
    return answer instanceof NotMadeYet ? 0 : versionOf(answer);
  }

  @Test
  void isTheLastOneThatWasAcceptedByThenHoweverLongTheBookingIsAndWhateverWaits() {
    for (int length = 1; length <= 12; length++) {
      for (int pending = 0; pending <= length; pending++) {
        for (boolean settled : List.of(false, true)) {
          Ledger booking = bookingOf(length - pending, pending, settled);
          for (Instant moment = start;
              !moment.isAfter(booking.now);
              moment = moment.plusMillis(500)) {
            assertThat(versionOrZero(booking.read.asOf(CODE, moment)))
                .as("%d recorded, %d pending, at %s", length - pending, pending, moment)
                .isEqualTo(expected(length, start, moment));
          }
        }
      }
    }
  }

  @Test
  void isAnsweredByTheHeadAloneOrNotAtAllWhileTheEventTableFails() {
    for (int length = 1; length <= 6; length++) {
      for (int pending = 0; pending <= length; pending++) {
        for (boolean isOpen : List.of(false, true)) {
          Ledger booking = bookingOf(length - pending, pending, false);
          booking.weather.fail(EVENT_TABLE);
          booking.breakerIsOpen = isOpen;
          int held = booking.head().events().size();
          for (Instant moment = start;
              !moment.isAfter(booking.now);
              moment = moment.plusMillis(500)) {
            int expected = expected(length, start, moment);
            AsOf answer = booking.read.asOf(CODE, moment);
            if (expected > length - held || held == length) {
              assertThat(versionOrZero(answer)).isEqualTo(expected);
            } else {
              assertThat(answer).isInstanceOf(Unavailable.class);
            }
          }
        }
      }
    }
  }

  @Test
  void isAskedOfTheEventTableAloneWhereItIsHistory() {
    Ledger booking = bookingOf(2, 1, false);
    booking.weather.fail(PENDING_INDEX);
    assertThat(versionOf(booking.read.asOf(CODE, start.plus(SECOND)))).isEqualTo(1);
    assertThat(booking.weather.takeCalls()).doesNotContain("PENDING_INDEX.find");
  }

  @Test
  void costsAReadAndTheLogarithmOfTheLengthAtMost() {
    int length = 10_000;
    for (int version = 1; version <= length; version++) {
      ledger.eventTable.record(
          new AcceptedEvent(event(version), event(version).identity(), start.plusSeconds(version)));
    }
    ledger.pass(Duration.ofSeconds(length + 1));
    ledger.weather.takeCalls();
    int most =
        IntStream.range(0, length)
            .map(
                second -> {
                  AsOf answer = asOf(start.plusSeconds(second));
                  assertThat(versionOrZero(answer)).isEqualTo(second);
                  return ledger.weather.takeCalls().size();
                })
            .max()
            .orElseThrow();
    assertThat(most).isEqualTo(15);
    asOf(start.plusSeconds(length));
    assertThat(reads(ledger.weather.takeCalls())).isEqualTo(1);
  }

  @Test
  void isFoundThoughTheDrainerMovesItBetweenTheTwoLooks() {
    ledger.park(event(1));
    ledger.weather.before(PENDING_INDEX, "find", ledger::drainAll);
    assertThat(versionOf(asOf(start))).isEqualTo(1);
  }

  /** And what was recorded meanwhile came later than the moment. */
  @Test
  void isSearchedForBetweenTheTwoLooksWhereTheBookingWentOnPastTheMoment() {
    Ledger booking = bookingOf(1, 2, false);
    Instant moment = booking.now.minus(SECOND);
    booking.weather.before(
        PENDING_INDEX,
        "find",
        () -> {
          booking.drainAll();
          booking.pass(SECOND);
          booking.append.append(event(4));
        });
    assertThat(versionOf(booking.read.asOf(CODE, moment))).isEqualTo(3);
  }

  @Test
  void isSearchedForWhereMoreWaitsThanWasThereBetweenTheTwoLooks() {
    Ledger booking = bookingOf(1, 2, false);
    Instant moment = booking.now.minus(SECOND);
    booking.weather.before(
        PENDING_INDEX,
        "find",
        () -> {
          booking.drainAll();
          booking.pass(SECOND);
          booking.park(event(4));
        });
    assertThat(versionOf(booking.read.asOf(CODE, moment))).isEqualTo(3);
  }

  @Test
  void isNotWhatWasOnlyClaimed() {
    ledger.append.append(event(1));
    ledger.claimAndDie(event(2));
    assertThat(versionOf(asOf(start))).isEqualTo(1);
  }

  @Test
  void ofAClaimIsMadePendingBeforeItIsShownWhileTheEventTableFails() {
    ledger.append.append(event(1));
    ledger.claimAndDie(event(2));
    ledger.weather.fail(EVENT_TABLE);
    assertThat(asOf(start.minus(SECOND))).isInstanceOf(Unavailable.class);
    assertThat(ledger.pending()).isEmpty();
    assertThat(versionOf(asOf(start))).isEqualTo(2);
    assertThat(ledger.pending()).containsExactly(event(2));
  }

  @Test
  void ofNoBookingIsNotFoundAndNeverWhileAStoreCannotTell() {
    assertThat(asOf(start)).isEqualTo(new NotFound());
    ledger.weather.fail(PENDING_INDEX);
    assertThat(asOf(start)).isInstanceOf(Unavailable.class);
    ledger.weather.heal(PENDING_INDEX);
    ledger.weather.fail(EVENT_TABLE);
    assertThat(asOf(start)).isInstanceOf(Unavailable.class);
  }

  @Test
  void isTheEventTablesWhileThePendingIndexFails() {
    ledger.append.append(event(1));
    ledger.weather.fail(PENDING_INDEX);
    assertThat(versionOf(asOf(start))).isEqualTo(1);
    assertThat(asOf(start.minus(SECOND))).isEqualTo(new NotMadeYet());
  }

  @Test
  void isUnavailableWhereTheSearchIsNotAnswered() {
    Ledger booking = bookingOf(5, 0, false);
    booking.weather.failOnce(EVENT_TABLE, "find");
    assertThat(booking.read.asOf(CODE, start.plus(SECOND))).isInstanceOf(Unavailable.class);
  }

  /** The event table has what waits, and fails half-way through the search. */
  @Test
  void isTheHeadsWhereTheSearchIsNotAnswered() {
    Ledger booking = bookingOf(0, 5, false);
    booking.head().events().forEach(booking.eventTable::record);
    booking.weather.failOnce(EVENT_TABLE, "find");
    assertThat(versionOf(booking.read.asOf(CODE, start.plus(SECOND)))).isEqualTo(1);
  }

  @Test
  void isNotSaidOfAMomentThatNoClockHasComeTo() {
    ledger.append.append(event(1));
    assertThat(versionOf(asOf(ledger.now))).isEqualTo(1);
    assertThat(asOf(ledger.now.plusMillis(1))).isEqualTo(new InTheFuture());
    assertThat(ledger.read.asOf(OTHER_CODE, ledger.now.plusMillis(1))).isEqualTo(new InTheFuture());
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.fail(PENDING_INDEX);
    assertThat(asOf(ledger.now.plusMillis(1))).isInstanceOf(Unavailable.class);
  }

  /** Whoever was told recordedAt may ask for it, wherever the answer comes from. */
  @Test
  void isSaidOfAMomentThatTheBookingHasComeToByTheClockOfAnother() {
    ledger.setClock(Duration.ofMinutes(5));
    ledger.append.append(event(1));
    Instant ahead = ledger.now;
    ledger.setClock(Duration.ofMinutes(-5));
    ledger.append.append(event(2));

    assertThat(versionOf(asOf(ahead))).isEqualTo(2);
    assertThat(asOf(ahead.minusMillis(1))).isEqualTo(new NotMadeYet());
    assertThat(asOf(ahead.plusMillis(1))).isEqualTo(new InTheFuture());
  }
}
