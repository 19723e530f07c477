package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer;
import dev.holdfast.ledger.DebtIndex.Position;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.SweepReport.Debts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds what is owed and was not worked off: pending events, and recorded events that the pending
 * index does not know of. What is older than a minute goes back on the fallback queue, so that both
 * debts are paid even when the queue lost every message (R4). Measures how much is owed, and since
 * when.
 *
 * <p>A debt is put back before any is counted, and every shard of every index has its turn: one
 * that does not answer costs the others nothing, and each sweep begins at another one, so that none
 * is always the last when the time is up.
 *
 * <p>While the store that the debts are owed to does not answer, nothing goes back on the queue:
 * the drainer could do nothing with it. Thread-safe; sweeps that run side by side are harmless.
 */
public final class Sweep {

  /** How many shards are read at a time, and how many messages are sent: see {@link Turns}. */
  public static final int SIDE_BY_SIDE = 16;

  /** A queue that has taken none of so many messages in a row is down. */
  private static final int MOST_IN_VAIN = 4 * SIDE_BY_SIDE;

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final ConflictIndex conflictIndex;
  private final FallbackQueue fallbackQueue;
  private final Limits limits;
  private final Turns turns;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for how old a debt is
   * @param ticker for how long a sweep takes
   */
  public Sweep(
      EventTable eventTable,
      PendingIndex pendingIndex,
      ConflictIndex conflictIndex,
      FallbackQueue fallbackQueue,
      Limits limits,
      Turns turns,
      Clock clock,
      Ticker ticker) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.conflictIndex = conflictIndex;
    this.fallbackQueue = fallbackQueue;
    this.limits = limits;
    this.turns = turns;
    this.clock = clock;
    this.ticker = ticker;
  }

  /**
   * How much one sweep does.
   *
   * @param olderThan what is younger is left to the message that was sent for it
   * @param perShard how many events of one shard of one index go back on the queue, the oldest
   *     first
   * @param longest after this, no further event goes back
   * @param counting after this, begun when the last event went back, no further shard is counted
   */
  public record Limits(Duration olderThan, int perShard, Duration longest, Duration counting) {}

  /** One sweep over all shards of the three indexes. */
  public SweepReport sweep() {
    Index pending = new Index(pendingIndex, this::eventTableAnswers);
    Index unclaimed = new Index(eventTable, this::pendingIndexAnswers);
    Index conflicts = new Index(conflictIndex, anyEvent -> false);
    List<Shard> shards = Shard.allFrom(round());
    List<Lane> lanes =
        shards.stream()
            .flatMap(shard -> Stream.of(new Lane(pending, shard), new Lane(unclaimed, shard)))
            .toList();
    List<Lane> kept = shards.stream().map(shard -> new Lane(conflicts, shard)).toList();
    putBack(lanes, new TimeBudget(clock, ticker, limits.longest()));
    count(
        Stream.concat(lanes.stream(), kept.stream()).toList(),
        new TimeBudget(clock, ticker, limits.counting()));
    return new SweepReport(
        report(lanes, pending), report(lanes, unclaimed), report(kept, conflicts));
  }

  /** Every minute an odd number of shards further, so that each of them comes to be the first. */
  private long round() {
    return Duration.between(Instant.EPOCH, clock.instant()).toMinutes() * (SIDE_BY_SIDE + 1);
  }

  private boolean eventTableAnswers(AcceptedEvent event) {
    return !(eventTable.find(event.bookingCode(), Version.FIRST) instanceof Unavailable);
  }

  private boolean pendingIndexAnswers(AcceptedEvent event) {
    return !(pendingIndex.find(event.bookingCode()) instanceof Unavailable);
  }

  /** Page by page: every shard has had its first one before any has its second. */
  private void putBack(List<Lane> lanes, TimeBudget time) {
    Deque<Lane> open = new ArrayDeque<>(lanes);
    int inVain = 0;
    while (!open.isEmpty() && inVain < MOST_IN_VAIN && !time.isSpent()) {
      List<Lane> some = take(open);
      turns.take(some.stream().<Runnable>map(lane -> lane::read).toList());
      inVain = send(some.stream().flatMap(Lane::payable).toList(), inVain, time);
      some.stream().filter(Lane::hasMoreToPutBack).forEach(open::addLast);
      open.removeIf(lane -> !lane.index.isPayable.orElse(true));
    }
  }

  /**
   * Sends messages until all are sent, or the queue is down.
   *
   * @param inVain how many the queue has not taken since it took one
   * @return how many there are now
   */
  private int send(List<Sending> all, int inVain, TimeBudget time) {
    int untaken = inVain;
    for (int from = 0; from < all.size() && untaken < MOST_IN_VAIN; from += SIDE_BY_SIDE) {
      List<Sending> some = all.subList(from, Math.min(all.size(), from + SIDE_BY_SIDE));
      turns.take(some.stream().<Runnable>map(sending -> () -> sending.send(time)).toList());
      List<Sending> sent = some.stream().filter(sending -> sending.isSent).toList();
      sent.forEach(sending -> sending.lane.requeued++);
      untaken = sent.isEmpty() ? untaken + some.size() : 0;
    }
    return untaken;
  }

  /** What was not read on the way. */
  private void count(List<Lane> lanes, TimeBudget time) {
    Deque<Lane> uncounted = new ArrayDeque<>(lanes.stream().filter(Lane::isToBeCounted).toList());
    while (!uncounted.isEmpty() && !time.isSpent()) {
      turns.take(take(uncounted).stream().<Runnable>map(lane -> lane::count).toList());
    }
  }

  private static List<Lane> take(Deque<Lane> lanes) {
    List<Lane> some = new ArrayList<>();
    while (!lanes.isEmpty() && some.size() < SIDE_BY_SIDE) {
      some.add(lanes.removeFirst());
    }
    return some;
  }

  private static Debts report(List<Lane> lanes, Index index) {
    List<Lane> its = lanes.stream().filter(lane -> lane.index == index).toList();
    return new Debts(
        its.stream().map(lane -> lane.owed).reduce(Tally.NOTHING, Tally::plus),
        its.stream().mapToInt(lane -> lane.requeued).sum(),
        (int) its.stream().filter(lane -> !lane.isSeen).count());
  }

  /** One index, and the store that its debts are owed to. For one sweep and one thread. */
  private final class Index {

    private final DebtIndex debts;
    private final Predicate<AcceptedEvent> isAnswered;
    private Optional<Boolean> isPayable = Optional.empty();

    /**
     * @param isAnswered asked once, about the first event that is due: whether the store that lacks
     *     it answers
     */
    Index(DebtIndex debts, Predicate<AcceptedEvent> isAnswered) {
      this.debts = debts;
      this.isAnswered = isAnswered;
    }

    boolean isPayable(Debt due) {
      if (isPayable.isEmpty()) {
        // It throws where it meets an item that cannot be read: that is an answer, too.
        isPayable = Optional.of(true);
        turns.take(List.of(() -> isPayable = Optional.of(isAnswered.test(due.event()))));
      }
      return isPayable.orElseThrow();
    }
  }

  /** The way of one sweep through one shard of an index. For one turn at a time. */
  private final class Lane {

    private final Index index;
    private final Shard shard;
    private Tally owed = Tally.UNKNOWN;
    private Optional<Position> read = Optional.empty();
    private List<Sending> due = List.of();
    private int tried;
    private int requeued;
    private boolean isSeen;
    private boolean isSilent;

    Lane(Index index, Shard shard) {
      this.index = index;
      this.shard = shard;
    }

    /** Reads the next page. */
    void read() {
      isSilent = true;
      due = List.of();
      if (index.debts.debts(shard, read, limits.perShard()) instanceof DebtsAnswer.Page page) {
        saw(page.owed());
        read = page.next();
        due =
            page.debts().stream()
                .filter(this::isDue)
                .limit(limits.perShard() - tried)
                .map(debt -> new Sending(this, debt))
                .toList();
        tried += due.size();
      }
    }

    /**
     * What lies in the future is due as well: the clock of whoever parked it is ahead, nobody knows
     * how far.
     */
    private boolean isDue(Debt debt) {
      Instant now = clock.instant();
      return debt.since().isBefore(now.minus(limits.olderThan())) || debt.since().isAfter(now);
    }

    /** What is due on the page that was read, where a drain could do something about it. */
    Stream<Sending> payable() {
      return due.stream().filter(sending -> index.isPayable(sending.debt));
    }

    boolean hasMoreToPutBack() {
      return !isSilent && read.isPresent() && tried < limits.perShard();
    }

    boolean isToBeCounted() {
      return !isSilent && !owed.complete();
    }

    /** Counts what is behind the pages that were read. */
    void count() {
      isSilent = true;
      if (index.debts.tally(shard, read) instanceof Tally rest) {
        saw(rest);
      }
    }

    private void saw(Tally more) {
      owed = owed.then(more);
      isSeen = true;
      isSilent = false;
    }
  }

  /** One message. */
  private final class Sending {

    private final Lane lane;
    private final Debt debt;
    private boolean isSent;

    Sending(Lane lane, Debt debt) {
      this.lane = lane;
      this.debt = debt;
    }

    void send(TimeBudget time) {
      isSent = !time.isSpent() && !(fallbackQueue.send(Hint.ofDebt(debt)) instanceof Unavailable);
    }
  }
}
