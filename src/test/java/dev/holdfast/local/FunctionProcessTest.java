package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.holdfast.Regression;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No process is left behind, whoever dies first. */
@Tag("slow")
class FunctionProcessTest {
  @TempDir private Path directory;

  @Test
  void theProcessIdIsTheCommandsOwn() throws IOException {
    FunctionProcess process = start("sh", "-c", "echo $$; exec sleep 600");
    try {
      await().until(() -> Files.readString(log()).endsWith("\n"));
      assertThat(Files.readString(log()).strip()).isEqualTo("" + process.process().pid());
    } finally {
      process.process().destroyForcibly();
    }
  }

  @ParameterizedTest
  @Regression("a signal to the group ended functions at work")
  @ValueSource(strings = {"INT", "HUP", "TERM"})
  void aSignalToTheWholeGroupIsForTheLocalCloudAlone(String signal) throws Exception {
    FunctionProcess process = start("sh", "-c", "kill -" + signal + " $$; echo goes on");

    process.process().waitFor();

    assertThat(Files.readString(log())).isEqualTo("goes on\n");
  }

  @Test
  void whenTheFunctionDiesItsWatchdogEnds() throws IOException {
    List<ProcessHandle> watchdogs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      FunctionProcess process = start("sleep", "600");
      await().until(() -> process.process().descendants().findAny().isPresent());
      process.process().descendants().forEach(watchdogs::add);
      process.process().destroyForcibly();
    }

    await().until(() -> watchdogs.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void whenTheParentIsKilledNothingIsLeft() throws IOException {
    // SIGKILL: the parent cannot do a thing about it.
    assertThat(parentThatEndsBy("KILL", "true")).isEmpty();
  }

  /** As a script does it: {@code nohup setsid mvn -Plocal &}. */
  @Test
  @Regression("SIGINT did not end a local cloud in a background job")
  void aBackgroundJobEndsByAnInterruptAsByATermination() throws IOException {
    assertThat(parentThatEndsBy("INT", "trap '' INT QUIT HUP")).containsExactly("stopped");
    assertThat(parentThatEndsBy("TERM", "trap '' INT QUIT HUP")).containsExactly("stopped");
  }

  /**
   * Starts a JVM with three functions, ends it, and sees that nothing of them is left.
   *
   * @param ignored what its shell says first
   * @return its last words
   */
  private List<String> parentThatEndsBy(String signal, String ignored) throws IOException {
    Process parent =
        new ProcessBuilder(
                "sh",
                "-c",
                ignored + "; exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WatchedParent.class.getName(),
                log().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (BufferedReader output = parent.inputReader()) {
      List<ProcessHandle> functions = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        functions.add(ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow());
      }
      await()
          .until(
              () ->
                  functions.stream()
                      .allMatch(function -> function.descendants().findAny().isPresent()));
      List<ProcessHandle> all =
          functions.stream()
              .flatMap(function -> Stream.concat(Stream.of(function), function.descendants()))
              .toList();
      new ProcessBuilder("kill", "-" + signal, "" + parent.pid()).start();
      await().until(() -> !parent.isAlive() && all.stream().noneMatch(ProcessHandle::isAlive));
      return output.lines().toList();
    } finally {
      parent.destroyForcibly();
    }
  }

  private FunctionProcess start(String... command) throws IOException {
    return FunctionProcess.start(
        "f", List.of(command), Map.of("PATH", System.getenv("PATH")), directory, log());
  }

  private Path log() {
    return directory.resolve("f.log");
  }
}
