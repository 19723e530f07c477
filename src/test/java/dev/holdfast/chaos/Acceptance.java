package dev.holdfast.chaos;

import dev.holdfast.chaos.Outage.Share;
import dev.holdfast.history.Checker;
import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.SecondOpinion;
import dev.holdfast.history.Violation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Plays a deployed ledger through its API, and judges what its clients were told with both
 * checkers: a story that needs no fault, traffic, and traffic while a fault lasts that somebody
 * else causes. It knows nothing but the API; see docs/acceptance.
 */
final class Acceptance {
  private static final int CLIENTS = 4;
  private static final int STORYTELLER = 2 * CLIENTS;
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private final Setting setting;
  private final Consumer<String> out;
  private final Queue<String> unexpected = new ConcurrentLinkedQueue<>();
  private final Refusals refusals = new Refusals();
  private final String run =
      "ACCEPTANCE-" + UUID.randomUUID().toString().substring(0, 8).toUpperCase(Locale.ROOT);
  private boolean isAsExpected = true;

  /**
   * @param signature what becomes of a request, given its body, before it is sent
   * @param file where the history is written
   * @param traffic how long traffic lasts, each time; as long again until it tells something
   * @param patience how long a fault may take to be seen, and what it left behind to be gone
   * @param secondFaults what is not judged
   */
  record Setting(
      URI api,
      BiFunction<HttpRequest, Optional<String>, HttpRequest> signature,
      Path file,
      Duration traffic,
      Duration patience,
      SecondFaults secondFaults) {}

  /** The calls that met a second fault, beside the one that was caused. */
  interface SecondFaults {
    /**
     * Picks them.
     *
     * @param failing the store that was made to fail
     * @param refusals the calls that got a 503
     */
    Set<Operation> of(Store failing, Refusals refusals) throws IOException;
  }

  /**
   * A fault of one store.
   *
   * @param ends heals it, and may wait until nothing is owed for it: a store that missed something
   *     is faulty until then
   */
  record Fault(Store store, Deed begins, Deed ends) {}

  /** What causes a fault, or ends it. */
  interface Deed {
    /**
     * Does it.
     *
     * @throws IOException if it cannot be done
     */
    void act() throws IOException, InterruptedException;
  }

  /** The stores, and how a caller of the API sees that one of them fails. */
  enum Store {
    /** A new booking is pending. */
    EVENT_TABLE("the event table", Outcome.PENDING, Outcome.RECORDED) {
      @Override
      Operation look(Client client, String code) throws InterruptedException {
        return client.append(code, 1, UUID.randomUUID().toString());
      }
    },
    /** Nobody can say that a code is free. */
    PENDING_INDEX("the pending index", Outcome.UNAVAILABLE, Outcome.NOT_FOUND) {
      @Override
      Operation look(Client client, String code) throws InterruptedException {
        return client.readBooking(code);
      }
    };

    private final String title;
    private final Outcome failing;
    private final Outcome sound;

    Store(String title, Outcome failing, Outcome sound) {
      this.title = title;
      this.failing = failing;
      this.sound = sound;
    }

    /** A call that is answered otherwise while the store fails. */
    abstract Operation look(Client client, String code) throws InterruptedException;
  }

  private Acceptance(Setting setting, Consumer<String> out) {
    this.setting = setting;
    this.out = out;
  }

  /**
   * Plays it.
   *
   * @param out what is told, line by line
   * @return whether every step saw what it expected, and no checker found anything
   */
  static boolean play(Setting setting, List<Fault> faults, Consumer<String> out) throws Exception {
    return new Acceptance(setting, out).play(faults);
  }

