package dev.holdfast.local;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/**
 * What AWS's managed Java runtime has beside a function's own classes: the runtime interface
 * client.
 *
 * @param library the client's native library
 * @param classPath what the JVM itself loads; the client loads what else there is in the task root
 * @param archive of the classes on the class path, unless they are to be read at every start
 */
record LambdaRuntime(Path library, String classPath, Optional<ClassArchive> archive) {
  private static final List<Class<?>> CLASS_PATH =
      List.of(AWSLambda.class, Context.class, PojoSerializer.class, SdkInternalThreadLocal.class);
  private static final Map<String, String> MACHINES =
      Map.of("amd64", "x86_64", "aarch64", "aarch_64");
  private static final String LIBRARY_PROPERTY =
      "com.amazonaws.services.lambda.runtime.api.client.runtimeapi.NativeClient.JNI";

  /** Any would do: a JVM takes classes from an archive only if its jars have the same time. */
  private static final FileTime TIME = FileTime.from(Instant.parse("1980-01-01T00:00:00Z"));

  /**
   * Unpacks the native library, once for all processes. Left to itself the client writes it to one
   * fixed file at every start, and crashes whatever other process has that file loaded.
   *
   * @param root where the package is unpacked that it is to run, as a child of the directory
   * @param zip the package
   * @throws StartFailure on a machine that AWS has no library for
   */
  static LambdaRuntime unpack(Path directory, Path root, Path zip) throws IOException {
    String name = libraryName();
    try (InputStream content = AWSLambda.class.getResourceAsStream("/jni/" + name)) {
      if (content == null) {
        throw new StartFailure(
            "AWS's runtime for Java packages runs on Linux, x86-64 or arm64, and not here.");
      }
      Path library = directory.resolve(name);
      Files.copy(content, library, StandardCopyOption.REPLACE_EXISTING);
      String classPath = ownClassPath() + File.pathSeparator + packageOnClassPath(root, zip);
      return new LambdaRuntime(library, classPath, Optional.of(ClassArchive.of(zip, classPath)));
    }
  }

  /**
   * The package's jars, as seen from the task root, and before them its other classes: what is on
   * the class path comes from an archive unread. AWS has a container image run this way (AWS,
   * "Deploy Java Lambda functions with container images").
   */
  private static String packageOnClassPath(Path root, Path zip) throws IOException {
    List<Path> jars = new ArrayList<>();
    try (DirectoryStream<Path> libraries = Files.newDirectoryStream(root.resolve("lib"))) {
      libraries.forEach(jars::add);
    }
    Collections.sort(jars);
    // The package is a jar of the classes outside of its jars.
    jars.add(0, Files.copy(zip, root.resolveSibling(zip.getFileName())));
    for (Path jar : jars) {
      Files.setLastModifiedTime(jar, TIME);
    }
    return jars.stream()
        .map(jar -> root.relativize(jar).toString())
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** One that reads the classes at every start, all of the package's by the client's own loader. */
  LambdaRuntime withoutArchive() {
    return new LambdaRuntime(library, ownClassPath(), Optional.empty());
  }

  /** The arguments of the JVM that make it run a handler. */
  List<String> arguments(String handler) {
    List<String> arguments = new ArrayList<>();
    archive.map(ClassArchive::options).ifPresent(arguments::addAll);
    arguments.add("-D" + LIBRARY_PROPERTY + "=" + library);
    arguments.addAll(List.of("-cp", classPath, AWSLambda.class.getName(), handler));
    return arguments;
  }

  /** Of the client alone. */
  private static String ownClassPath() {
    return CLASS_PATH.stream()
        .map(LambdaRuntime::jarOf)
        .distinct()
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** As AWS would name it on this machine. */
  private static String libraryName() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String machine = System.getProperty("os.arch");
    return "libaws-lambda-jni.%s%s-%s.so"
        .formatted(system, isMusl() ? "_musl" : "", MACHINES.getOrDefault(machine, machine));
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
