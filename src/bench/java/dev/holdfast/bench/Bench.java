package dev.holdfast.bench;

import dev.holdfast.aws.RoundTrips;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.SegmentWalk.Progress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;

/**
 * Measures everything side by side, prints it, and writes docs/benchmarks.md: {@code mvn -Pbench},
 * or {@code mvn -Pbench -Dbench.quick} for trying, which writes target/benchmarks.md.
 */
public final class Bench {

  /** As many as a batch of the queue has messages. */
  private static final int CONCURRENCY = 10;

  private static final int SEGMENTS = 4;
  private static final int LIMIT_OF_ONE = 1;

  /** A function's process is new, while this one has been busy for a while when its turn comes. */
  private static final int WARM_FUNCTION = 5;

  private static final String BOTH_WRITES = "raw put of a head, then of the event";
  private static final String ALL_CALLS = "raw query, update of a head, put of the event";
  private static final String BOTH_READS = "raw query, and a raw get of the head beside it";
  static final String WRITE_AND_SEND = "raw write to P, then raw send to Q";
  private static final String OPEN = "Holdfast, S down, breaker open";

  private static final String EVENTS_OF_ITEMS =
      "beside the same call there is the making of the ledger's events out of the items.";
  private static final String SIDE_BY_SIDE =
      "S and P are asked at once, and both, client and store, share this machine's two cores.";

  // Held here because java.util.logging forgets a logger, and its level, that nobody refers to.
  private static final List<Logger> SILENCED =
      List.of(
          Logger.getLogger("com.amazonaws"),
          Logger.getLogger("com.almworks"),
          Logger.getLogger("dev.holdfast.aws"),
          Logger.getLogger("org.eclipse.jetty"),
          Logger.getLogger("org.elasticmq"),
          Logger.getLogger("org.apache.pekko"),
          Logger.getLogger("io.netty"),
          Logger.getLogger("software.amazon.awssdk"));

  private final Scale scale;
  private final Report report = new Report();
  private final List<Goal> goals = new ArrayList<>();
  private boolean isNative;

  private Bench(Scale scale) {
    this.scale = scale;
  }

  public static void main(String[] arguments) throws Exception {
    SILENCED.forEach(logger -> logger.setLevel(Level.OFF));
    // Present without a value is a wish, too.
    boolean quick = !System.getProperty("bench.quick", "false").equals("false");
    int status = 1;
    try {
      new Bench(quick ? Scale.quick() : Scale.full()).run();
      status = 0;
    } finally {
      // The stores' threads would keep the process.
      Runtime.getRuntime().halt(status);
    }
  }

  private void run() throws Exception {
    try (EmbeddedStores stores = new EmbeddedStores()) {
      inProcess(stores);
      functions(stores);
    }
    drains();
    sweeps();
    growth();
    roundTrips();
    Path file = Path.of(scale.isQuick() ? "target" : "docs", "benchmarks.md");
    String summary = summary();
    report.write(file, summary);
    System.out.println();
    System.out.println(summary);
    System.out.println("Written to " + file);
  }

  private String summary() {
    return """
        # Benchmarks

        Written by `mvn -Pbench`. Every figure is one of this machine; what carries over is the ratios, each of
        contenders side by side in one run, over the same embedded stores, with the same SDK client settings (Apache's
        client, two attempts). The peer brings a client of its own.

        %s
        A figure is the median of the medians of all rounds, with the least and the greatest round in brackets; within
        a round the contenders take turns (A B C A B C …). A ratio is taken within each round, and then likewise.

        ## Goals

        | goal | limit | measured | |
        |---|---|---|---|
        %s

        %s
        S is the event table, P the pending index, Q the fallback queue. *Raw* is one call of the same client with the same
        item, and nothing else: the limit. A raw put, where nothing else is said, is one of an event into S; a head holds its last
        event whole, and what tells it from others, so that its put carries about twice as much.
        """
        .formatted(
            Machine.describe(isNative, scale),
            goals.stream().map(Goal::line).collect(Collectors.joining("\n")),
            goals.stream().flatMap(Goal::explanation).collect(Collectors.joining()));
  }