  private boolean play(List<Fault> faults) throws Exception {
    Codes codes = new Codes(run + "-");
    List<Window> windows = new ArrayList<>();
    try (History history = History.create(setting.file())) {
      awake(client(STORYTELLER, history), codes);
      story(client(STORYTELLER, history), client(STORYTELLER + 1, history), codes);
      if (isAsExpected) {
        windows.add(traffic(Optional.empty(), codes, history));
        for (Fault fault : faults) {
          fault(fault, codes, history).ifPresent(windows::add);
        }
      }
      untilRecorded(codes, history);
    }
    List<Operation> history = History.read(setting.file());
    for (Window window : windows) {
      report(window, history);
    }
    judge("our checker", Checker.check(history));
    judge("Lincheck", SecondOpinion.check(history));
    unexpected.forEach(answer -> say(false, "not as docs/openapi.yaml says: " + answer));
    out.accept("%,d calls in %s".formatted(history.size(), setting.file()));
    out.accept(isAsExpected ? "Accepted: every promise held." : "Not accepted.");
    return isAsExpected;
  }

  /** The first call of a function that slept may find a store too slow: that is no fault yet. */
  private void awake(Client onlooker, Codes codes) throws InterruptedException {
    out.accept("the ledger is called, until every store answers");
    for (Store store : Store.values()) {
      isSeen(store, store.sound, onlooker, codes);
    }
  }

  private void story(Client hotel, Client rival, Codes codes) throws InterruptedException {
    String code = codes.fresh();
    String first = UUID.randomUUID().toString();
    String second = UUID.randomUUID().toString();
    expect("a booking is made", hotel.append(code, 1, first), Outcome.RECORDED);
    expect("another department reads its price", rival.readBooking(code), Outcome.FOUND);
    expect("sent again, it is not doubled", hotel.append(code, 1, first), Outcome.RECORDED);
    expect("its code is taken", rival.append(code, 1, other()), Outcome.TAKEN);
    expect("its price changes", hotel.append(code, 2, second), Outcome.RECORDED);
    expect("the version is gone", rival.append(code, 2, other()), Outcome.CONFLICT);
    expect("no version is left out", hotel.append(code, 4, other()), Outcome.CONFLICT);
    expect("its history is read", rival.readEvents(code), Outcome.FOUND);
    expect("one version is read", rival.readEvent(code, 1), Outcome.FOUND);
    expect("nobody has another code", rival.readBooking(run + "-NOBODY"), Outcome.NOT_FOUND);
  }

  private static String other() {
    return UUID.randomUUID().toString();
  }

  /** A time in which there was traffic, and perhaps a store that failed. */
  private record Window(Optional<Store> failing, long start, long end) {
    String title() {
      return failing
          .map(store -> "traffic, while " + store.title + " fails")
          .orElse("traffic, while nothing is made to fail");
    }

    boolean contains(Operation call) {
      return call.start() >= start && call.end() < end;
    }
  }

  private Window traffic(Optional<Store> failing, Codes codes, History history) throws Exception {
    long start = System.nanoTime();
    try (Traffic traffic =
        Traffic.start(CLIENTS, number -> client(number, history), codes, start)) {
      Window window;
      do {
        Thread.sleep(setting.traffic().toMillis());
        window = new Window(failing, start, System.nanoTime());
      } while (!isTelling(window, history) && !isPatienceOver(start));
      traffic.stop();
      return window;
    }
  }

  /** Whether somebody made a booking in it, changed a price, and read one: clients may be slow. */
  private static boolean isTelling(Window window, History history) throws IOException {
    Outage calls = Outage.of(history.soFar(), window::contains, Set.of());
    return Stream.of(calls.newBookings(), calls.priceChanges(), calls.currentPrices())
        .allMatch(some -> Share.of(some).all() > 0);
  }

  private boolean isPatienceOver(long start) {
    return System.nanoTime() - start >= setting.patience().toNanos();
  }

