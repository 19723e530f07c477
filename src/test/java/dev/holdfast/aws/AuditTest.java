package dev.holdfast.aws;

import static java.time.temporal.ChronoUnit.MILLIS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.OwnThread;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Audit.Kind;
import dev.holdfast.ledger.Audit.Report;
import dev.holdfast.ledger.Audit.Store;
import dev.holdfast.ledger.Audit.Violation;
import dev.holdfast.ledger.AuditView;
import dev.holdfast.ledger.AuditView.EventItem;
import dev.holdfast.ledger.AuditView.HeadItem;
import dev.holdfast.ledger.AuditView.Item;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.FallbackQueue.SendAnswer;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Unavailable;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.UpdateItemRequest;

/** What is wrong with the ledger's tables is found, and nothing else, over real tables. */
@Tag("slow")
class AuditTest {

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private static final Segment ALL = new Segment(0, 1);
  private static final Duration AMPLE = Duration.ofMinutes(5);
  private static final CircuitBreaker CLOSED = () -> false;
  private static final CircuitBreaker OPEN = () -> true;

  private DynamoDbEventTable eventTable;
  private DynamoDbPendingIndex pendingIndex;
  private AuditView eventView;
  private AuditView headView;

  @BeforeEach
  void start() {
    DYNAMO_DB.empty();
    eventTable = DYNAMO_DB.eventTable();
    pendingIndex = DYNAMO_DB.pendingIndex();
    eventView =
        new DynamoDbEventTableView(
            DYNAMO_DB.client(),
            EmbeddedDynamoDb.EVENT_TABLE,
            Clients.PATIENCE,
            Clients.unmeasured());
    headView = new DynamoDbPendingIndexView(DYNAMO_DB.pendingTable());
  }

  private Append append(EventTable events, PendingIndex heads, CircuitBreaker breaker) {
    return new Append(
        events, heads, hint -> new SendAnswer.Sent(), breaker, Clock.systemUTC(), System::nanoTime);
  }

  private AcceptedEvent accepted(BookingCode code, int version) {
    PriceEvent event = Events.version(code, version).event();
    return new AcceptedEvent(event, event.identity(), Instant.now().truncatedTo(MILLIS));
  }

  private AcceptedEvent accepted() {
    return accepted(Events.anyCode(), 1);
  }

  /** A booking with so many versions, made as bookings are. */
  private List<AcceptedEvent> book(int versions) {
    BookingCode code = Events.anyCode();
    Append append = append(eventTable, pendingIndex, CLOSED);
    return IntStream.rangeClosed(1, versions)
        .mapToObj(
            version -> {
              assertThat(append.append(Events.version(code, version).event()))
                  .isInstanceOf(AppendOutcome.Recorded.class);
              return ((EventTable.FindAnswer.Found) eventTable.last(code)).event();
            })
        .toList();
  }

  /** A booking whose first event was drained: its head says that it is recorded. */
  private AcceptedEvent drained() {
    AcceptedEvent first = accepted();
    pendingIndex.claimAndPark(first, Instant.now());
    assertThat(drain().drain(first)).isInstanceOf(DrainOutcome.Settled.class);
    return first;
  }

  private Drain drain() {
    return new Drain(eventTable, pendingIndex, Clock.systemUTC(), System::nanoTime);
  }

  private static Audit over(AuditView events, AuditView heads) {
    return new Audit(events, heads, Clock.systemUTC(), System::nanoTime);
  }

  private List<Violation> audit() {
    return audit(over(eventView, headView), 1);
  }

  private static List<Violation> audit(Audit audit, int segments) {
    List<Violation> violations = new ArrayList<>();
    for (Store store : Store.values()) {
      for (int number = 0; number < segments; number++) {
        Report report =
            audit.run(store, new Segment(number, segments), Optional.empty(), AMPLE, turns -> {});
        assertThat(report.progress().isDone()).isTrue();
        assertCounted(report);
        violations.addAll(report.violations());
      }
    }
    return violations;
  }

  private static void assertCounted(Report report) {
    for (Kind kind : Kind.values()) {
      assertThat(report.progress().found(kind))
          .isEqualTo(report.violations().stream().filter(it -> it.kind() == kind).count());
    }
  }

  private static Violation violation(Kind kind, AcceptedEvent event) {
    return new Violation(kind, event.bookingCode() + "/" + event.version());
  }

  private static void change(AcceptedEvent event, String update, AttributeValue... value) {
    change(
        EmbeddedDynamoDb.EVENT_TABLE,
        EventAttributes.key(event.bookingCode(), event.version()),
        update,
        value);
  }

