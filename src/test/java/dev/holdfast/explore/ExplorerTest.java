package dev.holdfast.explore;

import static dev.holdfast.explore.Scenarios.BOTH_TABLES;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.explore.Explorer.Report;
import dev.holdfast.explore.Explorer.Violation;
import dev.holdfast.explore.Mutants.Mutant;
import dev.holdfast.simulated.Network.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Explores the ledger, and shows that the explorer can fail. {@code -Dexplore.long} explores larger
 * scenarios; {@code -Dexplore.seed} replays the random ones.
 */
class ExplorerTest {

  /** Far more than any scenario has: reaching it is a mistake in the scenario. */
  private static final int MOST = 20_000_000;

  private static final int PROMISED_STATES = 250_000;
  private static final boolean LONG = System.getProperty("explore.long") != null;

  private static final List<Set<Store>> FAULTS =
      List.of(
          Scenarios.NOTHING,
          Scenarios.EVENT_TABLE,
          Scenarios.PENDING_INDEX,
          Scenarios.FALLBACK_QUEUE);

  /** The queue fails beside a table, and loses its messages: no promise depends on them. */
  private static final List<Set<Store>> FAULTS_WITH_QUEUE =
      List.of(
          Set.of(Store.EVENT_TABLE, Store.FALLBACK_QUEUE),
          Set.of(Store.PENDING_INDEX, Store.FALLBACK_QUEUE));

  @Test
  void everyPromiseHoldsInEveryInterleavingWithEveryFaultOfOneStore() {
    List<Scenario> scenarios = new ArrayList<>();
    for (Scenario scenario : LONG ? Scenarios.large() : Scenarios.all()) {
      FAULTS.forEach(faulty -> scenarios.add(scenario.withFaulty(faulty)));
    }
    for (Scenario scenario : LONG ? Scenarios.large() : Scenarios.aroundTheQueue()) {
      FAULTS_WITH_QUEUE.forEach(faulty -> scenarios.add(scenario.withFaulty(faulty)));
    }
    scenarios.add(Scenarios.conflict().withFaulty(BOTH_TABLES));
    List<Report> reports =
        scenarios.parallelStream()
            .map(scenario -> new Explorer(scenario, new Protocol()).exhaust(MOST))
            .toList();
    reports.forEach(System.out::println);
    assertThat(reports).allMatch(Report::complete).allMatch(it -> it.violation().isEmpty());
    assertThat(reports.stream().mapToLong(Report::size).sum())
        .isGreaterThanOrEqualTo(PROMISED_STATES);
  }

  /** A region of a strongly consistent pending index may fail beside the event table. */
  @Test
  void everyPromiseHoldsWithTheEventTableAndOneRegionOfThePendingIndexFaulty() {
    List<Report> reports =
        Stream.concat(
                Stream.of(Scenarios.conflict()), LONG ? Scenarios.all().stream() : Stream.empty())
            .parallel()
            .map(scenario -> scenario.withFaulty(BOTH_TABLES))
            .map(scenario -> new Explorer(scenario, new TwoRegions()).exhaust(MOST))
            .toList();
    reports.forEach(System.out::println);
    assertThat(reports).allMatch(Report::complete).allMatch(it -> it.violation().isEmpty());
  }

  @Test
  void nothingIsLostAndEveryConflictIsMarkedInRandomHistoriesWithTwoFaultyStores() {
    long seed = Long.getLong("explore.seed", System.nanoTime());
    int histories = LONG ? 1_000_000 : 2_000;
    System.out.println("Random histories: replay with -Dexplore.seed=" + seed);
    List<Report> reports =
        Scenarios.all().parallelStream()
            .map(scenario -> scenario.withFaulty(BOTH_TABLES))
            .map(scenario -> new Explorer(scenario, new Protocol()).walk(seed, histories))
            .toList();
    reports.forEach(System.out::println);
    assertThat(reports).allMatch(it -> it.violation().isEmpty());
  }

  static Stream<Mutant> mutants() {
    return Stream.concat(Mutants.all().stream(), Stream.of(Mutants.foil()));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void everyMutantIsCaught(Mutant mutant) {
    assertThat(new Explorer(mutant.scenario(), mutant.protocol()).exhaust(MOST).violation())
        .as(mutant.name())
        .isPresent();
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
            "writer b: record on event table (fails) -> Unavailable",
            "writer b: send on fallback queue -> Sent",
            "writer b: claimAndPark on pending index -> Granted b1#1@0 parked b1@0; answers Pending");
  }
}
