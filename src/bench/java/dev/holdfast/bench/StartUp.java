package dev.holdfast.bench;

import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.State;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * How long a function's process takes from its start to its first answer, for one deployment
 * package or several side by side: each is started anew in every round, one after the other, so
 * that a busy machine is busy for all of them. See docs/start-up.md.
 *
 * <p>Arguments: the packages, the one to compare with first; {@code target/function.zip} where
 * there are none. With {@code start-up.load} as a system property each process then serves so many
 * further requests before its memory is read.
 */
final class StartUp {

  private static final int ROUNDS = 5;
  private static final int LOAD = 200;
  private static final Map<String, Path> EVENTS =
      Map.of(
          "append", Path.of("events", "append-new.json"),
          "read", Path.of("events", "read-booking.json"),
          "drain", Path.of("events", "drain-batch.json"),
          "sweep", Path.of("events", "sweep.json"));

  /**
   * One start.
   *
   * @param processorMillis up to the first answer
   * @param requestMicros of processor time, for each further request
   * @param residentMegabytes after these
   */
  private record Start(
      long answerMillis, long processorMillis, long requestMicros, long residentMegabytes) {}

  private StartUp() {}

  public static void main(String[] arguments) throws InterruptedException {
    List<Path> packages =
        arguments.length == 0
            ? List.of(Path.of("target", "function.zip"))
            : Arrays.stream(arguments).map(Path::of).toList();
    Map<Path, LocalCloud> clouds = new LinkedHashMap<>();
    try {
      for (Path zip : packages) {
        clouds.put(zip, cloud(zip, Path.of("target", "start-up", "" + clouds.size())));
      }
      System.out.println(
          "| function | package | to the first answer | CPU until then | CPU of a further request |"
              + " resident after them |");
      System.out.println("|---|---|---|---|---|---|");
      for (String function : EVENTS.keySet().stream().sorted().toList()) {
        compare(function, clouds);
      }
    } finally {
      clouds.values().forEach(LocalCloud::close);
    }
    System.exit(0);
  }

  private static LocalCloud cloud(Path zip, Path logs) {
    return LocalCloud.start(
        Options.onFreePorts()
            .withFunctionPackage(zip)
            .withLogs(logs)
            .withSchedule(Duration.ofHours(12))
            .withProcesses(1));
  }

  private static void compare(String function, Map<Path, LocalCloud> clouds)
      throws InterruptedException {
    Map<Path, List<Start>> starts = new LinkedHashMap<>();
    // The first round is for the file system's cache.
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<Path, LocalCloud> each : clouds.entrySet()) {
        Start start = start(each.getValue(), function);
        if (round > 0) {
          starts.computeIfAbsent(each.getKey(), first -> new ArrayList<>()).add(start);
        }
      }
    }
    starts.forEach(
        (zip, measured) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s ms | %s ms | %s µs | %s MB |%n",
                function,
                zip,
                spread(measured, Start::answerMillis),
                spread(measured, Start::processorMillis),
                spread(measured, Start::requestMicros),
                spread(measured, Start::residentMegabytes)));
  }

  private static Start start(LocalCloud cloud, String function) throws InterruptedException {
    Optional<State.Worker> former = worker(cloud, function);
    former.flatMap(worker -> ProcessHandle.of(worker.pid())).ifPresent(StartUp::kill);
    while (worker(cloud, function).isPresent()) {
      Thread.sleep(5);
    }
    String event = read(EVENTS.get(function));
    long begin = System.nanoTime();
    cloud.invoke(function, event);
    Duration answered = Duration.ofNanos(System.nanoTime() - begin);
    long pid = worker(cloud, function).orElseThrow().pid();
    Duration atFirst = processorTime(pid);
    for (int i = 0; i < LOAD; i++) {
      cloud.invoke(function, event);
    }
    Duration further = processorTime(pid).minus(atFirst);
    return new Start(
        answered.toMillis(),
        atFirst.toMillis(),
        further.toNanos() / 1_000 / LOAD,
        residentMegabytes(pid));
  }

  private static Duration processorTime(long pid) {
    return ProcessHandle.of(pid)
        .flatMap(process -> process.info().totalCpuDuration())
        .orElseThrow();
  }

  private static void kill(ProcessHandle process) {
    process.destroyForcibly();
    process.onExit().join();
  }

  private static Optional<State.Worker> worker(LocalCloud cloud, String function) {
    return cloud.workers().stream().filter(each -> each.function().equals(function)).findFirst();
  }

  private static long residentMegabytes(long pid) {
    try (Stream<String> status = Files.lines(Path.of("/proc", Long.toString(pid), "status"))) {
      String line = status.filter(each -> each.startsWith("VmRSS:")).findFirst().orElseThrow();
      return Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024;
    } catch (IOException noLinux) {
      throw new UncheckedIOException(noLinux);
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException missing) {
      throw new UncheckedIOException(missing);
    }
  }

  /** The median, and the smallest and the largest. */
  private static String spread(List<Start> starts, ToLongFunction<Start> measure) {
    long[] sorted = starts.stream().mapToLong(measure).sorted().toArray();
    return "%d (%d–%d)".formatted(sorted[sorted.length / 2], sorted[0], sorted[sorted.length - 1]);
  }
}
