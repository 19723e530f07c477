package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TroubleTest {
  private final Trouble trouble = new Trouble(Duration.ofNanos(10));

  @Test
  void troubleBeginsWithAFaultAndEndsWhenNothingIsOwed() {
    trouble.failed(EVENT_TABLE, 100);
    trouble.healed(EVENT_TABLE, 200);

    assertThat(trouble.isOver()).isFalse();
    assertThat(trouble.between(300, 310)).containsExactly(EVENT_TABLE);

    trouble.nothingOwed(250);
    assertThat(trouble.isOver()).isTrue();
    assertThat(trouble.between(300, 310)).isEmpty();
    assertThat(trouble.between(240, 310)).containsExactly(EVENT_TABLE);
    assertThat(trouble.between(50, 99)).isEmpty();
  }

  @Test
  void whileABreakerMayBeOpenItIsNotOver() {
    trouble.failed(EVENT_TABLE, 100);
    trouble.healed(EVENT_TABLE, 200);
    trouble.nothingOwed(205);

    assertThat(trouble.isOver()).isFalse();
    assertThat(trouble.isToBeLookedAfter()).isTrue();
  }

  @Test
  void whatFailsStaysInTroubleHoweverLittleIsOwed() {
    trouble.failed(EVENT_TABLE, 100);
    trouble.nothingOwed(500);

    assertThat(trouble.isOver()).isFalse();
    assertThat(trouble.isToBeLookedAfter()).isFalse();
  }

  @Test
  void aSecondDependencyThatFailsBeforeTheFirstHasPaidFailsTogetherWithIt() {
    trouble.failed(EVENT_TABLE, 100);
    trouble.healed(EVENT_TABLE, 200);
    trouble.failed(PENDING_INDEX, 300);

    assertThat(trouble.between(310, 320)).containsExactly(EVENT_TABLE, PENDING_INDEX);
    trouble.nothingOwed(400);
    assertThat(trouble.between(410, 420)).containsExactly(PENDING_INDEX);
  }

  @Test
  void whatWasNeverBrokenNeedNotBeHealed() {
    trouble.healed(EVENT_TABLE, 200);

    assertThat(trouble.isOver()).isTrue();
  }
}