  private Contest hold(String title, List<Contender> contenders) {
    return hold(title, scale.operations(), scale.warmUp(), contenders);
  }

  private Contest hold(String title, int operations, int warmUp, List<Contender> contenders) {
    Contest contest = Contest.hold(title, scale.rounds(), operations, warmUp, contenders);
    report.add(contest);
    return contest;
  }

  private void inProcess(EmbeddedStores stores) throws IOException {
    report.add("");
    report.add("## In one process");
    Ledger ledger = stores.ledger();
    Raw raw = Raw.of(stores);
    RawHeads heads = RawHeads.of(stores, raw);
    try (Peer peer = new Peer(stores.events(), stores.eventsEndpoint())) {
      appends(ledger, raw, heads, peer);
      reads(ledger, raw, heads, peer);
    }
    oneEvent(ledger, raw);
    pagesBeforeTheEnd(ledger, raw, heads);
    currentPrices(ledger, raw, heads);
    hold(
        "Collision and repetition",
        List.of(raw.put(), InProcess.collision(ledger), InProcess.repetition(ledger)));
    failures(stores, ledger, raw, heads);
    readsInAnOutage(ledger, heads);
  }

  /** A booking of so many events that are recorded, and its head. */
  private static BookingCode history(Raw raw, RawHeads heads, int events) {
    BookingCode code = raw.history(events);
    heads.add(code, events);
    return code;
  }

  private void appends(Ledger ledger, Raw raw, RawHeads heads, Peer peer) {
    Contest first =
        hold(
            "New booking",
            List.of(
                raw.put(),
                heads.put().then(BOTH_WRITES, raw.put()),
                InProcess.foil(ledger),
                InProcess.newBooking(
                    InProcess.HOLDFAST, ledger.append(), AppendOutcome.Recorded.class),
                InProcess.peerNewBooking(peer)));
    Measurement ours = first.of(InProcess.HOLDFAST);
    goals.add(
        Goal.atMost("new booking", 2.2, ours.ratioTo(first.base()), "× raw put")
            .because(
                "a put of the head, which holds the event and what tells it from others, and then a put of the event. Without the ledger the two are %.2f × a raw put; the rest is the ledger's own."
                    .formatted(first.of(BOTH_WRITES).ratioTo(first.base()).median())));
    goals.add(
        Goal.atMost(
            "new booking, against the peer", 1, ours.ratioTo(first.of(InProcess.PEER)), "× peer"));
    BookingCode code = history(raw, heads, 10);
    Contest next =
        hold(
            "Version n + 1",
            List.of(
                raw.put(),
                raw.query(code, LIMIT_OF_ONE, false)
                    .then("", heads.update())
                    .then(ALL_CALLS, raw.put()),
                InProcess.foilNextVersion(ledger),
                InProcess.nextVersion(ledger),
                InProcess.peerNextVersion(peer),
                InProcess.peerNextVersionRecovered(peer)));
    Measurement later = next.of(InProcess.HOLDFAST);
    goals.add(
        Goal.atMost("version n + 1", 3.1, later.ratioTo(next.base()), "× raw put")
            .because(
                "a query, an update of the head and a put of the event, one after the other. Without the ledger the three are %.2f × a raw put; an update alone takes DynamoDB Local a third longer than a put. The rest is the ledger's own."
                    .formatted(next.of(ALL_CALLS).ratioTo(next.base()).median())));
    goals.add(
        Goal.atMost(
                "version n + 1, against the peer's actor in memory",
                1,
                later.ratioTo(next.of(InProcess.PEER_IN_MEMORY)),
                "× peer")
            .because(
                "the peer makes one write and no read, for it trusts that no other process has the booking in memory. A ledger that two processes may write to has to ask what came before, and one that outlives its event table has to claim."));
    goals.add(
        Goal.atMost(
            "version n + 1, against the peer's actor, recovered first",
            1,
            later.ratioTo(next.of(InProcess.PEER)),
            "× peer"));
  }

