package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RetryAfterTest {

  @Test
  @Regression("every client was asked to come back in the same second")
  void notEverybodyIsAskedToComeBackAtOnce() {
    RetryAfter retryAfter = new RetryAfter(new Random(1)::nextInt);

    assertThat(Stream.generate(retryAfter::seconds).limit(1_000).collect(Collectors.toSet()))
        .containsExactlyInAnyOrder(1, 2, 3, 4, 5);
  }

  @Test
  void isFromOneToFiveSeconds() {
    assertThat(new RetryAfter(bound -> 0).seconds()).isEqualTo(1);
    assertThat(new RetryAfter(bound -> bound - 1).seconds()).isEqualTo(5);
  }
}
