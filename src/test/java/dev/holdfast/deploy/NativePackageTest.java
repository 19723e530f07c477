package dev.holdfast.deploy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.holdfast.Regression;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** By the executable that is on every machine with a JVM: the JVM's. */
class NativePackageTest {

  @TempDir private Path directory;

  @Test
  void anExecutableForLambdasGlibcIsTaken() throws IOException {
    assertThat(NativePackage.refusal(asking("GLIBC_2"))).isEmpty();
  }

  @Test
  @Regression("an executable of a newer builder would not start on Lambda")
  void anExecutableThatAsksForANewerGlibcIsRefused() throws IOException {
    assertThat(NativePackage.refusal(asking("GLIBC_9")).orElseThrow())
        .contains("GLIBC_9.", "Lambda's glibc is 2.34");
  }

  /** Such as GLIBC_ABI_DT_RELR, which a loader before 2.36 does not know. */
  @Test
  void anExecutableThatAsksForAnUnknownFeatureIsRefused() throws IOException {
    assertThat(NativePackage.refusal(asking("GLIBC_X")).orElseThrow()).contains("GLIBC_X.");
  }

  @Test
  void anExecutableOfAnotherSystemIsRefused() {
    byte[] ofMacOs = {(byte) 0xcf, (byte) 0xfa, (byte) 0xed, (byte) 0xfe, 7, 0, 0, 1};

    assertThat(NativePackage.refusal(ofMacOs)).contains("its bootstrap is not for Linux");
  }

  @Test
  void aRefusedPackageFailsTheBuild() throws IOException {
    Path zip = zip("bootstrap", asking("GLIBC_9"));

    assertThatThrownBy(() -> NativePackage.judge(zip))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(zip.toString())
        .hasMessageContaining("-Dquarkus.native.container-build=true");
  }

  @Test
  void whatLambdaCanStartFailsNoBuild() throws IOException {
    assertThat(NativePackage.judge(zip("bootstrap", asking("GLIBC_2"))))
        .contains("no newer glibc than Lambda's 2.34");
    assertThat(NativePackage.judge(zip("dev/holdfast/Any.class", new byte[] {1})))
        .contains("is the JVM's");
  }

  /** The JVM's launcher, with the major version of glibc replaced in all that it asks for. */
  private static byte[] asking(String glibc) throws IOException {
    Path launcher = Path.of(System.getProperty("java.home"), "bin", "java");
    assumeTrue(Files.exists(launcher), "There is no bin/java to read, as on Windows");
    String bytes = Files.readString(launcher, ISO_8859_1);
    assumeTrue(bytes.contains("GLIBC_2."), "This JVM is not for glibc, so its needs are unknown");
    return bytes.replace("GLIBC_2", glibc).getBytes(ISO_8859_1);
  }

  private Path zip(String entry, byte[] content) throws IOException {
    Path zip = directory.resolve(entry.replace('/', '-') + ".zip");
    try (OutputStream file = Files.newOutputStream(zip);
        ZipOutputStream out = new ZipOutputStream(file)) {
      out.putNextEntry(new ZipEntry(entry));
      out.write(content);
    }
    return zip;
  }
}
