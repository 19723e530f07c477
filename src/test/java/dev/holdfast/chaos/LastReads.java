package dev.holdfast.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Every booking of a run is read once more, when all is well. */
final class LastReads {
  private static final int ATTEMPTS = 4;

  private LastReads() {}

  /**
   * Reads them, and returns when all are read.
   *
   * @param clients of their own: nobody else calls with them
   */
  static void of(Codes codes, List<Client> clients) throws Exception {
    Queue<String> left = new ConcurrentLinkedQueue<>(codes.all());
    List<Callable<Void>> readers = new ArrayList<>();
    for (Client client : clients) {
      readers.add(
          () -> {
            for (String code = left.poll(); code != null; code = left.poll()) {
              read(client, code);
            }
            return null;
          });
    }
    ExecutorService threads = Executors.newFixedThreadPool(clients.size());
    try {
      for (Future<Void> done : threads.invokeAll(readers)) {
        done.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** A process that was killed just now may still cost a read its answer. */
  private static void read(Client client, String code) throws InterruptedException {
    boolean answered = false;
    for (int attempt = 0; attempt < ATTEMPTS && !answered; attempt++) {
      answered = client.readEvents(code).isAnsweredRead();
    }
  }
}
