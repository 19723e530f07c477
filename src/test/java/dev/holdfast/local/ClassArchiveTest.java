package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class archive is made beside everything else, and nobody depends on it. */
@Tag("slow")
class ClassArchiveTest {
  private static final Duration LONG = Duration.ofMinutes(1);

  private static final String JAR = "function.jar";

  /** A JVM that makes half an archive. */
  private static final String HALF =
      """
      #!/bin/sh
      for argument; do
        case $argument in -XX:ArchiveClassesAtExit=*) echo half >"${argument#*=}";; esac
      done
      env >environment
      """;

  @TempDir private Path directory;
  private final List<AutoCloseable> making = new ArrayList<>();
  private Vertx vertx;

  /** All that a function is to {@link ClassArchive}: it serves one event and waits for the next. */
  public static final class Function {
    private Function() {}

    /** Serves, where there is somebody to be served. */
    public static void main(String[] arguments) throws IOException {
      String address = System.getenv("AWS_LAMBDA_RUNTIME_API");
      if (address == null) {
        System.out.println("It started.");
        return;
      }
      URI calls = URI.create("http://" + address + "/2018-06-01/runtime/invocation/");
      while (true) {
        try (InputStream event = calls.resolve("next").toURL().openStream()) {
          event.readAllBytes();
        }
        var answer = calls.resolve("1/response").toURL().openConnection();
        answer.setDoOutput(true);
        answer.getOutputStream().write('1');
        answer.getInputStream().close();
      }
    }
  }

  @BeforeEach
  void open() {
    vertx = Loopback.vertx();
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : making) {
      one.close();
    }
    Loopback.await(vertx.close());
  }

  @Test
  void anotherPackageHasAnotherArchive() throws IOException {
    ClassArchive archive = archive("one");
    Files.writeString(archive.file(), "classes");

    assertThat(archive("one").options()).contains("-XX:SharedArchiveFile=" + archive.file());
    assertThat(archive("another").options()).isEmpty();
    assertThat(ClassArchive.of(zip("one"), "another class path").options()).isEmpty();
  }

  @Test
  void twoAtOnceLeaveOneWholeArchiveAndNoneOfAFormerPackage() throws Exception {
    Files.writeString(archive("former").file(), "classes");
    ClassArchive archive = archive("new");

    make(archive, function(), LONG);
    make(archive, function(), LONG);
    awaitEnd();

    assertThat(archives()).containsExactly(archive.file());
    // This JVM does not start where it cannot use the archive.
    assertThat(output("-Xshare:on", archive)).isEqualTo("It started.\n");
  }

  @Test
  void anArchiveThatTheJvmDoesNotTakeIsNotToldOfInTheLog() throws Exception {
    ClassArchive archive = archive("package");
    make(archive, function(), LONG);
    awaitEnd();

    Files.setLastModifiedTime(directory.resolve(JAR), FileTime.from(Instant.EPOCH));

    assertThat(output("-Xshare:on", archive)).doesNotContain("started");
    assertThat(output("-Xshare:auto", archive)).isEqualTo("It started.\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 100, 100_000})
  void aBrokenArchiveKeepsNoFunctionFromStarting(int length) throws Exception {
    ClassArchive archive = archive("package");
    Files.write(archive.file(), new byte[length]);

    assertThat(output("-Xshare:auto", archive)).isEqualTo("It started.\n");
  }

  @Test
  void whatDoesNotEndIsGivenUp() throws Exception {
    make(archive("package"), script(HALF + "exec sleep 600"), Duration.ofSeconds(1));
    await().until(() -> Files.exists(directory.resolve("environment")));

    awaitEnd();

    assertThat(archives()).isEmpty();
  }

  @Test
  void whatIsClosedLeavesNeitherAProcessNorHalfAnArchive() throws Exception {
    make(archive("package"), script(HALF + "exec sleep 600"), LONG);
    await().until(() -> Files.exists(directory.resolve("environment")));

    making.get(0).close();

    assertThat(ProcessHandle.current().children()).isEmpty();
    assertThat(archives()).isEmpty();
  }

  /** As by a signal to the whole process group. */
  @ParameterizedTest
  @ValueSource(strings = {"exit 1", "kill $$", "kill -9 $$"})
  void whatEndsBeforeItHasServedLeavesNothing(String end) throws Exception {
    make(archive("package"), script(HALF + end), LONG);

    awaitEnd();

    assertThat(archives()).isEmpty();
  }

  @Test
  void theProcessThatIsMadeForItReachesNoStore() throws Exception {
    make(archive("package"), script(HALF), LONG);

    awaitEnd();

    assertThat(Files.readString(directory.resolve("environment")))
        .contains("QUARKUS_SQS_ENDPOINT_OVERRIDE=http://127.0.0.1:", "KEPT=1")
        .doesNotContain("the-queue");
  }

  private void make(ClassArchive archive, List<String> command, Duration limit) throws IOException {
    making.add(
        archive.make(
            vertx,
            command,
            Map.of(
                "PATH",
                System.getenv("PATH"),
                "KEPT",
                "1",
                "QUARKUS_SQS_ENDPOINT_OVERRIDE",
                "http://the-queue"),
            directory,
            Buffer.buffer("{}"),
            limit));
  }

  /** Until all have ended by themselves: what is closed now has ended before. */
  private void awaitEnd() throws Exception {
    await().atMost(LONG).until(() -> ProcessHandle.current().children().findAny().isEmpty());
    for (AutoCloseable one : making) {
      one.close();
    }
  }

  private ClassArchive archive(String content) throws IOException {
    return ClassArchive.of(zip(content), "class path");
  }

  private Path zip(String content) throws IOException {
    return Files.writeString(directory.resolve("function.zip"), content);
  }

  private List<String> script(String text) throws IOException {
    Path script = Files.writeString(directory.resolve("java"), text);
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return List.of(script.toString());
  }

  /** In a jar: a JVM archives nothing of a directory. */
  private List<String> function() throws IOException {
    Path jar = directory.resolve(JAR);
    String entry = Function.class.getName().replace('.', '/') + ".class";
    // The JVM takes no archive of a jar that is newer.
    if (!Files.exists(jar)) {
      try (InputStream type = Function.class.getResourceAsStream("/" + entry);
          OutputStream file = Files.newOutputStream(jar);
          ZipOutputStream entries = new ZipOutputStream(file)) {
        entries.putNextEntry(new ZipEntry(entry));
        type.transferTo(entries);
        entries.closeEntry();
      }
    }
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:-UsePerfData",
        "-cp",
        jar.toString(),
        Function.class.getName());
  }

  /** What a function says that starts from the archive. */
  private String output(String sharing, ClassArchive archive) throws Exception {
    List<String> command = new ArrayList<>(function());
    command.addAll(1, archive.options());
    command.add(1, sharing);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    return output;
  }

  private List<Path> archives() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("function.zip."))
          .toList();
    }
  }
}
