package dev.holdfast.ledger;

import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import dev.holdfast.ledger.SweepReport.Debts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** sweep: what goes back on the queue, what does not, and what is measured. */
class SweepTest {

  private static final Tally NOTHING = new Tally(0, 0, Optional.empty(), true);

  private final Ledger ledger = new Ledger();

  private static PriceEvent booking(int number) {
    return Ledger.event(new BookingCode("CODE-" + number), 1, number, "100.00");
  }

  /** Bookings whose messages the queue lost. */
  private void park(int from, int to) {
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.fail(FALLBACK_QUEUE);
    IntStream.range(from, to).forEach(number -> ledger.append.append(booking(number)));
    ledger.weather.heal(EVENT_TABLE);
    ledger.weather.heal(FALLBACK_QUEUE);
  }

  private void recordUnclaimed(int from, int to) {
    ledger.weather.fail(PENDING_INDEX);
    ledger.weather.fail(FALLBACK_QUEUE);
    IntStream.range(from, to).forEach(number -> ledger.append.append(booking(number)));
    ledger.weather.heal(PENDING_INDEX);
    ledger.weather.heal(FALLBACK_QUEUE);
  }

  @Test
  void findsBothDebtsThoughTheQueueLostEveryMessage() {
    Instant since = ledger.now;
    park(0, 40);
    recordUnclaimed(40, 60);
    ledger.pass(Duration.ofSeconds(61));
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(Optional.of(new Tally(40, 0, Optional.of(since), true)), 40),
                new Debts(Optional.of(new Tally(20, 0, Optional.of(since), true)), 20)));
    ledger.drainAll();
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(Optional.of(NOTHING), 0), new Debts(Optional.of(NOTHING), 0)));
  }

  @Test
  void leavesWhatIsYoungToItsOwnMessage() {
    park(0, 5);
    recordUnclaimed(5, 10);
    ledger.pass(Duration.ofSeconds(60));
    assertThat(ledger.sweep.sweep().requeued()).isZero();
  }

  @Test
  void putsTheOldestOfAShardBackFirst() {
    Shard shard = Shard.of(booking(0).bookingCode());
    int[] sameShard =
        IntStream.range(0, 500)
            .filter(number -> Shard.of(booking(number).bookingCode()).equals(shard))
            .limit(5)
            .toArray();
    for (int number : sameShard) {
      park(number, number + 1);
      ledger.pass(Duration.ofSeconds(1));
    }
    ledger.pass(Duration.ofMinutes(2));
    ledger.sweep.sweep();
    assertThat(ledger.fallbackQueue.messages())
        .extracting(message -> message.event().eventId().value().getLeastSignificantBits())
        .containsExactly(IntStream.of(sameShard).mapToObj(Long::valueOf).toArray(Long[]::new));
  }

  @Test
  void isBoundedPerShard() {
    park(0, 64);
    ledger.pass(Duration.ofMinutes(2));
    Sweep small =
        new Sweep(
            ledger.eventTable,
            ledger.pendingIndex,
            ledger.fallbackQueue,
            new Sweep.Limits(Duration.ofMinutes(1), 1, Duration.ofSeconds(40)),
            Clock.fixed(ledger.now, ZoneOffset.UTC),
            ledger.ticker);
    assertThat(small.sweep().requeued()).isBetween(1, Shard.COUNT);
    assertThat(small.sweep().pending().tally())
        .hasValueSatisfying(t -> assertThat(t.waiting()).isEqualTo(64));
  }

  @Test
  void isBoundedInTime() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(FALLBACK_QUEUE, "send", () -> ledger.pass(Duration.ofSeconds(40)));
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(1);
  }

  @Test
  void putsNothingBackWhileTheEventTableDoesNotAnswer() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(
                    Optional.of(
                        new Tally(
                            10, 0, Optional.of(ledger.now.minus(Duration.ofMinutes(2))), true)),
                    0),
                new Debts(Optional.empty(), 0)));
    assertThat(ledger.fallbackQueue.messages()).isEmpty();
  }

  @Test
  void putsNothingBackWhileThePendingIndexDoesNotAnswer() {
    recordUnclaimed(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(PENDING_INDEX);
    SweepReport report = ledger.sweep.sweep();
    assertThat(report.requeued()).isZero();
    assertThat(report.pending().tally()).isEmpty();
    assertThat(report.unclaimed().tally())
        .hasValueSatisfying(t -> assertThat(t.waiting()).isEqualTo(10));
  }

  @Test
  void endsWhenTheQueueFails() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(FALLBACK_QUEUE);
    ledger.weather.takeCalls();
    assertThat(ledger.sweep.sweep().requeued()).isZero();
    assertThat(ledger.weather.takeCalls()).containsOnlyOnce("FALLBACK_QUEUE.send");
  }

  @Test
  void countsConflictsApartAndLeavesThemToAnOperator() {
    park(0, 3);
    PriceEvent inConflict = booking(1);
    ledger.pendingIndex.markConflict(inConflict.bookingCode(), inConflict.identity(), ledger.now);
    Instant since = ledger.now;
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(Optional.of(new Tally(2, 1, Optional.of(since), true)), 2),
                new Debts(Optional.of(NOTHING), 0)));
  }

  @Test
  void tellsWhatWentBackBeforeAStoreFailed() {
    int inTheFirstShard =
        IntStream.range(0, 500)
            .filter(number -> Shard.of(booking(number).bookingCode()).number() == 0)
            .findFirst()
            .orElseThrow();
    park(inTheFirstShard, inTheFirstShard + 1);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(
        PENDING_INDEX, "due", () -> ledger.weather.failOnce(PENDING_INDEX, "due"));
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(1);
  }

  @Test
  void hasNoBacklogWhenEverythingWentBack() {
    park(0, 40);
    recordUnclaimed(40, 60);
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep().backlog()).hasValue(0L);
  }

  @Test
  void hasABacklogOfWhatIsYoungAndOfWhatDidNotFitIntoItsTime() {
    park(0, 10);
    recordUnclaimed(10, 15);
    ledger.pass(Duration.ofMinutes(2));
    recordUnclaimed(15, 18);
    ledger.weather.before(FALLBACK_QUEUE, "send", () -> ledger.pass(Duration.ofSeconds(40)));
    assertThat(ledger.sweep.sweep().backlog()).hasValue(10L + 5 + 3 - 1);
  }

  @Test
  void hasTheBacklogOfTheIndexThatAnswersWhileTheEventTableDoesNot() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.sweep.sweep().backlog()).hasValue(10L);
  }

  @Test
  void knowsNoBacklogWhileNeitherTableAnswers() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.fail(PENDING_INDEX);
    assertThat(ledger.sweep.sweep().backlog()).isEmpty();
  }

  @Test
  void hasNoBacklogOfConflictsWhichOnlyAnOperatorSettles() {
    park(0, 2);
    PriceEvent inConflict = booking(1);
    ledger.pendingIndex.markConflict(inConflict.bookingCode(), inConflict.identity(), ledger.now);
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep().backlog()).hasValue(0L);
  }

  @Test
  void hasNoBacklogBelowNothingThoughMoreWentBackThanWasSeen() {
    Tally two = new Tally(2, 0, Optional.empty(), true);
    Tally one = new Tally(1, 0, Optional.empty(), true);
    assertThat(
            new SweepReport(new Debts(Optional.of(two), 3), new Debts(Optional.of(one), 0))
                .backlog())
        .hasValue(1L);
  }

  @Test
  void aSumIsCompleteIfBothPartsAre() {
    Tally bounded = new Tally(5, 0, Optional.empty(), false);
    assertThat(NOTHING.plus(NOTHING).complete()).isTrue();
    assertThat(NOTHING.plus(bounded).complete()).isFalse();
    assertThat(bounded.plus(NOTHING).complete()).isFalse();
  }
}
