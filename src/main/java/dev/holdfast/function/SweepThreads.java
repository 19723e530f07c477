package dev.holdfast.function;

import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Turns;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/**
 * Takes the turns of a sweep side by side. What a turn throws is a line of the log. Safe for use by
 * several threads.
 */
public final class SweepThreads implements Turns {

  private static final Logger LOG = Logger.getLogger(SweepThreads.class);

  private final SideBySide threads = new SideBySide("holdfast-sweep", Sweep.SIDE_BY_SIDE);

  @Override
  public void take(List<Runnable> turns) {
    try {
      threads.all(turns.stream().map(turn -> Executors.callable(() -> take(turn))).toList());
    } catch (InterruptedIOException stop) {
      throw new IllegalStateException(stop);
    }
  }

  private static void take(Runnable turn) {
    try {
      turn.run();
    } catch (RuntimeException unexpected) {
      LOG.error("A turn of the sweep failed", unexpected);
    }
  }
}
