package dev.holdfast.bench;

import dev.holdfast.aws.EmbeddedDynamoDb;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.local.Fault;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * The ledger at the second door (docs/second-region.md): the event table is behind the fault proxy,
 * which puts it as far away as the home region is, and lets it hang once that is lost. The pending
 * index and the queue are near. Bookings that stand before a call were made at the home's door.
 */
final class SecondDoor {

  /** In milliseconds, there and back. */
  private static final List<Integer> DISTANCES = List.of(12, 25);

  /** Each of its first calls takes the better part of a second. */
  private static final int ROUNDS_OF_FIRST_CALLS = 5;

  private static final String CHANGE_AND_SEND = "raw update of P, then raw send to Q";
  private static final String NEW_BOOKING = "new booking";
  private static final String PRICE_CHANGE = "price change";
  private static final String CURRENT_PRICE = "current price";
  private static final String FIRST_READ = "current price, the first read, which makes it pending";

  private final EmbeddedStores stores;
  private final Functions functions;
  private final Scale scale;
  private final Report report;
  private final Ledger home;
  private final DynamoDbClient eventTable;
  private final Items items;
  private final RawHeads heads;

  SecondDoor(EmbeddedStores stores, Functions functions, Scale scale, Report report) {
    this.stores = stores;
    this.functions = functions;
    this.scale = scale;
    this.report = report;
    Raw raw = Raw.of(stores);
    home = stores.ledger();
    eventTable = EmbeddedStores.clientOf(functions.eventTable());
    items = raw.items();
    heads = RawHeads.of(stores, raw);
  }

  /** Adds its figures to the report, and answers what they are judged by. */
  List<Goal> measure() {
    report.add("");
    report.add("## The second door");
    report.add("");
    report.add(
        "The ledger in process, P and Q beside it, S behind the proxy, which holds every call for as long as the way to the home region and back takes. A new booking and a current price pay for that way once, a price change twice; once the home region is lost, a process waits for it once, and from then on all is done beside it.");
    DISTANCES.forEach(this::whileAllIsWell);
    List<Goal> goals = Stream.concat(firstCalls(), callsAfterThem()).toList();
    functions.healEventTable();
    return goals;
  }

  private void whileAllIsWell(int millis) {
    functions.injectIntoEventTable(new Fault(Fault.Mode.SLOW, 1, Duration.ofMillis(millis)));
    Ledger ledger = stores.ledgerOver(eventTable);
    Raw far = new Raw(eventTable, EmbeddedDynamoDb.EVENT_TABLE, items);
    BookingCode code = InProcess.recorded(home).bookingCode();
    report.add(
        Contest.hold(
            "S is " + millis + " ms away",
            scale.rounds(),
            Math.max(3, scale.operations() / 10),
            scale.warmUp() / 60,
            List.of(
                far.put(),
                heads.put(),
                InProcess.newBooking(NEW_BOOKING, ledger.append(), AppendOutcome.Recorded.class),
                InProcess.change(PRICE_CHANGE, home, ledger.append(), AppendOutcome.Recorded.class),
                far.query(code, 1, false),
                InProcess.current(CURRENT_PRICE, ledger.read(), code))));
  }

  private Stream<Goal> firstCalls() {
    Contest contest =
        Contest.hold(
            "The home region is lost, the first call",
            ROUNDS_OF_FIRST_CALLS,
            1,
            0,
            List.of(
                heads.park(),
                first(
                    NEW_BOOKING,
                    ledger ->
                        InProcess.newBooking("", ledger.append(), AppendOutcome.Pending.class)),
                first(
                    PRICE_CHANGE,
                    ledger ->
                        InProcess.change("", home, ledger.append(), AppendOutcome.Pending.class)),
                first(CURRENT_PRICE, ledger -> InProcess.firstRead("", home, ledger.read()))));
    report.add(contest);
    return Stream.of(
        Goal.atMost(
            "second door, the first call once the home region is lost, the slowest",
            1.5,
            new Spread(
                seconds(contest, 100).max().orElseThrow(),
                seconds(contest, 0).min().orElseThrow(),
                seconds(contest, 100).max().orElseThrow()),
            "s"));
  }

  private static DoubleStream seconds(Contest contest, double percentile) {
    return contest.measurements().stream()
        .skip(1)
        .mapToDouble(calls -> calls.millis(percentile) / 1e3);
  }

  /** A call of a process that had an answer of the event table a moment before. */
  private Contender first(String name, Function<Ledger, Contender> call) {
    return new Contender(
        name,
        () -> {
          functions.healEventTable();
          Ledger ledger = stores.ledgerOver(eventTable);
          InProcess.recorded(ledger);
          Runnable next = call.apply(ledger).prepare().get();
          functions.injectIntoEventTable(Fault.of(Fault.Mode.HANG));
          return next;
        });
  }

  private Stream<Goal> callsAfterThem() {
    functions.injectIntoEventTable(Fault.of(Fault.Mode.HANG));
    Ledger ledger = stores.ledgerOver(eventTable);
    BookingCode code = InProcess.parked(home).bookingCode();
    Contest contest =
        Contest.hold(
            "The home region is lost, breaker open",
            scale.rounds(),
            Math.max(3, scale.operations() / 3),
            scale.warmUp() / 4,
            List.of(
                heads.park(),
                heads.park().then(Bench.WRITE_AND_SEND, InProcess.rawSend(stores)),
                heads.change().then(CHANGE_AND_SEND, InProcess.rawSend(stores)),
                InProcess.newBooking(
                    NEW_BOOKING, ledger.appendWithOpenBreaker(), AppendOutcome.Pending.class),
                InProcess.change(
                    PRICE_CHANGE,
                    home,
                    ledger.appendWithOpenBreaker(),
                    AppendOutcome.Pending.class),
                InProcess.firstRead(FIRST_READ, home, ledger.readWithOpenBreaker()),
                InProcess.current(CURRENT_PRICE, ledger.readWithOpenBreaker(), code)));
    report.add(contest);
    String both =
        "Without the ledger the put and the send are %.2f × the put alone. Why they are not made side by side: docs/decisions/0031-a-hint-after-the-write.md."
            .formatted(contest.of(Bench.WRITE_AND_SEND).ratioTo(contest.base()).median());
    return Stream.of(
        Goal.atMost(
            "second door, the home region is lost, new booking, against both of its calls",
            1.15,
            contest.of(NEW_BOOKING).ratioTo(contest.of(Bench.WRITE_AND_SEND)),
            "× raw write and send"),
        Goal.atMost(
            "second door, the home region is lost, price change, against both of its calls",
            1.15,
            contest.of(PRICE_CHANGE).ratioTo(contest.of(CHANGE_AND_SEND)),
            "× raw update and send"),
        judged(contest, NEW_BOOKING, "a put, and then a send to Q. " + both),
        judged(
            contest,
            PRICE_CHANGE,
            "an update, which takes DynamoDB Local longer than a put, and then a send to Q. "
                + both),
        judged(contest, FIRST_READ, "a get, a put, and then a send to Q. " + both),
        judged(contest, CURRENT_PRICE, "a get."));
  }

  private static Goal judged(Contest contest, String call, String why) {
    return Goal.atMost(
            "second door, the home region is lost, " + call,
            2.2,
            contest.of(call).ratioTo(contest.base()),
            "× raw put to P")
        .because(why);
  }
}
