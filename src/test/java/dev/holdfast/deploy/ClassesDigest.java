package dev.holdfast.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/** What a package is built from: classes and settings as they are, and jars by their names. */
final class ClassesDigest {

  private ClassesDigest() {}

  /**
   * The digest of a class path, SHA-256, in hexadecimal digits. A jar's version is in its name.
   *
   * @param classPath as the JVM takes it; its order does not matter
   */
  static String of(String classPath) throws IOException {
    MessageDigest digest = sha256();
    for (Path element :
        Arrays.stream(classPath.split(File.pathSeparator)).map(Path::of).sorted().toList()) {
      if (Files.isDirectory(element)) {
        for (Path file : files(element)) {
          add(digest, element.relativize(file).toString().getBytes(UTF_8));
          add(digest, Files.readAllBytes(file));
        }
      } else {
        add(digest, element.getFileName().toString().getBytes(UTF_8));
      }
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** By its own digest, so that no two parts run into one another. */
  private static void add(MessageDigest whole, byte[] part) {
    whole.update(sha256().digest(part));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJvmHasIt) {
      throw new AssertionError(everyJvmHasIt);
    }
  }
}
