package dev.holdfast.console;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Json;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Departments at work: they make bookings, change them, read them, and want codes that others have.
 * They are well-behaved: an event that was not answered, or with a 503, is repeated as it was until
 * its answer is final; a read is repeated once. Where there are two doors, they come to both.
 * Thread-safe.
 */
final class Traffic implements AutoCloseable {
  static final int HIGHEST_RATE = 50;

  /** As many calls can be under way at once. */
  private static final int CLIENTS = 8;

  /** As many bookings are known, the newest ones. */
  private static final int REMEMBERED = 500;

  /** Who changes, reads or contests a booking takes one of the newest. */
  private static final int RECENT = 30;

  /** Longer than any store fails in a story. */
  private static final int MOST_REPEATS = 60;

  private static final long BETWEEN_REPEATS_MILLIS = 700;
  private static final long IDLE_MILLIS = 20;
  private static final ThreadFactory DAEMONS = new DefaultThreadFactory("traffic", true);

  /** One at each door. */
  private final List<Department> departments;

  private final Random random = new Random();
  private final AtomicLong sent = new AtomicLong();

  /** By code: the last event of a booking that was acknowledged. */
  private final Map<String, Event> bookings = new LinkedHashMap<>();

  private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(1, DAEMONS);

  /** A call that nobody is free to make is left out. */
  private final ThreadPoolExecutor clients =
      new ThreadPoolExecutor(
          CLIENTS,
          CLIENTS,
          1,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          DAEMONS,
          new ThreadPoolExecutor.DiscardPolicy());

  private Future<?> calls = CompletableFuture.completedFuture(null);
  private double rate;
  private volatile double collisions;

  /**
   * @param departments one at each door
   */
  Traffic(Collection<Department> departments) {
    this.departments = List.copyOf(departments);
  }

  /**
   * From now on there is so much, evenly spread.
   *
   * @param perSecond calls that are not repeats; 0 is none
   * @param share of the new bookings that want a code that is taken
   */
  synchronized void set(double perSecond, double share) {
    calls.cancel(false);
    rate = perSecond;
    collisions = share;
    if (rate > 0 && !clock.isShutdown()) {
      long period = (long) (TimeUnit.SECONDS.toNanos(1) / rate);
      calls =
          clock.scheduleAtFixedRate(
              () -> clients.execute(this::act), 0, period, TimeUnit.NANOSECONDS);
    }
  }

  /** Ends it, and returns when every client has its last answer. */
  void stop() throws InterruptedException {
    set(0, collisions);
    while (clients.getActiveCount() > 0) {
      Thread.sleep(IDLE_MILLIS);
    }
  }

  synchronized ObjectNode toJson() {
    return Json.object().put("rate", rate).put("collisions", collisions).put("sent", sent.get());
  }

  /** The newest bookings that were acknowledged. */
  synchronized List<String> codes() {
    return List.copyOf(bookings.keySet());
  }

  @Override
  public synchronized void close() {
    rate = 0;
    clock.shutdownNow();
    clients.shutdownNow();
  }

  private void act() {
    try {
      callOnce();
    } catch (InterruptedException closed) {
      Thread.currentThread().interrupt();
    }
  }

  private void callOnce() throws InterruptedException {
    int choice = random.nextInt(100);
    Optional<Event> recent = recent();
    if (choice < 50 || recent.isEmpty()) {
      boolean isRival = recent.isPresent() && random.nextDouble() < collisions;
      append(isRival ? newEvent(recent.get().code(), 1) : newEvent(newCode(), 1));
    } else if (choice < 65) {
      append(newEvent(recent.get().code(), recent.get().version() + 1));
    } else if (choice < 70) {
      append(recent.get());
    } else {
      String events = Department.path(recent.get().code());
      repeated(
          department ->
              department.get(choice < 85 ? events : events + "/" + recent.get().version()),
          1);
    }
  }

  private void append(Event event) throws InterruptedException {
    if (repeated(department -> department.append(event), MOST_REPEATS).isAccepted()) {
      remember(event);
    }
  }

  private interface Call {
    Answer send(Department department) throws InterruptedException;
  }

  /** A call through any door; through the next one where nobody answered. */
  private Answer repeated(Call call, int times) throws InterruptedException {
    int door = random.nextInt(departments.size());
    sent.incrementAndGet();
    Answer answer = call.send(departments.get(door));
    for (int again = 0; again < times && answer.isOpen(); again++) {
      Thread.sleep(BETWEEN_REPEATS_MILLIS);
      sent.incrementAndGet();
      door = (door + (answer.status() == 0 ? 1 : 0)) % departments.size();
      answer = call.send(departments.get(door));
    }
    return answer;
  }

  private synchronized Optional<Event> recent() {
    List<Event> all = List.copyOf(bookings.values());
    int from = Math.max(0, all.size() - RECENT);
    return all.isEmpty()
        ? Optional.empty()
        : Optional.of(all.get(from + random.nextInt(all.size() - from)));
  }

  private synchronized void remember(Event event) {
    bookings.merge(
        event.code(), event, (before, now) -> now.version() > before.version() ? now : before);
    if (bookings.size() > REMEMBERED) {
      bookings.remove(bookings.keySet().iterator().next());
    }
  }

  private Event newEvent(String code, int version) {
    return new Event(code, version, UUID.randomUUID().toString(), 50 + random.nextInt(900) + ".00");
  }

  private static String newCode() {
    return "T-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
  }
}
