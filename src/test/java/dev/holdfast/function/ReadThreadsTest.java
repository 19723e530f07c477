package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReadThreadsTest {

  private final ReadThreads threads = new ReadThreads();
  private final CountDownLatch asked = new CountDownLatch(1);

  @AfterEach
  void clear() {
    asked.countDown();
    MDC.clear();
  }

  private String whenAsked(String answer) {
    try {
      asked.await();
    } catch (InterruptedException stop) {
      throw new IllegalStateException(stop);
    }
    return answer;
  }

  @Test
  void callsWhileItsCallerDoesSomethingElse() {
    Supplier<String> answer = threads.begin(() -> whenAsked("found"));
    asked.countDown();
    assertThat(answer.get()).isEqualTo("found");
  }

  /** While a store hangs, every read whose answer needed no second store leaves a call behind. */
  @Test
  void aCallThatHangsHoldsUpNoOther() {
    for (int hanging = 0; hanging < 100; hanging++) {
      threads.begin(() -> whenAsked("late"));
    }
    assertThat(threads.begin(() -> "found").get()).isEqualTo("found");
  }

  @Test
  void itsLinesHaveTheFieldsOfTheCallerAndLeaveNoneToTheNext() {
    MDC.put("requestId", "r-1");
    assertThat(requestId()).contains("r-1");
    MDC.clear();
    assertThat(requestId()).isEmpty();
  }

  private Optional<Object> requestId() {
    return threads.begin(() -> Optional.ofNullable(MDC.get("requestId"))).get();
  }

  @Test
  void whoAsksForACallThatThrewIsToldSo() {
    Supplier<String> answer =
        threads.begin(
            () -> {
              throw new IllegalArgumentException("bug");
            });
    assertThatThrownBy(answer::get).hasRootCauseMessage("bug");
  }
}
