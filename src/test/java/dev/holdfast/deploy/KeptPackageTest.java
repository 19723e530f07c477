package dev.holdfast.deploy;

import static java.nio.file.attribute.PosixFilePermission.OWNER_EXECUTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import java.io.File;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which package is used by whoever runs what is there. */
class KeptPackageTest {

  private static final Set<PosixFilePermission> ALL = Set.of(PosixFilePermission.values());

  @TempDir private Path directory;
  private Path zip;
  private Path settings;

  @BeforeEach
  void build() throws IOException {
    zip = directory.resolve("function.zip");
    settings = Files.createDirectories(directory.resolve("classes")).resolve("some.properties");
    Files.writeString(settings, "some=1");
    Files.createDirectories(directory.resolve("classes/dev"));
    Files.write(directory.resolve("classes/dev/Some.class"), new byte[] {1});
  }

  private String digest(String... jars) throws IOException {
    String classPath = directory.resolve("classes").toString();
    for (String jar : jars) {
      classPath = "/some/where/" + jar + File.pathSeparator + classPath;
    }
    return ClassesDigest.of(classPath);
  }

  private void pack(String entry) throws IOException {
    try (FileSystem file = open()) {
      Files.createFile(file.getPath(entry));
      Files.setPosixFilePermissions(file.getPath(entry), ALL);
    }
  }

  private FileSystem open() throws IOException {
    return FileSystems.newFileSystem(
        zip, Map.of("create", true, "enablePosixFileAttributes", true));
  }

  private String decide(String digest) throws IOException {
    return KeptPackage.decide(zip, digest);
  }

  @Test
  void aNativePackageOfTheseClassesIsUsed() throws IOException {
    pack("bootstrap");
    NativePackage.mark(zip, digest("some-1.jar"));

    assertThat(decide(digest("some-1.jar"))).contains("of these classes: it is used");
    assertThat(zip).exists();
  }

  @Test
  @Regression("an old executable was measured after its sources had changed")
  void aNativePackageOfOtherClassesIsRemoved() throws IOException {
    pack("bootstrap");
    NativePackage.mark(zip, digest());
    Files.write(directory.resolve("classes/dev/Some.class"), new byte[] {2});

    assertThat(decide(digest())).contains("of other classes: it is removed, and the JVM's");
    assertThat(zip).doesNotExist();
  }

  @Test
  void aNativePackageThatDoesNotSayIsRemoved() throws IOException {
    pack("bootstrap");

    assertThat(decide(digest())).contains("does not say of which classes: it is removed");
    assertThat(zip).doesNotExist();
  }

  @Test
  void theJvmsPackageIsBuiltAnewInAnyCase() throws IOException {
    assertThat(decide(digest())).contains("the JVM's is built");
    pack("Some.class");
    assertThat(decide(digest())).contains("the JVM's is built");
    assertThat(zip).exists();
  }

  @Test
  void aDigestTellsSettingsNamesAndVersionsApart() throws IOException {
    String before = digest("some-1.jar");

    assertThat(digest("some-2.jar")).isNotEqualTo(before);
    Files.move(settings, settings.resolveSibling("other.properties"));
    assertThat(digest("some-1.jar")).isNotEqualTo(before);
    Files.writeString(settings.resolveSibling("other.properties"), "some=2");
    Files.move(settings.resolveSibling("other.properties"), settings);
    assertThat(digest("some-1.jar")).isNotEqualTo(before);
    Files.writeString(settings, "some=1");
    assertThat(digest("some-1.jar")).isEqualTo(before);
  }

  /** Lambda starts nothing else. */
  @Test
  void aMarkedExecutableIsOneStill() throws IOException {
    pack("bootstrap");

    NativePackage.mark(zip, digest());

    try (FileSystem file = open()) {
      assertThat(Files.getPosixFilePermissions(file.getPath("bootstrap"))).contains(OWNER_EXECUTE);
    }
  }
}
