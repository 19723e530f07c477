package dev.holdfast.function;

import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Turns;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Takes the turns of a sweep side by side. What a turn throws is a line of the log, with the fields
 * of the invocation like every other line. Safe for use by several threads.
 */
public final class SweepThreads implements Turns {

  private static final Logger LOG = Logger.getLogger(SweepThreads.class);

  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          Sweep.SIDE_BY_SIDE,
          turn -> {
            Thread thread = new Thread(turn, "holdfast-sweep");
            thread.setDaemon(true);
            return thread;
          });

  @Override
  public void take(List<Runnable> turns) {
    Map<String, Object> fields = MDC.getMap();
    try {
      // All of them have ended when this has: nothing may run on while the process is frozen.
      threads.invokeAll(
          turns.stream().map(turn -> Executors.callable(() -> take(turn, fields))).toList());
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("Interrupted during a sweep");
    }
  }

  private static void take(Runnable turn, Map<String, Object> fields) {
    fields.forEach(MDC::put);
    try {
      turn.run();
    } catch (RuntimeException unexpected) {
      LOG.error("A turn of the sweep failed", unexpected);
    } finally {
      MDC.clear();
    }
  }
}
