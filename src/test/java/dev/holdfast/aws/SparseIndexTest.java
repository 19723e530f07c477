package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer.Page;
import dev.holdfast.ledger.DebtIndex.Position;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sparse indexes: what is in them, page by page, and how much it is. */
class SparseIndexTest {

  private static final Shard SHARD = new Shard(7);
  private static final Instant NOW = Events.NOW;

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final MetricLines lines = new MetricLines();
  private final EmbeddedMetrics metrics = lines.metrics();
  private DynamoDbPendingIndex index;
  private DynamoDbConflictIndex conflicts;
  private DynamoDbEventTable eventTable;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    PendingTable pendingTable =
        new PendingTable(
            List.of(DYNAMO_DB.client()), EmbeddedDynamoDb.PENDING_INDEX, Clients.PATIENCE, metrics);
    index = new DynamoDbPendingIndex(pendingTable);
    conflicts = new DynamoDbConflictIndex(pendingTable);
    eventTable =
        new DynamoDbEventTable(
            DYNAMO_DB.client(), EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, metrics);
  }

  @Test
  void holdsABookingOnlyWhileItsEventsArePending() {
    AcceptedEvent event = eventsOf(SHARD).findFirst().orElseThrow();

    index.claim(event, Optional.empty(), NOW);
    assertThat(events(index, 10)).isEmpty();

    AcceptedEvent second = Events.version(event.bookingCode(), 2);
    index.claim(second, Optional.of(event.identity()), NOW);
    assertThat(events(index, 10)).isEmpty();

    index.replace(head(second), head(second).parked(NOW));
    assertThat(events(index, 10)).containsExactly(second);

    index.claimAndPark(Events.version(event.bookingCode(), 3), NOW);
    assertThat(events(index, 10)).as("the first that waits").containsExactly(second);

    settle(second);
    assertThat(events(index, 10)).isEmpty();
    assertThat(index.tally(SHARD, Optional.empty()))
        .isEqualTo(new Tally(0, Optional.empty(), true));
  }

  @Test
  void holdsABookingOnlyWhileItKeepsAConflict() {
    AcceptedEvent pending = park(NOW);
    assertThat(events(conflicts, 10)).isEmpty();

    Head conflict = inConflict(pending, NOW.plusMillis(5));
    assertThat(events(conflicts, 10)).containsExactly(pending);
    assertThat(page(conflicts, Optional.empty(), 1).debts())
        .extracting(Debt::since, Debt::state)
        .containsExactly(tuple(NOW.plusMillis(5), "2"));

    AcceptedEvent next = Events.version(pending.bookingCode(), 2);
    index.claim(next, Optional.of(conflict.last().identity()), NOW);
    index.replace(head(next), head(next).parked(NOW));
    assertThat(events(conflicts, 10)).containsExactly(pending);
    assertThat(events(index, 10)).containsExactly(next);

    index.replace(head(next), Heads.keeping(head(next), List.of()));
    assertThat(events(conflicts, 10)).isEmpty();
    assertThat(events(index, 10)).containsExactly(next);
  }

  @Test
  void answersWithTheOldestFirstAndNoMoreThanAskedFor() {
    AcceptedEvent third = park(NOW.plusMillis(3));
    AcceptedEvent first = park(NOW.plusMillis(1));
    AcceptedEvent second = park(NOW.plusMillis(2));

    Page page = page(index, Optional.empty(), 2);
    assertThat(page.debts()).extracting(Debt::event).containsExactly(first, second);
    assertThat(page.debts())
        .extracting(Debt::since)
        .containsExactly(NOW.plusMillis(1), NOW.plusMillis(2));
    assertThat(page.owed()).isEqualTo(new Tally(2, Optional.of(NOW.plusMillis(1)), false));
    assertThat(index.tally(SHARD, page.next()))
        .isEqualTo(new Tally(1, Optional.of(NOW.plusMillis(3)), true));

    Page rest = page(index, page.next(), 2);
    assertThat(rest.debts()).extracting(Debt::event).containsExactly(third);
    assertThat(rest.owed().complete()).isTrue();
    assertThat(rest.next()).isEmpty();
  }

  @Test
  void tellsTheStateOfADebtByTheRevisionOfItsHead() {
    AcceptedEvent event = park(NOW);
    assertThat(page(index, Optional.empty(), 1).debts())
        .extracting(Debt::state)
        .containsExactly("1");

    index.claimAndPark(Events.version(event.bookingCode(), 2), NOW);
    assertThat(page(index, Optional.empty(), 1).debts())
        .extracting(Debt::state)
        .containsExactly("2");
  }

  @Test
  void tellsTheStateOfAnUnclaimedDebtByItsVersion() {
    AcceptedEvent first = eventsOf(SHARD).findFirst().orElseThrow();
    eventTable.recordUnclaimed(first, NOW);
    eventTable.recordUnclaimed(Events.version(first.bookingCode(), 12), NOW.plusMillis(1));
    assertThat(page(eventTable, Optional.empty(), 10).debts())
        .extracting(Debt::state)
        .containsExactly("unclaimed-1", "unclaimed-12");
  }

  @Test
  void keepsTheShardsApart() {
    List<AcceptedEvent> pending =
        EmbeddedDynamoDb.shards().map(shard -> eventsOf(shard).findFirst().orElseThrow()).toList();
    pending.forEach(event -> index.claimAndPark(event, NOW));

    assertThat(EmbeddedDynamoDb.shards())
        .allSatisfy(
            shard ->
                assertThat(((Page) index.debts(shard, Optional.empty(), 10)).debts())
                    .extracting(Debt::event)
                    .containsExactly(pending.get(shard.number())));
  }

  @Test
  void countsConflictsApart() {
    List<AcceptedEvent> kept = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      AcceptedEvent conflict = park(NOW.plusMillis(i));
      inConflict(conflict, NOW.plusMillis(100 + i));
      kept.add(conflict);
    }
    AcceptedEvent waiting = park(NOW.plusMillis(10));
    Tally inConflict = new Tally(5, Optional.of(NOW.plusMillis(100)), true);
    Tally pending = new Tally(1, Optional.of(NOW.plusMillis(10)), true);

    assertThat(events(index, 2)).containsExactly(waiting);
    assertThat(page(index, Optional.empty(), 10).owed()).isEqualTo(pending);
    assertThat(index.tally(SHARD, Optional.empty())).isEqualTo(pending);
    assertThat(events(conflicts, 2)).containsExactlyElementsOf(kept);
    assertThat(page(conflicts, Optional.empty(), 10).owed()).isEqualTo(inConflict);
    assertThat(conflicts.tally(SHARD, Optional.empty())).isEqualTo(inConflict);
  }

  @Test
  void endsAPageWhereDynamoDbDoes() {
    parkLarge(8);

    assertThat(page(index, Optional.empty(), 250).debts()).hasSizeLessThan(4);
    assertThat(events(index, 250)).hasSize(8);
  }

  @Test
  void saysSoWhereItDidNotTallyEverything() {
    parkLarge(8);

    Tally tally = (Tally) index.tally(SHARD, Optional.empty());

    assertThat(tally.complete()).isFalse();
    assertThat(tally.waiting()).isPositive().isLessThan(8);
    assertThat(tally.oldest()).contains(NOW);
  }

  @ParameterizedTest
  @Regression("one item that could not be read stopped its shard and those behind it")
  @ValueSource(
      strings = {
        "REMOVE events[0].fingerprint",
        "REMOVE events",
        "REMOVE revision",
        "SET events[0].price = revision REMOVE events[0].amount",
        "SET pendingSince = eventId"
      })
  void aPendingItemThatCannotBeReadStopsNoOther(String damage) {
    AcceptedEvent first = park(NOW.plusMillis(1));
    AcceptedEvent unreadable = park(NOW.plusMillis(2));
    AcceptedEvent last = park(NOW.plusMillis(3));
    damage(unreadable, damage);

    for (int limit : List.of(1, 2, 3, 10)) {
      assertThat(events(index, limit)).containsExactlyInAnyOrder(first, last);
    }
    assertOwedAndTold(index, unreadable, "pending-index");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REMOVE kept[0].event.fingerprint",
        "REMOVE kept[0].event",
        "REMOVE kept",
        "REMOVE revision",
        "SET conflictSince = eventId"
      })
  void aConflictThatCannotBeReadStopsNoOther(String damage) {
    AcceptedEvent first = park(NOW);
    AcceptedEvent unreadable = park(NOW);
    AcceptedEvent last = park(NOW);
    inConflict(first, NOW.plusMillis(1));
    inConflict(unreadable, NOW.plusMillis(2));
    inConflict(last, NOW.plusMillis(3));
    damage(unreadable, damage);

    for (int limit : List.of(1, 2, 3, 10)) {
      assertThat(events(conflicts, limit)).containsExactlyInAnyOrder(first, last);
    }
    assertOwedAndTold(conflicts, unreadable, "pending-index");
  }

  @Test
  void anUnclaimedItemThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = eventsOf(SHARD).limit(3).toList();
    events.forEach(event -> eventTable.recordUnclaimed(event, NOW));
    AcceptedEvent unreadable = events.get(1);
    DYNAMO_DB
        .client()
        .updateItem(
            it ->
                it.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                    .key(EventAttributes.key(unreadable.bookingCode(), Version.FIRST))
                    .updateExpression("REMOVE currency"));

    for (int limit : List.of(1, 2, 3, 10)) {
      assertThat(events(eventTable, limit)).containsExactlyInAnyOrder(events.get(0), events.get(2));
    }
    assertOwedAndTold(eventTable, events.get(1), "event-table");
  }

  private void damage(AcceptedEvent event, String update) {
    DYNAMO_DB
        .client()
        .updateItem(
            it ->
                it.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .key(PendingTable.key(event.bookingCode()))
                    .updateExpression(update));
  }

  private Head head(AcceptedEvent event) {
    return ((PendingIndex.FindAnswer.Found) index.find(event.bookingCode())).head();
  }

  private void settle(AcceptedEvent event) {
    index.replace(head(event), Heads.settled(head(event)));
  }

  private Head inConflict(AcceptedEvent pending, Instant since) {
    Head displaced = Heads.displaced(head(pending), Events.first(pending.bookingCode()), since);
    index.replace(head(pending), displaced);
    return displaced;
  }

  /** Owed it is all the same; whoever reads the log finds it, and whoever reads metrics the log. */
  private void assertOwedAndTold(DebtIndex debts, AcceptedEvent unreadable, String table) {
    assertThat(((Tally) debts.tally(SHARD, Optional.empty())).waiting()).isEqualTo(3);
    assertThat(log.records())
        .hasSize(4)
        .allSatisfy(
            line -> {
              assertThat(line.getMessage()).contains(table);
              assertThat(line.getMdcCopy())
                  .containsEntry("bookingCode", unreadable.bookingCode().value())
                  .containsEntry("version", "1");
            });
    metrics.flush(UUID.randomUUID());
    assertThat(lines.values(Metric.UNREADABLE_ITEMS)).containsExactly(1.0, 1.0, 1.0, 1.0);
  }

  private AcceptedEvent park(Instant since) {
    AcceptedEvent event = eventsOf(SHARD).findFirst().orElseThrow();
    index.claimAndPark(event, since);
    return event;
  }

  /** Events of which less than four fit into a page. */
  private void parkLarge(int count) {
    String data = "{\"a\":\"" + "x".repeat(350_000) + "\"}";
    IntStream.range(0, count)
        .forEach(
            i ->
                index.claimAndPark(
                    Events.withData(codesOf(SHARD).findFirst().orElseThrow(), data),
                    NOW.plusMillis(i)));
  }

  private static Page page(DebtIndex debts, Optional<Position> after, int limit) {
    return (Page) debts.debts(SHARD, after, limit);
  }

  /** Of all pages. */
  private static List<AcceptedEvent> events(DebtIndex debts, int limit) {
    List<AcceptedEvent> all = new ArrayList<>();
    Optional<Position> after = Optional.empty();
    do {
      Page page = page(debts, after, limit);
      assertThat(page.debts()).hasSizeLessThanOrEqualTo(limit);
      page.debts().stream().map(Debt::event).forEach(all::add);
      after = page.next();
    } while (after.isPresent());
    return all;
  }

  private static Stream<AcceptedEvent> eventsOf(Shard shard) {
    return codesOf(shard).map(Events::first);
  }

  private static Stream<BookingCode> codesOf(Shard shard) {
    return Stream.generate(Events::anyCode).filter(code -> Shard.of(code).equals(shard));
  }
}
