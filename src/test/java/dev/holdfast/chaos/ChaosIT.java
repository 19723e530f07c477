package dev.holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.chaos.Acceptance.Store;
import dev.holdfast.chaos.Outage.Share;
import dev.holdfast.history.Checker;
import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.SecondOpinion;
import dev.holdfast.history.Violation;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.OwedSweeps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;

/**
 * The real package in real processes, while its stores fail and its processes are killed. What the
 * clients saw is judged afterwards; docs/proof.md says how.
 *
 * <p>{@code -Dchaos.seed} replays a run's faults and its clients' choices (not its timing). It goes
 * on until {@code -Dchaos.seconds}, {@code -Dchaos.operations} and {@code -Dchaos.kills} are all
 * reached and every domain was down; the event table is so for {@code -Dchaos.outage} seconds, in
 * which a booking may get several versions.
 */
@Tag("slow")
class ChaosIT {
  private static final Path DIRECTORY = Path.of("target", "chaos");
  private static final String SINGLE = "SINGLE-";
  private static final String DOUBLE = "DOUBLE-";
  private static final int CLIENTS = 4;

  /** Beyond the longest time after which a message comes back, and two sweeps. */
  private static final Duration UNTIL_DRAINED = Duration.ofMinutes(3);

  private static final long SEED = Long.getLong("chaos.seed", 20_261_123);
  private static final long SECONDS = Long.getLong("chaos.seconds", 25);
  private static final Duration OUTAGE = Duration.ofSeconds(Long.getLong("chaos.outage", 6));
  private static final long OPERATIONS = Long.getLong("chaos.operations", 0);
  private static final long KILLS = Long.getLong("chaos.kills", 0);

  private static LocalCloud cloud;

  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final Refusals refusals = new Refusals();

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

  @Test
  void anyOneDomainMayFailAndAnyProcessMayDieAndEveryPromiseIsKept() throws Exception {
    Path file = DIRECTORY.resolve("history.jsonl");
    try (Timeline timeline = new Timeline(cloud, SINGLE);
        ColdStarts coldStarts = ColdStarts.watch(cloud)) {
      Ending ending = failOneByOne(file, timeline);
      List<Operation> operations = History.read(file);
      List<Violation> violations = new ArrayList<>(Checker.check(operations));
      violations.addAll(SecondOpinion.check(operations));
      violations.addAll(Tables.read(cloud, SINGLE).differences(operations));
      Outage outage =
          Outage.of(operations, timeline, refusals.without(Dependency.PENDING_INDEX, cloud));
      String report =
          Report.of(SEED, operations, timeline, outage, coldStarts, ending.kills(), violations);
      Files.writeString(DIRECTORY.resolve("faults.jsonl"), timeline.faults());
      Files.writeString(DIRECTORY.resolve("report.md"), report);
      System.out.printf(
          "%s%nJudged %s. The same seed again: mvn verify -Dchaos.seed=%d%n", report, file, SEED);
      assertThat(violations).isEmpty();
      assertThat(Share.of(outage.newBookings())).as("new bookings").matches(Share::isWhole);
      assertThat(Share.of(outage.priceChanges())).as("price changes").matches(Share::isWhole);
      assertThat(Share.of(outage.currentPrices())).as("current prices").matches(Share::isWhole);
      assertThat(ending.isDrained()).as("nothing is owed").isTrue();
      assertThat(unexpected).isEmpty();
    }
  }

  private record Ending(boolean isDrained, Map<String, Integer> kills) {}

  private Ending failOneByOne(Path file, Timeline timeline) throws Exception {
    Codes codes = new Codes(SINGLE);
    Faults faults = new Faults(SEED, OUTAGE);
    boolean drained = true;
    try (History history = History.create(file);
        Killer killer = Killer.start(cloud, SEED);
        Traffic traffic = Traffic.start(CLIENTS, number -> client(number, history), codes, SEED)) {
      long start = System.nanoTime();
      while (drained
          && (System.nanoTime() - start < Duration.ofSeconds(SECONDS).toNanos()
              || history.size() < OPERATIONS
              || killer.total() < KILLS
              || !Stream.of(Dependency.values()).allMatch(timeline::wasDown))) {
        timeline.fail(faults.nextChapter());
        drained = timeline.heal(UNTIL_DRAINED);
      }
      killer.stop();
      traffic.stop();
      drained = drained && timeline.heal(UNTIL_DRAINED);
      LastReads.of(
          codes,
          IntStream.range(CLIENTS, 2 * CLIENTS)
              .mapToObj(number -> client(number, history))
              .toList());
      return new Ending(drained, killer.kills());
    }
  }

