package dev.holdfast.local;

import io.vertx.core.http.HttpServerResponse;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A process that serves a function, one invocation at a time. What it is doing is guarded by its
 * pool.
 *
 * <p>It never outlives the local cloud: a watchdog beside it waits on a pipe that nobody writes to.
 * The pipe closes when the local cloud ends in whatever way, and the watchdog kills the process.
 * When the process ends first, Java closes the pipe and the watchdog ends too.
 */
final class FunctionProcess {
  /** The shell becomes the command, so that its process id is the command's. */
  private static final String WATCHED =
      """
      exec 3<&0
      (read -r _ <&3; kill -9 $$) 2>/dev/null &
      exec "$@" 3<&- </dev/null
      """;

  /**
   * Ctrl-C goes to a whole process group, and so may SIGTERM; only the local cloud is to act on it.
   * A function that did, too, would lose its runtime API at work, and say so.
   */
  private static final String DEAF = "trap '' INT HUP TERM\n" + WATCHED;

  private final String id;
  private final Process process;
  private final Instant startedAt;
  private final Path log;

  /** Where in the log its own output begins. */
  private final long logStart;

  private State.Phase phase = State.Phase.STARTING;
  private long served;
  private Optional<HttpServerResponse> next = Optional.empty();
  private Optional<Invocation> current = Optional.empty();

  private FunctionProcess(String id, Process process, Path log, long logStart) {
    this.id = id;
    this.process = process;
    this.log = log;
    this.logStart = logStart;
    this.startedAt = Instant.now();
  }

  /** Starts a process whose output is added to the log. */
  static FunctionProcess start(
      String id, List<String> command, Map<String, String> environment, Path directory, Path log)
      throws IOException {
    File file = log.toFile();
    ProcessBuilder builder =
        new ProcessBuilder(shell(DEAF, command))
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(file));
    builder.environment().clear();
    builder.environment().putAll(environment);
    long logStart = file.length();
    return new FunctionProcess(id, builder.start(), log, logStart);
  }

  /** A command that does not outlive the local cloud, and heeds signals. */
  static List<String> watched(List<String> command) {
    return shell(WATCHED, command);
  }

  private static List<String> shell(String script, List<String> command) {
    List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    all.addAll(command);
    return all;
  }

  String id() {
    return id;
  }

  Process process() {
    return process;
  }

  /** The end of what it wrote, indented. */
  String lastLines(int most) {
    try (InputStream output = Files.newInputStream(log)) {
      output.skipNBytes(logStart);
      List<String> all = new String(output.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
      return all.subList(Math.max(0, all.size() - most), all.size()).stream()
          .map(line -> "  " + line)
          .collect(Collectors.joining(System.lineSeparator()));
    } catch (IOException unreadable) {
      return "  (" + unreadable + ")";
    }
  }

  State.Phase phase() {
    return phase;
  }

  boolean isServing(String invocationId) {
    return current.filter(invocation -> invocation.id().equals(invocationId)).isPresent();
  }

  /** It asks for work, and will be told over this response. */
  void idle(HttpServerResponse asked) {
    phase = State.Phase.IDLE;
    next = Optional.of(asked);
  }

  boolean isIdleOn(HttpServerResponse asked) {
    return phase == State.Phase.IDLE && next.filter(asked::equals).isPresent();
  }

  /** Takes an invocation; the response is where to send it. */
  HttpServerResponse take(Invocation invocation) {
    HttpServerResponse asked = next.orElseThrow();
    phase = State.Phase.BUSY;
    next = Optional.empty();
    current = Optional.of(invocation);
    return asked;
  }

  /** Gives its invocation back, answered or not. */
  Optional<Invocation> release(boolean answered) {
    Optional<Invocation> released = current;
    current = Optional.empty();
    if (answered) {
      served++;
    }
    return released;
  }

  void stopping() {
    phase = State.Phase.STOPPING;
    next = Optional.empty();
  }

  State.Worker describe(Door door, String function) {
    return new State.Worker(door, function, process.pid(), phase, served, startedAt);
  }
}
