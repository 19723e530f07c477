package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.simulated.OneAfterTheOther;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.WriteRequest;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * What every operation of the ledger asks of its three stores, counted in the SDK's own clients at
 * embedded stores. Exact, and the same on every machine: events of less than 1 KB, one operation at
 * a time.
 */
public final class RoundTrips implements AutoCloseable {

  private static final Duration AN_HOUR = Duration.ofHours(1);
  private static final int LENGTH = 10_000;

  /** As many items as DynamoDB takes at once (AWS, "BatchWriteItem"). */
  private static final int BATCH = 25;

  private static final CircuitBreaker CLOSED = () -> false;
  private static final CircuitBreaker OPEN = () -> true;

  private final CallCounter eventTableCalls = new CallCounter();
  private final CallCounter pendingIndexCalls = new CallCounter();
  private final CallCounter queueCalls = new CallCounter();
  private final List<Row> rows = new ArrayList<>();
  private final DynamoDbClient uncounted;
  private final DynamoDbClient events;
  private final DynamoDbClient eventsNowhere;
  private final DynamoDbClient pending;
  private final DynamoDbClient pendingNowhere;
  private final SqsClient sqs;
  private final EventTable eventTable;
  private final EventTable failingEventTable;
  private final PendingIndex pendingIndex;
  private final PendingIndex failingPendingIndex;
  private final SqsFallbackQueue fallbackQueue;

  /**
   * An operation, and what it cost.
   *
   * @param outcome what it answered: the name of the outcome's type
   */
  public record Row(String operation, String outcome, Trips trips) {

    /** A line of {@link #table}. */
    private String line() {
      return "| %s | %s | %s | %s | %d |"
          .formatted(
              operation,
              outcome,
              trips.eventTable().cells(),
              trips.pendingIndex().cells(),
              trips.sends());
    }
  }

  /**
   * What an operation asked of each store. A call that is not answered counts like any other.
   *
   * @param sends messages sent to the fallback queue
   */
  public record Trips(TableTrips eventTable, TableTrips pendingIndex, int sends) {}

  /**
   * What an operation asked of one table.
   *
   * @param writes those whose condition did not hold among them
   * @param refused writes whose condition did not hold, † in a table
   * @param units the capacity units that DynamoDB reported: reads and writes, the table and its
   *     index together. For a refused write it reports none, and charges for one.
   */
  public record TableTrips(int reads, int writes, int refused, BigDecimal units) {

    private static TableTrips of(CallCounter calls) {
      return new TableTrips(
          calls.reads(), calls.writes(), calls.refused(), calls.units().stripTrailingZeros());
    }

    private String cells() {
      return "%d | %d%s | %s"
          .formatted(reads, writes, refused > 0 ? "†" : "", units.toPlainString());
    }
  }

  private RoundTrips(
      EmbeddedDynamoDb eventsStore, URI pendingEndpoint, URI sqsEndpoint, String queueUrl)
      throws IOException {
    URI nowhere = nowhere();
    uncounted = eventsStore.client();
    events = Clients.dynamoDb(eventsStore.endpoint(), eventTableCalls);
    eventsNowhere = Clients.dynamoDb(nowhere, eventTableCalls);
    pending = Clients.dynamoDb(pendingEndpoint, pendingIndexCalls);
    pendingNowhere = Clients.dynamoDb(nowhere, pendingIndexCalls);
    sqs = Clients.sqs(sqsEndpoint, queueCalls);
    eventTable = eventTable(events);
    failingEventTable = eventTable(eventsNowhere);
    pendingIndex = new DynamoDbPendingIndex(pendingTable(pending));
    failingPendingIndex = new DynamoDbPendingIndex(pendingTable(pendingNowhere));
    fallbackQueue =
        new SqsFallbackQueue(() -> sqs, queueUrl, Clients.PATIENCE, Clients.unmeasured());
  }