  @Test
  void twoDomainsMayFailAtOnceAndNothingAcknowledgedIsLost() throws Exception {
    Codes codes = new Codes(DOUBLE);
    Path file = DIRECTORY.resolve("double-fault-history.jsonl");
    Faults faults = new Faults(SEED + 1, OUTAGE);
    boolean drained;
    try (Timeline timeline = new Timeline(cloud, DOUBLE);
        History history = History.create(file)) {
      try (Killer killer = Killer.start(cloud, SEED + 1);
          Traffic traffic =
              Traffic.start(CLIENTS, number -> client(number, history), codes, SEED + 1)) {
        timeline.failTogether(faults.nextDoubleFault());
        killer.stop();
        traffic.stop();
      }
      drained = timeline.healEvents(UNTIL_DRAINED);
    }
    List<Operation> operations = History.read(file);
    Tables tables = Tables.read(cloud, DOUBLE);
    assertThat(operations.stream().filter(Operation::isAcknowledged)).isNotEmpty();
    assertThat(tables.notKept(operations)).isEmpty();
    assertThat(tables.pending()).isEmpty();
    assertThat(drained).as("nothing is pending").isTrue();
    assertThat(unexpected).isEmpty();
    System.out.printf(
        "Two domains at once: %d operations, %d acknowledged, %d kept aside%n",
        operations.size(),
        operations.stream().filter(Operation::isAcknowledged).count(),
        tables.kept());
  }

  /** The kit for a real account, which knows no more of this cloud than its API. */
  @Test
  void theLedgerIsAcceptedWhileEitherTableFails() throws Exception {
    List<String> told = new ArrayList<>();
    boolean isAccepted =
        Acceptance.play(
            acceptance("acceptance-history.jsonl", UNTIL_DRAINED),
            List.of(
                acceptanceFault(Store.EVENT_TABLE, Dependency.EVENT_TABLE),
                acceptanceFault(Store.PENDING_INDEX, Dependency.PENDING_INDEX)),
            told::add);
    assertThat(isAccepted).as(() -> String.join("\n", told)).isTrue();
  }

  @Test
  void aLedgerIsNotAcceptedWhereTheFaultNeverCame() throws Exception {
    boolean isAccepted =
        Acceptance.play(
            acceptance("no-acceptance-history.jsonl", Duration.ofSeconds(1)),
            List.of(new Acceptance.Fault(Store.EVENT_TABLE, () -> {}, () -> {})),
            line -> {});
    assertThat(isAccepted).isFalse();
  }

  private static Acceptance.Setting acceptance(String history, Duration patience) {
    Signature signature =
        new Signature(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("nobody", "nothing")),
            Region.EU_CENTRAL_1);
    return new Acceptance.Setting(
        cloud.api(),
        signature::sign,
        DIRECTORY.resolve(history),
        Duration.ofSeconds(2),
        patience,
        // A machine that stands still for a second is a fault that nobody ordered.
        (failing, refusals) ->
            refusals.without(
                failing == Store.EVENT_TABLE ? Dependency.PENDING_INDEX : Dependency.EVENT_TABLE,
                cloud));
  }

  private static Acceptance.Fault acceptanceFault(Store store, Dependency dependency) {
    return new Acceptance.Fault(
        store,
        () -> cloud.faults().inject(dependency, Fault.of(Fault.Mode.REFUSE)),
        () -> {
          cloud.faults().heal(dependency);
          await().atMost(UNTIL_DRAINED).until(() -> OwedSweeps.owed(cloud) == 0);
        });
  }

  private Client client(int process, History history) {
    return new Client(process, cloud.api(), history, refusals, unexpected::add);
  }
}
