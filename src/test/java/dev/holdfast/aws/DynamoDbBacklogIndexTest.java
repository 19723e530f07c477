package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.BacklogIndex.PageAnswer.Page;
import dev.holdfast.ledger.BacklogIndex.Position;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits, over the sparse indexes of a real table. */
class DynamoDbBacklogIndexTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private static final Instant LATER = Events.NOW.plusSeconds(3_600);

  private DynamoDbPendingIndex pendingIndex;
  private DynamoDbBacklogIndex backlog;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    pendingIndex = DYNAMO_DB.pendingIndex();
    backlog = backlogOf(EmbeddedDynamoDb.PENDING_INDEX);
  }

  private static DynamoDbBacklogIndex backlogOf(String table) {
    return new DynamoDbBacklogIndex(
        new PendingTable(
            List.of(DYNAMO_DB.client()), table, Clients.PATIENCE, Clients.unmeasured()));
  }

  private List<AcceptedEvent> park(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> park(Events.NOW.plusMillis(number % 3)))
        .toList();
  }

  private AcceptedEvent park(Instant since) {
    return park(Events.anyCode(), since);
  }

  private AcceptedEvent parkIn(Shard shard, Instant since) {
    return park(
        Stream.generate(Events::anyCode)
            .filter(code -> Shard.of(code).equals(shard))
            .findFirst()
            .orElseThrow(),
        since);
  }

  private AcceptedEvent park(BookingCode code, Instant since) {
    AcceptedEvent event = Events.first(code);
    pendingIndex.claimAndPark(event, since);
    return event;
  }

  private Head head(AcceptedEvent event) {
    return ((PendingIndex.FindAnswer.Found) pendingIndex.find(event.bookingCode())).head();
  }

  private void settle(Head head) {
    pendingIndex.replace(head, Heads.settled(head));
  }

  private void makeConflict(AcceptedEvent pending, Instant since) {
    pendingIndex.replace(
        head(pending), Heads.displaced(head(pending), Events.first(pending.bookingCode()), since));
  }

  private Page page(Kind kind, Shard shard, Optional<Position> after, int limit) {
    return (Page) backlog.page(shard, kind, Optional.empty(), after, limit);
  }

  /** Every page of every shard, one after the other. */
  private List<Head> list(Kind kind, int limit) {
    return EmbeddedDynamoDb.shards().flatMap(shard -> list(kind, shard, limit).stream()).toList();
  }

  private List<Head> list(Kind kind, Shard shard, int limit) {
    List<Head> all = new ArrayList<>();
    Optional<Position> after = Optional.empty();
    do {
      Page page = page(kind, shard, after, limit);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      all.addAll(page.entries());
      after = page.next();
    } while (after.isPresent());
    return all;
  }

  private List<AcceptedEvent> listAll(Kind kind, int limit) {
    return list(kind, limit).stream().map(head -> owed(kind, head)).toList();
  }

  private static AcceptedEvent owed(Kind kind, Head head) {
    return kind == Kind.WAITING ? head.events().get(0) : head.kept().get(0).event();
  }

  private static Instant pendingSince(Head head) {
    return ((Head.State.Pending) head.state()).since();
  }

  @Test
  void pagesThroughAllShardsWithoutGapOrRepetition() {
    List<AcceptedEvent> events = park(60);
    for (int limit : List.of(1, 7, 200)) {
      assertThat(listAll(Kind.WAITING, limit))
          .as("limit " + limit)
          .containsExactlyInAnyOrderElementsOf(events);
    }
  }

  @Test
  void listsOneShardOldestFirst() {
    List<AcceptedEvent> events = park(60);
    Shard shard = Shard.of(events.get(0).bookingCode());
    assertThat(list(Kind.WAITING, shard, 2))
        .extracting(Head::last)
        .containsExactlyInAnyOrderElementsOf(
            events.stream().filter(it -> Shard.of(it.bookingCode()).equals(shard)).toList());
    assertThat(list(Kind.WAITING, shard, 60))
        .extracting(DynamoDbBacklogIndexTest::pendingSince)
        .isSorted();
  }

  @Test
  void tellsConflictsFromWhatWaits() {
    List<AcceptedEvent> events = park(40);
    List<AcceptedEvent> inConflict = events.subList(10, 20);
    inConflict.forEach(event -> makeConflict(event, Events.NOW));
    for (int limit : List.of(1, 3, 100)) {
      assertThat(listAll(Kind.IN_CONFLICT, limit)).containsExactlyInAnyOrderElementsOf(inConflict);
      assertThat(listAll(Kind.WAITING, limit)).hasSize(30).doesNotContainAnyElementsOf(inConflict);
    }
  }

  @Test
  void listsABookingOnceHoweverManyOfItsEventsWait() {
    AcceptedEvent first = park(Events.NOW);
    AcceptedEvent second = Events.version(first.bookingCode(), 2);
    pendingIndex.claimAndPark(second, LATER);

    assertThat(list(Kind.WAITING, 10))
        .singleElement()
        .satisfies(
            head -> {
              assertThat(head.events()).containsExactly(first, second);
              assertThat(pendingSince(head)).isEqualTo(Events.NOW);
            });
  }

  @Test
  void listsABookingThatWaitsAndKeepsAConflictInBoth() {
    AcceptedEvent kept = park(Events.NOW);
    makeConflict(kept, Events.NOW);
    AcceptedEvent next = Events.version(kept.bookingCode(), 2);
    pendingIndex.replace(head(kept), head(kept).parkedWith(next, LATER));

    assertThat(list(Kind.WAITING, 10))
        .singleElement()
        .satisfies(head -> assertThat(head.last()).isEqualTo(next));
    assertThat(listAll(Kind.IN_CONFLICT, 10)).containsExactly(kept);
  }

  @Test
  void listsNothingYoungerThanAskedFor() {
    AcceptedEvent old = park(Events.NOW);
    AcceptedEvent young = parkIn(Shard.of(old.bookingCode()), Events.NOW.plusSeconds(1));
    Page listed =
        (Page)
            backlog.page(
                Shard.of(young.bookingCode()),
                Kind.WAITING,
                Optional.of(Events.NOW.plusMillis(1)),
                Optional.empty(),
                10);
    assertThat(listed.entries()).extracting(Head::last).containsExactly(old);
    assertThat(listed.next()).isEmpty();
  }

  @Test
  void listsWhatWasParkedByAClockThatIsAhead() {
    Instant future = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(1_200);
    AcceptedEvent ahead = park(future);
    assertThat(listAll(Kind.WAITING, 10)).containsExactly(ahead);
    makeConflict(ahead, future);
    assertThat(listAll(Kind.IN_CONFLICT, 10)).containsExactly(ahead);
  }

  @ParameterizedTest
  @CsvSource({
    "WAITING, REMOVE events[0].amount",
    "WAITING, REMOVE events",
    "WAITING, SET pendingSince = eventId",
    "IN_CONFLICT, REMOVE kept[0].event.amount",
    "IN_CONFLICT, REMOVE kept[0].event",
    "IN_CONFLICT, REMOVE events",
    "IN_CONFLICT, SET conflictSince = eventId"
  })
  void anItemThatCannotBeReadStopsNoOther(Kind kind, String damage) {
    List<AcceptedEvent> events = park(20);
    if (kind == Kind.IN_CONFLICT) {
      events.forEach(event -> makeConflict(event, Events.NOW));
    }
    AcceptedEvent unreadable = events.get(17);
    List<AcceptedEvent> others = new ArrayList<>(events);
    others.remove(unreadable);
    DYNAMO_DB
        .client()
        .updateItem(
            it ->
                it.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .key(PendingTable.key(unreadable.bookingCode()))
                    .updateExpression(damage));

    for (int limit : List.of(1, 20)) {
      assertThat(listAll(kind, limit)).containsExactlyInAnyOrderElementsOf(others);
    }
    assertThat(log.records())
        .isNotEmpty()
        .allSatisfy(
            line ->
                assertThat(line.getMdcCopy())
                    .containsEntry("bookingCode", unreadable.bookingCode().value()));
  }

  @Test
  void goesOnBehindWhatWasDrainedMeanwhile() {
    Shard shard = new Shard(7);
    for (int number = 0; number < 9; number++) {
      parkIn(shard, Events.NOW.plusMillis(number));
    }
    Page first = page(Kind.WAITING, shard, Optional.empty(), 3);
    first.entries().forEach(this::settle);
    assertThat(page(Kind.WAITING, shard, first.next(), 100).entries()).hasSize(6);
  }

  @Test
  void isUnavailableWithoutATable() {
    assertThat(
            backlogOf("no-such-table")
                .page(new Shard(7), Kind.WAITING, Optional.empty(), Optional.empty(), 1))
        .isInstanceOf(Unavailable.class);
  }
}