  private static void changeHead(AcceptedEvent event, String update, AttributeValue... value) {
    change(EmbeddedDynamoDb.PENDING_INDEX, PendingTable.key(event.bookingCode()), update, value);
  }

  private static void change(
      String table, Map<String, AttributeValue> key, String update, AttributeValue... value) {
    UpdateItemRequest.Builder request =
        UpdateItemRequest.builder().tableName(table).key(key).updateExpression(update);
    if (value.length > 0) {
      request.expressionAttributeValues(Map.of(":value", value[0]));
    }
    DYNAMO_DB.client().updateItem(request.build());
  }

  private static void remove(AcceptedEvent event) {
    DYNAMO_DB
        .client()
        .deleteItem(
            it ->
                it.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                    .key(EventAttributes.key(event.bookingCode(), event.version())));
  }

  private static void removeHead(AcceptedEvent event) {
    DYNAMO_DB
        .client()
        .deleteItem(
            it ->
                it.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                    .key(PendingTable.key(event.bookingCode())));
  }

  private static Instant daysAgo(int days) {
    return Instant.now().minus(Duration.ofDays(days));
  }

  /** All that may be there in a ledger with which nothing is wrong. */
  private void makeAHealthyLedger() {
    IntStream.rangeClosed(1, 3).forEach(this::book);
    // More than a page.
    book(26);
    AcceptedEvent drained = drained();
    pendingIndex.claimAndPark(accepted(drained.bookingCode(), 2), Instant.now());
    // A claim that came to nothing, its sender died; and one upon a booking.
    pendingIndex.claim(accepted(), Optional.empty(), daysAgo(3));
    AcceptedEvent claimedUpon = book(2).get(1);
    pendingIndex.claim(
        accepted(claimedUpon.bookingCode(), 3), Optional.of(claimedUpon.identity()), Instant.now());
    // Waits for its drain, beside one that waits for its head, and both are acknowledged.
    AcceptedEvent parked = accepted();
    pendingIndex.claimAndPark(parked, Instant.now());
    eventTable.recordUnclaimed(accepted(parked.bookingCode(), 1), Instant.now());
    eventTable.recordUnclaimed(accepted(), Instant.now());
    eventTable.recordUnclaimed(accepted(book(1).get(0).bookingCode(), 2), Instant.now());
    // A conflict of which drain does not know yet, one that it knows of, and one that is resolved.
    rivalled();
    conflict();
    resolved(conflict());
  }

  /** A pending event whose place another one has. */
  private AcceptedEvent rivalled() {
    AcceptedEvent pending = accepted();
    pendingIndex.claimAndPark(pending, Instant.now());
    eventTable.record(accepted(pending.bookingCode(), 1));
    return pending;
  }

  /** A drained one: it is kept at the head. */
  private AcceptedEvent conflict() {
    AcceptedEvent kept = rivalled();
    assertThat(drain().drain(kept)).isInstanceOf(DrainOutcome.InConflict.class);
    return kept;
  }

  /** A resolved conflict: an item of its own beside the heads, of this key. */
  private static String resolved(AcceptedEvent kept) {
    new DynamoDbResolutionLog(DYNAMO_DB.pendingTable())
        .write(
            new Resolution(
                new Decision(new Decision.Action.Discard(), "jane", "a test", Instant.now()),
                kept,
                Instant.now(),
                Instant.now()));
    return kept.bookingCode() + "/" + kept.identity().eventId();
  }

  @Test
  void findsNothingInAHealthyLedger() {
    makeAHealthyLedger();
    assertThat(audit()).isEmpty();
  }

  /** Past the ledger, each once and all at once. */
  @Test
  void findsWhatIsWrongAndNothingElse() {
    makeAHealthyLedger();
    List<Violation> planted = plant();
    assertThat(audit()).containsExactlyInAnyOrderElementsOf(planted);
    assertThat(planted.stream().map(Violation::kind)).contains(Kind.values());
  }

  @Test
  void coversBothStoresInSegments() {
    makeAHealthyLedger();
    List<Violation> planted = plant();
    List<Violation> found = audit(over(eventView, headView), 3);
    assertThat(found).containsExactlyInAnyOrderElementsOf(planted);
  }

