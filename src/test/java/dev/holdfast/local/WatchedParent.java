package dev.holdfast.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A JVM that starts function processes, prints their ids, and waits to be killed. */
public final class WatchedParent {
  private WatchedParent() {}

  /** Starts three processes that log to the file of the first argument. */
  public static void main(String[] arguments) throws IOException, InterruptedException {
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
