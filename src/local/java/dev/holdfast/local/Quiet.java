package dev.holdfast.local;

import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Keeps the embedded servers from logging every request to the screen. */
final class Quiet {
  // Held here because java.util.logging forgets a logger, and its level, that nobody refers to.
  private static final List<Logger> SILENCED =
      List.of(
          Logger.getLogger("com.amazonaws"),
          Logger.getLogger("com.almworks"),
          Logger.getLogger("org.eclipse.jetty"),
          Logger.getLogger("org.elasticmq"),
          Logger.getLogger("org.apache.pekko"),
          Logger.getLogger("io.netty"),
          Logger.getLogger("io.vertx"),
          Logger.getLogger("software.amazon.awssdk"));

  private Quiet() {}

  /** Call before the first embedded server is touched. */
  static void please() {
    SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
  }
}