  private List<Violation> plant() {
    List<Violation> planted = new ArrayList<>();

    AcceptedEvent inBetween = book(3).get(1);
    AcceptedEvent atTheBeginning = book(2).get(0);
    AcceptedEvent atTheEnd = drained();
    for (AcceptedEvent lost : List.of(inBetween, atTheBeginning, atTheEnd)) {
      remove(lost);
      planted.add(violation(Kind.GAP, lost));
    }

    AcceptedEvent cheaper = book(2).get(1);
    change(cheaper, "SET amount = :value", AttributeValue.fromS("1.00"));
    planted.add(violation(Kind.FINGERPRINT, cheaper));
    AcceptedEvent cheaperAndPending =
        new AcceptedEvent(accepted().event(), cheaper.identity(), Instant.now());
    pendingIndex.claimAndPark(cheaperAndPending, Instant.now());
    planted.add(violation(Kind.FINGERPRINT, cheaperAndPending));
    AcceptedEvent cheaperAtTheHead = book(2).get(1);
    changeHead(cheaperAtTheHead, "SET events[0].amount = :value", AttributeValue.fromS("1.00"));
    planted.add(violation(Kind.FINGERPRINT, cheaperAtTheHead));
    AcceptedEvent cheaperAndKept = conflict();
    changeHead(cheaperAndKept, "SET kept[0].event.amount = :value", AttributeValue.fromS("1.00"));
    planted.add(violation(Kind.FINGERPRINT, cheaperAndKept));

    AttributeValue yesterday = AttributeValue.fromS(Timestamps.format(daysAgo(1)));
    AcceptedEvent earlier = book(2).get(1);
    change(earlier, "SET recordedAt = :value", yesterday);
    planted.add(violation(Kind.BACKDATED, earlier));
    AcceptedEvent waiting = accepted();
    AcceptedEvent earlierAndPending = accepted(waiting.bookingCode(), 2);
    pendingIndex.claimAndPark(waiting, Instant.now());
    pendingIndex.claimAndPark(earlierAndPending, Instant.now());
    changeHead(waiting, "SET events[1].recordedAt = :value", yesterday);
    planted.add(violation(Kind.BACKDATED, earlierAndPending));

    AcceptedEvent withoutHead = book(2).get(1);
    removeHead(withoutHead);
    planted.add(violation(Kind.BEHIND, withoutHead));
    List<AcceptedEvent> ahead = book(2);
    removeHead(ahead.get(0));
    pendingIndex.claim(ahead.get(0), Optional.empty(), Instant.now());
    planted.add(violation(Kind.BEHIND, ahead.get(1)));
    AcceptedEvent before = book(1).get(0);
    pendingIndex.claim(
        accepted(before.bookingCode(), 2), Optional.of(before.identity()), Instant.now());
    AcceptedEvent anothersPlace = accepted(before.bookingCode(), 2);
    eventTable.record(anothersPlace);
    planted.add(violation(Kind.BEHIND, anothersPlace));

    AcceptedEvent owner = book(2).get(0);
    changeHead(owner, "SET ownerId = :value", AttributeValue.fromS(UUID.randomUUID().toString()));
    planted.add(violation(Kind.OWNER, owner));

    AcceptedEvent pending = accepted();
    pendingIndex.claimAndPark(pending, daysAgo(2));
    planted.add(violation(Kind.OVERDUE, pending));
    AcceptedEvent unclaimed = accepted();
    eventTable.recordUnclaimed(unclaimed, daysAgo(2));
    planted.add(violation(Kind.OVERDUE, unclaimed));

    AcceptedEvent withoutAmount = book(3).get(1);
    change(withoutAmount, "REMOVE amount");
    planted.add(violation(Kind.UNREADABLE, withoutAmount));
    AcceptedEvent withoutClaimedAt = book(1).get(0);
    changeHead(withoutClaimedAt, "REMOVE claimedAt");
    planted.add(new Violation(Kind.UNREADABLE, withoutClaimedAt.bookingCode().value()));
    String withoutOperator = resolved(accepted());
    change(
        EmbeddedDynamoDb.PENDING_INDEX,
        PendingTable.key(withoutOperator),
        "REMOVE resolution.decidedAt");
    planted.add(new Violation(Kind.UNREADABLE, withoutOperator));
    return planted;
  }

  /** Copied from elsewhere, without its heads; each booking counts once, on whatever page it is. */
  @Test
  void countsABookingWithoutItsHeadOnce() {
    for (int versions : List.of(1, 25, 26)) {
      removeHead(book(versions).get(0));
    }
    assertThat(audit()).hasSize(3).extracting(Violation::kind).containsOnly(Kind.BEHIND);
  }

