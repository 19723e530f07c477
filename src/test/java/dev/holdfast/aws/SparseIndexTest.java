package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex;
import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer.Page;
import dev.holdfast.ledger.DebtIndex.Position;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The sparse indexes: what is in them, page by page, and how much it is. */
class SparseIndexTest {

  private static final Shard SHARD = new Shard(7);
  private static final Instant NOW = Events.NOW;

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final EmbeddedDynamoDb dynamoDb = new EmbeddedDynamoDb();
  private final MetricLines lines = new MetricLines();
  private final EmbeddedMetrics metrics = lines.metrics();
  private DynamoDbPendingIndex index;
  private DynamoDbEventTable eventTable;

  @BeforeEach
  void start() throws Exception {
    dynamoDb.start();
    index =
        new DynamoDbPendingIndex(
            List.of(dynamoDb.client()), EmbeddedDynamoDb.PENDING_INDEX, Clients.PATIENCE, metrics);
    eventTable =
        new DynamoDbEventTable(
            dynamoDb.client(), EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, metrics);
  }

  @AfterEach
  void stop() throws Exception {
    dynamoDb.stop();
  }

  @Test
  void holdsAnEventOnlyWhileItIsPending() {
    AcceptedEvent event = eventsOf(SHARD).findFirst().orElseThrow();

    index.claim(event.bookingCode(), event.identity(), NOW);
    assertThat(events(index, 10)).isEmpty();

    index.settle(event, NOW);
    assertThat(events(index, 10)).isEmpty();

    AcceptedEvent pending = park(NOW);
    assertThat(events(index, 10)).containsExactly(pending);

    index.settle(pending, NOW);
    assertThat(events(index, 10)).isEmpty();
    assertThat(index.tally(SHARD, Optional.empty()))
        .isEqualTo(new Tally(0, 0, Optional.empty(), true));
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
    assertThat(page.owed()).isEqualTo(new Tally(2, 0, Optional.of(NOW.plusMillis(1)), false));
    assertThat(index.tally(SHARD, page.next()))
        .isEqualTo(new Tally(1, 0, Optional.of(NOW.plusMillis(3)), true));

    Page rest = page(index, page.next(), 2);
    assertThat(rest.debts()).extracting(Debt::event).containsExactly(third);
    assertThat(rest.owed().complete()).isTrue();
    assertThat(rest.next()).isEmpty();
  }

  @Test
  void tellsTheStateOfADebtByTheRevisionOfItsClaim() {
    AcceptedEvent event = park(NOW);
    assertThat(page(index, Optional.empty(), 1).debts())
        .extracting(Debt::state)
        .containsExactly("1");

    index.claimAndPark(event, NOW);
    assertThat(page(index, Optional.empty(), 1).debts())
        .extracting(Debt::state)
        .containsExactly("2");
  }

  @Test
  void tellsTheStateOfAnUnclaimedDebtByItsVersion() {
    eventTable.recordUnclaimed(eventsOf(SHARD).findFirst().orElseThrow(), NOW);
    assertThat(page(eventTable, Optional.empty(), 1).debts())
        .extracting(Debt::state)
        .containsExactly("unclaimed-1");
  }

  @Test
  void keepsTheShardsApart() {
    List<AcceptedEvent> pending =
        Shard.all().stream().map(shard -> eventsOf(shard).findFirst().orElseThrow()).toList();
    pending.forEach(event -> index.claimAndPark(event, NOW));

    assertThat(Shard.all())
        .allSatisfy(
            shard ->
                assertThat(((Page) index.debts(shard, Optional.empty(), 10)).debts())
                    .extracting(Debt::event)
                    .containsExactly(pending.get(shard.number())));
  }

  @Test
  void countsConflictsApart() {
    for (int i = 0; i < 5; i++) {
      AcceptedEvent conflict = park(NOW.plusMillis(i));
      index.markConflict(conflict.bookingCode(), conflict.identity(), NOW);
    }
    AcceptedEvent waiting = park(NOW.plusMillis(10));
    Tally all = new Tally(1, 5, Optional.of(NOW.plusMillis(10)), true);

    assertThat(events(index, 2)).containsExactly(waiting);
    assertThat(page(index, Optional.empty(), 10).owed()).isEqualTo(all);
    assertThat(index.tally(SHARD, Optional.empty())).isEqualTo(all);
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
  @ValueSource(
      strings = {
        "REMOVE event.fingerprint",
        "REMOVE event",
        "REMOVE revision",
        "SET event.price = revision REMOVE event.amount",
        "SET pendingSince = eventId"
      })
  void aPendingItemThatCannotBeReadStopsNoOther(String damage) {
    AcceptedEvent first = park(NOW.plusMillis(1));
    AcceptedEvent unreadable = park(NOW.plusMillis(2));
    AcceptedEvent last = park(NOW.plusMillis(3));
    damage(EmbeddedDynamoDb.PENDING_INDEX, unreadable, damage);

    for (int limit : List.of(1, 2, 3, 10)) {
      assertThat(events(index, limit)).containsExactlyInAnyOrder(first, last);
    }
    assertOwedAndTold(index, unreadable, "pending-index");
  }

  @Test
  void anUnclaimedItemThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = eventsOf(SHARD).limit(3).toList();
    events.forEach(event -> eventTable.recordUnclaimed(event, NOW));
    damage(EmbeddedDynamoDb.EVENT_TABLE, events.get(1), "REMOVE currency");

    for (int limit : List.of(1, 2, 3, 10)) {
      assertThat(events(eventTable, limit)).containsExactlyInAnyOrder(events.get(0), events.get(2));
    }
    assertOwedAndTold(eventTable, events.get(1), "event-table");
  }

  private void damage(String table, AcceptedEvent event, String update) {
    dynamoDb
        .client()
        .updateItem(
            it ->
                it.tableName(table)
                    .key(EventAttributes.key(event.bookingCode(), Version.FIRST))
                    .updateExpression(update));
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
