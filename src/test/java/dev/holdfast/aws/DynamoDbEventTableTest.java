package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer;
import dev.holdfast.ledger.DebtIndex.Tally;
import dev.holdfast.ledger.EventTable.FindAnswer;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.PageAnswer.Page;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.EventTable.RepairAnswer;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class DynamoDbEventTableTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final DynamoDbEventTable table = DYNAMO_DB.eventTable();
  private final BookingCode code = Events.anyCode();

  @Test
  void recordsAnEventInAnEmptyPlace() {
    AcceptedEvent event = Events.first(code);

    assertThat(table.record(event)).isEqualTo(new RecordAnswer.Recorded());
    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Found(event));
  }

  @Test
  void answersWithTheEventThatStandsInATakenPlace() {
    AcceptedEvent first = Events.first(code);
    table.record(first);

    assertThat(table.record(Events.first(code))).isEqualTo(new RecordAnswer.Occupied(first));
    assertThat(table.record(Events.reusingIdOf(first))).isEqualTo(new RecordAnswer.Occupied(first));
    assertThat(table.record(first)).isEqualTo(new RecordAnswer.Occupied(first));
    assertThat(table.recordUnclaimed(Events.first(code), Events.NOW))
        .isEqualTo(new RecordAnswer.Occupied(first));
    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Found(first));
  }

  @Test
  void letsOneOfManyConcurrentWritersHaveAPlace() {
    List<RecordAnswer> answers =
        IntStream.range(0, 16).parallel().mapToObj(i -> table.record(Events.first(code))).toList();

    FindAnswer.Found winner = (FindAnswer.Found) table.find(code, Version.FIRST);
    assertThat(answers).filteredOn(RecordAnswer.Recorded.class::isInstance).hasSize(1);
    assertThat(answers)
        .filteredOn(RecordAnswer.Occupied.class::isInstance)
        .hasSize(15)
        .containsOnly(new RecordAnswer.Occupied(winner.event()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"a\":1.10,\"b\":1E400,\"c\":123456789012345678901234567890.000}",
        "{\"\":\"\",\"name\":\"Ærøskøbing 東京 🏨 \\u0000\\\"\\\\\"}",
        "{\"a\":{\"a\":[null,true,{\"a\":[]}]}}"
      })
  void keepsDataToTheLastCharacter(String json) {
    AcceptedEvent event = Events.withData(code, json);
    table.record(event);

    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Found(event));
  }

  @ParameterizedTest
  @CsvSource({
    "0, EUR",
    "0.00, EUR",
    "412.5, EUR",
    "412.50, EUR",
    "999999999999999999, EUR",
    "9999999999999999.99, EUR",
    "0.001, KWD",
    "1000000000000, JPY"
  })
  void keepsAnAmountToTheLastDigit(String amount, String currency) {
    AcceptedEvent event = Events.priced(amount, currency);
    table.record(event);

    assertThat(table.find(event.bookingCode(), Version.FIRST))
        .isEqualTo(new FindAnswer.Found(event));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-11-23T04:03:44Z", "2026-11-23T04:03:44.007Z", "2026-11-23T04:03:44.990Z"})
  void keepsMomentsToTheMillisecond(String moment) {
    AcceptedEvent event = Events.first(code);
    AcceptedEvent then = new AcceptedEvent(event.event(), event.identity(), Instant.parse(moment));
    table.record(then);

    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Found(then));
  }

  @Test
  void storesAnEventUnderTheNamesOfTheDesign() {
    AcceptedEvent event = Events.withData(code, "{\"room\":12}");
    table.recordUnclaimed(event, Events.NOW.plusMillis(5));

    assertThat(
            DYNAMO_DB
                .client()
                .getItem(
                    get ->
                        get.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                            .key(EventAttributes.key(code, Version.FIRST)))
                .item())
        .containsOnly(
            entry("bookingCode", AttributeValue.fromS(code.value())),
            entry("version", AttributeValue.fromN("1")),
            entry("eventId", AttributeValue.fromS(event.identity().eventId().toString())),
            entry("fingerprint", AttributeValue.fromS(event.identity().fingerprint().hex())),
            entry("type", AttributeValue.fromS("booked")),
            entry("amount", AttributeValue.fromS("412.50")),
            entry("currency", AttributeValue.fromS("EUR")),
            entry("occurredAt", AttributeValue.fromS("2026-11-23T09:15:00+01:00")),
            entry("data", AttributeValue.fromS("{\"room\":12}")),
            entry("recordedAt", AttributeValue.fromS("2026-11-23T04:03:44.120Z")),
            entry("unclaimedSince", AttributeValue.fromS("2026-11-23T04:03:44.125Z")),
            entry("unclaimedShard", SparseIndex.shardValue(Shard.of(code))));
  }

  @Test
  void findsNothingInAnEmptyPlace() {
    table.record(Events.first(code));

    assertThat(table.find(code, new Version(2))).isEqualTo(new FindAnswer.Absent());
    assertThat(table.last(Events.anyCode())).isEqualTo(new FindAnswer.Absent());
    assertThat(table.read(Events.anyCode(), ascending(10)))
        .isEqualTo(new Page(List.of(), Optional.empty()));
  }

  @Test
  void findsTheLastEventOfABooking() {
    List<AcceptedEvent> history = record(11);

    assertThat(table.last(code)).isEqualTo(new FindAnswer.Found(history.get(10)));
  }

  @Test
  void readsUpwardsPageByPage() {
    List<AcceptedEvent> history = record(5);

    assertThat(table.read(code, ascending(2)))
        .isEqualTo(new Page(history.subList(0, 2), Optional.of(new Version(3))));
    assertThat(table.read(code, from(3, 2, Order.ASCENDING)))
        .isEqualTo(new Page(history.subList(2, 4), Optional.of(new Version(5))));
    assertThat(table.read(code, from(5, 2, Order.ASCENDING)))
        .isEqualTo(new Page(history.subList(4, 5), Optional.empty()));
    assertThat(table.read(code, from(6, 2, Order.ASCENDING)))
        .isEqualTo(new Page(List.of(), Optional.empty()));
  }

  @Test
  void readsDownwardsPageByPage() {
    List<AcceptedEvent> history = record(5);

    assertThat(table.read(code, new Range(Optional.empty(), 2, Order.DESCENDING)))
        .isEqualTo(new Page(List.of(history.get(4), history.get(3)), Optional.of(new Version(3))));
    assertThat(table.read(code, from(3, 2, Order.DESCENDING)))
        .isEqualTo(new Page(List.of(history.get(2), history.get(1)), Optional.of(new Version(1))));
    assertThat(table.read(code, from(1, 2, Order.DESCENDING)))
        .isEqualTo(new Page(List.of(history.get(0)), Optional.empty()));
  }

  @Test
  void namesNoNextPageWhereAPageEndsWithTheHistory() {
    List<AcceptedEvent> history = record(4);

    assertThat(table.read(code, ascending(4))).isEqualTo(new Page(history, Optional.empty()));
    assertThat(((Page) table.read(code, from(4, 4, Order.DESCENDING))).next()).isEmpty();
  }

  @Test
  void goesOnAfterAPageThatEndsAtOneMegabyte() {
    String large = "{\"a\":\"" + "x".repeat(300_000) + "\"}";
    List<AcceptedEvent> history =
        IntStream.rangeClosed(1, 5)
            .mapToObj(number -> Events.version(code, number, large))
            .toList();
    history.forEach(table::record);

    Page upwards = (Page) table.read(code, ascending(5));
    assertThat(upwards.events()).isNotEmpty().hasSizeLessThan(5);
    Version next = upwards.next().orElseThrow();
    assertThat(next.number()).isEqualTo(upwards.events().size() + 1);
    Page rest = (Page) table.read(code, from(next.number(), 5, Order.ASCENDING));
    assertThat(upwards.events().size() + rest.events().size()).isEqualTo(5);

    Page downwards = (Page) table.read(code, new Range(Optional.empty(), 5, Order.DESCENDING));
    assertThat(downwards.next()).contains(new Version(history.size() - downwards.events().size()));
  }

  @Test
  void owesAClaimFromTheUnclaimedRecordToItsRepair() {
    AcceptedEvent event = Events.first(code);
    table.recordUnclaimed(event, Events.NOW);

    assertThat(dueIn(Shard.of(code))).contains(event);

    assertThat(table.markClaimed(code, Version.FIRST)).isEqualTo(new RepairAnswer.Repaired());
    assertThat(dueIn(Shard.of(code))).doesNotContain(event);
    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Found(event));
  }

  @Test
  void owesNothingForAnEventWithAClaim() {
    AcceptedEvent event = Events.first(code);
    table.record(event);

    assertThat(dueIn(Shard.of(code))).doesNotContain(event);
  }

  @Test
  void repairsNothingWhereThereIsNoEvent() {
    assertThat(table.markClaimed(code, Version.FIRST)).isEqualTo(new RepairAnswer.NothingOwed());
    assertThat(table.find(code, Version.FIRST)).isEqualTo(new FindAnswer.Absent());
  }

  @Test
  void repairsNothingTwice() {
    AcceptedEvent event = Events.first(code);
    table.record(event);
    assertThat(table.markClaimed(code, Version.FIRST)).isEqualTo(new RepairAnswer.NothingOwed());

    AcceptedEvent unclaimed = Events.version(code, 2);
    table.recordUnclaimed(unclaimed, Events.NOW);
    table.markClaimed(code, new Version(2));
    assertThat(table.markClaimed(code, new Version(2))).isEqualTo(new RepairAnswer.NothingOwed());
  }

  @Test
  void eachVersionOfABookingIsADebtOfItsOwn() {
    AcceptedEvent first = Events.first(code);
    AcceptedEvent second = Events.version(code, 2);
    table.recordUnclaimed(first, Events.NOW);
    table.recordUnclaimed(second, Events.NOW);

    table.markClaimed(code, new Version(2));

    assertThat(dueIn(Shard.of(code))).contains(first).doesNotContain(second);
  }

  @Test
  void talliesUnclaimedEventsByShard() {
    Shard shard = Shard.of(code);
    Tally before = (Tally) table.tally(shard, Optional.empty());
    // Older than whatever other tests left in this shard.
    Instant since = Instant.parse("2020-01-01T00:00:00Z");
    table.recordUnclaimed(Events.first(code), since);

    assertThat(table.tally(shard, Optional.empty()))
        .isEqualTo(new Tally(before.waiting() + 1, Optional.of(since), true));
  }

  @Test
  void takesAnEventThatDynamoDbRefusesForABug() {
    AcceptedEvent tooLarge = Events.withData(code, "{\"a\":\"" + "x".repeat(410_000) + "\"}");

    assertThatThrownBy(() -> table.record(tooLarge))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ValidationException");
  }

  private void putItemWithoutEvent() {
    DYNAMO_DB
        .client()
        .putItem(
            put ->
                put.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                    .item(EventAttributes.key(code, Version.FIRST)));
  }

  @Test
  @Regression("an event that could not be read blocked the prices of its booking")
  void anEventThatCannotBeReadIsNoAnswerAndTold() {
    putItemWithoutEvent();
    MetricLines lines = new MetricLines();
    EmbeddedMetrics metrics = lines.metrics();
    DynamoDbEventTable measured =
        new DynamoDbEventTable(
            DYNAMO_DB.client(), EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, metrics);

    List<Object> answers =
        List.of(
            measured.find(code, Version.FIRST),
            measured.last(code),
            measured.record(Events.first(code)));

    assertThat(answers)
        .hasOnlyElementsOfType(Unavailable.class)
        .containsOnly(Unavailable.unreadable("An event of the booking cannot be read"));
    assertThat(log.records())
        .hasSize(answers.size())
        .allSatisfy(
            line ->
                assertThat(line.getMdcCopy())
                    .containsEntry("bookingCode", code.value())
                    .containsEntry("version", "1"));
    metrics.flush(UUID.randomUUID());
    assertThat(lines.values(Metric.UNREADABLE_ITEMS)).hasSize(answers.size());
  }

  /** A history that leaves out an event would not be one. */
  @Test
  void aPageWithAnItemThatIsNoEventIsABug() {
    putItemWithoutEvent();

    assertThatThrownBy(() -> table.read(code, new Range(Optional.empty(), 10, Order.ASCENDING)))
        .isInstanceOf(CorruptItemException.class)
        .hasMessageContaining("eventId");
  }

  @Test
  void isUnavailableWithoutItsTable() {
    DynamoDbEventTable missing =
        new DynamoDbEventTable(
            DYNAMO_DB.client(), "no-such-table", Clients.PATIENCE, Clients.unmeasured());

    assertThat(missing.record(Events.first(code))).isInstanceOf(Unavailable.class);
    assertThat(missing.recordUnclaimed(Events.first(code), Events.NOW))
        .isInstanceOf(Unavailable.class);
    assertThat(missing.find(code, Version.FIRST)).isInstanceOf(Unavailable.class);
    assertThat(missing.last(code)).isInstanceOf(Unavailable.class);
    assertThat(missing.read(code, ascending(1))).isInstanceOf(Unavailable.class);
    assertThat(missing.markClaimed(code, Version.FIRST)).isInstanceOf(Unavailable.class);
    assertThat(missing.debts(Shard.of(code), Optional.empty(), 1)).isInstanceOf(Unavailable.class);
    assertThat(missing.tally(Shard.of(code), Optional.empty())).isInstanceOf(Unavailable.class);
  }

  private List<AcceptedEvent> record(int versions) {
    List<AcceptedEvent> history =
        IntStream.rangeClosed(1, versions)
            .mapToObj(number -> Events.version(code, number))
            .toList();
    history.forEach(table::record);
    return history;
  }

  private List<AcceptedEvent> dueIn(Shard shard) {
    return ((DebtsAnswer.Page) table.debts(shard, Optional.empty(), 1000))
        .debts().stream().map(Debt::event).toList();
  }

  private static Range ascending(int limit) {
    return new Range(Optional.empty(), limit, Order.ASCENDING);
  }

  private static Range from(int version, int limit, Order order) {
    return new Range(Optional.of(new Version(version)), limit, order);
  }
}
