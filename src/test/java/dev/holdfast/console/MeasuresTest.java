package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.local.Onlooker.DependencyCall;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MeasuresTest {
  private static final Offset<Double> A_LITTLE = within(0.05);

  private final Measures measures = new Measures();

  private void called(boolean answered) {
    measures.add(new DependencyCall("append", EVENT_TABLE, answered));
  }

  private String health() {
    return measures.tick(1).at("/health/event-table").asText();
  }

  private static Observation append(long millis) {
    return Observation.of(
        Calls.post(Calls.CODE, 1, Calls.A, 0), Calls.answer(201, "{}", millis * 1_000_000));
  }

  @Test
  void aTickHasWhatWasAnsweredInItsSecondAndHowFast() {
    for (int number = 0; number < 99; number++) {
      measures.add(append(10));
    }
    measures.add(append(700));
    measures.add(Calls.read(3));
    JsonNode tick = measures.tick(42);

    assertThat(tick.path("at").asLong()).isEqualTo(42);
    assertThat(tick.at("/outcomes/recorded").asInt()).isEqualTo(100);
    assertThat(tick.at("/outcomes/not-found").asInt()).isEqualTo(1);
    assertThat(tick.at("/outcomes/pending").asInt(-1)).isZero();
    assertThat(tick.at("/latency/append/p50").asDouble()).isEqualTo(10, A_LITTLE);
    assertThat(tick.at("/latency/append/p99").asDouble()).isEqualTo(10, A_LITTLE);
    assertThat(tick.at("/latency/append/count").asInt()).isEqualTo(100);
    assertThat(tick.at("/latency/read/count").asInt()).isEqualTo(1);
    JsonNode next = measures.tick(43);
    assertThat(next.at("/outcomes/recorded").asInt(-1)).isZero();
    assertThat(next.at("/latency/append").isNull()).isTrue();
  }

  @Test
  void callsAreCountedByFunctionAndDependency() {
    called(true);
    called(true);
    called(false);

    assertThat(measures.tick(1).path("calls"))
        .hasToString(
            "[{\"function\":\"append\",\"dependency\":\"event-table\","
                + "\"answered\":2,\"failed\":1}]");
    assertThat(measures.tick(2).path("calls")).isEmpty();
  }

  @Test
  void healthIsWhatWasSeenInTheLastThreeSeconds() {
    assertThat(health()).isEqualTo("idle");
    called(true);
    assertThat(health()).isEqualTo("healthy");
    called(false);
    assertThat(health()).isEqualTo("failing");
    called(false);
    assertThat(health()).isEqualTo("failing");
    called(false);
    assertThat(health()).isEqualTo("down");
    assertThat(health()).isEqualTo("down");
    assertThat(health()).isEqualTo("down");
    assertThat(health()).isEqualTo("idle");
  }

  @Test
  void twoMinutesAreRemembered() {
    for (int second = 0; second < 130; second++) {
      measures.tick(second);
    }

    assertThat(measures.past()).hasSize(120);
    assertThat(measures.past().get(0).path("at").asInt()).isEqualTo(10);
  }
}
