package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No process is left behind, whoever dies first. */
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
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                WatchedParent.class.getName(),
                log().toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<ProcessHandle> functions = new ArrayList<>();
    try (BufferedReader pids = parent.inputReader()) {
      for (int i = 0; i < 3; i++) {
        functions.add(ProcessHandle.of(Long.parseLong(pids.readLine())).orElseThrow());
      }
      await()
          .until(
              () ->
                  functions.stream()
                      .allMatch(function -> function.descendants().findAny().isPresent()));
    } finally {
      List<ProcessHandle> all =
          functions.stream()
              .flatMap(function -> Stream.concat(Stream.of(function), function.descendants()))
              .toList();
      // SIGKILL: the parent cannot do a thing about it.
      parent.destroyForcibly();
      await().until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
    assertThat(functions).hasSize(3);
  }

  private FunctionProcess start(String... command) throws IOException {
    return FunctionProcess.start(
        "f", List.of(command), Map.of("PATH", System.getenv("PATH")), directory, log());
  }

  private Path log() {
    return directory.resolve("f.log");
  }
}
