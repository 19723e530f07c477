package dev.holdfast.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FunctionPackageTest {
  private static final Template.Function FUNCTION =
      new Template.Function(
          "AppendFunction",
          "append",
          "holdfast-append",
          "arn:aws:lambda:eu-central-1:000000000000:function:holdfast-append",
          "Handler::handle",
          Duration.ofSeconds(10),
          512,
          Map.of(),
          Role.NONE,
          List.of(),
          List.of(),
          List.of());

  @TempDir private Path directory;

  @Test
  void anExecutableIsRunAsItIs() throws IOException {
    FunctionPackage unpacked = FunctionPackage.unpack(zip("bootstrap"), directory);

    assertThat(unpacked.isNative()).isTrue();
    assertThat(unpacked.command(FUNCTION, Map.of()))
        .singleElement()
        .satisfies(command -> assertThat(Path.of(command)).isExecutable());
    assertThat(unpacked.command(FUNCTION, Map.of("some", "1"))).hasSize(2).endsWith("-Dsome=1");
  }

  @Test
  void classesAreRunByTheRuntimeInterfaceClientInTheMemoryOfTheFunction() throws IOException {
    FunctionPackage unpacked = FunctionPackage.unpack(zip("lib/some.jar"), directory);

    assertThat(unpacked.isNative()).isFalse();
    assertThat(unpacked.command(FUNCTION, Map.of("some", "1")))
        .contains("-Xmx384m")
        .containsSubsequence("-Dsome=1", "-cp")
        .endsWith("Handler::handle");
    assertThat(unpacked.root().resolve("lib/some.jar")).exists();
  }

  @Test
  void nothingIsLeftOfAPackage() throws IOException {
    FunctionPackage unpacked = FunctionPackage.unpack(zip("lib/some.jar"), directory);

    unpacked.delete();

    assertThat(unpacked.directory()).doesNotExist();
  }

  @Test
  void whatAKilledLocalCloudLeftIsRemovedByTheNext() throws IOException {
    // No machine has so many processes.
    Path left = Files.createDirectories(directory.resolve("package-9999999999-1/task")).getParent();
    FunctionPackage running = FunctionPackage.unpack(zip("bootstrap"), directory);

    assertThat(left).doesNotExist();
    FunctionPackage.unpack(zip("bootstrap"), directory);
    assertThat(running.directory()).exists();
  }

  @Test
  void aFileOutsideOfThePackageIsRefused() throws IOException {
    Path zip = zip("../outside");

    assertThatThrownBy(() -> FunctionPackage.unpack(zip, directory))
        .isInstanceOf(StartFailure.class)
        .rootCause()
        .hasMessageContaining("../outside");
  }

  @Test
  void aMissingPackageIsNamed() {
    Path missing = directory.resolve("function.zip");

    assertThatThrownBy(() -> FunctionPackage.unpack(missing, directory))
        .isInstanceOf(StartFailure.class)
        .hasMessageContainingAll(missing.toString(), "mvn package");
    assertThat(directory).isEmptyDirectory();
  }

  private Path zip(String name) throws IOException {
    Path zip = directory.resolve("function.zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream entries = new ZipOutputStream(file)) {
      entries.putNextEntry(new ZipEntry(name));
      entries.closeEntry();
    }
    return zip;
  }
}
