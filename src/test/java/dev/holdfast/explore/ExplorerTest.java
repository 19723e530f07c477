package dev.holdfast.explore;

import static dev.holdfast.explore.Scenarios.BOTH_TABLES;
import static dev.holdfast.explore.Scenarios.EVENT_TABLE;
import static dev.holdfast.explore.Scenarios.FALLBACK_QUEUE;
import static dev.holdfast.explore.Scenarios.NOTHING;
import static dev.holdfast.explore.Scenarios.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.explore.Explorer.Report;
import dev.holdfast.explore.Explorer.Violation;
import dev.holdfast.explore.Mutants.Mutant;
import dev.holdfast.simulated.Network.Store;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explores the ledger, and shows that the explorer can fail. {@code -Dexplore.long} explores larger
 * scenarios; {@code -Dexplore.seed} replays the random ones.
 */
@Tag("slow")
class ExplorerTest {

  /** Far more than any scenario has: reaching it is a mistake in the scenario. */
  private static final int MOST = 20_000_000;

  private static final int PROMISED_STATES = 2_000_000;
  private static final boolean LONG = System.getProperty("explore.long") != null;

  /** The queue fails beside a table, and loses its messages: no promise depends on them. */
  private static final List<Set<Store>> FAULTS_WITH_QUEUE =
      List.of(
          Set.of(Store.EVENT_TABLE, Store.FALLBACK_QUEUE),
          Set.of(Store.PENDING_INDEX, Store.FALLBACK_QUEUE));

  private static final List<Set<Store>> TWO_FAULTS = List.of(BOTH_TABLES);

