package dev.holdfast.deploy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Keeps a native deployment package, which took minutes to build, for whoever runs what is there;
 * removes it where it was built from other classes than those of now.
 */
public final class KeptPackage {

  private KeptPackage() {}

  /**
   * Says which package is used, and why.
   *
   * @param arguments the path of the package, and the class path of now
   */
  public static void main(String... arguments) throws IOException {
    System.out.println(decide(Path.of(arguments[0]), ClassesDigest.of(arguments[1])));
  }

  /** What there is to say; the package is gone where it does not fit. */
  static String decide(Path zip, String digest) throws IOException {
    if (!Files.exists(zip) || !NativePackage.isNative(zip)) {
      return "There is no native package: the JVM's is built.";
    }
    Optional<String> builtFrom = NativePackage.digest(zip);
    if (builtFrom.equals(Optional.of(digest))) {
      return zip + " is native and of these classes: it is used.";
    }
    Files.delete(zip);
    return "%s was native and %s: it is removed, and the JVM's is built."
        .formatted(
            zip, builtFrom.isPresent() ? "of other classes" : "does not say of which classes");
  }
}
