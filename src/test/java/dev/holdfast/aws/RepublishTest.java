package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ChangeFeed;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.EventTableScan.Selection.RecordedWithin;
import dev.holdfast.ledger.Republish;
import dev.holdfast.ledger.Republish.Finding;
import dev.holdfast.ledger.SegmentWalk.Progress;
import dev.holdfast.ledger.Unavailable;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What is recorded, on the change feed again, over a real table. */
class RepublishTest {

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  private static final Segment ALL = new Segment(0, 1);
  private static final Duration AMPLE = Duration.ofMinutes(5);
  private static final RecordedWithin EVER = new RecordedWithin(Optional.empty(), Optional.empty());

  private final List<AcceptedEvent> feed = new ArrayList<>();
  private DynamoDbEventTable eventTable;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    eventTable = DYNAMO_DB.eventTable();
  }

  private Republish republish(ChangeFeed changeFeed) {
    return new Republish(
        new DynamoDbEventTableScan(
            DYNAMO_DB.client(),
            EmbeddedDynamoDb.EVENT_TABLE,
            Clients.PATIENCE,
            Clients.unmeasured()),
        changeFeed,
        Clock.systemUTC(),
        System::nanoTime);
  }

  private ChangeFeed.PublishAnswer take(List<AcceptedEvent> events) {
    assertThat(events).hasSizeBetween(1, ChangeFeed.MOST_AT_ONCE);
    feed.addAll(events);
    return new ChangeFeed.PublishAnswer.Published();
  }

  /** Bookings with so many versions each. */
  private List<AcceptedEvent> record(int bookings, int versions) {
    return IntStream.range(0, bookings)
        .mapToObj(booking -> Events.anyCode())
        .flatMap(
            code -> IntStream.rangeClosed(1, versions).mapToObj(at -> Events.version(code, at)))
        .peek(eventTable::record)
        .toList();
  }

  @Test
  void putsEveryEventOnTheFeedOnceByWayOfSegments() {
    List<AcceptedEvent> events = record(90, 3);
    long republished = 0;
    for (int segment = 0; segment < 3; segment++) {
      Progress<Finding> progress =
          republish(this::take)
              .run(EVER, new Segment(segment, 3), Optional.empty(), AMPLE, turns -> {});
      assertThat(progress.isDone()).isTrue();
      republished += progress.found(Finding.REPUBLISHED);
    }
    assertThat(republished).isEqualTo(270);
    assertThat(feed).containsExactlyInAnyOrderElementsOf(events);
  }

  @Test
  void putsThoseOfASpanOfTimeThere() {
    AcceptedEvent event = record(1, 1).get(0);
    Instant then = event.recordedAt();
    for (RecordedWithin span :
        List.of(
            new RecordedWithin(Optional.of(then), Optional.of(then.plusMillis(1))),
            new RecordedWithin(Optional.of(then), Optional.empty()),
            new RecordedWithin(Optional.empty(), Optional.of(then.plusMillis(1))))) {
      feed.clear();
      republish(this::take).run(span, ALL, Optional.empty(), AMPLE, turns -> {});
      assertThat(feed).as(span.toString()).containsExactly(event);
    }
    for (RecordedWithin span :
        List.of(
            new RecordedWithin(Optional.of(then.plusMillis(1)), Optional.empty()),
            new RecordedWithin(Optional.empty(), Optional.of(then)))) {
      feed.clear();
      Progress<Finding> progress =
          republish(this::take).run(span, ALL, Optional.empty(), AMPLE, turns -> {});
      assertThat(feed).as(span.toString()).isEmpty();
      assertThat(progress.scanned()).isEqualTo(1);
      assertThat(progress.isDone()).isTrue();
    }
  }

  /** Killed before or after any batch, and run again from where it last said that it was. */
  @Test
  void leavesNoEventOutWhereverItWasKilled() {
    List<AcceptedEvent> events = record(40, 2);
    for (int batches = 0; batches < 8; batches++) {
      for (boolean isSent : List.of(false, true)) {
        feed.clear();
        AtomicInteger left = new AtomicInteger(batches);
        ChangeFeed dying =
            batch -> {
              boolean isLast = left.getAndDecrement() == 0;
              if (!isLast || isSent) {
                take(batch);
              }
              if (isLast) {
                throw new IllegalStateException("killed");
              }
              return new ChangeFeed.PublishAnswer.Published();
            };
        Optional<Position> last = Optional.empty();
        try {
          last = republish(dying).run(EVER, ALL, last, AMPLE, turns -> {}).last();
        } catch (IllegalStateException killed) {
          assertThat(killed).hasMessage("killed");
        }
        republish(this::take).run(EVER, ALL, last, AMPLE, turns -> {});
        assertThat(feed).containsAll(events);
      }
    }
  }

  /** What the queue may have taken and did not say is sent again. */
  @Test
  void goesOnWithTheBatchThatWasNotAnswered() {
    List<AcceptedEvent> events = record(20, 2);
    AtomicInteger left = new AtomicInteger(2);
    Progress<Finding> stopped =
        republish(
                batch -> {
                  take(batch);
                  return left.decrementAndGet() == 0
                      ? new Unavailable("no answer")
                      : new ChangeFeed.PublishAnswer.Published();
                })
            .run(EVER, ALL, Optional.empty(), AMPLE, turns -> {});
    assertThat(stopped.isDone()).isFalse();
    assertThat(stopped.stopped()).contains(new Unavailable("no answer"));
    assertThat(stopped.found(Finding.REPUBLISHED)).isEqualTo(10);
    assertThat(stopped.last())
        .contains(new Position(feed.get(9).bookingCode(), feed.get(9).version()));

    republish(this::take).run(EVER, ALL, stopped.last(), AMPLE, turns -> {});
    assertThat(feed).hasSize(50).containsAll(events);
  }

  @Test
  void waitsForItsTurnWithEveryEventAndALittleForThoseItPassesOver() {
    record(40, 1);
    AtomicInteger turns = new AtomicInteger();
    republish(this::take).run(EVER, ALL, Optional.empty(), AMPLE, turns::addAndGet);
    assertThat(turns).hasValue(40);

    turns.set(0);
    BookingCode code = Events.anyCode();
    IntStream.rangeClosed(1, 60).forEach(at -> eventTable.record(Events.version(code, at)));
    RecordedWithin later = new RecordedWithin(Optional.of(Instant.now()), Optional.empty());
    republish(this::take).run(later, ALL, Optional.empty(), AMPLE, turns::addAndGet);
    assertThat(turns).hasValue(4);
  }

  @Test
  void aQueueThatDoesNotAnswerIsTold() {
    SqsChangeFeed silent =
        new SqsChangeFeed(
            () -> Clients.sqs(DYNAMO_DB.endpoint()),
            "http://127.0.0.1/000000000000/none",
            Clients.PATIENCE,
            Clients.unmeasured());
    assertThat(silent.republish(List.of(Events.first(Events.anyCode()))))
        .isInstanceOfSatisfying(
            Unavailable.class, why -> assertThat(why.reason()).startsWith("republish-queue: "));
  }
}
