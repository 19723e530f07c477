package dev.holdfast.chaos;

import dev.holdfast.history.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntFunction;

/**
 * Several clients at work until they are stopped: they make bookings, change their prices, read
 * them in all three ways, fight for codes and versions, and repeat what failed. What they choose
 * follows from the seed.
 */
final class Traffic implements AutoCloseable {
  private static final int LONGEST_THOUGHT_MILLIS = Integer.getInteger("chaos.thought", 40);
  private static final int LONGEST_WAIT_MILLIS = 300;
  private static final int REPETITIONS = 3;
  private static final int MOST_VERSIONS = 5;

  private final Codes codes;
  private final ExecutorService threads;
  private final List<Future<?>> running = new ArrayList<>();
  private volatile boolean stopped;

  private Traffic(Codes codes, int clients) {
    this.codes = codes;
    this.threads = Executors.newFixedThreadPool(clients);
  }

  /**
   * Starts it.
   *
   * @param client makes the client of a number, from 0
   */
  static Traffic start(int clients, IntFunction<Client> client, Codes codes, long seed) {
    Traffic traffic = new Traffic(codes, clients);
    for (int number = 0; number < clients; number++) {
      Random random = new Random(seed * 31 + number);
      Client made = client.apply(number);
      traffic.running.add(
          traffic.threads.submit(
              () -> {
                traffic.run(made, random);
                return null;
              }));
    }
    return traffic;
  }

  /** Returns when every client has its last answer. */
  void stop() throws InterruptedException, ExecutionException {
    stopped = true;
    for (Future<?> client : running) {
      client.get();
    }
  }

  @Override
  public void close() {
    stopped = true;
    threads.shutdownNow();
  }

  private void run(Client client, Random random) throws InterruptedException {
    while (!stopped) {
      act(client, random);
      Thread.sleep(random.nextInt(LONGEST_THOUGHT_MILLIS));
    }
  }

  private void act(Client client, Random random) throws InterruptedException {
    int choice = random.nextInt(100);
    if (choice < 10) {
      append(client, random, codes.fresh(), 1);
    } else if (choice < 17) {
      append(client, random, codes.contested(random), 1);
    } else if (choice < 55) {
      appendNext(client, random, codes.contested(random));
    } else if (choice < 60) {
      appendNext(client, random, codes.any(random));
    } else {
      read(client, random, choice < 90 ? codes.contested(random) : codes.any(random));
    }
  }

  private void appendNext(Client client, Random random, String code) throws InterruptedException {
    int next = Math.max(2, codes.lastAcknowledged(code) + 1);
    if (next > MOST_VERSIONS) {
      read(client, random, code);
    } else {
      append(client, random, code, next);
    }
  }

  /** An event, repeated until its answer is final or the client has had enough. */
  private void append(Client client, Random random, String code, int version)
      throws InterruptedException {
    byte[] id = new byte[16];
    random.nextBytes(id);
    String eventId = UUID.nameUUIDFromBytes(id).toString();
    Operation operation = client.append(code, version, eventId);
    for (int again = 0; again < REPETITIONS && isToBeRepeated(operation, random); again++) {
      Thread.sleep(random.nextInt(LONGEST_WAIT_MILLIS));
      operation = client.append(code, version, eventId);
    }
    if (operation.isAcknowledged()) {
      codes.acknowledged(code, version);
    }
  }

  /** Some give up, and some repeat what succeeded. */
  private static boolean isToBeRepeated(Operation operation, Random random) {
    int share = operation.isUnknown() ? 80 : operation.isAcknowledged() ? 5 : 0;
    return random.nextInt(100) < share;
  }

  private void read(Client client, Random random, String code) throws InterruptedException {
    switch (random.nextInt(4)) {
      case 0 -> client.readEvents(code);
      case 1 -> client.readEvent(code, 1 + random.nextInt(codes.lastAcknowledged(code) + 1));
      default -> client.readBooking(code);
    }
  }
}
