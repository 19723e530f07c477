package dev.holdfast.ledger;

import static dev.holdfast.simulated.Network.Store.FALLBACK_QUEUE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Two doors, each with a queue, a sweep and a drain of its own, pay the same debts. Whatever one of
 * them is doing, the other one comes in between; the explorer has two drains call by call.
 */
class TwoDoorsTest {

  private static final BookingCode FIRST = new BookingCode("PENDING-1");
  private static final BookingCode CHANGED = new BookingCode("PENDING-3");
  private static final BookingCode UNCLAIMED = new BookingCode("UNCLAIMED-1");
  private static final BookingCode UNCLAIMED_CHANGE = new BookingCode("UNCLAIMED-2");
  private static final BookingCode CONFLICT = new BookingCode("CONFLICT-1");
  private static final List<BookingCode> BOOKINGS =
      List.of(FIRST, CHANGED, UNCLAIMED, UNCLAIMED_CHANGE, CONFLICT);

  private final Ledger ledger = new Ledger();

  /** One of each kind of debt, older than a minute; the messages of all are lost. */
  @BeforeEach
  void owe() {
    ledger.append.append(event(UNCLAIMED_CHANGE, 1, 1));
    ledger.weather.fail(FALLBACK_QUEUE);
    ledger.park(event(FIRST, 1, 2));
    for (int version = 1; version <= 3; version++) {
      ledger.park(event(CHANGED, version, 2 + version));
    }
    ledger.park(event(CONFLICT, 1, 6));
    ledger.recordUnclaimed(event(UNCLAIMED, 1, 7));
    ledger.recordUnclaimed(event(UNCLAIMED_CHANGE, 2, 8));
    // It takes two faults at once.
    ledger.recordUnclaimed(event(CONFLICT, 1, 9));
    ledger.weather.heal(FALLBACK_QUEUE);
    ledger.pass(Duration.ofMinutes(2));
  }

  private static PriceEvent event(BookingCode code, int version, int number) {
    return Ledger.event(code, version, number, "100.00");
  }

  /** The stores of the test as they are, with a network of their own. */
  private final class Region {

    final SimulatedEventTable eventTable;
    final SimulatedPendingIndex pendingIndex;

    Region(Network network) {
      eventTable = ledger.eventTable.copy(network);
      pendingIndex = ledger.pendingIndex.copy(network);
    }

    /** What each booking has come to. */
    Map<String, Object> bookings() {
      Map<String, Object> bookings = new TreeMap<>();
      for (BookingCode code : BOOKINGS) {
        Head head = pendingIndex.headOf(code).orElseThrow();
        bookings.put(
            code.value(),
            List.of(
                eventTable.eventsOf(code),
                head.last(),
                head.isPending(),
                head.owner(),
                head.kept().stream().map(kept -> kept.event()).toList()));
      }
      return bookings;
    }
  }

  /** What a stack has of its own. */
  private final class Door {

    private final SimulatedFallbackQueue queue = new SimulatedFallbackQueue(call -> Fate.WORKS);
    private final Append append;
    private final Drain drain;
    private final Sweep sweep;

    Door(Region region) {
      append =
          new Append(
              region.eventTable,
              region.pendingIndex,
              queue,
              () -> false,
              ledger.clock,
              ledger.ticker);
      drain = new Drain(region.eventTable, region.pendingIndex, ledger.clock, ledger.ticker);
      sweep =
          new Sweep(
              region.eventTable,
              region.pendingIndex,
              region.pendingIndex.conflicts(),
              queue,
              Ledger.LIMITS,
              Ledger.IN_ORDER,
              ledger.clock,
              ledger.ticker);
    }

    void sweepAndDrain() {
      var unused = sweep.sweep();
      drainAll();
    }

    void payAndChange() {
      sweepAndDrain();
      for (PriceEvent change : List.of(event(FIRST, 2, 10), event(CHANGED, 4, 11))) {
        assertThat(append.append(change)).isInstanceOf(AppendOutcome.Recorded.class);
      }
    }

    /** A message that could not be worked off comes again. */
    List<DrainOutcome> drainAll() {
      List<DrainOutcome> outcomes = new ArrayList<>();
      for (AcceptedEvent message : queue.takeAll()) {
        DrainOutcome outcome = drain.drain(message);
        outcomes.add(outcome);
        if (outcome instanceof Unavailable) {
          queue.send(new Hint(message, Optional.empty()));
        }
      }
      return outcomes;
    }
  }

  /** What one door makes of the debts alone. */
  private Map<String, Object> paidByOne() {
    Region region = new Region(call -> Fate.WORKS);
    Door door = new Door(region);
    door.sweepAndDrain();
    assertThat(door.sweep.sweep().requeued()).isZero();
    return region.bookings();
  }

  @Test
  void theSecondSweepAndDrainFindNothingToDo() {
    Region region = new Region(call -> Fate.WORKS);
    Door home = new Door(region);
    Door second = new Door(region);
    var unused = home.sweep.sweep();
    var unusedToo = second.sweep.sweep();
    assertThat(second.queue.messages()).isEqualTo(home.queue.messages()).isNotEmpty();

    home.drainAll();
    Map<String, Object> paid = region.bookings();

    assertThat(second.drainAll()).containsOnly(new DrainOutcome.Stale());
    assertThat(region.bookings()).isEqualTo(paid).isEqualTo(paidByOne());
  }

  /**
   * Right before any call of the first door, the second one pays, and takes a change of a price.
   */
  @Test
  void oneDoorComesInBetweenTheOtherAtAnyCall() {
    Region alone = new Region(call -> Fate.WORKS);
    new Door(alone).payAndChange();
    for (int calls = 0; ; calls++) {
      Between between = new Between(calls);
      Region region = new Region(between);
      Door home = new Door(region);
      Door second = new Door(region);
      between.then = second::payAndChange;

      home.sweepAndDrain();

      if (!between.isPast()) {
        // All calls of a sweep, and of the drain of what it found.
        assertThat(calls).isGreaterThan(3 * Shard.COUNT);
        return;
      }
      home.drainAll();
      assertThat(region.bookings()).as("before call " + calls).isEqualTo(alone.bookings());
      for (Door door : List.of(home, second)) {
        SweepReport report = door.sweep.sweep();
        assertThat(report.requeued()).as("owed after call " + calls).isZero();
        assertThat(report.conflicts().owed().waiting()).isEqualTo(1);
        assertThat(door.queue.messages()).isEmpty();
      }
    }
  }

  /** A fair network on which something happens once, before a call. */
  private static final class Between implements Network {

    private Runnable then = () -> {};
    private int left;

    Between(int calls) {
      left = calls;
    }

    boolean isPast() {
      return left < 0;
    }

    @Override
    public Fate decide(Call call) {
      if (left-- == 0) {
        then.run();
      }
      return Fate.WORKS;
    }
  }
}