  /** The next page, which has an event with a debt mark only, finds nothing. */
  @Test
  void aMarkedEventOnTheNextPageHidesNoHeadThatIsBehind() {
    AcceptedEvent lastOfThePage = book(25).get(24);
    eventTable.recordUnclaimed(accepted(lastOfThePage.bookingCode(), 26), Instant.now());
    removeHead(lastOfThePage);
    assertThat(audit()).containsExactly(violation(Kind.BEHIND, lastOfThePage));
  }

  @Test
  void anUnreadableEventHidesNothingOfItsBookingAndDoublesNothing() {
    List<AcceptedEvent> withoutHead = book(3);
    removeHead(withoutHead.get(0));
    change(withoutHead.get(1), "REMOVE amount");
    AcceptedEvent lost = drained();
    AcceptedEvent next = accepted(lost.bookingCode(), 2);
    eventTable.recordUnclaimed(next, Instant.now());
    change(next, "REMOVE amount");
    remove(lost);
    assertThat(audit())
        .containsExactlyInAnyOrder(
            violation(Kind.UNREADABLE, withoutHead.get(1)),
            violation(Kind.BEHIND, withoutHead.get(2)),
            violation(Kind.UNREADABLE, next),
            violation(Kind.GAP, lost));
  }

  /** Where the other region would answer, a segment may be another one. */
  @Test
  void pagesOfHeadsComeFromOneRegionAndSingleHeadsFromWhicheverAnswers() {
    AcceptedEvent booked = book(1).get(0);
    Position place = new Position(booked.bookingCode(), booked.version());
    try (DynamoDbClient nowhere = nowhere()) {
      AuditView view =
          new DynamoDbPendingIndexView(pendingTable(List.of(nowhere, DYNAMO_DB.client())));
      assertThat(view.at(place)).isInstanceOf(HeadItem.class);
      assertThat(view.page(ALL, Optional.empty())).isInstanceOf(Unavailable.class);
    }
  }

  private static DynamoDbClient nowhere() {
    return Clients.dynamoDb(URI.create("http://127.0.0.1:1"));
  }

  private static PendingTable pendingTable(List<DynamoDbClient> regions) {
    return new PendingTable(
        regions, EmbeddedDynamoDb.PENDING_INDEX, Clients.PATIENCE, Clients.unmeasured());
  }

  /** What was read first is as it was before the second look. */
  @Test
  void looksTwiceBeforeItCounts() {
    book(3);
    AcceptedEvent drained = drained();
    Instant longAgo = daysAgo(2);
    // A head is claimed in between.
    AuditView behind =
        new Looking(headView) {
          private boolean isFirst = true;

          @Override
          public Look at(Position place) {
            boolean isStale = isFirst;
            isFirst = false;
            return isStale ? new Absent() : super.at(place);
          }
        };
    assertThat(audit(over(eventView, behind), 1)).isEmpty();
    // An event is recorded in the part of the page that was read before.
    AuditView withoutSeconds =
        onPages(
            eventView,
            items -> items.filter(item -> ((EventItem) item).event().version().number() != 2));
    assertThat(audit(over(withoutSeconds, headView), 1)).isEmpty();
    // A debt of either store is paid.
    AuditView unclaimed =
        onPages(
            eventView,
            items ->
                items.map(item -> new EventItem(((EventItem) item).event(), Optional.of(longAgo))));
    AuditView pending =
        onPages(headView, items -> Stream.of(new HeadItem(Head.parked(drained, longAgo))));
    assertThat(audit(over(unclaimed, pending), 1)).isEmpty();
    // A head that says more is replaced.
    AcceptedEvent third = accepted(drained.bookingCode(), 3);
    AuditView ahead =
        onPages(
            headView,
            items -> Stream.of(new HeadItem(Head.claimed(third, Optional.empty(), longAgo))));
    assertThat(audit(over(eventView, ahead), 1)).isEmpty();
    // What a head speaks of is there at the second look.
    AuditView late =
        new Looking(eventView) {
          private boolean isFirst = true;

          @Override
          public Look at(Position place) {
            boolean isStale = isFirst && place.bookingCode().equals(drained.bookingCode());
            isFirst = isFirst && !isStale;
            return isStale ? new Absent() : super.at(place);
          }
        };
    assertThat(audit(over(late, headView), 1)).isEmpty();
  }

