package dev.holdfast.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * How long a function's process takes from its start to its first answer, for one deployment
 * package or several side by side: each is started anew in every round, one after the other, so
 * that a busy machine is busy for all of them. Over plain HTTP, where each table has an endpoint of
 * its own; over TLS, where both have one, as on AWS; and so without priming. {@code mvn -Pbench
 * -Dbench.main=dev.holdfast.bench.StartUp}; see docs/start-up.md.
 *
 * <p>Arguments: the packages, the one to compare with first; {@code target/function.zip} where
 * there are none.
 */
final class StartUp {

  private static final int ROUNDS = Integer.getInteger("start-up.rounds", 5);
  private static final int LOAD = 200;
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final AtomicInteger BOOKINGS = new AtomicInteger();

  /** What a new process is asked for first. */
  private enum Request {
    NEW_BOOKING("append", "append-new.json"),
    PRICE_CHANGE_WHILE_THE_EVENT_TABLE_FAILS("append", "append-version-2.json"),
    CURRENT_PRICE("read", "read-booking.json"),
    BATCH_OF_2("drain", "drain-batch.json"),
    SWEEP_OF_NOTHING("sweep", "sweep.json");

    private final String function;
    private final Path sample;

    Request(String function, String sample) {
      this.function = function;
      this.sample = Path.of("events", sample);
    }

    /** For another booking than before, where it is about one. */
    String event(String code) {
      return read(sample).replace("HTL-2026-004711", code);
    }

