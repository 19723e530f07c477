package dev.holdfast.local;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/**
 * Sweeps a local cloud while something is owed, again and again. A schedule of some seconds would
 * most often find nothing, and each time ask every shard for it.
 */
public final class OwedSweeps implements AutoCloseable {
  private static final long PAUSE_SECONDS = 2;

  private final LocalCloud cloud;
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  private OwedSweeps(LocalCloud cloud) {
    this.cloud = cloud;
  }

  /** Begins; the cloud's own schedule is to be a long one. Closed before the cloud is. */
  public static OwedSweeps start(LocalCloud cloud) {
    OwedSweeps sweeps = new OwedSweeps(cloud);
    var unused =
        sweeps.thread.scheduleWithFixedDelay(
            sweeps::sweepIfOwed, PAUSE_SECONDS, PAUSE_SECONDS, SECONDS);
    return sweeps;
  }

  /** How many events one table owes the other. */
  public static long owed(LocalCloud cloud) {
    State state = cloud.state();
    return state.pending() + state.unclaimed();
  }

  private void sweepIfOwed() {
    try {
      if (owed(cloud) > 0) {
        var unused = cloud.invoke("sweep", "{}");
      }
    } catch (RuntimeException killedOrFailed) {
      // The next one comes; what is never swept, a test misses.
    }
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