  /** What a page showed before a store fell silent does not count twice. */
  @Test
  void goesOnWhereAStoreDidNotAnswerAndCountsNothingTwice() {
    makeAHealthyLedger();
    List<Violation> planted = plant();
    AtomicInteger looks = new AtomicInteger();
    AuditView limping =
        new Looking(headView) {
          @Override
          public Look at(Position place) {
            return Set.of(5, 9, 40).contains(looks.incrementAndGet())
                ? new Unavailable("no answer")
                : super.at(place);
          }
        };
    List<Violation> found = new ArrayList<>();
    int stops = 0;
    for (Store store : Store.values()) {
      Optional<Position> last = Optional.empty();
      boolean isDone = false;
      while (!isDone) {
        Report report = over(eventView, limping).run(store, ALL, last, AMPLE, turns -> {});
        assertCounted(report);
        found.addAll(report.violations());
        last = report.progress().last();
        isDone = report.progress().isDone();
        stops += report.progress().stopped().isPresent() ? 1 : 0;
      }
    }
    assertThat(stops).isPositive();
    assertThat(found).containsExactlyInAnyOrderElementsOf(planted);
  }

  @Test
  void waitsForItsTurnWithEveryItem() {
    IntStream.range(0, 30).forEach(booking -> book(1));
    AtomicInteger turns = new AtomicInteger();
    Audit audit = over(eventView, headView);
    for (Store store : Store.values()) {
      turns.set(0);
      assertThat(
              audit.run(store, ALL, Optional.empty(), AMPLE, turns::addAndGet).progress().scanned())
          .isEqualTo(30);
      assertThat(turns).hasValue(30);
    }
  }

  /**
   * Departments write to a few bookings at once, with the event table or the pending index failing
   * for some of their calls, and are drained.
   */
  @Test
  void findsWhatIsWrongAndNothingElseBesideTraffic() {
    makeAHealthyLedger();
    List<Violation> planted = plant();
    DynamoDbClient nowhere = nowhere();
    DynamoDbEventTable failingEventTable =
        new DynamoDbEventTable(
            nowhere, EmbeddedDynamoDb.EVENT_TABLE, Clients.PATIENCE, Clients.unmeasured());
    DynamoDbPendingIndex failingPendingIndex =
        new DynamoDbPendingIndex(pendingTable(List.of(nowhere)));
    List<Append> weather =
        List.of(
            append(eventTable, pendingIndex, CLOSED),
            append(eventTable, pendingIndex, CLOSED),
            append(failingEventTable, pendingIndex, OPEN),
            append(eventTable, failingPendingIndex, CLOSED));
    List<BookingCode> codes = Stream.generate(Events::anyCode).limit(40).toList();
    AtomicBoolean stop = new AtomicBoolean();
    List<CompletableFuture<Integer>> departments =
        IntStream.range(0, 3)
            .mapToObj(
                seed ->
                    CompletableFuture.supplyAsync(
                        () -> write(new Random(seed), codes, weather, stop), OwnThread.EACH))
            .toList();
    List<List<Violation>> found = IntStream.range(0, 6).mapToObj(round -> audit()).toList();
    stop.set(true);
    assertThat(departments.stream().mapToInt(CompletableFuture::join)).allMatch(made -> made > 10);
    nowhere.close();
    assertThat(found)
        .allSatisfy(each -> assertThat(each).containsExactlyInAnyOrderElementsOf(planted));
  }

  /** Appends, each to what it sees, and drains; answers how many events were accepted. */
  private int write(
      Random random, List<BookingCode> codes, List<Append> weather, AtomicBoolean stop) {
    int made = 0;
    while (!stop.get()) {
      BookingCode code = codes.get(random.nextInt(codes.size()));
      int version =
          pendingIndex.find(code) instanceof PendingIndex.FindAnswer.Found found
              ? found.head().version().number() + 1
              : 1;
      AppendOutcome outcome =
          weather.get(random.nextInt(weather.size())).append(Events.version(code, version).event());
      made +=
          outcome instanceof AppendOutcome.Recorded || outcome instanceof AppendOutcome.Pending
              ? 1
              : 0;
      if (random.nextInt(3) == 0) {
        var unused = drain().drain(Events.version(code, version));
      }
    }
    return made;
  }

  /** A view whose pages show other items; single ones are as they are. */
  private static AuditView onPages(AuditView view, UnaryOperator<Stream<Item>> shown) {
    return new Looking(view) {
      @Override
      public PageAnswer page(Segment segment, Optional<Position> after) {
        Page page = (Page) super.page(segment, after);
        return new Page(shown.apply(page.items().stream()).toList(), page.next());
      }
    };
  }

  /** Passes every look on. */
  private abstract static class Looking implements AuditView {

    private final AuditView view;

    Looking(AuditView view) {
      this.view = view;
    }

    @Override
    public PageAnswer page(Segment segment, Optional<Position> after) {
      return view.page(segment, after);
    }

    @Override
    public Look at(Position place) {
      return view.at(place);
    }
  }
}
