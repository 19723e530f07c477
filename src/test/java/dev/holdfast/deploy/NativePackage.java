package dev.holdfast.deploy;

import java.io.IOException;
import java.io.InputStream;
import java.lang.module.ModuleDescriptor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import net.fornwall.jelf.ElfException;
import net.fornwall.jelf.ElfFile;
import net.fornwall.jelf.ElfSection;
import net.fornwall.jelf.ElfSectionHeader;
import net.fornwall.jelf.ElfStringTable;

/**
 * Refuses a native deployment package that Lambda could not start, and marks one that it can with
 * what it was built from. An executable is linked against the glibc of the machine that it was
 * built on, and a newer one than that of {@code provided.al2023} would end each of its processes at
 * once.
 */
public final class NativePackage {

  /** Amazon Linux 2023's (AWS, "Core toolchain packages glibc, gcc, binutils"). */
  private static final ModuleDescriptor.Version LAMBDAS_GLIBC =
      ModuleDescriptor.Version.parse("2.34");

  private static final String GLIBC = "GLIBC_";
  private static final String EXECUTABLE = "bootstrap";

  /** Of the classes that the executable was built from. */
  private static final String DIGEST = "classes.sha256";

  private NativePackage() {}

  /**
   * Says that the package can be started, and marks it; or fails the build.
   *
   * @param arguments the path of the package, and the class path that it was built from
   * @throws IllegalStateException which says what is wrong with the package
   */
  public static void main(String... arguments) throws IOException {
    Path zip = Path.of(arguments[0]);
    System.out.println(judge(zip));
    mark(zip, ClassesDigest.of(arguments[1]));
  }

  /** Writes down in a package what its executable was built from. */
  static void mark(Path zip, String digest) throws IOException {
    try (FileSystem file = FileSystems.newFileSystem(zip)) {
      Files.writeString(file.getPath(DIGEST), digest);
    }
  }

  static boolean isNative(Path zip) throws IOException {
    return entry(zip, EXECUTABLE).isPresent();
  }

  /** What the executable of a package was built from; empty where nobody wrote it down. */
  static Optional<String> digest(Path zip) throws IOException {
    return entry(zip, DIGEST).map(content -> new String(content, StandardCharsets.UTF_8));
  }

  /**
   * What there is to say of a package that can be started.
   *
   * @throws IllegalStateException if it cannot
   */
  static String judge(Path zip) throws IOException {
    Optional<byte[]> executable = entry(zip, EXECUTABLE);
    if (executable.isEmpty()) {
      return zip + " is the JVM's: there is no glibc that it could ask for.";
    }
    Optional<String> refusal = refusal(executable.get());
    if (refusal.isPresent()) {
      throw new IllegalStateException(
          "Lambda could not start %s: %s. Build it with -Dquarkus.native.container-build=true."
              .formatted(zip, refusal.get()));
    }
    return "%s asks for no newer glibc than Lambda's %s.".formatted(zip, LAMBDAS_GLIBC);
  }

  private static Optional<byte[]> entry(Path zip, String name) throws IOException {
    try (ZipFile file = new ZipFile(zip.toFile())) {
      ZipEntry entry = file.getEntry(name);
      if (entry == null) {
        return Optional.empty();
      }
      try (InputStream content = file.getInputStream(entry)) {
        return Optional.of(content.readAllBytes());
      }
    }
  }

  /** Why Lambda could not start an executable; empty where it can. */
  static Optional<String> refusal(byte[] executable) {
    ElfFile elf;
    try {
      elf = ElfFile.from(executable);
    } catch (ElfException other) {
      return Optional.of("its " + EXECUTABLE + " is not for Linux");
    }
    List<String> newer =
        neededVersions(elf).stream()
            .filter(version -> version.startsWith(GLIBC))
            .filter(version -> isNewer(version.substring(GLIBC.length())))
            .toList();
    return newer.isEmpty()
        ? Optional.empty()
        : Optional.of("it asks for " + newer + ", and Lambda's glibc is " + LAMBDAS_GLIBC);
  }

  /** A version that is not a number is a feature of the loader that came after 2.34, or private. */
  private static boolean isNewer(String version) {
    return !version.matches("[0-9.]+")
        || ModuleDescriptor.Version.parse(version).compareTo(LAMBDAS_GLIBC) > 0;
  }

  /**
   * The versions of symbols that an executable needs of its shared libraries: the section {@code
   * .gnu.version_r} (Linux Standard Base, "Symbol Versioning").
   */
  private static List<String> neededVersions(ElfFile elf) {
    List<String> versions = new ArrayList<>();
    for (ElfSection needs : elf.sectionsOfType(ElfSectionHeader.SHT_GNU_verneed)) {
      ElfStringTable names = (ElfStringTable) elf.getSection(needs.header.sh_link);
      ByteBuffer data =
          ByteBuffer.wrap(needs.getData())
              .order(
                  elf.ei_data == ElfFile.DATA_MSB ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
      int library = 0;
      for (int left = needs.header.sh_info; left > 0; left--) {
        // A library: version 2 bytes, count of versions 2, name 4, first version 4, next library 4.
        int version = library + data.getInt(library + 8);
        for (int count = data.getShort(library + 2); count > 0; count--) {
          // A version: hash 4 bytes, flags 2, other 2, name 4, next version 4.
          versions.add(names.get(data.getInt(version + 8)));
          version += data.getInt(version + 12);
        }
        library += data.getInt(library + 12);
      }
    }
    return versions;
  }
}