  /** Whole bookings: the page reaches the end. */
  private void reads(Ledger ledger, Raw raw, RawHeads heads, Peer peer) {
    for (int events : List.of(1, 10, 1_000)) {
      BookingCode code = history(raw, heads, events);
      Contest contest =
          holdOf(
              events,
              "Read of a booking of " + events + (events == 1 ? " event" : " events"),
              List.of(
                  raw.query(code, events + 1, true),
                  InProcess.read(ledger, code, events),
                  InProcess.peerRead(peer, events)));
      Measurement ours = contest.of(InProcess.HOLDFAST);
      String what = contest.title().toLowerCase(Locale.ROOT);
      goals.add(
          Goal.atMost(what, 1.4, ours.ratioTo(contest.base()), "× raw query")
              .because(SIDE_BY_SIDE));
      goals.add(
          Goal.atMost(
              what + ", against the peer", 1, ours.ratioTo(contest.of(InProcess.PEER)), "× peer"));
    }
  }

  /** Large bookings are read fewer times. */
  private Contest holdOf(int events, String title, List<Contender> contenders) {
    boolean large = events > 100;
    return hold(
        title,
        large ? Math.max(3, scale.operations() / 6) : scale.operations(),
        large ? scale.warmUp() / 3 : scale.warmUp(),
        contenders);
  }

  private void oneEvent(Ledger ledger, Raw raw) {
    BookingCode code = raw.history(10);
    Contest contest =
        hold(
            "One version that exists", List.of(raw.get(code, 5), InProcess.event(ledger, code, 5)));
    goals.add(
        Goal.atMost(
                "one version that exists",
                1.15,
                contest.of(InProcess.HOLDFAST).ratioTo(contest.base()),
                "× raw get")
            .because(EVENTS_OF_ITEMS));
  }

  private void pagesBeforeTheEnd(Ledger ledger, Raw raw, RawHeads heads) {
    BookingCode code = history(raw, heads, 100);
    String first = "Holdfast, the first page";
    String later = "Holdfast, a later page";
    Contest contest =
        hold(
            "A page of 10 events that ends before the end",
            List.of(
                raw.query(code, 11, true),
                InProcess.page(later, ledger, code, Version.of(21)),
                InProcess.page(first, ledger, code, Optional.empty())));
    goals.add(
        Goal.atMost(
                "a page that ends before the end",
                1.15,
                contest.of(later).ratioTo(contest.base()),
                "× raw query")
            .because(EVENTS_OF_ITEMS));
    goals.add(
        Goal.atMost(
                "a booking's first page that ends before the end",
                1.4,
                contest.of(first).ratioTo(contest.base()),
                "× raw query")
            .because(SIDE_BY_SIDE));
  }

  private void currentPrices(Ledger ledger, Raw raw, RawHeads heads) {
    BookingCode shortOne = history(raw, heads, 1);
    BookingCode longOne = history(raw, heads, scale.longHistory());
    String ofShort = "Holdfast, 1 event";
    String ofLong = "Holdfast, " + scale.longHistory() + " events";
    Contest contest =
        hold(
            "Current price",
            List.of(
                raw.query(shortOne, LIMIT_OF_ONE, false),
                raw.query(shortOne, LIMIT_OF_ONE, false).beside(BOTH_READS, heads.get(shortOne)),
                InProcess.current(ofShort, ledger.read(), shortOne),
                InProcess.current(ofLong, ledger.read(), longOne)));
    goals.add(
        Goal.atMost(
                "current price", 1.4, contest.of(ofShort).ratioTo(contest.base()), "× raw query")
            .because(
                "a query of S and a get from P at once. Without the ledger the two are %.2f × a raw query, since both stores and their clients share this machine's two cores; the rest is the hand-over of one of them to another thread, and back."
                    .formatted(contest.of(BOTH_READS).ratioTo(contest.base()).median())));
    goals.add(
        Goal.atMost(
            "current price of " + scale.longHistory() + " events",
            1.3,
            contest.of(ofLong).ratioTo(contest.of(ofShort)),
            "× that of 1"));
  }

