package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Backlog;
import dev.holdfast.ledger.Backlog.ListAnswer.Listed;
import dev.holdfast.ledger.Backlog.Place;
import dev.holdfast.ledger.Backlog.Query;
import dev.holdfast.ledger.BacklogIndex.Kind;
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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What waits, over the sparse indexes of a real table. */
class BacklogTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private static final Instant LATER = Events.NOW.plusSeconds(3_600);

  private DynamoDbPendingIndex pendingIndex;
  private Backlog backlog;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    pendingIndex = DYNAMO_DB.pendingIndex();
    backlog = backlogOf(EmbeddedDynamoDb.PENDING_INDEX);
  }

  private Backlog backlogOf(String table) {
    return new Backlog(
        new DynamoDbBacklogIndex(
            new PendingTable(
                List.of(DYNAMO_DB.client()), table, Clients.PATIENCE, Clients.unmeasured())));
  }

  private List<AcceptedEvent> park(int count) {
    return IntStream.range(0, count)
        .mapToObj(number -> park(Events.NOW.plusMillis(number % 3)))
        .toList();
  }

  private AcceptedEvent park(Instant since) {
    AcceptedEvent event = Events.first(Events.anyCode());
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

  private Listed list(Kind kind, Optional<Shard> shard, Optional<Place> after, int limit) {
    return (Listed) backlog.list(new Query(kind, Optional.empty(), shard, after, limit));
  }

  /** Every page, one after the other. */
  private List<AcceptedEvent> listAll(Kind kind, Optional<Shard> shard, int limit) {
    List<AcceptedEvent> all = new ArrayList<>();
    Optional<Place> place = Optional.empty();
    do {
      Listed page = list(kind, shard, place, limit);
      assertThat(page.entries()).hasSizeLessThanOrEqualTo(limit);
      page.entries().stream().map(head -> owed(kind, head)).forEach(all::add);
      place = page.next();
    } while (place.isPresent());
    return all;
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
      assertThat(listAll(Kind.WAITING, Optional.empty(), limit))
          .as("limit " + limit)
          .containsExactlyInAnyOrderElementsOf(events);
    }
  }

  @Test
  void listsOneShardOldestFirst() {
    List<AcceptedEvent> events = park(60);
    Shard shard = Shard.of(events.get(0).bookingCode());
    assertThat(listAll(Kind.WAITING, Optional.of(shard), 2))
        .containsExactlyInAnyOrderElementsOf(
            events.stream().filter(it -> Shard.of(it.bookingCode()).equals(shard)).toList());
    assertThat(list(Kind.WAITING, Optional.of(shard), Optional.empty(), 60).entries())
        .extracting(BacklogTest::pendingSince)
        .isSorted();
  }

  @Test
  void tellsConflictsFromWhatWaits() {
    List<AcceptedEvent> events = park(40);
    List<AcceptedEvent> inConflict = events.subList(10, 20);
    inConflict.forEach(event -> makeConflict(event, Events.NOW));
    for (int limit : List.of(1, 3, 100)) {
      assertThat(listAll(Kind.IN_CONFLICT, Optional.empty(), limit))
          .containsExactlyInAnyOrderElementsOf(inConflict);
      assertThat(listAll(Kind.WAITING, Optional.empty(), limit))
          .hasSize(30)
          .doesNotContainAnyElementsOf(inConflict);
    }
  }

  @Test
  void listsABookingOnceHoweverManyOfItsEventsWait() {
    AcceptedEvent first = park(Events.NOW);
    AcceptedEvent second = Events.version(first.bookingCode(), 2);
    pendingIndex.claimAndPark(second, LATER);

    assertThat(list(Kind.WAITING, Optional.empty(), Optional.empty(), 10).entries())
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

    assertThat(list(Kind.WAITING, Optional.empty(), Optional.empty(), 10).entries())
        .singleElement()
        .satisfies(head -> assertThat(head.last()).isEqualTo(next));
    assertThat(listAll(Kind.IN_CONFLICT, Optional.empty(), 10)).containsExactly(kept);
  }

  @Test
  void listsNothingYoungerThanAskedFor() {
    AcceptedEvent old = park(Events.NOW);
    park(Events.NOW.plusSeconds(1));
    Listed listed =
        (Listed)
            backlog.list(
                new Query(
                    Kind.WAITING,
                    Optional.of(Events.NOW.plusMillis(1)),
                    Optional.empty(),
                    Optional.empty(),
                    10));
    assertThat(listed.entries()).extracting(Head::last).containsExactly(old);
    assertThat(listed.next()).isEmpty();
  }

  @Test
  void listsWhatWasParkedByAClockThatIsAhead() {
    Instant future = Instant.now().truncatedTo(ChronoUnit.MILLIS).plusSeconds(1_200);
    AcceptedEvent ahead = park(future);
    assertThat(listAll(Kind.WAITING, Optional.empty(), 10)).containsExactly(ahead);
    makeConflict(ahead, future);
    assertThat(listAll(Kind.IN_CONFLICT, Optional.empty(), 10)).containsExactly(ahead);
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
      assertThat(listAll(kind, Optional.empty(), limit))
          .containsExactlyInAnyOrderElementsOf(others);
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
    List<AcceptedEvent> events = park(30);
    Listed first = list(Kind.WAITING, Optional.empty(), Optional.empty(), 10);
    first.entries().forEach(this::settle);
    assertThat(list(Kind.WAITING, Optional.empty(), first.next(), 100).entries()).hasSize(20);
    assertThat(events).hasSize(30);
  }

  @Test
  void isUnavailableWithoutATable() {
    assertThat(
            backlogOf("no-such-table")
                .list(
                    new Query(
                        Kind.WAITING, Optional.empty(), Optional.empty(), Optional.empty(), 1)))
        .isInstanceOf(Unavailable.class);
  }
}