    String title() {
      return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** How the stores are reached. */
  private enum Way {
    PLAIN,
    TLS,
    TLS_UNPRIMED;

    String title() {
      return this == PLAIN ? "plain HTTP" : this == TLS ? "TLS" : "TLS, not primed";
    }
  }

  /** A package that is measured, over one way. */
  private record Entrant(Path zip, Way way) {}

  /**
   * One start.
   *
   * @param processorMillis up to the first answer
   * @param connections over TLS, up to then
   * @param firstMegabytes resident then
   * @param requestMicros of processor time, for each further request
   * @param residentMegabytes after these
   */
  private record Start(
      long answerMillis,
      long processorMillis,
      long connections,
      long firstMegabytes,
      long requestMicros,
      long residentMegabytes) {}

  private StartUp() {}

  public static void main(String[] arguments) throws Exception {
    List<Path> packages =
        arguments.length == 0
            ? List.of(Path.of("target", "function.zip"))
            : Arrays.stream(arguments).map(Path::of).toList();
    Map<Entrant, LocalCloud> clouds = new LinkedHashMap<>();
    try (TlsFront front = new TlsFront(Path.of("target", "start-up"))) {
      for (Path zip : packages) {
        for (Way way : Way.values()) {
          Path logs = Path.of("target", "start-up", "" + clouds.size());
          clouds.put(new Entrant(zip, way), LocalCloud.start(options(zip, way, front, logs)));
        }
      }
      System.out.println(
          "| first request | package | stores | to the first answer | CPU until then | TLS"
              + " connections | resident then | CPU of a further request | resident after "
              + LOAD
              + " |");
      System.out.println("|---|---|---|---|---|---|---|---|---|");
      for (Request request : Request.values()) {
        compare(request, clouds, front);
      }
    } finally {
      clouds.values().forEach(LocalCloud::close);
    }
    System.exit(0);
  }

  private static Options options(Path zip, Way way, TlsFront front, Path logs) {
    Options options =
        Options.onFreePorts()
            .with(Options.PACKAGE, zip)
            .with(Options.LOGS, logs)
            .with(Options.SCHEDULE, Duration.ofHours(12))
            // A start is to cost what it does, and nothing to run beside it.
            .with(Options.CLASS_ARCHIVE, false)
            .with(Options.PROCESSES, 1)
            .withEnvironment("HOLDFAST_PRIMING", Boolean.toString(way != Way.TLS_UNPRIMED));
    if (way == Way.PLAIN) {
      return options;
    }
    return options
        .withSystemProperty("javax.net.ssl.trustStore", front.trustStore().toString())
        .withSystemProperty("javax.net.ssl.trustStorePassword", TlsFront.trustStorePassword())
        .withSystemProperty(
            "quarkus.dynamodb.events.endpoint-override", front.endpoint().toString())
        .withSystemProperty(
            "quarkus.dynamodb.pending.endpoint-override", front.endpoint().toString());
  }

  private static void compare(Request request, Map<Entrant, LocalCloud> clouds, TlsFront front)
      throws InterruptedException {
    Map<Entrant, List<Start>> starts = new LinkedHashMap<>();
    // The first round is for the file system's cache.
    for (int round = 0; round <= ROUNDS; round++) {
      for (Map.Entry<Entrant, LocalCloud> each : clouds.entrySet()) {
        front.leadTo(each.getValue());
        Start start = start(each.getValue(), request, front);
        if (round > 0) {
          starts.computeIfAbsent(each.getKey(), first -> new ArrayList<>()).add(start);
        }
      }
    }
    starts.forEach(
        (entrant, measured) ->
            System.out.printf(
                Locale.ROOT,
                "| %s | %s | %s | %s ms | %s ms | %s | %s MB | %s µs | %s MB |%n",
                request.title(),
                entrant.zip(),
                entrant.way().title(),
                spread(measured, Start::answerMillis),
                spread(measured, Start::processorMillis),
                spread(measured, Start::connections),
                spread(measured, Start::firstMegabytes),
                spread(measured, Start::requestMicros),
                spread(measured, Start::residentMegabytes)));
  }

  private static Start start(LocalCloud cloud, Request request, TlsFront front)
      throws InterruptedException {
    String code = "START-" + BOOKINGS.incrementAndGet();
    boolean isOutage = request == Request.PRICE_CHANGE_WHILE_THE_EVENT_TABLE_FAILS;
    if (isOutage || request == Request.CURRENT_PRICE) {
      expect(201, cloud.invoke("append", Request.NEW_BOOKING.event(code)));
    }
    Optional<State.Worker> former = worker(cloud, request.function);
    former.flatMap(worker -> ProcessHandle.of(worker.pid())).ifPresent(StartUp::kill);
    while (worker(cloud, request.function).isPresent()) {
      Thread.sleep(5);
    }
    if (isOutage) {
      cloud.faults().inject(Dependency.EVENT_TABLE, Fault.of(Fault.Mode.ERROR));
    }
    String event = request.event(code);
    int connections = front.connections();
    long begin = System.nanoTime();
    String answer = cloud.invoke(request.function, event);
    Duration answered = Duration.ofNanos(System.nanoTime() - begin);
    long pid = worker(cloud, request.function).orElseThrow().pid();
    Duration atFirst = processorTime(pid);
    connections = front.connections() - connections;
    long firstMegabytes = residentMegabytes(pid);
    switch (request) {
      case NEW_BOOKING -> expect(201, answer);
      case PRICE_CHANGE_WHILE_THE_EVENT_TABLE_FAILS -> expect(202, answer);
      case CURRENT_PRICE -> expect(200, answer);
      default -> {}
    }
    for (int i = 0; i < LOAD; i++) {
      cloud.invoke(request.function, event);
    }
    Duration further = processorTime(pid).minus(atFirst);
    long residentMegabytes = residentMegabytes(pid);
    cloud.faults().heal();
    return new Start(
        answered.toMillis(),
        atFirst.toMillis(),
        connections,
        firstMegabytes,
        further.toNanos() / 1_000 / LOAD,
        residentMegabytes);
  }

  private static void expect(int status, String answer) {
    try {
      if (JSON.readTree(answer).path("statusCode").intValue() != status) {
        throw new IllegalStateException("Not a " + status + ": " + answer);
      }
    } catch (IOException noJson) {
      throw new UncheckedIOException(noJson);
    }
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
