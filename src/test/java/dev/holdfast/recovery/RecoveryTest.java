package dev.holdfast.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.recovery.Recovery.Setting;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * No second wave, in small: ten seconds without the event table at full traffic. docs/recovery.md
 * has three hours.
 */
class RecoveryTest {

  private static Course tenSeconds(int drainConcurrency) {
    return Recovery.run(
        new Setting(
            "ten-seconds",
            1,
            1,
            2000,
            4000,
            250,
            1,
            1000,
            4000,
            drainConcurrency,
            Duration.ofSeconds(2),
            5,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(50)));
  }

  @Test
  void writesAreSoonDirectAgainAndNoneIsRefused() {
    Course course = tenSeconds(1);

    assertThat(course.isDirect()).isTrue();
    assertThat(course.steps().stream().mapToInt(step -> step.refused)).containsOnly(0);
    assertThat(course.goodputInRecovery()).isGreaterThan(0.95);
    assertThat(tenSeconds(1).series(step -> step.waiting))
        .as("the same seed is the same run")
        .isEqualTo(course.series(step -> step.waiting));
  }

  /** So that it is known to see a second wave where there is one. */
  @Test
  void aDrainThatTakesTheWholeTableKeepsTheWaveGoing() {
    assertThat(tenSeconds(5).isDirect()).isFalse();
  }
}