  private void failures(EmbeddedStores stores, Ledger ledger, Raw raw, RawHeads heads)
      throws IOException {
    URI nowhere;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nowhere = URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
    inAnOutage(
        "New booking while S refuses",
        stores,
        raw,
        heads.park(),
        List.of(
            InProcess.newBooking(OPEN, ledger.appendWithOpenBreaker(), AppendOutcome.Pending.class),
            new Contender(
                "Holdfast, S refuses, first call",
                () ->
                    InProcess.newBooking("", afresh(stores, nowhere), AppendOutcome.Pending.class)
                        .prepare()
                        .get())));
    inAnOutage(
        "Price change while S refuses",
        stores,
        raw,
        heads.change(),
        List.of(
            InProcess.change(
                OPEN, ledger, ledger.appendWithOpenBreaker(), AppendOutcome.Pending.class)));
    try (ServerSocket silent = new ServerSocket(0, 200, InetAddress.getLoopbackAddress())) {
      URI hanging = URI.create("http://127.0.0.1:" + silent.getLocalPort());
      Contest contest =
          hold(
              "New booking while S hangs",
              scale.hangs(),
              0,
              List.of(
                  raw.put(),
                  new Contender(
                      "Holdfast, S hangs, first call",
                      () ->
                          InProcess.newBooking(
                                  "", afresh(stores, hanging), AppendOutcome.Pending.class)
                              .prepare()
                              .get())));
      Measurement first = contest.measurements().get(1);
      Spread longest =
          new Spread(first.millis(100) / 1e3, first.millis(0) / 1e3, first.millis(100) / 1e3);
      goals.add(Goal.atMost("first call while S hangs, the slowest", 1.5, longest, "s"));
    }
  }

  /** One write to P, and one send to Q: against the same two past the ledger. */
  private void inAnOutage(
      String title, EmbeddedStores stores, Raw raw, Contender write, List<Contender> ours) {
    Contender send = InProcess.rawSend(stores);
    List<Contender> contenders =
        new ArrayList<>(List.of(write.then(WRITE_AND_SEND, send), raw.put(), write, send));
    contenders.addAll(ours);
    Contest contest =
        hold(title, Math.max(3, scale.operations() / 3), scale.warmUp() / 4, contenders);
    goals.add(
        Goal.atMost(
                title.toLowerCase(Locale.ROOT).replace("s refuses", "S is down, breaker open"),
                1.15,
                contest.of(OPEN).ratioTo(contest.base()),
                "× raw write and send")
            .because(EVENTS_OF_ITEMS));
  }

  private void readsInAnOutage(Ledger ledger, RawHeads heads) {
    BookingCode code = InProcess.parked(ledger).bookingCode();
    hold(
        "Current price while S is down, breaker open",
        Math.max(3, scale.operations() / 3),
        scale.warmUp() / 4,
        List.of(
            heads.get(code),
            InProcess.current("Holdfast", ledger.readWithOpenBreaker(), code),
            InProcess.firstRead(
                "Holdfast, the first read, which makes it pending",
                ledger,
                ledger.readWithOpenBreaker())));
  }

  /** The append of a process that has not yet noticed that S fails. */
  private static Append afresh(EmbeddedStores stores, URI eventTable) {
    return stores.ledgerOver(EmbeddedStores.clientOf(eventTable)).append();
  }

  private void functions(EmbeddedStores stores) {
    report.add("");
    report.add("## The functions");
    report.add("");
    report.add(
        "All call the same tables through the same proxies of the local cloud. A function is invoked at the Runtime "
            + "API, past the gateway; so the way there and back is in its figure, as the bad request shows, which calls "
            + "no store.");
    try (Functions functions = new Functions(stores)) {
      isNative = functions.isNative();
      Ledger ledger = functions.ledger();
      Raw raw = functions.raw(Items.sampled(stores));
      Contest append =
          hold(
              "Append function",
              scale.operations(),
              WARM_FUNCTION * scale.warmUp(),
              List.of(
                  raw.put(),
                  InProcess.newBooking(
                      InProcess.HOLDFAST, ledger.append(), AppendOutcome.Recorded.class),
                  functions.newBooking(),
                  functions.badAppend()));
      overhead("append function", append);
      BookingCode code = history(raw, functions.heads(raw.items()), 10);
      Contest read =
          hold(
              "Read function",
              scale.operations(),
              WARM_FUNCTION * scale.warmUp(),
              List.of(
                  raw.query(code, 11, true),
                  InProcess.read(ledger, code, 10),
                  functions.read(code)));
      overhead("read function", read);
      drainFunction(functions, ledger, raw);
      goals.addAll(new SecondDoor(stores, functions, scale, report).measure());
    }
  }

