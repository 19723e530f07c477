package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * The classes of a deployment package as a JVM had them before, in a file beside the package, so
 * that the next one need not read them anew. Lambda's own runtime starts from such a file, too.
 *
 * <p>Nobody depends on it: functions start without it where there is none, or one that their JVM
 * does not take, and whatever goes wrong while it is made leaves none. It is there whole or not at
 * all, whoever else makes it at the same time. Another package or another JVM has another one. Of
 * what is in it a JVM takes only classes that are, byte by byte, those of the package. See
 * docs/decisions/0032-a-class-archive-on-the-desk.md.
 */
final class ClassArchive {
  /** It has no word for a function's log, as that it cannot use the archive. */
  private static final List<String> QUIET = List.of("-Xlog:cds=off", "-Xlog:cds+dynamic=off");

  private static final String CALLS = "/2018-06-01/runtime/invocation/";

  /** The exit code of a JVM that ended in good order when it was told to. */
  private static final int TERMINATED = 128 + 15;

  private final String prefix;
  private final Path file;

  private ClassArchive(String prefix, Path file) {
    this.prefix = prefix;
    this.file = file;
  }

  /**
   * The archive of a package, be it there or not.
   *
   * @param classPath of a JVM that runs the package
   */
  static ClassArchive of(Path zip, String classPath) throws IOException {
    CRC32 validity = new CRC32();
    validity.update(Files.readAllBytes(zip));
    for (String part :
        List.of(
            System.getProperty("java.home"), System.getProperty("java.vm.version"), classPath)) {
      validity.update(part.getBytes(StandardCharsets.UTF_8));
    }
    String prefix = zip.getFileName() + ".classes-";
    return new ClassArchive(
        prefix, zip.resolveSibling(prefix + Long.toHexString(validity.getValue())));
  }

  /** Where it is, or would be. */
  Path file() {
    return file;
  }

  /** What tells a JVM to use it, where it is there. */
  List<String> options() {
    List<String> options = new ArrayList<>();
    if (Files.exists(file)) {
      options.add("-XX:SharedArchiveFile=" + file);
      options.addAll(QUIET);
    }
    return options;
  }

  /**
   * Makes it where it is not there, while others go on: it holds what a process has loaded that has
   * served one event. That process is in a world of its own, in which every store answers with
   * nothing, so it is seen nowhere, and nothing comes of the event.
   *
   * @param command runs a function of the package
   * @param environment as the function would have it in earnest
   * @param limit how long it may take
   * @return to be closed when nobody is there any more to wait for it
   */
  AutoCloseable make(
      Vertx vertx,
      List<String> command,
      Map<String, String> environment,
      Path directory,
      Buffer event,
      Duration limit)
      throws IOException {
    if (Files.exists(file)) {
      return () -> {};
    }
    CompletableFuture<Void> served = new CompletableFuture<>();
    HttpServer world =
        Loopback.serve(vertx, Loopback.HOST, 0, request -> answer(request, event, served));
    Path draft = file.resolveSibling(file.getFileName() + "-" + UUID.randomUUID());
    ProcessBuilder builder =
        new ProcessBuilder(FunctionProcess.watched(training(command, draft)))
            .directory(directory.toFile())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().putAll(in(world, environment));
    Process process = builder.start();
    long timer = vertx.setTimer(limit.toMillis(), late -> process.destroyForcibly());
    // By its handle: otherwise the watchdog's pipe would be closed, too.
    var terminating = served.thenRun(process.toHandle()::destroy);
    var settling =
        process
            .onExit()
            .thenAccept(
                dead -> {
                  vertx.cancelTimer(timer);
                  world.close();
                  settle(draft, terminating.isDone() && dead.exitValue() == TERMINATED);
                });
    return () -> {
      process.destroyForcibly();
      settling.get(10, TimeUnit.SECONDS);
    };
  }

  private static List<String> training(List<String> command, Path draft) {
    List<String> training = new ArrayList<>(List.of(command.get(0)));
    training.add("-XX:ArchiveClassesAtExit=" + draft);
    training.addAll(QUIET);
    training.addAll(command.subList(1, command.size()));
    return training;
  }

  private static Map<String, String> in(HttpServer world, Map<String, String> environment) {
    String address = Loopback.HOST + ":" + world.actualPort();
    Map<String, String> inside = new TreeMap<>(environment);
    inside.replaceAll(
        (name, value) -> name.endsWith("_ENDPOINT_OVERRIDE") ? "http://" + address : value);
    inside.put("AWS_LAMBDA_RUNTIME_API", address);
    return inside;
  }

  /** For the runtime API and for every store. */
  private static void answer(
      HttpServerRequest request, Buffer event, CompletableFuture<Void> served) {
    boolean asks = request.path().equals(CALLS + "next");
    if (!asks) {
      var unused = request.response().setStatusCode(202).end("{}");
      if (request.path().startsWith(CALLS)) {
        served.complete(null);
      }
    } else if (!served.isDone()) {
      // Without one of these the runtime interface client crashes.
      var unused =
          request
              .response()
              .putHeader("Lambda-Runtime-Aws-Request-Id", "training")
              .putHeader("Lambda-Runtime-Invoked-Function-Arn", "training")
              .putHeader("Content-Type", "application/json")
              .putHeader("Lambda-Runtime-Deadline-Ms", "" + (System.currentTimeMillis() + 60_000))
              .end(event);
    }
  }

  private void settle(Path draft, boolean isWhole) {
    try {
      if (isWhole) {
        Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        deleteOthers();
      }
      Files.deleteIfExists(draft);
    } catch (IOException none) {
      // Then functions start without it, and the next local cloud tries again.
    }
  }

  /** Those of former packages, and what was being made for this one, which is not needed now. */
  private void deleteOthers() throws IOException {
    try (DirectoryStream<Path> others =
        Files.newDirectoryStream(
            file.getParent(),
            other -> other.getFileName().toString().startsWith(prefix) && !other.equals(file))) {
      for (Path other : others) {
        Files.deleteIfExists(other);
      }
    }
  }
}
