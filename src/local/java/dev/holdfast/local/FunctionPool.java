package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * The processes of one function. Each serves one invocation at a time, as on Lambda; the most
 * recently used idle one is preferred, and a further one is started while there are more
 * invocations than processes, up to a limit. Safe for use by several threads.
 */
final class FunctionPool implements AutoCloseable {
  private static final int LAST_LINES = 20;
  private static final int LAST_BYTES = 16 * 1024;
  private static final String STOPPING = "The local cloud is stopping.";
  private static final String LOST = "Its region is lost.";

  private final Vertx vertx;
  private final Door door;
  private final Template.Function function;
  private final Launcher launcher;
  private final int limit;
  private final Consumer<String> notices;
  private final CompletableFuture<Void> warm = new CompletableFuture<>();

  private final Object lock = new Object();
  private final Map<String, FunctionProcess> processes = new LinkedHashMap<>();
  private final Deque<FunctionProcess> idle = new ArrayDeque<>();
  private final Deque<Invocation> line = new ArrayDeque<>();
  private boolean lost;
  private boolean closed;

  /** Starts processes of the pool's function. */
  interface Launcher {
    FunctionProcess launch(FunctionPool pool) throws IOException;

    /** Where its processes write to. */
    java.nio.file.Path log();
  }

  FunctionPool(
      Vertx vertx,
      Door door,
      Template.Function function,
      Launcher launcher,
      int limit,
      Consumer<String> notices) {
    this.vertx = vertx;
    this.door = door;
    this.function = function;
    this.launcher = launcher;
    this.limit = limit;
    this.notices = notices;
  }

  Template.Function function() {
    return function;
  }

  /** Where its processes write to. */
  java.nio.file.Path log() {
    return launcher.log();
  }

  /**
   * Starts the first process.
   *
   * @return completes when it asks for work; fails with {@link StartFailure} if it never does
   */
  CompletableFuture<Void> warmUp() {
    List<Runnable> afterwards = new ArrayList<>();
    synchronized (lock) {
      if (processes.isEmpty()) {
        launch(afterwards);
      }
    }
    afterwards.forEach(Runnable::run);
    return warm;
  }

  /**
   * Calls the function.
   *
   * @param patience how long the call may stand in line
   */
  CompletableFuture<Outcome> invoke(Buffer event, Duration patience) {
    Invocation invocation = Invocation.of(event);
    List<Runnable> afterwards = new ArrayList<>();
    synchronized (lock) {
      if (closed || lost) {
        invocation.end(new Outcome.Died(closed ? STOPPING : LOST));
        return invocation.outcome();
      }
      line.addLast(invocation);
      dispatch(afterwards);
    }
    afterwards.forEach(Runnable::run);
    long timer =
        vertx.setTimer(
            Math.max(1, patience.toMillis()),
            late -> {
              boolean stillInLine;
              synchronized (lock) {
                stillInLine = line.remove(invocation);
              }
              if (stillInLine) {
                invocation.end(new Outcome.Busy());
              }
            });
    return invocation.outcome().whenComplete((outcome, never) -> vertx.cancelTimer(timer));
  }

  List<State.Worker> workers() {
    synchronized (lock) {
      return processes.values().stream()
          .map(process -> process.describe(door, function.name()))
          .toList();
    }
  }

  /** A process asks for its next invocation. */
  void askedForWork(String processId, HttpServerResponse asked) {
    List<Runnable> afterwards = new ArrayList<>();
    synchronized (lock) {
      FunctionProcess process = processes.get(processId);
      if (process == null || process.phase() == State.Phase.STOPPING) {
        return;
      }
      // A process that asks again without having answered has given up on its invocation.
      process
          .release(false)
          .ifPresent(
              lost -> afterwards.add(() -> lost.end(new Outcome.Died("It did not answer."))));
      process.idle(asked);
      idle.addFirst(process);
      afterwards.add(() -> warm.complete(null));
      dispatch(afterwards);
    }
    asked.closeHandler(gone -> hungUp(processId, asked));
    afterwards.forEach(Runnable::run);
  }

  /** A process has ended its invocation. */
  void ended(String processId, String invocationId, Outcome outcome) {
    Optional<Invocation> over = Optional.empty();
    synchronized (lock) {
      FunctionProcess process = processes.get(processId);
      if (process != null && process.isServing(invocationId)) {
        over = process.release(true);
      }
    }
    over.ifPresent(invocation -> invocation.end(outcome));
  }

  /** Its processes are killed, and nothing is started until {@link #comeBack}. */
  void lose() {
    synchronized (lock) {
      lost = true;
    }
    killAll(LOST);
  }

  /** From now on it starts processes for whoever calls. */
  void comeBack() {
    synchronized (lock) {
      lost = false;
    }
  }

  @Override
  public void close() {
    synchronized (lock) {
      closed = true;
    }
    killAll(STOPPING);
  }

