package dev.holdfast.recovery;

import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Ticker;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.OneAfterTheOther;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

/**
 * One run. Whatever calls the ledger does so at one moment of virtual time; each call of a store
 * that it makes takes its time, and the caller goes on when all of them are over. For one thread.
 */
final class Recovery {
  private static final Duration STEP = Duration.ofSeconds(10);
  private static final long CALL = Duration.ofMillis(10).toNanos();
  private static final long THROTTLED = Duration.ofMillis(5).toNanos();
  private static final long BEFORE_THE_SECOND_ATTEMPT = Duration.ofMillis(25).toNanos();
  private static final long COLD_START = Duration.ofMillis(150).toNanos();
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final long BATCH_OVERHEAD = Duration.ofMillis(35).toNanos();
  private static final int BATCH = 10;

  /** An event of 1 KB, and a head of some of them: docs/capacity.md. */
  private static final double EVENT_UNITS = 2;

  private static final double HEAD_KB = 0.5;
  private static final double EVENT_KB = 1.1;
  private static final Instant EPOCH = Instant.parse("2026-11-23T09:00:00Z");

  /** See {@code application.properties}: how long a call of the event table is waited for. */
  private static final long EVENT_TABLE_TIMEOUT = Duration.ofMillis(700).toNanos();

  private final Setting setting;
  private final Random random;
  private long now;
  private long elapsed;
  private long number;
  private final PriorityQueue<Turn> turns =
      new PriorityQueue<>(Comparator.comparingLong(Turn::at).thenComparingLong(Turn::number));
  private final List<Course.Step> steps = new ArrayList<>();

  private final SimulatedEventTable eventTable = new SimulatedEventTable(this::decide);
  private final SimulatedPendingIndex heads = new SimulatedPendingIndex(this::decide);
  private final Waiting pendingIndex = new Waiting(heads);
  private final PriorityQueue<Message> queue =
      new PriorityQueue<>(
          Comparator.comparingLong(Message::visibleAt).thenComparingLong(Message::number));
  private final FallbackQueue fallbackQueue =
      hint -> {
        elapsed += CALL;
        send(hint.event());
        return new FallbackQueue.SendAnswer.Sent();
      };
  private final Capacity eventTableWrites;
  private final Capacity pendingIndexWrites;
  private final Capacity sparseIndexWrites;
  private final int[] partitionOfShard = new int[Shard.COUNT];
  private final int[] versions;
  private final Pool appends = new Pool();
  private final Pool reads = new Pool();

  private boolean isBeingMade = true;

  /** Whose calls are made: what a partition is chosen by. */
  private BookingCode current = code(0);

  /**
   * What is simulated. Everything is as many times smaller as {@code scale} says: rates, what a
   * partition writes, what drain does, how many processes there may be. What takes time takes as
   * long as ever.
   *
   * @param seed of all that is random
   * @param scale such as 50
   * @param clients each makes one call at a time, and repeats it after {@code Retry-After}
   * @param bookings that they share among themselves
   * @param changes price changes a second, before the scale
   * @param readsPerChange current prices read for each
   * @param eventTableWarmth write units a second of the event table, before the scale
   * @param pendingIndexWarmth the same of the pending index, and of its sparse index
   * @param drainConcurrency batches at a time
   * @param breaker how long a breaker stays open
   * @param retryAfter the longest that clients are told to wait, in seconds
   */
  record Setting(
      String name,
      long seed,
      int scale,
      int clients,
      int bookings,
      int changes,
      int readsPerChange,
      int eventTableWarmth,
      int pendingIndexWarmth,
      int drainConcurrency,
      Duration breaker,
      int retryAfter,
      Duration before,
      Duration outage,
      Duration after) {}

  private record Turn(long at, long number, Runnable does) {}

  private record Message(AcceptedEvent event, long sentAt, long visibleAt, long number) {}

