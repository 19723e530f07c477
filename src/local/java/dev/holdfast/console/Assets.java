package dev.holdfast.console;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.holdfast.local.HttpAnswer;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The files of the page, from the class path: its own, and those of the charts' library, which
 * comes as a WebJar. A file is asked for by its bare name, so no path leads out of its directory.
 * Thread-safe.
 */
final class Assets {
  /** uPlot sets the styles of its elements itself. */
  private static final String POLICY =
      "default-src 'self'; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'";

  private static final Pattern NAME =
      Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*(\\.[A-Za-z0-9]+)+");
  private static final Map<String, String> TYPES =
      Map.of(
          "html", "text/html; charset=utf-8",
          "css", "text/css; charset=utf-8",
          "js", "text/javascript; charset=utf-8",
          "svg", "image/svg+xml",
          "png", "image/png");

  /** A WebJar has its version in its path, and says in a file of a known name which it is. */
  private static final String U_PLOT =
      "/META-INF/resources/webjars/uplot/"
          + text("/META-INF/maven/org.webjars.npm/uplot/pom.properties")
              .replaceAll("(?s).*\\bversion=([^\r\n]*).*", "$1")
          + "/dist/";

  private Assets() {}

  /** A file of the page. */
  static HttpAnswer own(String file) {
    return answer("/console/", file);
  }

  /** A file of the charts' library. */
  static HttpAnswer uPlot(String file) {
    return answer(U_PLOT, file);
  }

  private static HttpAnswer answer(String directory, String file) {
    String type = TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), "");
    Optional<byte[]> content =
        NAME.matcher(file).matches() && !type.isEmpty() ? read(directory + file) : Optional.empty();
    return content
        .map(
            bytes ->
                HttpAnswer.of(200, type, Buffer.buffer(bytes))
                    .with("cache-control", "no-cache")
                    .with("content-security-policy", POLICY)
                    .with("x-content-type-options", "nosniff"))
        .orElseGet(
            () -> HttpAnswer.problem(404, "Not found", "The console has no file '" + file + "'."));
  }

  /** A text that is there. */
  static String text(String resource) {
    return new String(read(resource).orElseThrow(), UTF_8);
  }

  private static Optional<byte[]> read(String resource) {
    try (InputStream content = Assets.class.getResourceAsStream(resource)) {
      return content == null ? Optional.empty() : Optional.of(content.readAllBytes());
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }
}
