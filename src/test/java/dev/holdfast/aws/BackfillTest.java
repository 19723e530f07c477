package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backfill.Finding;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.FindAnswer.Found;
import dev.holdfast.ledger.SegmentWalk.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Heads for an event table that had none, over real tables. */
@Tag("slow")
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
    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});
    assertThat(progress.isDone()).isTrue();
    assertThat(progress.found(Finding.CLAIMED)).isEqualTo(60);
    assertThat(progress.scanned()).isEqualTo(268);
    assertThat(progress.found(Finding.PENDING)).isZero();
    assertClaimed(events);
  }

  @Test
  void coversTheTableInSegments() {
    List<AcceptedEvent> events = record(40);
    long claimed = 0;
    for (int segment = 0; segment < 4; segment++) {
      claimed +=
          backfill
              .run(new Segment(segment, 4), Optional.empty(), AMPLE, turns -> {})
              .found(Finding.CLAIMED);
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
                    turns -> {
                      if (left.getAndDecrement() == 0) {
                        throw new IllegalStateException("killed");
                      }
                    })
                .last();
      } catch (IllegalStateException killed) {
        assertThat(killed).hasMessage("killed");
      }
    }
    assertThat(backfill.run(ALL, last, AMPLE, turns -> {}).isDone()).isTrue();
    assertClaimed(events);
  }

  @Test
  void goesOnWhereItsTimeWasUp() {
    List<AcceptedEvent> events = record(30);
    Progress<Finding> none = backfill.run(ALL, Optional.empty(), Duration.ZERO, turns -> {});
    assertThat(none)
        .isEqualTo(new Progress<Finding>(0, Map.of(), Optional.empty(), false, Optional.empty()));

    Optional<Position> middle =
        Optional.of(new Position(events.get(10).bookingCode(), events.get(10).version()));
    Progress<Finding> rest = backfill.run(ALL, middle, AMPLE, turns -> {});
    assertThat(rest.isDone()).isTrue();
    assertThat(rest.found(Finding.CLAIMED)).isBetween(0L, 29L);
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

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.found(Finding.CLAIMED)).isZero();
    assertThat(progress.found(Finding.STANDING)).isEqualTo(2);
    assertThat(List.of(head(event), head(claimedUpon))).isEqualTo(before);
  }

  @Test
  @Regression("a backfill of a healthy ledger said that it had claimed 138")
  void saysOfAHealthyLedgerThatNothingWasMissing() {
    record(12);
    assertThat(backfill.run(ALL, Optional.empty(), AMPLE, turns -> {}).found(Finding.CLAIMED))
        .isEqualTo(12);
    Progress<Finding> again = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});
    assertThat(again.found(Finding.STANDING)).isEqualTo(12);
    assertThat(
            again.found(Finding.CLAIMED)
                + again.found(Finding.CORRECTED)
                + again.found(Finding.PENDING))
        .isZero();
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

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.found(Finding.CORRECTED)).isEqualTo(2);
    assertThat(
            progress.found(Finding.CLAIMED)
                + progress.found(Finding.STANDING)
                + progress.found(Finding.PENDING))
        .isZero();
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

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.found(Finding.PENDING)).isEqualTo(2);
    assertThat(
            progress.found(Finding.CLAIMED)
                + progress.found(Finding.STANDING)
                + progress.found(Finding.CORRECTED))
        .isZero();
    assertThat(progress.isDone()).isTrue();
    assertThat(List.of(head(rival), head(recordedAndParked))).isEqualTo(before);
  }

  @Test
  @Regression("one item that could not be read stopped the whole walk")
  void anEventThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = record(30);
    AcceptedEvent unreadable = events.get(7);
    damage(unreadable.bookingCode(), Version.FIRST);

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.isDone()).isTrue();
    assertClaimed(events.stream().filter(event -> !event.equals(unreadable)).toList());
    assertThat(head(unreadable)).isEmpty();
    assertThat(log.only().getMdcCopy())
        .containsEntry("bookingCode", unreadable.bookingCode().value());
  }

  @Test
  @Regression("a backfill ended for ever at a booking whose last event could not be read")
  void aLastEventThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = record(30);
    AcceptedEvent first = events.get(3);
    damage(first.bookingCode(), new Version(2));

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.isDone()).isTrue();
    assertThat(progress.found(Finding.UNREADABLE)).isEqualTo(1);
    assertClaimed(events.stream().filter(event -> !event.equals(first)).toList());
    assertThat(head(first)).isEmpty();
    assertThat(log.only().getMdcCopy())
        .containsEntry("bookingCode", first.bookingCode().value())
        .containsEntry("version", "2");
  }

  @Test
  @Regression("a backfill ended for ever at a head that could not be read")
  void aHeadThatCannotBeReadStopsNoOther() {
    List<AcceptedEvent> events = record(30);
    AcceptedEvent unreadable = events.get(7);
    pendingIndex.claim(unreadable, Optional.empty(), Events.NOW);
    remove("claimedAt", EmbeddedDynamoDb.PENDING_INDEX, PendingTable.key(unreadable.bookingCode()));

    Progress<Finding> progress = backfill.run(ALL, Optional.empty(), AMPLE, turns -> {});

    assertThat(progress.isDone()).isTrue();
    assertThat(progress.found(Finding.UNREADABLE)).isEqualTo(1);
    assertClaimed(events.stream().filter(event -> !event.equals(unreadable)).toList());
  }

  private static void damage(BookingCode code, Version version) {
    remove("recordedAt", EmbeddedDynamoDb.EVENT_TABLE, EventAttributes.key(code, version));
  }

  private static void remove(String attribute, String table, Map<String, AttributeValue> key) {
    DYNAMO_DB
        .client()
        .updateItem(it -> it.tableName(table).key(key).updateExpression("REMOVE " + attribute));
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
    Progress<Finding> progress = backfill(missing).run(ALL, Optional.empty(), AMPLE, turns -> {});
    assertThat(progress.isDone()).isFalse();
    assertThat(progress.stopped()).isPresent();
    assertThat(progress.last()).isEmpty();
  }

  @Test
  void waitsForItsTurnBeforeEachHead() {
    record(12);
    AtomicInteger turns = new AtomicInteger();
    backfill.run(ALL, Optional.empty(), AMPLE, turns::addAndGet);
    assertThat(turns).hasValue(12);
  }
}
