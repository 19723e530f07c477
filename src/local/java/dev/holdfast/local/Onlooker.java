package dev.holdfast.local;

import io.vertx.core.buffer.Buffer;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Looks on at a local cloud. All of its methods are called on event loops, by several threads: they
 * note what they are told and return at once.
 */
public interface Onlooker {
  /** Sees nothing and answers nothing. */
  Onlooker NOBODY = new Onlooker() {};

  /**
   * A call of the API begins.
   *
   * @return is told its answer, once, just before the client is
   */
  default Consumer<ApiAnswer> apiCalled(ApiCall call) {
    return answer -> {};
  }

  /** A function's call of a dependency is over. */
  default void dependencyCalled(DependencyCall call) {}

  /** A dependency fails so from now on, or, if empty, no more. */
  default void faultChanged(Dependency dependency, Optional<Fault> fault) {}

  /** A function was called by its name, as operators do. */
  default void functionInvoked(String function, Buffer event, HttpAnswer answer) {}

  /**
   * A call of the API.
   *
   * @param door through which it came
   * @param path as it was sent, not decoded
   * @param query without the question mark; empty where there is none
   * @param start in nanoseconds, as {@link System#nanoTime()} tells them
   */
  record ApiCall(Door door, String method, String path, String query, Buffer body, long start) {

    /**
     * The path, percent-decoded. A plus sign is what it is.
     *
     * @throws IllegalArgumentException if it is not well encoded
     */
    public String decodedPath() {
      return URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
  }

  /**
   * The answer to it.
   *
   * @param end in nanoseconds, on the same clock
   */
  record ApiAnswer(int status, Buffer body, long end) {}

  /**
   * A call of a dependency.
   *
   * @param function who called; a poller has the name of its own
   * @param answered whether the caller got an answer of the dependency, whatever that says
   */
  record DependencyCall(String function, Dependency dependency, boolean answered) {}
}
