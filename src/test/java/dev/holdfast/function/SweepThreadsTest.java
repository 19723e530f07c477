package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.ledger.Sweep;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jboss.logging.MDC;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SweepThreadsTest {

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private final SweepThreads threads = new SweepThreads();
  private final AtomicInteger taken = new AtomicInteger();

  @AfterEach
  void clear() {
    MDC.clear();
  }

  @Test
  void takesTurnsSideBySideAndAllOfThem() {
    CyclicBarrier together = new CyclicBarrier(Sweep.SIDE_BY_SIDE);
    threads.take(
        Collections.nCopies(
            3 * Sweep.SIDE_BY_SIDE,
            () -> {
              try {
                together.await(60, TimeUnit.SECONDS);
              } catch (Exception alone) {
                throw new IllegalStateException(alone);
              }
              taken.incrementAndGet();
            }));
    assertThat(taken).hasValue(3 * Sweep.SIDE_BY_SIDE);
  }

  @Test
  void oneThatThrowsEndsAlone() {
    MDC.put("requestId", "r-1");
    threads.take(
        IntStream.range(0, 40)
            .<Runnable>mapToObj(
                turn ->
                    () -> {
                      if (turn == 7) {
                        throw new IllegalStateException("bug");
                      }
                      taken.incrementAndGet();
                    })
            .toList());
    assertThat(taken).hasValue(39);
    assertThat(log.only().getThrown()).hasMessage("bug");
    assertThat(log.only().getMdcCopy()).containsEntry("requestId", "r-1");
  }

  @Test
  void leavesNoFieldsToTheNextInvocation() {
    MDC.put("requestId", "r-1");
    threads.take(List.of(() -> {}));
    MDC.clear();
    threads.take(
        Collections.nCopies(
            Sweep.SIDE_BY_SIDE,
            () -> {
              if (MDC.get("requestId") == null) {
                taken.incrementAndGet();
              }
            }));
    assertThat(taken).hasValue(Sweep.SIDE_BY_SIDE);
  }
}
