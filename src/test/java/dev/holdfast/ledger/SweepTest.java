package dev.holdfast.ledger;

import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.SweepReport.Debts;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** sweep: what goes back on the queue, what does not, and what is measured. */
class SweepTest {

  private static final Tally NOTHING = new Tally(0, Optional.empty(), true);
  private static final Debts NO_DEBTS = new Debts(NOTHING, 0, 0);
  private static final Debts UNKNOWN =
      new Debts(new Tally(0, Optional.empty(), false), 0, Shard.COUNT);

  /** A turn that throws ends alone. */
  private static final Turns GUARDED =
      turns ->
          turns.forEach(
              turn -> {
                try {
                  turn.run();
                } catch (IllegalStateException bug) {
                  assertThat(bug).hasMessage("bug");
                }
              });

  private final Ledger ledger = new Ledger();

  private static PriceEvent booking(int number) {
    return Ledger.event(new BookingCode("CODE-" + number), 1, number, "100.00");
  }

  private static Tally waiting(int count, Instant oldest) {
    return new Tally(count, Optional.of(oldest), true);
  }

  /** Bookings whose messages the queue lost. */
  private void park(int from, int to) {
    park(IntStream.range(from, to));
  }

  private void park(IntStream numbers) {
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.fail(FALLBACK_QUEUE);
    numbers.forEach(number -> ledger.append.append(booking(number)));
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

  /** What waits for this booking is kept: another event has its place. */
  private void conflict(int number) {
    PriceEvent event = booking(number);
    Head head = ledger.pendingIndex.headOf(event.bookingCode()).orElseThrow();
    AcceptedEvent rival = ledger.accepted(Ledger.event(event.bookingCode(), 1, 5_000, "1.00"));
    ledger.eventTable.record(rival);
    ledger.drain.drain(head.last());
  }

  private static int[] inOneShard(int count) {
    Shard shard = Shard.of(booking(0).bookingCode());
    return IntStream.range(0, 100 * Shard.COUNT)
        .filter(number -> Shard.of(booking(number).bookingCode()).equals(shard))
        .limit(count)
        .toArray();
  }

  private Sweep sweep(Sweep.Limits limits, Turns turns) {
    return new Sweep(
        ledger.eventTable,
        ledger.pendingIndex,
        ledger.pendingIndex.conflicts(),
        ledger.fallbackQueue,
        limits,
        turns,
        ledger.clock,
        ledger.ticker);
  }

  private static Sweep.Limits limits(int perShard, Duration longest) {
    return new Sweep.Limits(Duration.ofMinutes(1), perShard, longest, Duration.ofSeconds(10));
  }

  /** Every call of this name takes so long from now on. */
  private void slow(Store store, String name, Duration time) {
    IntStream.range(0, 5_000)
        .forEach(call -> ledger.weather.before(store, name, () -> ledger.pass(time)));
  }

  private Set<BookingCode> messages() {
    return ledger.fallbackQueue.messages().stream()
        .map(AcceptedEvent::bookingCode)
        .collect(Collectors.toSet());
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
                new Debts(waiting(40, since), 40, 0),
                new Debts(waiting(20, since), 20, 0),
                NO_DEBTS));
    ledger.drainAll();
    assertThat(ledger.sweep.sweep()).isEqualTo(new SweepReport(NO_DEBTS, NO_DEBTS, NO_DEBTS));
  }

  @Test
  void leavesWhatIsYoungToItsOwnMessage() {
    park(0, 5);
    recordUnclaimed(5, 10);
    ledger.pass(Duration.ofSeconds(60));
    assertThat(ledger.sweep.sweep().requeued()).isZero();
  }

  @Test
  @Regression("what a function with a clock ahead had parked was not swept until then")
  void findsWhatWasParkedByAClockThatIsAhead() {
    ledger.pass(Duration.ofMinutes(20));
    park(0, 5);
    recordUnclaimed(5, 10);
    ledger.pass(Duration.ofMinutes(-20));
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(10);
  }

  @Test
  void putsTheOldestOfAShardBackFirst() {
    int[] sameShard = inOneShard(5);
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
    park(0, 256);
    ledger.pass(Duration.ofMinutes(2));
    Sweep small = sweep(limits(1, Duration.ofSeconds(40)), Ledger.IN_ORDER);
    assertThat(small.sweep().requeued()).isBetween(1, Shard.COUNT);
    assertThat(small.sweep().pending().owed().waiting()).isEqualTo(256);
  }

  @Test
  void isBoundedInTime() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(FALLBACK_QUEUE, "send", () -> ledger.pass(Duration.ofSeconds(40)));
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(1);
  }

  @Test
  @Regression("three sweeps in a row put back 0 of 51 while pages were slow")
  void putsBackBeforeItCountsThoughEveryPageIsSlow() {
    park(0, 51);
    Set<BookingCode> owed =
        IntStream.range(0, 51)
            .mapToObj(number -> booking(number).bookingCode())
            .collect(Collectors.toSet());
    slow(PENDING_INDEX, "debts", Duration.ofMillis(800));
    slow(PENDING_INDEX, "tally", Duration.ofMillis(800));
    for (int sweeps = 0; sweeps < 3; sweeps++) {
      ledger.pass(Duration.ofMinutes(2));
      ledger.sweep.sweep();
    }
    assertThat(messages()).isEqualTo(owed);
  }

  @Test
  void everyShardHasItsTurnThoughASweepHasTimeForAFewOnly() {
    park(0, 200);
    slow(PENDING_INDEX, "debts", Duration.ofSeconds(1));
    Sweep hurried = sweep(limits(100, Duration.ofSeconds(10)), Ledger.IN_ORDER);
    ledger.pass(Duration.ofMinutes(1));
    for (int sweeps = 0; sweeps < 16; sweeps++) {
      Instant start = ledger.now;
      hurried.sweep();
      ledger.now = start.plus(Duration.ofMinutes(1));
    }
    assertThat(messages()).hasSize(200);
  }

  @Test
  void countsWithinABudgetOfItsOwn() {
    park(0, 200);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    slow(PENDING_INDEX, "tally", Duration.ofSeconds(1));
    ledger.weather.takeCalls();

    SweepReport report = ledger.sweep.sweep();

    assertThat(report.pending().owed().complete()).isFalse();
    assertThat(report.pending().owed().waiting()).isBetween(1L, 199L);
    assertThat(report.pending().unswept()).isPositive();
    assertThat(ledger.weather.takeCalls())
        .filteredOn(call -> call.equals("PENDING_INDEX.tally"))
        .hasSizeLessThan(Shard.COUNT / 2);
  }

  @Test
  void putsNothingBackWhileTheEventTableDoesNotAnswer() {
    Instant since = ledger.now;
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.sweep.sweep())
        .isEqualTo(new SweepReport(new Debts(waiting(10, since), 0, 0), UNKNOWN, NO_DEBTS));
    assertThat(ledger.fallbackQueue.messages()).isEmpty();
  }

  @Test
  void putsNothingBackWhileThePendingIndexDoesNotAnswer() {
    Instant since = ledger.now;
    recordUnclaimed(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(PENDING_INDEX);
    assertThat(ledger.sweep.sweep())
        .isEqualTo(new SweepReport(UNKNOWN, new Debts(waiting(10, since), 0, 0), UNKNOWN));
    assertThat(ledger.fallbackQueue.messages()).isEmpty();
  }

  @Test
  void asksTheOtherStoreOnceWhetherItAnswers() {
    park(0, 100);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.takeCalls();
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(100);
    assertThat(ledger.weather.takeCalls()).containsOnlyOnce("EVENT_TABLE.find");
  }

  @Test
  void takesAnItemOfTheOtherStoreThatCannotBeReadForAnAnswer() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(EVENT_TABLE, "find", SweepTest::bug);
    assertThat(sweep(Ledger.LIMITS, GUARDED).sweep().requeued()).isEqualTo(10);
  }

  private static void bug() {
    throw new IllegalStateException("bug");
  }

  @Test
  @Regression("a throttled shard kept the others from their turn")
  void aShardThatDoesNotAnswerKeepsNoOtherFromItsTurn() {
    Instant since = ledger.now;
    int[] codes = aCodeOfEachShard();
    park(IntStream.of(codes));
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.failOnce(PENDING_INDEX, "debts");
    ledger.weather.failOnce(EVENT_TABLE, "debts");
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(
                    new Tally(Shard.COUNT - 1, Optional.of(since), false), Shard.COUNT - 1, 1),
                new Debts(new Tally(0, Optional.empty(), false), 0, 1),
                NO_DEBTS));
  }

  @Test
  void aShardThatThrowsKeepsNoOtherFromItsTurn() {
    park(IntStream.of(aCodeOfEachShard()));
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(PENDING_INDEX, "debts", SweepTest::bug);
    SweepReport report = sweep(Ledger.LIMITS, GUARDED).sweep();
    assertThat(report.requeued()).isEqualTo(Shard.COUNT - 1);
    assertThat(report.unswept()).isEqualTo(1);
  }

  @Test
  @Regression("an index that was being built kept the other one from its turn")
  void anIndexThatFailsKeepsTheOtherOneNotFromItsTurn() {
    recordUnclaimed(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    IntStream.range(0, Shard.COUNT)
        .forEach(shard -> ledger.weather.failOnce(PENDING_INDEX, "debts"));
    SweepReport report = ledger.sweep.sweep();
    assertThat(report.pending()).isEqualTo(UNKNOWN);
    assertThat(report.unclaimed().requeued()).isEqualTo(10);
  }

  private static int[] aCodeOfEachShard() {
    Set<Shard> seen = new HashSet<>();
    return IntStream.range(0, 100 * Shard.COUNT)
        .filter(number -> seen.add(Shard.of(booking(number).bookingCode())))
        .toArray();
  }

  @Test
  void messagesThatTheQueueDoesNotTakeStopNoOther() {
    park(IntStream.of(aCodeOfEachShard()));
    ledger.pass(Duration.ofMinutes(2));
    int untaken = 20;
    IntStream.range(0, untaken).forEach(message -> ledger.weather.failOnce(FALLBACK_QUEUE, "send"));
    assertThat(ledger.sweep.sweep().requeued()).isEqualTo(Shard.COUNT - untaken);
  }

  @Test
  void givesUpAQueueThatTookNoneOfManyMessages() {
    park(0, 300);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(FALLBACK_QUEUE);
    ledger.weather.takeCalls();
    assertThat(ledger.sweep.sweep().requeued()).isZero();
    assertThat(ledger.weather.takeCalls())
        .filteredOn(call -> call.equals("FALLBACK_QUEUE.send"))
        .hasSizeBetween(64, 64 + Sweep.SIDE_BY_SIDE);
  }

  @Test
  void countsConflictsApartAndLeavesThemToAnOperator() {
    Instant since = ledger.now;
    park(0, 3);
    conflict(1);
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep())
        .isEqualTo(
            new SweepReport(
                new Debts(waiting(2, since), 2, 0), NO_DEBTS, new Debts(waiting(1, since), 0, 0)));
  }

  @Test
  void hasNoBacklogWhenEverythingWentBack() {
    park(0, 40);
    recordUnclaimed(40, 60);
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep().backlog()).isZero();
  }

  @Test
  void hasABacklogOfWhatIsYoungAndOfWhatDidNotFitIntoItsTime() {
    park(0, 10);
    recordUnclaimed(10, 15);
    ledger.pass(Duration.ofMinutes(2));
    recordUnclaimed(15, 18);
    ledger.weather.before(FALLBACK_QUEUE, "send", () -> ledger.pass(Duration.ofSeconds(40)));
    assertThat(ledger.sweep.sweep().backlog()).isEqualTo(10 + 5 + 3 - 1);
  }

  @Test
  void whatWasDrainedWhileItSweptIsNoLessBacklogOfTheRest() {
    int[] sameShard = inOneShard(9);
    park(IntStream.of(sameShard));
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.before(PENDING_INDEX, "tally", ledger::drainAll);
    Sweep small = sweep(limits(4, Duration.ofSeconds(40)), Ledger.IN_ORDER);
    assertThat(small.sweep().backlog()).isEqualTo(5);
    assertThat(ledger.pendingIndex.headOf(booking(sameShard[0]).bookingCode()))
        .hasValueSatisfying(head -> assertThat(head.isPending()).isFalse());
  }

  @Test
  void hasTheBacklogOfTheIndexThatAnswersWhileTheEventTableDoesNot() {
    park(0, 10);
    ledger.pass(Duration.ofMinutes(2));
    ledger.weather.fail(EVENT_TABLE);
    SweepReport report = ledger.sweep.sweep();
    assertThat(report.backlog()).isEqualTo(10);
    assertThat(report.isComplete()).isFalse();
  }

  @Test
  void hasNoBacklogOfConflictsWhichOnlyAnOperatorSettles() {
    park(0, 2);
    conflict(1);
    ledger.pass(Duration.ofMinutes(2));
    assertThat(ledger.sweep.sweep().backlog()).isZero();
  }

  @Test
  void hasNoBacklogBelowNothingThoughMoreWentBackThanWasSeen() {
    Tally two = new Tally(2, Optional.empty(), true);
    Tally one = new Tally(1, Optional.empty(), true);
    assertThat(new SweepReport(new Debts(two, 3, 0), new Debts(one, 0, 0), NO_DEBTS).backlog())
        .isEqualTo(1);
  }

  @Test
  void aSumIsCompleteIfBothPartsAre() {
    Tally bounded = new Tally(5, Optional.empty(), false);
    assertThat(NOTHING.plus(NOTHING).complete()).isTrue();
    assertThat(NOTHING.plus(bounded).complete()).isFalse();
    assertThat(bounded.plus(NOTHING).complete()).isFalse();
  }

  @Test
  void aShardIsCompleteIfItsLastPartIs() {
    Tally bounded = new Tally(5, Optional.empty(), false);
    assertThat(bounded.then(NOTHING)).isEqualTo(new Tally(5, Optional.empty(), true));
    assertThat(NOTHING.then(bounded).complete()).isFalse();
  }
}
