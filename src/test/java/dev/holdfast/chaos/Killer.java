package dev.holdfast.chaos;

import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Ends processes of functions with SIGKILL while they serve an invocation. Which function is next,
 * and how long it is left in peace, follows from the seed.
 */
final class Killer implements AutoCloseable {
  private static final int LEAST_PAUSE_MILLIS = 2000;
  private static final int MORE_PAUSE_MILLIS = 4000;
  private static final int PATIENCE_MILLIS = 2000;

  /** As often as a function is in the list, as often is it struck. */
  private static final List<String> VICTIMS =
      List.of("append", "append", "append", "append", "read", "read", "drain", "drain", "sweep");

  private final LocalCloud cloud;
  private final Random random;
  private final ConcurrentMap<String, Integer> kills = new ConcurrentHashMap<>();
  private final Thread thread = new Thread(this::run, "killer");

  private Killer(LocalCloud cloud, long seed) {
    this.cloud = cloud;
    this.random = new Random(seed * 31 - 1);
  }

  static Killer start(LocalCloud cloud, long seed) {
    Killer killer = new Killer(cloud, seed);
    killer.thread.setDaemon(true);
    killer.thread.start();
    return killer;
  }

  /** How often each function was struck. */
  Map<String, Integer> kills() {
    return new TreeMap<>(kills);
  }

  int total() {
    return kills.values().stream().mapToInt(Integer::intValue).sum();
  }

  void stop() throws InterruptedException {
    thread.interrupt();
    thread.join();
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void run() {
    try {
      while (true) {
        Thread.sleep(LEAST_PAUSE_MILLIS + random.nextInt(MORE_PAUSE_MILLIS));
        strike(VICTIMS.get(random.nextInt(VICTIMS.size())), random.nextInt(10));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits until the function is at work, then a little, so that any of its steps may be cut. */
  private void strike(String function, int millis) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
    while (System.nanoTime() < end) {
      Optional<State.Worker> victim = busy(function);
      if (victim.isPresent()) {
        Thread.sleep(millis);
        kill(victim.get());
        return;
      }
      Thread.sleep(2);
    }
  }

  private Optional<State.Worker> busy(String function) {
    return cloud.workers().stream()
        .filter(worker -> worker.function().equals(function))
        .filter(worker -> worker.phase() == State.Phase.BUSY)
        .findFirst();
  }

  private void kill(State.Worker victim) {
    boolean isStillBusy =
        cloud.workers().stream()
            .anyMatch(worker -> worker.pid() == victim.pid() && worker.phase() == State.Phase.BUSY);
    if (isStillBusy
        && ProcessHandle.of(victim.pid()).map(ProcessHandle::destroyForcibly).orElse(false)) {
      kills.merge(victim.function(), 1, Integer::sum);
    }
  }
}