  private Recovery(Setting setting) {
    this.setting = setting;
    this.random = new Random(setting.seed());
    double perPartition = 1000.0 / setting.scale();
    this.eventTableWrites = new Capacity(setting.eventTableWarmth() / 1000, perPartition);
    this.pendingIndexWrites = new Capacity(setting.pendingIndexWarmth() / 1000, perPartition);
    this.sparseIndexWrites = new Capacity(setting.pendingIndexWarmth() / 1000, perPartition);
    this.versions = new int[setting.bookings()];
  }

  /** Runs it to its end, or until nothing has been pending for a minute after the outage. */
  static Course run(Setting setting) {
    return new Recovery(setting).run();
  }

  private Course run() {
    for (int shard = 0; shard < partitionOfShard.length; shard++) {
      partitionOfShard[shard] = random.nextInt(Integer.MAX_VALUE);
    }
    makeBookings();
    isBeingMade = false;
    for (int client = 0; client < setting.clients(); client++) {
      int mine = client;
      later(thought(setting.clients() / changes()), () -> change(mine));
    }
    later(thought(1 / (changes() * setting.readsPerChange())), this::readSometimes);
    for (int lane = 0; lane < setting.drainConcurrency(); lane++) {
      Drain drain = new Drain(eventTable, pendingIndex, clock, ticker);
      later(random.nextLong(SECOND), () -> drainBatch(drain));
    }
    later(random.nextLong(60 * SECOND), this::sweepOnce);
    long end = setting.before().plus(setting.outage()).plus(setting.after()).toNanos();
    while (turns.peek().at() < end) {
      Turn turn = turns.poll();
      now = turn.at();
      elapsed = 0;
      turn.does().run();
      step().waiting = pendingIndex.size();
    }
    return new Course(STEP, setting.before(), setting.outage(), steps);
  }

  private double changes() {
    return setting.changes() / (double) setting.scale();
  }

  private void makeBookings() {
    Append append = new Append(eventTable, pendingIndex, fallbackQueue, () -> false, clock, ticker);
    for (int booking = 0; booking < setting.bookings(); booking++) {
      append.append(event(booking, 1));
      versions[booking] = 1;
    }
  }

  private void later(long nanos, Runnable does) {
    turns.add(new Turn(now + nanos, number++, does));
  }

  private long thought(double meanSeconds) {
    return (long) (-Math.log(1 - random.nextDouble()) * meanSeconds * SECOND);
  }

  private Course.Step step() {
    int index = (int) (now / STEP.toNanos());
    while (steps.size() <= index) {
      Course.Step next = new Course.Step();
      next.waiting = pendingIndex.size();
      steps.add(next);
    }
    return steps.get(index);
  }

  private final Clock clock =
      new Clock() {
        @Override
        public ZoneId getZone() {
          return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
          return this;
        }

        @Override
        public Instant instant() {
          // To the millisecond, as in production.
          return EPOCH.plusMillis((now + elapsed) / 1_000_000);
        }
      };

  private final Ticker ticker = () -> now + elapsed;

  // Clients.

  private void change(int client) {
    int own = setting.bookings() / setting.clients();
    int booking = client + setting.clients() * random.nextInt(own);
    send(client, event(booking, versions[booking] + 1), booking);
  }

  private void send(int client, PriceEvent event, int booking) {
    current = event.bookingCode();
    Optional<Worker> process = appends.take();
    if (process.isEmpty()) {
      step().turnedAway++;
      later(retryAfter(), () -> send(client, event, booking));
      return;
    }
    AppendOutcome outcome = process.get().append.append(event);
    process.get().isBack();
    long over = elapsed;
    if (outcome instanceof Unavailable) {
      step().refused++;
      later(over + retryAfter(), () -> send(client, event, booking));
      return;
    }
    if (outcome instanceof AppendOutcome.Pending) {
      step().pending++;
    } else if (outcome instanceof AppendOutcome.VersionConflict) {
      throw new IllegalStateException("Nobody else changes " + event.bookingCode());
    } else {
      step().recorded++;
    }
    versions[booking] = event.version().number();
    later(over + thought(setting.clients() / changes()), () -> change(client));
  }

  private long retryAfter() {
    return (1 + random.nextInt(setting.retryAfter())) * SECOND;
  }