  /** Returns when they are dead, and whoever stood in line knows why. */
  private void killAll(String why) {
    List<FunctionProcess> running;
    List<Invocation> left;
    synchronized (lock) {
      running = List.copyOf(processes.values());
      left = List.copyOf(line);
      line.clear();
      idle.clear();
      running.forEach(FunctionProcess::stopping);
    }
    left.forEach(invocation -> invocation.end(new Outcome.Died(why)));
    running.forEach(process -> process.process().destroyForcibly());
    for (FunctionProcess process : running) {
      try {
        process.process().waitFor(1, TimeUnit.SECONDS);
      } catch (InterruptedException hurried) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Hands out work while there is any. What must not happen under the lock is for afterwards. */
  private void dispatch(List<Runnable> afterwards) {
    while (!line.isEmpty()) {
      Optional<FunctionProcess> free = nextIdle();
      if (free.isEmpty()) {
        break;
      }
      hand(line.removeFirst(), free.get(), afterwards);
    }
    long starting =
        processes.values().stream()
            .filter(process -> process.phase() == State.Phase.STARTING)
            .count();
    while (!closed && !lost && starting < line.size() && processes.size() < limit) {
      if (!launch(afterwards)) {
        return;
      }
      starting++;
    }
  }

  private Optional<FunctionProcess> nextIdle() {
    while (!idle.isEmpty()) {
      FunctionProcess process = idle.removeFirst();
      if (process.phase() == State.Phase.IDLE && process.process().isAlive()) {
        return Optional.of(process);
      }
    }
    return Optional.empty();
  }

  private void hand(Invocation invocation, FunctionProcess process, List<Runnable> afterwards) {
    HttpServerResponse asked = process.take(invocation);
    afterwards.add(
        () -> {
          long timer =
              vertx.setTimer(
                  Math.max(1, function.timeout().toMillis()),
                  late -> timedOut(process, invocation));
          var unused =
              invocation.outcome().whenComplete((outcome, never) -> vertx.cancelTimer(timer));
          long deadline = System.currentTimeMillis() + function.timeout().toMillis();
          asked
              .putHeader("Content-Type", "application/json")
              .putHeader("Lambda-Runtime-Aws-Request-Id", invocation.id())
              .putHeader("Lambda-Runtime-Deadline-Ms", Long.toString(deadline))
              .putHeader("Lambda-Runtime-Invoked-Function-Arn", function.arn())
              .putHeader("Lambda-Runtime-Trace-Id", traceId(invocation))
              .end(invocation.event());
        });
  }

  private static String traceId(Invocation invocation) {
    String digits = invocation.id().replace("-", "");
    return "Root=1-%08x-%s;Parent=%s;Sampled=0"
        .formatted(
            System.currentTimeMillis() / 1000, digits.substring(0, 24), digits.substring(16));
  }

  private boolean launch(List<Runnable> afterwards) {
    try {
      FunctionProcess process = launcher.launch(this);
      processes.put(process.id(), process);
      afterwards.add(
          () -> {
            var unused = process.process().onExit().thenAccept(dead -> died(process));
          });
      return true;
    } catch (IOException failed) {
      Optional.ofNullable(line.pollFirst())
          .ifPresent(
              invocation ->
                  afterwards.add(
                      () -> invocation.end(new Outcome.Died("It does not start: " + failed))));
      afterwards.add(
          () ->
              warm.completeExceptionally(
                  new StartFailure(function.name() + " does not start: " + failed, failed)));
      return false;
    }
  }

  private void hungUp(String processId, HttpServerResponse asked) {
    synchronized (lock) {
      FunctionProcess process = processes.get(processId);
      if (process != null && process.isIdleOn(asked)) {
        idle.remove(process);
        process.stopping();
      }
    }
  }

  private void timedOut(FunctionProcess process, Invocation invocation) {
    synchronized (lock) {
      if (!process.isServing(invocation.id())) {
        return;
      }
      process.release(false);
      process.stopping();
    }
    process.process().destroyForcibly();
    invocation.end(new Outcome.TimedOut());
  }

  private void died(FunctionProcess process) {
    List<Runnable> afterwards = new ArrayList<>();
    synchronized (lock) {
      processes.remove(process.id());
      idle.remove(process);
      boolean neverStarted = process.phase() == State.Phase.STARTING;
      String reason =
          "%s ended with exit code %d".formatted(function.name(), process.process().exitValue());
      process.stopping();
      process
          .release(false)
          .ifPresent(lost -> afterwards.add(() -> lost.end(new Outcome.Died(reason))));
      if (neverStarted && !closed) {
        // Whoever waited for this process learns of it; else a broken package would be started
        // over and over.
        Optional.ofNullable(line.pollFirst())
            .ifPresent(lost -> afterwards.add(() -> lost.end(new Outcome.Died(reason))));
        afterwards.add(() -> tellOfFailedStart(process, reason));
      }
      dispatch(afterwards);
    }
    afterwards.forEach(Runnable::run);
  }

  private void tellOfFailedStart(FunctionProcess process, String reason) {
    String message =
        reason
            + " while it started. Its last lines in "
            + launcher.log()
            + ":"
            + System.lineSeparator()
            + LogTail.read(launcher.log(), process.logStart(), LAST_BYTES, LAST_LINES);
    if (!warm.completeExceptionally(new StartFailure(message))) {
      notices.accept(message);
    }
  }
}