  private void overhead(String function, Contest contest) {
    Spread millis = contest.measurements().get(2).excessOver(contest.of(InProcess.HOLDFAST));
    report.add("");
    report.add("Over the ledger in process: " + millis + " ms.");
    goals.add(
        Goal.atMost(function + ", its own overhead, p50", 1.5, millis, "ms")
            .because(
                "it holds the way to the process and back, through the stand-in for Lambda's Runtime API; a bad request, which calls no store, has that on its own. The rest is the same ledger and the same SDK in a process of its own: of its processor time, sampled once, three fifths went into the SDK's calls. Both compilers instead of C1 alone made it no faster."));
  }

  private void drainFunction(Functions functions, Ledger ledger, Raw raw) {
    List<Double> rates = new ArrayList<>();
    List<Double> raws = new ArrayList<>();
    int batches = Math.max(5, scale.drained() / CONCURRENCY / 20);
    for (int round = 0; round < 6; round++) {
      List<List<AcceptedEvent>> work =
          IntStream.range(0, batches)
              .mapToObj(
                  batch ->
                      IntStream.range(0, CONCURRENCY)
                          .mapToObj(event -> InProcess.parked(ledger))
                          .toList())
              .toList();
      double batchesPerSecond = Crowd.workOff(work, 1, functions::drain);
      double putsPerSecond =
          Crowd.workOff(requests(raw, batches * CONCURRENCY), CONCURRENCY, raw.client()::putItem);
      // The first warms the process up.
      if (round > 0) {
        rates.add(batchesPerSecond * CONCURRENCY);
        raws.add(putsPerSecond);
      }
    }
    report.add("");
    report.add("### Drain function, batches of " + CONCURRENCY + ", one process");
    report.add("");
    report.add("| | per second |");
    report.add("|---|---|");
    report.add("| raw puts, " + CONCURRENCY + " at once, same proxy | " + Spread.of(raws) + " |");
    report.add("| events drained | " + Spread.of(rates) + " |");
  }

  private static List<PutItemRequest> requests(Raw raw, int count) {
    return IntStream.range(0, count).mapToObj(number -> raw.request()).toList();
  }

  private void drains() {
    report.add("");
    report.add("## Drain");
    report.add("");
    try (EmbeddedStores stores = new EmbeddedStores()) {
      Ledger ledger = stores.ledger();
      Raw raw = Raw.of(stores);
      RawHeads heads = RawHeads.of(stores, raw);
      int rounds = 5;
      List<Double> puts = new ArrayList<>();
      List<Double> bare = new ArrayList<>();
      List<Double> drained = new ArrayList<>();
      List<Double> shares = new ArrayList<>();
      List<Double> bareShares = new ArrayList<>();
      for (int round = 0; round <= rounds; round++) {
        int count = scale.drained() / rounds;
        double putRate = Crowd.workOff(requests(raw, count), CONCURRENCY, raw.client()::putItem);
        double bareRate =
            Crowd.workOff(
                parked(ledger, count), CONCURRENCY, event -> raw.drain(heads, event.bookingCode()));
        double drainRate = Crowd.workOff(parked(ledger, count), CONCURRENCY, ledger.drain()::drain);
        if (round > 0) {
          puts.add(putRate);
          bare.add(bareRate);
          drained.add(drainRate);
          shares.add(100 * drainRate / putRate);
          bareShares.add(100 * bareRate / putRate);
        }
      }
      report.add("### " + scale.drained() + " pending events, " + CONCURRENCY + " at once");
      report.add("");
      report.add("| | per second |");
      report.add("|---|---|");
      report.add("| raw puts | " + Spread.of(puts) + " |");
      report.add("| a drain's three calls, raw | " + Spread.of(bare) + " |");
      report.add("| events drained, each a read and two writes | " + Spread.of(drained) + " |");
      goals.add(
          Goal.atLeast("drain, " + CONCURRENCY + " at once", 45, Spread.of(shares), "% of raw puts")
              .because(
                  "an event takes a read and two writes, one of which drops an index entry. The same three calls without the ledger reach %.0f %%: that is the limit."
                      .formatted(Spread.of(bareShares).median())));
    }
  }

