package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
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
 * invocations than processes, up to a limit. Safe for use by several threads: outcomes are told on
 * event loops, never under its lock.
 */
final class FunctionPool implements AutoCloseable {
  private static final String CLOSED = "The local cloud is stopping.";
  private static final int LAST_LINES = 20;

  private final Vertx vertx;
  private final Door door;
  private final Template.Function function;
  private final Launcher launcher;
  private final Path log;
  private final int limit;
  private final Consumer<String> notices;
  private final CompletableFuture<Void> warm = new CompletableFuture<>();

  private final Map<String, FunctionProcess> processes = new LinkedHashMap<>();
  private final Deque<FunctionProcess> idle = new ArrayDeque<>();
  private final Deque<Invocation> line = new ArrayDeque<>();

  /** Why nothing is started now. What is closed stays so, whatever becomes of its region. */
  private Optional<String> stopped = Optional.empty();

  /** Starts processes of the pool's function. */
  interface Launcher {
    FunctionProcess launch(FunctionPool pool) throws IOException;
  }

  /**
   * @param log where its processes write to
   */
  FunctionPool(
      Vertx vertx,
      Door door,
      Template.Function function,
      Launcher launcher,
      Path log,
      int limit,
      Consumer<String> notices) {
    this.vertx = vertx;
    this.door = door;
    this.function = function;
    this.launcher = launcher;
    this.log = log;
    this.limit = limit;
    this.notices = notices;
  }

  Template.Function function() {
    return function;
  }

  /** Where its processes write to. */
  Path log() {
    return log;
  }

  /**
   * Starts the first process.
   *
   * @return completes when it asks for work; fails with {@link StartFailure} if it never does
   */
  synchronized CompletableFuture<Void> warmUp() {
    if (processes.isEmpty()) {
      launch();
    }
    return warm;
  }

  /**
   * Calls the function.
   *
   * @param patience how long the call may stand in line
   */
  synchronized CompletableFuture<Outcome> invoke(Buffer event, Duration patience) {
    Invocation invocation = Invocation.of(event);
    if (stopped.isPresent()) {
      end(invocation, new Outcome.Died(stopped.get()));
    } else {
      line.addLast(invocation);
      dispatch();
      endLater(invocation, patience, () -> waitedTooLong(invocation));
    }
    return invocation.outcome();
  }

  private synchronized void waitedTooLong(Invocation invocation) {
    if (line.remove(invocation)) {
      end(invocation, new Outcome.Busy());
    }
  }

  /** Does something about an invocation that is not over in its time. */
  private void endLater(Invocation invocation, Duration time, Runnable what) {
    long timer = vertx.setTimer(Math.max(1, time.toMillis()), late -> what.run());
    var unused = invocation.outcome().whenComplete((outcome, never) -> vertx.cancelTimer(timer));
  }

  private void end(Invocation invocation, Outcome how) {
    var unused = invocation.outcome().completeAsync(() -> how, this::onEventLoop);
  }

  private void onEventLoop(Runnable task) {
    vertx.runOnContext(turn -> task.run());
  }

  synchronized List<State.Worker> workers() {
    return processes.values().stream()
        .map(process -> process.describe(door, function.name()))
        .toList();
  }

  /** A process asks for its next invocation. */
  synchronized void askedForWork(String processId, HttpServerResponse asked) {
    FunctionProcess process = processes.get(processId);
    if (process == null || process.phase() == State.Phase.STOPPING) {
      return;
    }
    // A process that asks again without having answered has given up on its invocation.
    process.release(false).ifPresent(given -> end(given, new Outcome.Died("It did not answer.")));
    process.idle(asked);
    asked.closeHandler(gone -> hungUp(process, asked));
    idle.addFirst(process);
    warm.complete(null);
    dispatch();
  }

  /** A process has ended its invocation. */
  synchronized void ended(String processId, String invocationId, Outcome outcome) {
    Optional.ofNullable(processes.get(processId))
        .filter(process -> process.isServing(invocationId))
        .flatMap(process -> process.release(true))
        .ifPresent(invocation -> end(invocation, outcome));
  }

  /** Its processes are killed, and nothing is started until {@link #comeBack}. */
  void lose() {
    stop("Its region is lost.");
  }

