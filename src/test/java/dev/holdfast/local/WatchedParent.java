package dev.holdfast.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A JVM that starts function processes, prints their ids, and waits for its end, of which it tells.
 */
public final class WatchedParent {
  private WatchedParent() {}

  /** Starts three processes that log to the file of the first argument. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    Interrupts.heed();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("stopped")));
    Path log = Path.of(arguments[0]);
    for (int i = 0; i < 3; i++) {
      FunctionProcess process =
          FunctionProcess.start(
              "f" + i,
              List.of("sleep", "600"),
              Map.of("PATH", System.getenv("PATH")),
              log.getParent(),
              log);
      System.out.println(process.process().pid());
    }
    new CountDownLatch(1).await();
  }
}