  private static List<AcceptedEvent> parked(Ledger ledger, int count) {
    return IntStream.range(0, count).mapToObj(event -> InProcess.parked(ledger)).toList();
  }

  /** What is pending, and what a call costs then. */
  private void sweeps() {
    report.add("");
    report.add("## As pending grows");
    report.add("");
    report.add(
        "In brackets: how many times a raw put, in the same rounds. A sweep's 192 queries and its messages go out side by side, and of a shard no more than 64 messages in a sweep: so 4,096 are the most.");
    report.add("");
    report.add(
        "| pending | sweep s | of these put back on Q | raw put ms | new booking, breaker open ms | drain of one ms |");
    report.add("|---|---|---|---|---|---|");
    try (EmbeddedStores stores = new EmbeddedStores()) {
      Ledger ledger = stores.ledger();
      Raw raw = Raw.of(stores);
      int standing = 0;
      for (int pending : scale.pending()) {
        raw.items().addPending(stores, pending - standing);
        standing = pending;
        long start = System.nanoTime();
        int requeued = ledger.sweep().sweep().pending().requeued();
        double seconds = Crowd.seconds(System.nanoTime() - start);
        Contest contest =
            Contest.hold(
                "",
                scale.rounds(),
                Math.max(3, scale.operations() / 6),
                scale.warmUp() / 4,
                List.of(
                    raw.put(),
                    InProcess.newBooking(
                        "open", ledger.appendWithOpenBreaker(), AppendOutcome.Pending.class),
                    InProcess.drain(ledger)));
        report.add(
            String.format(
                Locale.ROOT,
                "| %d | %.2f | %d | %s | %s | %s |",
                pending,
                seconds,
                requeued,
                contest.base().median(),
                beside(contest.measurements().get(1), contest.base()),
                beside(contest.measurements().get(2), contest.base())));
      }
    }
  }

  /** Gives the bookings of a table their heads; most have none yet. */
  private String backfill(Ledger ledger, Raw raw) {
    // Before it, so that these get their heads as well.
    List<PutItemRequest> puts = requests(raw, scale.backfilled() / 20);
    double putsPerSecond = Crowd.workOff(puts, SEGMENTS, raw.client()::putItem);
    AtomicLong made = new AtomicLong();
    long start = System.nanoTime();
    Crowd.forEach(
        SEGMENTS,
        SEGMENTS,
        segment -> {
          Progress<Backfill.Finding> progress =
              ledger
                  .backfill()
                  .run(
                      new Segment(segment, SEGMENTS),
                      Optional.empty(),
                      Duration.ofHours(1),
                      turns -> {});
          if (!progress.isDone()) {
            throw new IllegalStateException("A backfill ended early: " + progress);
          }
          made.addAndGet(progress.found(Backfill.Finding.CLAIMED));
        });
    double seconds = Crowd.seconds(System.nanoTime() - start);
    return String.format(
        Locale.ROOT,
        "%d bookings in %d segments side by side: %.1f s, %.0f heads a second, each a query, a get and a put; raw puts by as many threads: %.0f a second.",
        made.get(),
        SEGMENTS,
        seconds,
        made.get() / seconds,
        putsPerSecond);
  }

