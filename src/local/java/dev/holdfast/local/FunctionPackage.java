package dev.holdfast.local;

import io.quarkus.bootstrap.util.IoUtils;
import io.quarkus.fs.util.ZipUtils;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The deployment package, unpacked.
 *
 * @param directory all that was unpacked
 * @param root what Lambda calls the task root
 * @param runtime what runs its classes; empty where it holds an executable instead
 */
record FunctionPackage(Path directory, Path root, Optional<LambdaRuntime> runtime) {
  private static final String EXECUTABLE = "bootstrap";

  /** The name of a directory goes on with the id of the process that made it. */
  private static final String PREFIX = "package-";

  /**
   * Unpacks a package, and what it needs to run, into a new directory.
   *
   * @param parent where the new directory is to be
   * @throws StartFailure if it cannot be read
   */
  static FunctionPackage unpack(Path zip, Path parent) {
    try {
      Path there = zip.toRealPath();
      deleteLeftovers(parent);
      Path directory =
          Files.createTempDirectory(parent, PREFIX + ProcessHandle.current().pid() + "-");
      Path root = Files.createDirectory(directory.resolve("task"));
      ZipUtils.unzip(there, root);
      Path executable = root.resolve(EXECUTABLE);
      if (!Files.exists(executable)) {
        return new FunctionPackage(
            directory, root, Optional.of(LambdaRuntime.unpack(directory, root, there)));
      }
      if (!executable.toFile().setExecutable(true)) {
        throw new StartFailure(executable + " cannot be made executable.");
      }
      return new FunctionPackage(directory, root, Optional.empty());
    } catch (IOException broken) {
      throw new StartFailure(
          "There is no deployment package " + zip + "; build it with mvn package.", broken);
    }
  }

  /** The same, whose functions start without a class archive. */
  FunctionPackage withoutArchive() {
    return new FunctionPackage(directory, root, runtime.map(LambdaRuntime::withoutArchive));
  }

  /** Whether it holds an executable. */
  boolean isNative() {
    return runtime.isEmpty();
  }

  /**
   * The command that runs a function, as Lambda would.
   *
   * @param systemProperties as an executable takes them, too: Lambda gives none
   */
  List<String> command(Template.Function function, Map<String, String> systemProperties) {
    List<String> properties =
        systemProperties.entrySet().stream()
            .map(property -> "-D" + property.getKey() + "=" + property.getValue())
            .toList();
    List<String> command = new ArrayList<>();
    if (runtime.isEmpty()) {
      command.add(root.resolve(EXECUTABLE).toString());
      command.addAll(properties);
      return command;
    }
    // Three quarters of the memory for the heap; the rest is for the JVM itself.
    int heap = Math.max(64, function.memorySize() * 3 / 4);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap + "m");
    // Performance data is a file that a killed process leaves behind.
    command.add("-XX:-UsePerfData");
    command.addAll(properties);
    command.addAll(runtime.get().arguments(function.handler()));
    return command;
  }

  /** Removes what was unpacked. */
  void delete() {
    IoUtils.recursiveDelete(directory);
  }

  /** Removes what local clouds left here that were killed. */
  private static void deleteLeftovers(Path parent) throws IOException {
    try (DirectoryStream<Path> directories = Files.newDirectoryStream(parent, PREFIX + "*-*")) {
      for (Path left : directories) {
        String pid = left.getFileName().toString().substring(PREFIX.length()).replaceAll("-.*", "");
        if (ProcessHandle.of(Long.parseLong(pid)).isEmpty()) {
          IoUtils.recursiveDelete(left);
        }
      }
    }
  }
}