  private void readSometimes() {
    later(thought(1 / (changes() * setting.readsPerChange())), this::readSometimes);
    read(code(random.nextInt(setting.bookings())));
  }

  private void read(BookingCode code) {
    current = code;
    Optional<Worker> process = reads.take();
    if (process.isPresent() && !(process.get().read.current(code) instanceof Unavailable)) {
      step().read++;
    } else {
      step().notRead++;
      later(elapsed + retryAfter(), () -> read(code));
    }
    process.ifPresent(Worker::isBack);
  }

  // Processes of append and read.

  /** As Lambda keeps them: the last one that became free is the next to be used. */
  private final class Pool {
    private final Deque<Worker> free = new ArrayDeque<>();
    private int made;

    /** None where the account runs as many as it may. */
    Optional<Worker> take() {
      if (free.isEmpty() && made < 1000 / setting.scale()) {
        made++;
        elapsed += COLD_START;
        return Optional.of(new Worker(this));
      }
      return Optional.ofNullable(free.pollFirst());
    }
  }

  private final class Worker {
    private final Pool pool;
    private final Breaker breaker = new Breaker();
    private final Append append =
        new Append(
            breaker.guarding(eventTable), pendingIndex, fallbackQueue, breaker, clock, ticker);
    private final Read read =
        new Read(
            breaker.guarding(eventTable),
            pendingIndex,
            fallbackQueue,
            breaker,
            OneAfterTheOther.INSTANCE,
            clock,
            ticker);

    Worker(Pool pool) {
      this.pool = pool;
    }

    void isBack() {
      later(elapsed, () -> pool.free.addFirst(this));
    }
  }

  /**
   * As {@code CircuitBreakingEventTable}: open on the first failure, half open after a while. That
   * one is Failsafe's, which knows only the machine's own clock.
   */
  private final class Breaker implements CircuitBreaker {
    private long openUntil;

    @Override
    public boolean isOpen() {
      return now + elapsed < openUntil;
    }

    EventTable guarding(EventTable table) {
      return new Guarded(table, this::heed);
    }

    private void heed(Object answer) {
      if (answer instanceof Unavailable && !isOpen()) {
        openUntil = now + elapsed + setting.breaker().toNanos();
      }
    }
  }

  // The queue, drain and sweep.

  private void send(AcceptedEvent event) {
    if (!isBeingMade) {
      queue.add(new Message(event, now + elapsed, now + elapsed, number++));
    }
  }

  /** A batch holds a booking once: its other messages wait until the first one is worked off. */
  private List<Message> receive() {
    List<Message> batch = new ArrayList<>();
    List<Message> held = new ArrayList<>();
    Set<BookingCode> codes = new HashSet<>();
    while (batch.size() < BATCH && !queue.isEmpty() && queue.peek().visibleAt() <= now) {
      Message message = queue.poll();
      (codes.add(message.event().bookingCode()) ? batch : held).add(message);
    }
    queue.addAll(held);
    return batch;
  }

  private void drainBatch(Drain drain) {
    List<Message> batch = receive();
    long longest = 0;
    for (Message message : batch) {
      elapsed = 0;
      current = message.event().bookingCode();
      DrainOutcome outcome = drain.drain(message.event());
      longest = Math.max(longest, elapsed);
      if (outcome instanceof Unavailable) {
        queue.add(
            new Message(
                message.event(), message.sentAt(), now + elapsed + comeBack(message), number++));
      } else {
        step().drained++;
      }
    }
    // Side by side, but for what each computes; and as much slower as everything is smaller.
    long over = batch.isEmpty() ? SECOND : (longest + BATCH_OVERHEAD) * setting.scale();
    later(over, () -> drainBatch(drain));
  }

  /** As {@code ComeBack}: an eighth of its age, from 2 to 100 s. */
  private long comeBack(Message message) {
    return Math.max(2 * SECOND, Math.min(100 * SECOND, (now + elapsed - message.sentAt()) / 8));
  }

