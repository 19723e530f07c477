package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backfill.Progress;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.FindAnswer.Found;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Heads for an event table that had none, over real tables. */
class BackfillTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private static final Segment ALL = new Segment(0, 1);
  private static final Duration AMPLE = Duration.ofMinutes(5);

  private DynamoDbEventTable eventTable;
  private DynamoDbPendingIndex pendingIndex;
  private Backfill backfill;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    eventTable = DYNAMO_DB.eventTable();
    pendingIndex = DYNAMO_DB.pendingIndex();
    backfill = backfill(pendingIndex);
  }

  private Backfill backfill(PendingIndex index) {
    return new Backfill(
        new DynamoDbEventTableScan(
            DYNAMO_DB.client(),
            EmbeddedDynamoDb.EVENT_TABLE,
            Clients.PATIENCE,
            Clients.unmeasured()),
        eventTable,
        index,
        Clock.systemUTC(),
        System::nanoTime);
  }

  /** The first events of new bookings; every third one has a second event. */
  private List<AcceptedEvent> record(int bookings) {
    return IntStream.range(0, bookings)
        .mapToObj(
            number -> {
              AcceptedEvent first = Events.first(Events.anyCode());
              eventTable.record(first);
              if (number % 3 == 0) {
                eventTable.record(Events.version(first.bookingCode(), 2));
              }
              return first;
            })
        .toList();
  }

  private Optional<Head> head(AcceptedEvent event) {
    return pendingIndex.find(event.bookingCode()) instanceof Found found
        ? Optional.of(found.head())
        : Optional.empty();
  }

  private void assertClaimed(List<AcceptedEvent> firstEvents) {
    assertThat(firstEvents)
        .allSatisfy(
            event ->
                assertThat(head(event))
                    .hasValueSatisfying(
                        head -> {
                          assertThat(head.owner()).contains(event.identity());
                          assertThat(eventTable.last(event.bookingCode()))
                              .isEqualTo(new EventTable.FindAnswer.Found(head.last()));
                          assertThat(head.state()).isEqualTo(new Head.State.Recorded());
                        }));
  }

  @Test
  void claimsEveryCodeOnce() {
    List<AcceptedEvent> events = record(60);
    // More than a page of a scan.
    for (int version = 3; version <= 190; version++) {
      eventTable.record(Events.version(events.get(0).bookingCode(), version));
    }
    Progress progress = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});
    assertThat(progress.isDone()).isTrue();
    assertThat(progress.claimed()).isEqualTo(60);
    assertThat(progress.scanned()).isEqualTo(268);
    assertThat(progress.pending()).isZero();
    assertClaimed(events);
  }

  @Test
  void coversTheTableInSegments() {
    List<AcceptedEvent> events = record(40);
    long claimed = 0;
    for (int segment = 0; segment < 4; segment++) {
      claimed += backfill.run(new Segment(segment, 4), Optional.empty(), AMPLE, () -> {}).claimed();
    }
    assertThat(claimed).isEqualTo(40);
    assertClaimed(events);
  }

  /** Killed at any head, and run again from where it last said that it was. */
  @Test
  void endsInTheSameStateWhereverItWasKilled() {
    List<AcceptedEvent> events = record(20);
    Optional<Position> last = Optional.empty();
    for (int kill = 1; kill <= 7; kill++) {
      AtomicInteger left = new AtomicInteger(kill);
      try {
        last =
            backfill
                .run(
                    ALL,
                    last,
                    AMPLE,
                    () -> {
                      if (left.getAndDecrement() == 0) {
                        throw new IllegalStateException("killed");
                      }
                    })
                .last();
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      }
    }
    assertThat(backfill.run(ALL, last, AMPLE, () -> {}).isDone()).isTrue();
    assertClaimed(events);
  }

  @Test
  void goesOnWhereItsTimeWasUp() {
    List<AcceptedEvent> events = record(30);
    Progress none = backfill.run(ALL, Optional.empty(), Duration.ZERO, () -> {});
    assertThat(none)
        .isEqualTo(new Progress(0, 0, 0, 0, 0, Optional.empty(), false, Optional.empty()));

    Optional<Position> middle =
        Optional.of(new Position(events.get(10).bookingCode(), events.get(10).version()));
    Progress rest = backfill.run(ALL, middle, AMPLE, () -> {});
    assertThat(rest.isDone()).isTrue();
    assertThat(rest.claimed()).isBetween(0L, 29L);
    assertThat(head(events.get(10))).isEmpty();
  }

  @Test
  void leavesHeadsAloneThatKnowOfTheLastEventOrMore() {
    AcceptedEvent event = Events.first(Events.anyCode());
    pendingIndex.claim(event, Optional.empty(), Events.NOW);
    eventTable.record(event);
    AcceptedEvent claimedUpon = Events.first(Events.anyCode());
    eventTable.record(claimedUpon);
    pendingIndex.claim(claimedUpon, Optional.empty(), Events.NOW);
    pendingIndex.claim(
        Events.version(claimedUpon.bookingCode(), 2),
        Optional.of(claimedUpon.identity()),
        Events.NOW);
    List<Optional<Head>> before = List.of(head(event), head(claimedUpon));

    Progress progress = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});

    assertThat(progress.claimed()).isZero();
    assertThat(progress.standing()).isEqualTo(2);
    assertThat(List.of(head(event), head(claimedUpon))).isEqualTo(before);
  }

  @Test
  void saysOfAHealthyLedgerThatNothingWasMissing() {
    record(12);
    assertThat(backfill.run(ALL, Optional.empty(), AMPLE, () -> {}).claimed()).isEqualTo(12);
    Progress again = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});
    assertThat(again.standing()).isEqualTo(12);
    assertThat(again.claimed() + again.corrected() + again.pending()).isZero();
  }

  @Test
  void countsWhatItCorrectedApart() {
    AcceptedEvent recorded = Events.first(Events.anyCode());
    eventTable.record(recorded);
    pendingIndex.claim(Events.first(recorded.bookingCode()), Optional.empty(), Events.NOW);
    AcceptedEvent behind = Events.first(Events.anyCode());
    eventTable.record(behind);
    pendingIndex.claim(behind, Optional.empty(), Events.NOW);
    eventTable.record(Events.version(behind.bookingCode(), 2));

    Progress progress = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});

    assertThat(progress.corrected()).isEqualTo(2);
    assertThat(progress.claimed() + progress.standing() + progress.pending()).isZero();
    assertClaimed(List.of(recorded, behind));
  }

  /** Acknowledged as it is: whether there is a conflict, drain finds out. */
  @Test
  void leavesWhatIsPendingToDrain() {
    AcceptedEvent recorded = Events.first(Events.anyCode());
    AcceptedEvent rival = Events.first(recorded.bookingCode());
    eventTable.record(recorded);
    pendingIndex.claimAndPark(rival, Events.NOW);
    AcceptedEvent recordedAndParked = Events.first(Events.anyCode());
    eventTable.record(recordedAndParked);
    pendingIndex.claimAndPark(recordedAndParked, Events.NOW);
    List<Optional<Head>> before = List.of(head(rival), head(recordedAndParked));

    Progress progress = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});

    assertThat(progress.pending()).isEqualTo(2);
    assertThat(progress.claimed() + progress.standing() + progress.corrected()).isZero();
    assertThat(progress.isDone()).isTrue();
    assertThat(List.of(head(rival), head(recordedAndParked))).isEqualTo(before);
  }

  @Test
  void anEventThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = record(30);
    AcceptedEvent unreadable = events.get(7);
    DYNAMO_DB
        .client()
        .updateItem(
            it ->
                it.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                    .key(EventAttributes.key(unreadable.bookingCode(), unreadable.version()))
                    .updateExpression("REMOVE recordedAt"));

    Progress progress = backfill.run(ALL, Optional.empty(), AMPLE, () -> {});

    assertThat(progress.isDone()).isTrue();
    assertClaimed(events.stream().filter(event -> !event.equals(unreadable)).toList());
    assertThat(head(unreadable)).isEmpty();
    assertThat(log.only().getMdcCopy())
        .containsEntry("bookingCode", unreadable.bookingCode().value());
  }

  @Test
  void stopsAtTheFirstHeadThatIsNotAnswered() {
    record(5);
    DynamoDbPendingIndex missing =
        new DynamoDbPendingIndex(
            new PendingTable(
                List.of(DYNAMO_DB.client()),
                "no-such-table",
                Clients.PATIENCE,
                Clients.unmeasured()));
    Progress progress = backfill(missing).run(ALL, Optional.empty(), AMPLE, () -> {});
    assertThat(progress.isDone()).isFalse();
    assertThat(progress.stopped()).isPresent();
    assertThat(progress.last()).isEmpty();
  }

  @Test
  void waitsForItsTurnBeforeEachHead() {
    record(12);
    AtomicInteger turns = new AtomicInteger();
    backfill.run(ALL, Optional.empty(), AMPLE, turns::incrementAndGet);
    assertThat(turns).hasValue(12);
  }
}