  /** From now on it starts processes for whoever calls. */
  synchronized void comeBack() {
    stopped = stopped.filter(CLOSED::equals);
  }

  @Override
  public void close() {
    stop(CLOSED);
  }

  /** Returns when the processes are dead, and whoever stood in line knows why. */
  private void stop(String why) {
    List<FunctionProcess> running;
    synchronized (this) {
      stopped = stopped.filter(CLOSED::equals).or(() -> Optional.of(why));
      running = List.copyOf(processes.values());
      line.forEach(invocation -> end(invocation, new Outcome.Died(why)));
      line.clear();
      idle.clear();
      running.forEach(FunctionProcess::stopping);
    }
    running.forEach(process -> process.process().destroyForcibly());
    for (FunctionProcess process : running) {
      process.process().onExit().completeOnTimeout(process.process(), 1, TimeUnit.SECONDS).join();
    }
  }

  /** Hands out work while there is any. */
  private void dispatch() {
    idle.removeIf(it -> it.phase() != State.Phase.IDLE || !it.process().isAlive());
    while (!idle.isEmpty() && !line.isEmpty()) {
      hand(line.removeFirst(), idle.removeFirst());
    }
    long starting =
        processes.values().stream()
            .filter(process -> process.phase() == State.Phase.STARTING)
            .count();
    while (stopped.isEmpty() && starting < line.size() && processes.size() < limit && launch()) {
      starting++;
    }
  }

  private void hand(Invocation invocation, FunctionProcess process) {
    HttpServerResponse asked = process.take(invocation);
    endLater(invocation, function.timeout(), () -> timedOut(process, invocation));
    long deadline = System.currentTimeMillis() + function.timeout().toMillis();
    asked
        .putHeader("Content-Type", "application/json")
        .putHeader("Lambda-Runtime-Aws-Request-Id", invocation.id())
        .putHeader("Lambda-Runtime-Deadline-Ms", Long.toString(deadline))
        .putHeader("Lambda-Runtime-Invoked-Function-Arn", function.arn())
        .putHeader("Lambda-Runtime-Trace-Id", traceId(invocation))
        .end(invocation.event());
  }

  private static String traceId(Invocation invocation) {
    String digits = invocation.id().replace("-", "");
    return "Root=1-%08x-%s;Parent=%s;Sampled=0"
        .formatted(
            System.currentTimeMillis() / 1000, digits.substring(0, 24), digits.substring(16));
  }

  private boolean launch() {
    try {
      FunctionProcess process = launcher.launch(this);
      processes.put(process.id(), process);
      var unused =
          process.process().onExit().thenAcceptAsync(dead -> died(process), this::onEventLoop);
      return true;
    } catch (IOException failed) {
      failFirst("It does not start: " + failed);
      warm.completeExceptionally(
          new StartFailure(function.name() + " does not start: " + failed, failed));
      return false;
    }
  }

  /** Whoever waited for a process that did not start learns of it. */
  private void failFirst(String reason) {
    Optional.ofNullable(line.pollFirst()).ifPresent(first -> end(first, new Outcome.Died(reason)));
  }

  private synchronized void hungUp(FunctionProcess process, HttpServerResponse asked) {
    if (process.isIdleOn(asked)) {
      idle.remove(process);
      process.stopping();
    }
  }

  private synchronized void timedOut(FunctionProcess process, Invocation invocation) {
    if (process.isServing(invocation.id())) {
      process.release(false);
      process.stopping();
      process.process().destroyForcibly();
      end(invocation, new Outcome.TimedOut());
    }
  }

  private synchronized void died(FunctionProcess process) {
    processes.remove(process.id());
    idle.remove(process);
    boolean neverStarted = process.phase() == State.Phase.STARTING;
    String reason =
        "%s ended with exit code %d".formatted(function.name(), process.process().exitValue());
    process.stopping();
    process.release(false).ifPresent(given -> end(given, new Outcome.Died(reason)));
    if (neverStarted && stopped.isEmpty()) {
      // Else a broken package would be started over and over.
      failFirst(reason);
      String message =
          "%s while it started. Its last lines in %s:%n%s"
              .formatted(reason, log, process.lastLines(LAST_LINES));
      if (!warm.completeExceptionally(new StartFailure(message))) {
        notices.accept(message);
      }
    }
    dispatch();
  }
}
