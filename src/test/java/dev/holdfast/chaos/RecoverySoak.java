package dev.holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.history.Checker;
import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What follows an outage, with the real package in real processes: the event table throttles every
 * call for {@code -Dchaos.outage} seconds and is well again, while clients change prices at a
 * steady pace and repeat what is refused by {@code Retry-After}. docs/recovery.md has it in large,
 * simulated. Only in {@code mvn -Psoak verify}.
 */
class RecoverySoak {
  private static final Path DIRECTORY = Path.of("target", "recovery-soak");
  private static final long SEED = 20_261_126;

  /** So few, and so slow, that this machine's cores are not what limits them. */
  private static final int CLIENTS = 8;

  private static final Duration BETWEEN_CHANGES = Duration.ofMillis(250);
  private static final int VERSIONS = 10;

  /** Until the new processes are as fast as they get: what comes after is held against this. */
  private static final Duration WARM_UP = Duration.ofSeconds(20);

  private static final Duration BEFORE = Duration.ofSeconds(30);
  private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("chaos.outage", 120));
  private static final Duration AFTER = Duration.ofSeconds(30);
  private static final Duration UNTIL_DRAINED = Duration.ofMinutes(5);
  private static final double GOODPUT = 0.95;

  private static LocalCloud cloud;

  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final Refusals refusals = new Refusals();
  private final Codes codes = new Codes("RECOVERY-");
  private volatile boolean stopped;

  @BeforeAll
  static void start() throws Exception {
    cloud = ChaosCloud.start(DIRECTORY, SEED, options -> options.with(Options.PROCESSES, CLIENTS));
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      cloud.close();
    }
  }

  /** A time, in nanoseconds of the history's clock. */
  private record Window(long start, long end) {

    /** How many changes were accepted in it, a second. */
    double goodput(List<Operation> accepted) {
      return accepted.stream().filter(this::contains).count() / seconds();
    }

    /** How many of these were recorded at once. */
    double direct(List<Operation> accepted) {
      return accepted.stream()
          .filter(this::contains)
          .mapToInt(change -> change.outcome() == Outcome.RECORDED ? 1 : 0)
          .average()
          .orElse(1);
    }

    private boolean contains(Operation change) {
      return start <= change.end() && change.end() < end;
    }

    double seconds() {
      return RecoverySoak.seconds(end - start);
    }
  }

  /** How many bookings were pending at a moment. */
  private record Sample(long moment, long pending) {}

  @Test
  void afterAnOutageChangesAreDirectAgainAndNoFewerThanBefore() throws Exception {
    Path file = DIRECTORY.resolve("history.jsonl");
    List<Sample> samples = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    Window before;
    Window outage;
    Window recovery;
    try (History history = History.create(file);
        Timeline timeline = new Timeline(cloud, "RECOVERY-")) {
      List<Future<?>> clients = new ArrayList<>();
      for (int number = 0; number < CLIENTS; number++) {
        Client client = client(number, history);
        clients.add(
            threads.submit(
                () -> {
                  changePrices(client);
                  return null;
                }));
      }
      watch(timeline, samples, WARM_UP);
      before = watch(timeline, samples, BEFORE);
      cloud.faults().inject(Dependency.EVENT_TABLE, Fault.of(Fault.Mode.THROTTLE));
      outage = watch(timeline, samples, OUTAGE);
      cloud.faults().heal();
      recovery = watch(timeline, samples, AFTER);
      while (timeline.pending() > 0 && recovery.seconds() < UNTIL_DRAINED.toSeconds()) {
        Window more = watch(timeline, samples, Duration.ofSeconds(1));
        recovery = new Window(recovery.start(), more.end());
      }
      stopped = true;
      for (Future<?> client : clients) {
        client.get();
      }
      LastReads.of(
          codes,
          IntStream.range(CLIENTS, 2 * CLIENTS)
              .mapToObj(number -> client(number, history))
              .toList());
    } finally {
      threads.shutdownNow();
    }
    judge(History.read(file), samples, before, outage, recovery);
  }

  private void judge(
      List<Operation> history,
      List<Sample> samples,
      Window before,
      Window outage,
      Window recovery) {
    List<Operation> changes = history.stream().filter(Operation::isAppend).toList();
    List<Operation> accepted = changes.stream().filter(Operation::isAcknowledged).toList();
    double share = recovery.goodput(accepted) / before.goodput(accepted);
    double direct =
        accepted.stream()
            .filter(change -> change.outcome() == Outcome.PENDING)
            .mapToDouble(change -> seconds(change.end() - recovery.start()))
            .max()
            .orElse(0);
    double drained =
        samples.stream()
            .filter(sample -> sample.pending() > 0)
            .mapToDouble(sample -> seconds(sample.moment() - recovery.start()))
            .max()
            .orElse(0);
    say("seconds, changes/s, direct, bookings pending; 0 is when the event table was well again");
    Duration step = Duration.ofSeconds(5);
    for (long at = before.start(); at < recovery.end(); at += step.toNanos()) {
      Window window = new Window(at, Math.min(at + step.toNanos(), recovery.end()));
      long pending =
          samples.stream()
              .filter(sample -> window.start() <= sample.moment() && sample.moment() < window.end())
              .mapToLong(Sample::pending)
              .max()
              .orElse(0);
      say(
          "%6.0f %6.1f %4.0f %% %6d",
          seconds(at - recovery.start()),
          window.goodput(accepted),
          100 * window.direct(accepted),
          pending);
    }
    say(
        "before %.1f changes/s, in the outage %.1f, after it %.1f (%.1f %%); %d calls refused;"
            + " the last pending change %.1f s after the outage, nothing pending after %.1f s",
        before.goodput(accepted),
        outage.goodput(accepted),
        recovery.goodput(accepted),
        100 * share,
        changes.size() - accepted.size(),
        direct,
        drained);
    assertThat(Checker.check(history)).isEmpty();
    assertThat(unexpected).isEmpty();
    assertThat(outage.direct(accepted)).as("there was an outage").isLessThan(0.1);
    assertThat(share).as("goodput after it").isGreaterThanOrEqualTo(GOODPUT);
    assertThat(samples.get(samples.size() - 1).pending()).as("pending in the end").isZero();
    assertThat(direct).as("s until all are direct").isLessThan(recovery.seconds() - 1);
  }

  /** Ever another booking, so that none has more events waiting than its head has room for. */
  private void changePrices(Client client) throws InterruptedException {
    while (!stopped) {
      String code = codes.fresh();
      for (int version = 1; version <= VERSIONS && !stopped; version++) {
        long start = System.nanoTime();
        String eventId = UUID.randomUUID().toString();
        Operation answer = client.append(code, version, eventId);
        while (!answer.isAcknowledged() && !stopped) {
          Thread.sleep(refusals.retryAfter(answer).toMillis());
          answer = client.append(code, version, eventId);
        }
        long left = BETWEEN_CHANGES.toNanos() - (System.nanoTime() - start);
        Thread.sleep(Duration.ofNanos(Math.max(0, left)).toMillis());
      }
    }
  }

  private Client client(int process, History history) {
    return new Client(process, cloud.api(), history, refusals, unexpected::add);
  }

  private static Window watch(Timeline timeline, List<Sample> samples, Duration length)
      throws InterruptedException {
    long start = System.nanoTime();
    do {
      samples.add(new Sample(System.nanoTime(), timeline.pending()));
      Thread.sleep(500);
    } while (System.nanoTime() - start < length.toNanos());
    samples.add(new Sample(System.nanoTime(), timeline.pending()));
    return new Window(start, System.nanoTime());
  }

  private static double seconds(long nanos) {
    return nanos / 1e9;
  }

  private static void say(String format, Object... values) {
    System.out.println(String.format(Locale.ROOT, format, values));
  }
}
