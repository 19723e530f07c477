package dev.holdfast.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.history.History;
import dev.holdfast.local.Door;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** The local cloud of a chaos run: in a hurry, and warm. */
final class ChaosCloud {
  private static final int CLIENTS = 4;
  private static final int WARM_UP_OPERATIONS = 120;

  private ChaosCloud() {}

  /**
   * Starts one.
   *
   * @param directory where its logs are, and what its clients did meanwhile
   * @param own what is special about it
   */
  static LocalCloud start(Path directory, long seed, UnaryOperator<Options> own) throws Exception {
    Files.createDirectories(directory);
    LocalCloud cloud =
        LocalCloud.start(
            own.apply(
                Options.onFreePorts()
                    .with(Options.TEMPLATE, hurriedTemplate(directory))
                    .with(Options.LOGS, directory.resolve("logs"))
                    .with(Options.SCHEDULE, Duration.ofSeconds(5))
                    .withEnvironment(LocalCloud.CIRCUIT_BREAKER_DELAY, "1S")
                    .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "5S")));
    try {
      warmUp(cloud, directory, seed);
      return cloud;
    } catch (Exception failed) {
      cloud.close();
      throw failed;
    }
  }

  /** So that the first faults meet what they are to meet, and not a machine that starts. */
  private static void warmUp(LocalCloud cloud, Path directory, long seed) throws Exception {
    List<Door> doors = cloud.doors();
    try (History history = History.create(directory.resolve("warm-up-history.jsonl"));
        Traffic traffic =
            Traffic.start(
                CLIENTS,
                number ->
                    new Client(
                        number,
                        cloud.api(doors.get(number % doors.size())),
                        history,
                        new Refusals(),
                        unexpected -> {}),
                new Codes("WARM-UP-"),
                seed)) {
      await().atMost(Duration.ofMinutes(2)).until(() -> history.size() >= WARM_UP_OPERATIONS);
      traffic.stop();
    }
  }

  /**
   * The template, but for one time: the messages of a drain that was killed come back after 10 s
   * here, not after 45 s, so that nobody has to wait for them.
   */
  private static Path hurriedTemplate(Path directory) throws IOException {
    String template = Files.readString(Path.of("template.yaml"));
    String hurried = template.replace("VisibilityTimeout: 45", "VisibilityTimeout: 10");
    assertThat(hurried).isNotEqualTo(template);
    return Files.writeString(directory.resolve("template.yaml"), hurried);
  }
}
