package dev.holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.chaos.Outage.Share;
import dev.holdfast.history.Checker;
import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.SecondOpinion;
import dev.holdfast.history.Violation;
import dev.holdfast.history.Violation.Rule;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The chaos run at two doors: clients at both of them, and under their load the home region is lost
 * as a whole and comes back, {@code -Dchaos.losses} times. Who calls at home meanwhile gets no
 * answer; what is said at the second door is judged by the same checkers as ever.
 */
@Tag("slow")
class TwoDoorsIT {
  private static final Path DIRECTORY = Path.of("target", "chaos-two-doors");
  private static final String PREFIX = "DOORS-";
  private static final int CLIENTS = 4;
  private static final long SEED = Long.getLong("chaos.seed", 20_261_123);
  private static final int LOSSES = Integer.getInteger("chaos.losses", 2);
  private static final Duration LOSS = Duration.ofSeconds(5);
  private static final Duration UNTIL_DRAINED = Duration.ofMinutes(3);

  /** What the second door has to get over a loss, where current prices are counted. */
  private static final Duration FIRST_SECOND = Duration.ofSeconds(1);

  private static LocalCloud cloud;

  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final Refusals refusals = new Refusals();

  @BeforeAll
  static void start() throws Exception {
    cloud =
        ChaosCloud.start(
            DIRECTORY,
            SEED,
            options -> options.with(Options.DOORS, 2).with(Options.PROCESSES, CLIENTS / 2));
  }

  @AfterAll
  static void stop() {
    if (cloud != null) {
      cloud.close();
    }
  }

  @Test
  void theHomeRegionMayBeLostAndPricesGoOnAtTheSecondDoor() throws Exception {
    Path file = DIRECTORY.resolve("history.jsonl");
    try (Timeline timeline = new Timeline(cloud, PREFIX)) {
      boolean isDrained = loseHomeAgainAndAgain(file, timeline);
      List<Operation> history = History.read(file);
      List<Violation> violations = new ArrayList<>(Checker.check(history));
      violations.addAll(SecondOpinion.check(history));
      violations.addAll(Tables.read(cloud, PREFIX).differences(history));
      Outage outage =
          Outage.of(
              history,
              timeline,
              refusals.without(Dependency.PENDING_INDEX, cloud),
              call -> door(call.process()) == Door.SECOND && isToBeCounted(call, timeline));
      String report = report(history, timeline, outage, violations);
      Files.writeString(DIRECTORY.resolve("report.md"), report);
      System.out.println(report);
      assertThat(violations).isEmpty();
      assertThat(Share.of(outage.newBookings())).as("new bookings").matches(Share::isWhole);
      assertThat(Share.of(outage.priceChanges())).as("price changes").matches(Share::isWhole);
      assertThat(Share.of(outage.currentPrices())).as("current prices").matches(Share::isWhole);
      assertThat(atTheLostDoor(history, timeline))
          .isNotEmpty()
          .allMatch(call -> call.outcome() == Outcome.LOST_CONNECTION);
      assertThat(isDrained).as("nothing is owed").isTrue();
      assertThat(unexpected).isEmpty();
    }
  }

  private boolean loseHomeAgainAndAgain(Path file, Timeline timeline) throws Exception {
    Codes codes = new Codes(PREFIX);
    boolean isDrained = true;
    try (History history = History.create(file);
        Traffic traffic = Traffic.start(CLIENTS, number -> client(number, history), codes, SEED)) {
      for (int loss = 0; isDrained && loss < LOSSES; loss++) {
        isDrained = timeline.heal(UNTIL_DRAINED);
        timeline.loseHome(LOSS);
      }
      isDrained = isDrained && timeline.heal(UNTIL_DRAINED);
      traffic.stop();
      isDrained = isDrained && timeline.heal(UNTIL_DRAINED);
      LastReads.of(
          codes,
          IntStream.range(CLIENTS, 2 * CLIENTS)
              .mapToObj(number -> client(number, history))
              .toList());
    }
    return isDrained;
  }

  private Client client(int process, History history) {
    return new Client(process, cloud.api(door(process)), history, refusals, unexpected::add);
  }

  /** Every other client calls at the second door. */
  private static Door door(int process) {
    return process % 2 == 0 ? Door.HOME : Door.SECOND;
  }

  private static boolean isToBeCounted(Operation call, Timeline timeline) {
    return call.isAppend()
        || timeline
            .of(call)
            .filter(stretch -> call.start() - stretch.start() >= FIRST_SECOND.toNanos())
            .isPresent();
  }

  private static List<Operation> atTheLostDoor(List<Operation> history, Timeline timeline) {
    return history.stream()
        .filter(call -> door(call.process()) == Door.HOME)
        .filter(
            call ->
                timeline
                    .of(call)
                    .filter(stretch -> stretch.fault().isPresent() && call.end() < stretch.end())
                    .isPresent())
        .toList();
  }

  private static String report(
      List<Operation> history, Timeline timeline, Outage outage, List<Violation> violations) {
    return """
        | | |
        |---|---|
        | seed | %d |
        | operations at two doors | %,d, of %,d bookings |
        | the home region was lost | %d times, for %d s each |
        | calls at home meanwhile, which got no answer | %,d |
        | events acknowledged | %,d |
        | of them lost | %d |
        | other violations | %d |
        | at the second door meanwhile: new bookings accepted | %s |
        | price changes accepted | %s |
        | current prices answered, after the first second | %s |
        | calls that the pending index did not answer either | %d |
        | until nothing was owed, after each healing | %s |
        """
        .formatted(
            SEED,
            history.size(),
            history.stream().map(Operation::code).distinct().count(),
            LOSSES,
            LOSS.toSeconds(),
            atTheLostDoor(history, timeline).size(),
            history.stream()
                .filter(call -> call.isAppend() && call.isAcknowledged())
                .map(Operation::eventId)
                .distinct()
                .count(),
            violations.stream().filter(violation -> violation.rule() == Rule.LOST).count(),
            violations.stream().filter(violation -> violation.rule() != Rule.LOST).count(),
            Share.of(outage.newBookings()),
            Share.of(outage.priceChanges()),
            Share.of(outage.currentPrices()),
            outage.secondFaults().size(),
            Report.seconds(timeline.drains()));
  }
}