  private static final ExecutorService CORES =
      Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors());

  @AfterAll
  static void end() {
    CORES.shutdown();
  }

  /** Explores side by side, and prints what came of it. */
  private static List<Report> reports(
      Stream<Scenario> scenarios, Function<Scenario, Report> exploration) {
    List<CompletableFuture<Report>> all =
        scenarios
            .map(it -> CompletableFuture.supplyAsync(() -> exploration.apply(it), CORES))
            .toList();
    List<Report> reports = all.stream().map(CompletableFuture::join).toList();
    reports.forEach(System.out::println);
    return reports;
  }

  private static List<Report> exhaust(Stream<Scenario> scenarios, Protocol protocol) {
    List<Report> reports =
        reports(scenarios, scenario -> new Explorer(scenario, protocol).exhaust(MOST));
    assertThat(reports).allMatch(Report::complete).allMatch(it -> it.violation().isEmpty());
    return reports;
  }

  private static Stream<Scenario> each(List<Scenario> scenarios, List<Set<Store>> faults) {
    return scenarios.stream().flatMap(scenario -> faults.stream().map(scenario::withFaulty));
  }

  /** Those that are large enough as they are, with calls that land late: minutes, and gigabytes. */
  private static Stream<Scenario> largeOnes() {
    return LONG
        ? Stream.concat(Stream.of(Scenarios.twoWriters()), Scenarios.wide().stream())
            .map(scenario -> scenario.withInFlight(1))
        : Stream.empty();
  }

  @Test
  void everyPromiseHoldsInEveryInterleavingWithEveryFaultOfOneStoreAndCallsThatLandLate() {
    List<Set<Store>> faults = List.of(NOTHING, EVENT_TABLE, PENDING_INDEX, FALLBACK_QUEUE);
    List<Report> reports =
        exhaust(
            Stream.of(
                    each(Scenarios.small(), faults).map(scenario -> scenario.withInFlight(1)),
                    each(Scenarios.wide(), faults),
                    each(
                        List.of(Scenarios.lateByMinutes(), Scenarios.lateByMinutesAtTwo()), faults),
                    each(Scenarios.aroundTheQueue(), FAULTS_WITH_QUEUE),
                    each(Scenarios.skewed(), faults),
                    each(
                        List.of(
                            Scenarios.conflict(), Scenarios.conflictAtTwo(), Scenarios.resolve()),
                        TWO_FAULTS),
                    each(largeOnes().toList(), faults))
                .flatMap(Function.identity()),
            new Protocol());
    assertThat(reports.stream().mapToLong(Report::size).sum())
        .isGreaterThanOrEqualTo(PROMISED_STATES);
  }

  @Test
  void everyPromiseHoldsWhereTheFaultMovesToAnotherStoreOnceNothingIsOwed() {
    List<List<Set<Store>>> thereAndBack =
        List.of(
            List.of(EVENT_TABLE, PENDING_INDEX, EVENT_TABLE),
            List.of(PENDING_INDEX, EVENT_TABLE, PENDING_INDEX));
    exhaust(
        Stream.of(
                Scenarios.moving(),
                List.of(Scenarios.conflict().withInFlight(1)),
                LONG ? Scenarios.wide() : List.<Scenario>of())
            .flatMap(List::stream)
            .flatMap(scenario -> thereAndBack.stream().map(scenario::withFaults)),
        new Protocol());
  }

  /** A region of a strongly consistent pending index may fail beside the event table. */
  @Test
  void everyPromiseHoldsWithTheEventTableAndOneRegionOfThePendingIndexFaulty() {
    exhaust(
        Stream.concat(
                Stream.of(Scenarios.twoRivals(), Scenarios.twoRivalsForTwo()),
                LONG ? Stream.of(Scenarios.conflict()) : Stream.empty())
            .map(scenario -> scenario.withFaulty(BOTH_TABLES)),
        new TwoRegions());
  }

  /**
   * The home region is lost as a whole at any moment, and comes back at any later one; at the
   * second door everything goes on meanwhile. The queues may fail all the time.
   */
  @Test
  void everyPromiseHoldsWhereTheHomeRegionIsLostAndComesBack() {
    List<Set<Store>> loss =
        List.of(FALLBACK_QUEUE, Set.of(Store.EVENT_TABLE, Store.FALLBACK_QUEUE), FALLBACK_QUEUE);
    exhaust(
        Scenarios.twoDoors().stream()
            .map(scenario -> scenario.withFaults(loss).withInFlight(LONG ? 1 : 0)),
        new Protocol());
  }

  @Test
  void nothingIsLostAndEveryConflictIsMarkedInRandomHistoriesWithTwoFaultyStores() {
    long seed = Long.getLong("explore.seed", System.nanoTime());
    int histories = LONG ? 1_000_000 : 1_500;
    System.out.println("Random histories: replay with -Dexplore.seed=" + seed);
    List<Report> reports =
        reports(
            Stream.concat(Scenarios.small().stream(), Scenarios.wide().stream())
                .map(scenario -> scenario.withFaulty(BOTH_TABLES).withInFlight(2)),
            scenario -> new Explorer(scenario, new Protocol()).walk(seed, histories));
    assertThat(reports).allMatch(it -> it.violation().isEmpty());
  }

  static Stream<Mutant> mutants() {
    return Stream.of(
            Mutants.all(), Mutants.ofLateCalls(), Mutants.ofMovingFaults(), List.of(Mutants.foil()))
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyMutantIsCaught(Mutant mutant) {
    assertThat(new Explorer(mutant.scenario(), mutant.protocol()).exhaust(MOST).violation())
        .as(mutant.name())
        .isPresent();
  }

  static List<Mutant> mutantsOfLateCalls() {
    return Mutants.ofLateCalls();
  }

  @ParameterizedTest
  @MethodSource("mutantsOfLateCalls")
  void someMutantsShowOnlyWhereCallsLandLate(Mutant mutant) {
    exhaust(
        each(
            List.of(mutant.scenario().withInFlight(0)),
            List.of(NOTHING, EVENT_TABLE, PENDING_INDEX)),
        mutant.protocol());
  }

  static List<Mutant> mutantsOfMovingFaults() {
    return Mutants.ofMovingFaults();
  }

  @ParameterizedTest
  @MethodSource("mutantsOfMovingFaults")
  void someMutantsShowOnlyWhereTheFaultMoves(Mutant mutant) {
    exhaust(each(List.of(mutant.scenario()), mutant.scenario().faults()), mutant.protocol());
  }

  /** The story that docs/proof.md tells: if it changes, the document has to. */
  @Test
  void theFoilTellsTwoClientsThatTheBookingIsTheirs() {
    Mutant foil = Mutants.foil();
    Violation violation =
        new Explorer(foil.scenario(), foil.protocol()).exhaust(MOST).violation().orElseThrow();
    assertThat(violation.promise()).isEqualTo("R3: two events were accepted in one place");
    assertThat(violation.story())
        .containsExactly(
            "writer a: find on pending index -> Absent",
            "writer a: record on event table -> Recorded; answers Recorded",
            "writer b: find on pending index -> Absent",
            "writer b: record on event table (fails) -> Unavailable (fault)",
            "writer b: send on fallback queue -> Sent",
            "writer b: claimAndPark on pending index -> Granted pending b1@0 owner b1 #1@0;"
                + " answers Pending");
  }
}