  /** Where nobody listens. */
  private static URI nowhere() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }
  }

  private static EventTable eventTable(DynamoDbClient client) {
    return new DynamoDbEventTable(
        client, EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());
  }

  private static PendingTable pendingTable(DynamoDbClient client) {
    return new PendingTable(
        List.of(client), EmbeddedDynamoDb.PENDING_INDEX, Clients.PATIENCE, Clients.unmeasured());
  }

  /** Starts stores, counts each operation once, and stops them. */
  public static List<Row> count() throws Exception {
    EmbeddedDynamoDb events = new EmbeddedDynamoDb();
    EmbeddedDynamoDb pending = new EmbeddedDynamoDb();
    EmbeddedSqs sqs = new EmbeddedSqs();
    events.start();
    pending.start();
    sqs.start();
    try (RoundTrips trips =
        new RoundTrips(events, pending.endpoint(), sqs.endpoint(), sqs.createQueue("trips"))) {
      return trips.countAll();
    } finally {
      sqs.stop();
      pending.stop();
      events.stop();
    }
  }

  /** The rows as a table in Markdown. */
  public static String table(List<Row> rows) {
    return """
    | operation | answer | S reads | S writes | S units | P reads | P writes | P units | Q sends |
    |---|---|---|---|---|---|---|---|---|
    """
        + rows.stream().map(Row::line).collect(Collectors.joining("\n", "", "\n"));
  }

  @Override
  public void close() {
    List.of(events, eventsNowhere, pending, pendingNowhere, sqs).forEach(client -> client.close());
  }

  private List<Row> countAll() {
    // The sweeps first, while nothing is owed.
    sweeps();
    backfill();
    newBookings();
    laterVersions();
    priceChangesInAnOutage();
    reads();
    readsInAnOutage();
    drains();
    return List.copyOf(rows);
  }

  private void sweeps() {
    Sweep sweep =
        new Sweep(
            eventTable,
            pendingIndex,
            new DynamoDbConflictIndex(pendingTable(pending)),
            fallbackQueue,
            new Sweep.Limits(Duration.ZERO, 64, AN_HOUR, AN_HOUR),
            turns -> turns.forEach(Runnable::run),
            Clock.offset(Clock.systemUTC(), AN_HOUR),
            System::nanoTime);
    count("sweep, nothing is owed", sweep::sweep);
    AcceptedEvent parked = park();
    count("sweep, one event is pending", sweep::sweep);
    count("drain of a pending event", () -> drain().drain(parked));
  }

  private void backfill() {
    eventTable.record(Events.first(Events.anyCode()));
    DynamoDbEventTableScan scan =
        new DynamoDbEventTableScan(
            events, EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());
    Backfill backfill =
        new Backfill(scan, eventTable, pendingIndex, Clock.systemUTC(), System::nanoTime);
    count(
        "backfill of two bookings, one of which has its head",
        () -> backfill.run(new Segment(0, 1), Optional.empty(), AN_HOUR, turns -> {}));
  }

  private void newBookings() {
    AcceptedEvent first = first();
    count("new booking", () -> append(first));
    count("the same event again", () -> append(first));
    count("its event id with other content", () -> append(Events.reusingIdOf(first)));
    count("collision with a recorded booking", () -> append(rivalOf(first)));
    AcceptedEvent parked = park();
    count("collision with a pending booking", () -> append(rivalOf(parked)));
    count("a pending event again, the event table is back", () -> append(parked));

    AcceptedEvent unclaimed = first();
    count(
        "new booking, the pending index fails",
        () -> appendWith(eventTable, failingPendingIndex, CLOSED).append(unclaimed.event()));
    count(
        "new booking, the event table fails, breaker closed",
        () -> appendWith(failingEventTable, pendingIndex, CLOSED).append(first().event()));
    Append open = appendWith(failingEventTable, pendingIndex, OPEN);
    AcceptedEvent pendingEvent = first();
    count("new booking, breaker open", () -> open.append(pendingEvent.event()));
    count("the same event again, breaker open", () -> open.append(pendingEvent.event()));
    count(
        "collision with a pending booking, breaker open",
        () -> open.append(rivalOf(pendingEvent).event()));
    count(
        "new booking, both tables fail",
        () -> appendWith(failingEventTable, failingPendingIndex, CLOSED).append(first().event()));
  }

  private void laterVersions() {
    BookingCode code = booking();
    AcceptedEvent second = Events.version(code, 2);
    count("version 2", () -> append(second));
    AcceptedEvent third = Events.version(code, 3);
    count("version 3", () -> append(third));
    count("version 3 again", () -> append(third));
    count("version 2 again, version 3 is the last", () -> append(second));
    count("another version 3", () -> append(Events.version(code, 3)));
    count("version 5, version 3 is the last", () -> append(Events.version(code, 5)));
    count("version 2 of no booking", () -> append(Events.version(Events.anyCode(), 2)));
    AcceptedEvent parked = park();
    count("version 2 of a pending booking", () -> append(Events.version(parked.bookingCode(), 2)));
    AcceptedEvent waiting = park();
    pendingIndex.claimAndPark(Events.version(waiting.bookingCode(), 2), Events.NOW);
    count(
        "version 3 of a booking of which two events are pending",
        () -> append(Events.version(waiting.bookingCode(), 3)));
    count(
        "version 4, the pending index fails",
        () ->
            appendWith(eventTable, failingPendingIndex, CLOSED)
                .append(Events.version(code, 4).event()));
  }

  private void priceChangesInAnOutage() {
    Append closed = appendWith(failingEventTable, pendingIndex, CLOSED);
    Append open = appendWith(failingEventTable, pendingIndex, OPEN);
    BookingCode claimed = booking();
    count(
        "version 2 of a claimed booking, the event table fails, breaker closed",
        () -> closed.append(Events.version(claimed, 2).event()));
    AcceptedEvent third = Events.version(claimed, 3);
    count("version 3 of a pending booking, breaker open", () -> open.append(third.event()));
    count("the same version 3 again, breaker open", () -> open.append(third.event()));
    count("another version 3, breaker open", () -> open.append(Events.version(claimed, 3).event()));
    count(
        "version 6 of a booking with 3, breaker open, the event table fails",
        () -> open.append(Events.version(claimed, 6).event()));
    BookingCode alsoClaimed = booking();
    count(
        "version 2 of a claimed booking, breaker open",
        () -> open.append(Events.version(alsoClaimed, 2).event()));
    BookingCode recorded = drained();
    count(
        "version 2 of a recorded booking, breaker open",
        () -> open.append(Events.version(recorded, 2).event()));
  }

  private void reads() {
    BookingCode code = booking();
    append(Events.version(code, 2));
    BookingCode parked = park().bookingCode();
    Read read = readWith(eventTable, pendingIndex, CLOSED);
    count("current price of a recorded booking", () -> read.current(code));
    count("current price of a pending booking", () -> read.current(parked));
    count("current price of no booking", () -> read.current(Events.anyCode()));
    count("one version that is recorded", () -> read.event(code, new Version(2)));
    count("one version that is pending", () -> read.event(parked, Version.FIRST));
    count("one version that is not there", () -> read.event(code, new Version(3)));
    count("page that reaches the end", () -> read.events(code, page(Optional.empty(), 100)));
    count("page of a pending booking", () -> read.events(parked, page(Optional.empty(), 100)));
    count("page of no booking", () -> read.events(Events.anyCode(), page(Optional.empty(), 100)));
    count(
        "first page, which ends before the end",
        () -> read.events(code, page(Optional.empty(), 1)));
    count(
        "a page from a version on, which ends before the end",
        () -> read.events(code, page(Optional.of(Version.FIRST), 1)));
    BookingCode longOne = longBooking();
    count("price at a moment, before the last of 10,000", () -> asOf(read, longOne, LENGTH - 1));
    count("price at a moment, the last of 10,000", () -> asOf(read, longOne, LENGTH));
    count("price at a moment, before the first of 10,000", () -> asOf(read, longOne, 0));
    Read withoutHeads = readWith(eventTable, failingPendingIndex, CLOSED);
    count("current price, the pending index fails", () -> withoutHeads.current(code));
  }

  private static Object asOf(Read read, BookingCode code, int version) {
    return read.asOf(code, acceptedAt(version));
  }

  private static Instant acceptedAt(int version) {
    return Events.NOW.plusMillis(version);
  }

  /** A booking of {@link #LENGTH} events, a millisecond apart. */
  private BookingCode longBooking() {
    BookingCode code = Events.anyCode();
    List<WriteRequest> items =
        IntStream.rangeClosed(1, LENGTH)
            .mapToObj(version -> Events.version(code, version))
            .map(
                it ->
                    new AcceptedEvent(it.event(), it.identity(), acceptedAt(it.version().number())))
            .map(
                it ->
                    WriteRequest.builder()
                        .putRequest(put -> put.item(EventAttributes.write(it)))
                        .build())
            .toList();
    for (int from = 0; from < LENGTH; from += BATCH) {
      List<WriteRequest> batch = items.subList(from, from + BATCH);
      uncounted.batchWriteItem(
          write -> write.requestItems(Map.of(EmbeddedDynamoDb.EVENT_TABLE, batch)));
    }
    return code;
  }

  private static Range page(Optional<Version> from, int limit) {
    return new Range(from, limit, Order.ASCENDING);
  }

  private void readsInAnOutage() {
    Read closed = readWith(failingEventTable, pendingIndex, CLOSED);
    Read open = readWith(failingEventTable, pendingIndex, OPEN);
    BookingCode claimed = booking();
    count(
        "current price of a claimed booking, the event table fails", () -> closed.current(claimed));
    count("the same again", () -> closed.current(claimed));
    count("the same again, breaker open", () -> open.current(claimed));
    BookingCode alsoClaimed = booking();
    count("current price of a claimed booking, breaker open", () -> open.current(alsoClaimed));
    BookingCode recorded = drained();
    count("current price of a recorded booking, breaker open", () -> open.current(recorded));
    BookingCode history = booking();
    append(Events.version(history, 2));
    count(
        "history of a booking, breaker open, the event table fails",
        () -> open.events(history, page(Optional.empty(), 100)));
    count(
        "price at a moment, after the last event, breaker open",
        () -> open.asOf(recorded, Events.NOW));
    count(
        "price at a moment, which is history, breaker open, the event table fails",
        () -> open.asOf(history, Events.NOW));
  }

  private void drains() {
    AcceptedEvent recorded = first();
    append(recorded);
    count("drain of a message about an event that was recorded", () -> drain().drain(recorded));
    count("drain of a message that came twice", () -> drain().drain(recorded));
    count("drain of a message about no event", () -> drain().drain(first()));
    AcceptedEvent unclaimed = first();
    eventTable.recordUnclaimed(unclaimed, Events.NOW);
    count("drain of a recorded event without a head", () -> drain().drain(unclaimed));
    BookingCode behind = booking();
    AcceptedEvent second = Events.version(behind, 2);
    eventTable.recordUnclaimed(second, Events.NOW);
    count("drain of version 2, of which the head does not know", () -> drain().drain(second));
    AcceptedEvent first = park();
    for (int version = 2; version <= 3; version++) {
      pendingIndex.claimAndPark(Events.version(first.bookingCode(), version), Events.NOW);
    }
    count("drain of a booking of which three events are pending", () -> drain().drain(first));
    AcceptedEvent loser = park();
    eventTable.record(rivalOf(loser));
    count("drain of a pending event whose place is taken", () -> drain().drain(loser));
    AcceptedEvent undrained = park();
    count(
        "drain of a pending event, the event table fails",
        () -> drainWith(failingEventTable).drain(undrained));
  }

  private Drain drain() {
    return drainWith(eventTable);
  }

  private Drain drainWith(EventTable table) {
    return new Drain(table, pendingIndex, Clock.systemUTC(), System::nanoTime);
  }

  private Append appendWith(EventTable table, PendingIndex index, CircuitBreaker breaker) {
    return new Append(table, index, fallbackQueue, breaker, Clock.systemUTC(), System::nanoTime);
  }

  private Read readWith(EventTable table, PendingIndex index, CircuitBreaker breaker) {
    return new Read(
        table,
        index,
        fallbackQueue,
        breaker,
        OneAfterTheOther.INSTANCE,
        Clock.systemUTC(),
        System::nanoTime);
  }

  private Object append(AcceptedEvent event) {
    return appendWith(eventTable, pendingIndex, CLOSED).append(event.event());
  }

  private static AcceptedEvent first() {
    return Events.first(Events.anyCode());
  }

  private static AcceptedEvent rivalOf(AcceptedEvent event) {
    return Events.first(event.bookingCode());
  }

  /** A new booking that the event table has; its head is claimed only, as most are. */
  private BookingCode booking() {
    AcceptedEvent first = first();
    append(first);
    return first.bookingCode();
  }

  /** A new booking that was pending and is drained. */
  private BookingCode drained() {
    AcceptedEvent first = park();
    drain().drain(first);
    return first.bookingCode();
  }

  /** A new booking that is pending. */
  private AcceptedEvent park() {
    AcceptedEvent first = first();
    pendingIndex.claimAndPark(first, Events.NOW);
    return first;
  }

  private void count(String operation, Supplier<Object> call) {
    List<CallCounter> counters = List.of(eventTableCalls, pendingIndexCalls, queueCalls);
    counters.forEach(CallCounter::reset);
    Object outcome = call.get();
    rows.add(
        new Row(
            operation,
            outcome.getClass().getSimpleName(),
            new Trips(
                TableTrips.of(eventTableCalls),
                TableTrips.of(pendingIndexCalls),
                queueCalls.sends())));
  }
}