  private void sweepOnce() {
    new Sweep(
            eventTable,
            pendingIndex,
            new NoConflicts(),
            fallbackQueue,
            new Sweep.Limits(
                Duration.ofMinutes(1),
                Math.max(1, 64 / setting.scale()),
                Duration.ofSeconds(40),
                Duration.ofSeconds(10)),
            some -> some.forEach(Runnable::run),
            clock,
            // Sixteen at a time, where this one has them one after the other.
            () -> now + elapsed / Sweep.SIDE_BY_SIDE)
        .sweep();
    later(60 * SECOND, this::sweepOnce);
  }

  /** With one store failing at a time there is none. */
  private static final class NoConflicts implements ConflictIndex {
    @Override
    public DebtIndex.DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return new DebtsAnswer.Page(
          List.of(), new Tally(0, Optional.empty(), true), Optional.empty());
    }

    @Override
    public DebtIndex.TallyAnswer tally(Shard shard, Optional<Position> after) {
      return new Tally(0, Optional.empty(), true);
    }
  }

  // What becomes of a call of a store.

  private Fate decide(Network.Call call) {
    if (isBeingMade) {
      return Fate.WORKS;
    }
    if (call.store() == Network.Store.EVENT_TABLE && isOutage()) {
      elapsed += EVENT_TABLE_TIMEOUT;
      return Fate.FAILS;
    }
    for (int attempt = 0; attempt < 2; attempt++) {
      if (attempt > 0) {
        elapsed += BEFORE_THE_SECOND_ATTEMPT;
      }
      if (isTaken(call)) {
        elapsed += CALL;
        return Fate.WORKS;
      }
      elapsed += THROTTLED;
    }
    return Fate.FAILS;
  }

  private boolean isOutage() {
    long since = now + elapsed - setting.before().toNanos();
    return since >= 0 && since < setting.outage().toNanos();
  }

  private boolean isTaken(Network.Call call) {
    return call.store() == Network.Store.EVENT_TABLE
        ? isTakenByEventTable(call.name())
        : isTakenByPendingIndex(call.name());
  }

  private boolean isTakenByEventTable(String name) {
    if (!name.startsWith("record") && !name.equals("markClaimed")) {
      return true;
    }
    long at = now + elapsed;
    boolean isTaken = eventTableWrites.has(partition(), EVENT_UNITS, at);
    if (isTaken) {
      eventTableWrites.take(partition(), EVENT_UNITS, at);
    } else {
      step().eventTableThrottled++;
    }
    return isTaken;
  }

  /** A write of a head that is pending, or was, is one of the sparse index, too. */
  private boolean isTakenByPendingIndex(String name) {
    if (name.equals("find")) {
      return true;
    }
    Optional<Head> head = heads.headOf(current);
    boolean waits = head.filter(Head::isPending).isPresent();
    int events = waits ? head.get().events().size() : 1;
    boolean parks = name.equals("claimAndPark") || (name.equals("replace") && !waits);
    double units =
        Math.ceil(
            HEAD_KB + EVENT_KB * (name.equals("claim") ? 1 : parks && waits ? events + 1 : events));
    double indexUnits = waits || parks ? units : 0;
    int shard = partitionOfShard[Shard.of(current).number()];
    long at = now + elapsed;
    boolean isTaken =
        pendingIndexWrites.has(partition(), units, at)
            && sparseIndexWrites.has(shard, indexUnits, at);
    if (isTaken) {
      pendingIndexWrites.take(partition(), units, at);
      sparseIndexWrites.take(shard, indexUnits, at);
    } else {
      step().pendingIndexThrottled++;
    }
    return isTaken;
  }

  private int partition() {
    // String's hash of consecutive codes is as good as consecutive.
    return Integer.reverse(current.hashCode() * 0x9E3779B1);
  }

  // Events.

  private static BookingCode code(int booking) {
    return new BookingCode("B-" + booking);
  }

  private PriceEvent event(int booking, int version) {
    return new PriceEvent(
        code(booking),
        new Version(version),
        new EventId(new UUID(booking, version)),
        new EventType("changed"),
        new Price(new Amount("412.50"), new Currency("EUR")),
        new OccurredAt("2026-11-23T09:15:00+01:00"),
        Optional.empty());
  }
}