  private Optional<Window> fault(Fault fault, Codes codes, History history) throws Exception {
    Store store = fault.store();
    Client onlooker = client(STORYTELLER, history);
    out.accept(store.title + " is made to fail");
    fault.begins().act();
    Optional<Window> window = Optional.empty();
    try {
      if (isSeen(store, store.failing, onlooker, codes)) {
        window = Optional.of(traffic(Optional.of(store), codes, history));
        // The fault may have ended by itself meanwhile: then the traffic says nothing of it.
        expect(store.title + " still fails", look(store, onlooker, codes), store.failing);
      }
    } finally {
      out.accept(store.title + " is healed");
      fault.ends().act();
    }
    isSeen(store, store.sound, onlooker, codes);
    // What is still owed for is still faulty: the next fault would be a second one.
    untilRecorded(codes, history);
    return window;
  }

  /** Whether it shows, before nobody would wait any longer. */
  private boolean isSeen(Store store, Outcome outcome, Client onlooker, Codes codes)
      throws InterruptedException {
    long start = System.nanoTime();
    Operation seen = look(store, onlooker, codes);
    while (seen.outcome() != outcome && !isPatienceOver(start)) {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      seen = look(store, onlooker, codes);
    }
    expect("that shows after " + seconds(start), seen, outcome);
    return seen.outcome() == outcome;
  }

  private Operation look(Store store, Client onlooker, Codes codes) throws InterruptedException {
    return store.look(onlooker, store == Store.EVENT_TABLE ? codes.fresh() : run + "-NOBODY");
  }

  /** Reads every booking until nothing is pending any more. */
  private void untilRecorded(Codes codes, History history) throws Exception {
    List<Client> readers =
        IntStream.range(CLIENTS, 2 * CLIENTS).mapToObj(number -> client(number, history)).toList();
    long start = System.nanoTime();
    LastReads.of(codes, readers);
    long pending = pending(codes, readers.get(0));
    while (pending > 0 && !isPatienceOver(start)) {
      Thread.sleep(BETWEEN_LOOKS.toMillis());
      pending = pending(codes, readers.get(0));
    }
    say(
        pending == 0,
        "%d of %d bookings are pending after %s"
            .formatted(pending, codes.all().size(), seconds(start)));
  }

  private static long pending(Codes codes, Client reader) throws InterruptedException {
    long pending = 0;
    for (String code : codes.all()) {
      if (reader.readBooking(code).seen().stream()
          .anyMatch(event -> event.status().equals("pending"))) {
        pending++;
      }
    }
    return pending;
  }

  private void report(Window window, List<Operation> history) throws IOException {
    Set<Operation> secondFaults =
        window.failing().isPresent()
            ? setting.secondFaults().of(window.failing().get(), refusals)
            : Set.of();
    Outage calls = Outage.of(history, window::contains, secondFaults);
    out.accept(window.title());
    answered("new bookings accepted", calls.newBookings());
    answered("price changes accepted", calls.priceChanges());
    answered("current prices answered", calls.currentPrices());
  }

  private void answered(String what, List<Operation> calls) {
    Share share = Share.of(calls);
    say(share.isWhole(), what + ": " + share);
  }

  private void judge(String checker, List<Violation> violations) {
    say(violations.isEmpty(), "%s finds %d violations".formatted(checker, violations.size()));
    violations.forEach(violation -> out.accept("   " + violation));
  }

  private void expect(String what, Operation seen, Outcome expected) {
    say(
        seen.outcome() == expected,
        seen.outcome() == expected
            ? what + ": " + expected.key()
            : "%s: %s, not %s".formatted(what, seen.outcome().key(), expected.key()));
  }

  private void say(boolean isGood, String text) {
    isAsExpected = isAsExpected && isGood;
    out.accept((isGood ? "ok " : "NO ") + text);
  }

  private static String seconds(long start) {
    return "%d s".formatted(Duration.ofNanos(System.nanoTime() - start).toSeconds());
  }

  private Client client(int process, History history) {
    return new Client(
        process, setting.api(), history, refusals, unexpected::add, setting.signature());
  }
}
