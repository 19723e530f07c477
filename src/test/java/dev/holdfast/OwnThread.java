package dev.holdfast;

import java.util.concurrent.Executor;

/**
 * Gives everything a thread of its own, so that what is to happen at once does. The common pool has
 * one thread on two processors, and from JDK 25 on CompletableFuture puts up with that: what waits
 * there keeps all else waiting.
 */
public enum OwnThread implements Executor {
  EACH;

  @Override
  public void execute(Runnable task) {
    Thread thread = new Thread(task);
    thread.setDaemon(true);
    thread.start();
  }
}
