package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ComeBackTest {

  private static final Instant NOW = Instant.parse("2026-11-23T09:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "-5, 2",
    "0, 2",
    "15, 2",
    "16, 2",
    "24, 3",
    "80, 10",
    "800, 100",
    "801, 100",
    "86400, 100"
  })
  void isAnEighthOfTheAgeWithinBounds(long ageSeconds, long seconds) {
    assertThat(ComeBack.after(Optional.of(NOW.minusSeconds(ageSeconds)), NOW))
        .isEqualTo(Duration.ofSeconds(seconds));
  }

  @Test
  void isSoonWhereTheAgeIsUnknown() {
    assertThat(ComeBack.after(Optional.empty(), NOW)).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void outlastsADayOverAllReceivesThatTheTemplateAllows() {
    Duration age = Duration.ZERO;
    for (int receive = 0; receive < 1_000; receive++) {
      age = age.plus(ComeBack.after(Optional.of(NOW.minus(age)), NOW));
    }

    assertThat(age).isGreaterThan(Duration.ofHours(24));
  }

  @Test
  void takesFewMinutesForAFewReceivesSoThatAShortOutageIsMadeGoodSoon() {
    Duration age = Duration.ofSeconds(60);

    assertThat(ComeBack.after(Optional.of(NOW.minus(age)), NOW)).isLessThan(Duration.ofSeconds(8));
  }
}