  /** Goes through both stores. */
  private String audit(Ledger ledger) {
    AtomicLong scanned = new AtomicLong();
    long start = System.nanoTime();
    Crowd.forEach(
        SEGMENTS,
        SEGMENTS,
        segment -> {
          for (Audit.Store store : Audit.Store.values()) {
            Audit.Report report =
                ledger
                    .audit()
                    .run(
                        store,
                        new Segment(segment, SEGMENTS),
                        Optional.empty(),
                        Duration.ofHours(1),
                        turns -> {});
            if (!report.progress().isDone() || !report.violations().isEmpty()) {
              throw new IllegalStateException("An audit found something: " + report);
            }
            scanned.addAndGet(report.progress().scanned());
          }
        });
    double seconds = Crowd.seconds(System.nanoTime() - start);
    return String.format(
        Locale.ROOT,
        "%d events and heads in %d segments side by side: %.1f s, %.0f a second; of each booking a head is read beside it.",
        scanned.get(),
        SEGMENTS,
        seconds,
        scanned.get() / seconds);
  }

  /** The cost of a call at tables of several sizes. */
  private void growth() {
    report.add("");
    report.add("## As the tables grow");
    report.add("");
    report.add(
        "In brackets: how many times the raw call of its kind, in the same rounds. The raw calls themselves take longer with more items, which is DynamoDB Local's own; no call of the ledger reads or writes more items when there are more.");
    report.add("");
    report.add(
        "| items in each table | raw put ms | new booking ms | version n + 1 ms | raw query ms | read of 10 ms | drain of one ms | sweep of nothing ms |");
    report.add("|---|---|---|---|---|---|---|---|");
    try (EmbeddedStores stores = new EmbeddedStores()) {
      Ledger ledger = stores.ledger();
      Raw raw = Raw.of(stores);
      BookingCode code = history(raw, RawHeads.of(stores, raw), 10);
      String backfill = "";
      String audit = "";
      int standing = 0;
      for (int size : scale.grown()) {
        if (size == scale.backfilled()) {
          raw.items().addRecordedWithoutHeads(stores, size - standing);
          backfill = backfill(ledger, raw);
          audit = audit(ledger);
        } else {
          raw.items().addRecorded(stores, size - standing);
        }
        standing = size;
        Contest contest =
            Contest.hold(
                "",
                scale.rounds(),
                Math.max(5, scale.operations() / 3),
                scale.warmUp() / 4,
                List.of(
                    raw.put(),
                    InProcess.newBooking(
                        InProcess.HOLDFAST, ledger.append(), AppendOutcome.Recorded.class),
                    InProcess.nextVersion(ledger),
                    raw.query(code, 11, true),
                    InProcess.read(ledger, code, 10),
                    InProcess.drain(ledger)));
        Contest sweep =
            Contest.hold(
                "",
                scale.rounds(),
                1,
                1,
                List.of(Contender.of("sweep", () -> ledger.sweep().sweep())));
        Measurement put = contest.base();
        Measurement query = contest.of(Raw.QUERY);
        List<Measurement> all = contest.measurements();
        report.add(
            "| %d | %s | %s | %s | %s | %s | %s | %s |"
                .formatted(
                    size,
                    put.median(),
                    beside(all.get(1), put),
                    beside(all.get(2), put),
                    query.median(),
                    beside(all.get(4), query),
                    beside(all.get(5), put),
                    sweep.base().median()));
      }
      report.add("");
      report.add("## Backfill");
      report.add("");
      report.add(backfill);
      report.add("");
      report.add("## Audit");
      report.add("");
      report.add(audit);
    }
  }

  private static String beside(Measurement ours, Measurement raw) {
    return String.format(
        Locale.ROOT, "%.2f (× %.2f)", ours.median().median(), ours.ratioTo(raw).median());
  }

  private void roundTrips() throws Exception {
    report.add("");
    report.add("## Round trips");
    report.add("");
    report.add(
        "Exact, and asserted in every build (RoundTripsTest). † A condition of the write did not hold: DynamoDB charges for "
            + "it and does not report it, so its unit is missing here; as is what DynamoDB charges for a query that finds "
            + "nothing (half a unit, or one where it is consistent). Units are reads and writes, table and index together, "
            + "for events of less than 1 KB.");
    report.add("");
    report.add(RoundTrips.table(RoundTrips.count()).strip());
  }
}
