package dev.holdfast.local;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * What AWS's managed Java runtime has beside a function's own classes: the runtime interface
 * client.
 *
 * @param library the client's native library
 */
record LambdaRuntime(Path library) {
  private static final List<Class<?>> CLASS_PATH =
      List.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class);
  private static final String LIBRARY_PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  /**
   * Unpacks the native library, once for all processes. Left to itself the client writes it to one
   * fixed file at every start, and crashes whatever other process has that file loaded.
   *
   * @throws StartFailure on a machine that AWS has no library for
   */
  static LambdaRuntime unpack(Path directory) throws IOException {
    String name = libraryName().orElse("none");
    try (InputStream content = AWSLambda.class.getResourceAsStream("/jni/" + name)) {
      if (content == null) {
        throw new StartFailure(
            "AWS's runtime for Java packages runs on Linux, x86-64 or arm64, and not here.");
      }
      Path library = directory.resolve(name);
      Files.copy(content, library, StandardCopyOption.REPLACE_EXISTING);
      return new LambdaRuntime(library);
    }
  }

  /** The arguments of the JVM that make it run a handler. */
  List<String> arguments(String handler) {
    return List.of(
        "-D" + LIBRARY_PROPERTY + "=" + library,
        "-cp",
        CLASS_PATH.stream()
            .map(LambdaRuntime::jarOf)
            .distinct()
            .collect(Collectors.joining(File.pathSeparator)),
        AWSLambda.class.getName(),
        handler);
  }

  private static Optional<String> libraryName() {
    if (!System.getProperty("os.name").equals("Linux")) {
      return Optional.empty();
    }
    Optional<String> machine =
        switch (System.getProperty("os.arch")) {
          case "amd64" -> Optional.of("x86_64");
          case "aarch64" -> Optional.of("aarch_64");
          default -> Optional.empty();
        };
    return machine.map(
        name -> "libaws-lambda-jni.linux" + (isMusl() ? "_musl-" : "-") + name + ".so");
  }

  private static boolean isMusl() {
    String[] loaders = new File("/lib").list((lib, name) -> name.startsWith("ld-musl-"));
    return loaders != null && loaders.length > 0;
  }

  private static String jarOf(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI()).toString();
    } catch (URISyntaxException impossible) {
      throw new IllegalStateException(impossible);
    }
  }
}
