package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.holdfast.Regression;
import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer.Granted;
import dev.holdfast.ledger.PendingIndex.ClaimAnswer.Refused;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer.Moved;
import dev.holdfast.ledger.PendingIndex.ReplaceAnswer.Replaced;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Heads in DynamoDB; what is answered to whom, {@link PendingIndexContractTest} tells in full. */
class DynamoDbPendingIndexTest {

  private static final Instant NOW = Events.NOW;
  private static final Instant LATER = NOW.plusMillis(1);
  private static final Instant LAST = NOW.plusSeconds(60);
  private static final Optional<EventIdentity> NOTHING = Optional.empty();

  /** AWS, "Quotas in Amazon DynamoDB", "Item size". */
  private static final int LARGEST_ITEM = 400 * 1024;

  /** What of a request of 100 KB can be its data: the rest is at least so much. */
  private static final int MOST_DATA = 102_400 - 150;

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  @RegisterExtension final CapturedLog log = new CapturedLog("dev.holdfast.aws");

  private final DynamoDbPendingIndex index = DYNAMO_DB.pendingIndex();
  private final BookingCode code = Events.anyCode();
  private final AcceptedEvent event = Events.withData(code, "{\"room\":12}");
  private final AcceptedEvent other = Events.first(code);
  private final AcceptedEvent second = Events.version(code, 2);

  // What a claim gets and leaves

  @Test
  void grantsACodeThatNobodyHas() {
    Head head = Head.claimed(event, NOTHING, NOW);

    assertThat(index.claim(event, NOTHING, NOW)).isEqualTo(new Granted(head));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(head));
  }

  @Test
  void grantsTheVersionAfterTheOneThatWasSeen() {
    Head head = claimed(event).claimedFor(second, Optional.of(event.identity()), LATER);

    assertThat(index.claim(second, Optional.of(event.identity()), LATER))
        .isEqualTo(new Granted(head));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(head));
  }

  @Test
  void refusesACodeThatAnotherEventHas() {
    Head standing = claimed(event);

    assertThat(index.claim(other, NOTHING, LATER)).isEqualTo(refusedFor(standing));
    assertThat(index.claim(Events.reusingIdOf(event), NOTHING, LATER))
        .isEqualTo(refusedFor(standing));
    assertThat(index.claimAndPark(other, LATER)).isEqualTo(refusedFor(standing));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(standing));
  }

  @Test
  void grantsACodeToOneOfManyConcurrentEvents() {
    List<ClaimAnswer> answers =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(i -> index.claim(Events.first(code), NOTHING, NOW))
            .toList();

    assertThat(answers).filteredOn(Granted.class::isInstance).hasSize(1);
    assertThat(answers)
        .filteredOn(Refused.class::isInstance)
        .hasSize(15)
        .containsOnly(refusedFor(head()));
  }

  @Test
  void grantsALaterVersionToOneOfManyConcurrentEvents() {
    claimed(event);
    List<ClaimAnswer> answers =
        IntStream.range(0, 16)
            .parallel()
            .mapToObj(
                i ->
                    i % 2 == 0
                        ? index.claim(Events.version(code, 2), Optional.of(event.identity()), LATER)
                        : index.claimAndPark(Events.version(code, 2), LATER))
            .toList();

    assertThat(answers).filteredOn(Granted.class::isInstance).hasSize(1);
    assertThat(answers)
        .filteredOn(Refused.class::isInstance)
        .hasSize(15)
        .containsOnly(refusedFor(head()));
  }

  @Test
  void claimsAndParksInOneWrite() {
    Head first = Head.parked(event, NOW);
    assertThat(index.claimAndPark(event, NOW)).isEqualTo(new Granted(first));

    Head both = first.parkedWith(second, LATER);
    assertThat(index.claimAndPark(second, LATER)).isEqualTo(new Granted(both));
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(both));
  }

  @Test
  void keepsWhatWasParkedFirst() {
    index.claimAndPark(event, NOW);
    Head standing = head();
    AcceptedEvent again = new AcceptedEvent(event.event(), event.identity(), LATER);

    assertThat(index.claimAndPark(again, LATER)).isEqualTo(refusedFor(standing));
    assertThat(head()).isEqualTo(standing);
  }

  // What replaces a head

  @Test
  void replacesAHeadThatIsAsItWasSeen() {
    Head seen = claimed(event);
    for (Head next :
        List.of(
            seen.parked(LATER),
            seen.parked(LATER).parkedWith(second, LAST),
            seen.claimedAgain(LATER),
            seen.claimedFor(other, NOTHING, LATER),
            Heads.settled(seen.parked(LATER)),
            Heads.displaced(seen.parked(LATER), other, LAST))) {
      put(seen);

      assertThat(index.replace(seen, next)).isEqualTo(new Replaced());
      assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(next));
    }
  }

  @Test
  void doesNotReplaceAHeadThatWasTouched() {
    Head seen = claimed(event);
    Head touched = seen.claimedAgain(LATER);
    index.replace(seen, touched);

    assertThat(index.replace(seen, seen.parked(LAST))).isEqualTo(new Moved(touched));
    assertThat(index.replace(seen, seen.claimedFor(other, NOTHING, LAST)))
        .isEqualTo(new Moved(touched));
    assertThat(head()).isEqualTo(touched);
  }

  @Test
  void doesNotParkTwice() {
    Head seen = claimed(event);
    index.replace(seen, seen.parked(LATER));

    assertThat(index.replace(seen, seen.parked(LAST))).isEqualTo(new Moved(seen.parked(LATER)));
  }

  @Test
  @Regression("a claim that landed late set the time of the claim back")
  void neverSetsTheTimeOfAClaimBack() {
    Head seen = Head.claimed(event, NOTHING, LATER);
    index.create(seen);

    index.replace(seen, seen.claimedAgain(NOW));

    assertThat(head().claimedAt()).isEqualTo(LATER);
    assertThat(head().revision()).isEqualTo(2);
  }

  @Test
  void createsNothingWhereThereIsAHead() {
    Head standing = claimed(event);

    assertThat(index.create(Head.parked(other, LATER))).isEqualTo(new Moved(standing));
    assertThat(head()).isEqualTo(standing);
  }

  @Test
  void isUnavailableWhereAHeadIsGone() {
    Head seen = claimed(event);
    DYNAMO_DB
        .client()
        .deleteItem(
            delete -> delete.tableName(EmbeddedDynamoDb.PENDING_INDEX).key(PendingTable.key(code)));

    assertThat(index.replace(seen, seen.parked(LATER))).isInstanceOf(Unavailable.class);
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Absent());
  }

  // A write that the SDK, or the way through a second region, repeats

  @Test
  void aRepeatedClaimMeetsItself() {
    ClaimAnswer first = index.claim(event, NOTHING, NOW);
    assertThat(index.claim(event, NOTHING, NOW)).isEqualTo(first);

    index.claim(second, Optional.of(event.identity()), LATER);
    Head own = head();
    assertThat(own.isAt(second.identity())).isTrue();
    assertThat(index.claim(second, Optional.of(event.identity()), LATER))
        .isEqualTo(refusedFor(own));
    assertThat(head()).isEqualTo(own);
  }

  @Test
  void aRepeatedClaimAndParkMeetsItself() {
    ClaimAnswer first = index.claimAndPark(event, NOW);
    assertThat(index.claimAndPark(event, NOW)).isEqualTo(first);

    index.claimAndPark(second, LATER);
    Head own = head();
    assertThat(own.isAt(second.identity())).isTrue();
    assertThat(index.claimAndPark(second, LATER)).isEqualTo(refusedFor(own));
    assertThat(own.events()).as("it is appended once").containsExactly(event, second);
    assertThat(head()).isEqualTo(own);
  }

  @Test
  void aRepeatedReplacementMeetsItself() {
    Head created = Head.parked(event, NOW);
    assertThat(index.create(created)).isEqualTo(new Replaced());
    assertThat(index.create(created)).isEqualTo(new Replaced());

    for (Head next :
        List.of(
            created.parkedWith(second, LATER),
            Heads.settled(created),
            Heads.displaced(created, other, LATER),
            Heads.keeping(Heads.displaced(created, other, LATER), List.of()))) {
      put(created);
      assertThat(index.replace(created, next)).isEqualTo(new Replaced());
      assertThat(index.replace(created, next)).isEqualTo(new Replaced());
      assertThat(head()).isEqualTo(next);
    }
  }

  // How much a head holds

  @Test
  void anEventTakesNoMoreRoomThanItSays() {
    AcceptedEvent largest = largest(Version.FIRST);

    int size = size(AttributeValue.fromM(EventAttributes.write(largest)));

    assertThat(size).isGreaterThan(MOST_DATA).isLessThanOrEqualTo(largest.bytes());
  }

  @Test
  void takesEventsToTheLastByteOfTheBoundAndNoneBeyond() {
    AcceptedEvent third = sized(3, 20_000);
    index.claimAndPark(sized(1, 100_000), NOW);
    index.claimAndPark(sized(2, Head.MOST_BYTES - 100_000 - third.bytes() + 1), NOW);
    Head oneTooMuch = head();
    assertThat(index.claimAndPark(third, LATER)).isEqualTo(refusedFor(oneTooMuch));
    assertThat(head()).isEqualTo(oneTooMuch);

    Head exactlyEnough =
        Head.parked(sized(1, 100_000), NOW)
            .parkedWith(sized(2, Head.MOST_BYTES - 100_000 - third.bytes()), NOW);
    put(exactlyEnough);
    assertThat(index.claimAndPark(third, LATER))
        .isEqualTo(new Granted(exactlyEnough.parkedWith(third, LATER)));
    assertThat(head().bytes()).isEqualTo(Head.MOST_BYTES);
  }

  /** As many bytes as can wait move aside, and the largest claim there is comes on top. */
  @Test
  void theLargestHeadIsAnItemThatDynamoDbTakes() {
    List<AcceptedEvent> waiting = new ArrayList<>();
    waiting.add(largest(new Version(1)));
    waiting.add(largest(new Version(2)));
    int rest = Head.MOST_BYTES - 2 * largest(new Version(2)).bytes();
    waiting.add(withData(new Version(3), rest - 600));
    Head full = Head.parked(waiting.get(0), NOW);
    for (AcceptedEvent more : waiting.subList(1, waiting.size())) {
      full = full.parkedWith(more, NOW);
    }
    assertThat(full.bytes()).isEqualTo(Head.MOST_BYTES);
    Head conflict = Heads.displaced(full, largest(new Version(3)), LATER);
    Kept decided =
        new Kept(
            waiting.get(0),
            LATER,
            Optional.of(
                new Decision(
                    new Decision.Action.Reassign(new BookingCode("X".repeat(64))),
                    "界".repeat(100),
                    "界".repeat(1_000),
                    LAST)));
    Head largest =
        Heads.keeping(conflict, List.of(decided, conflict.kept().get(1), conflict.kept().get(2)));
    put(largest);

    AcceptedEvent next = largest(new Version(4));
    ClaimAnswer claimed = index.claim(next, Optional.of(largest.last().identity()), LAST);

    assertThat(claimed).isInstanceOf(Granted.class);
    assertThat(head().last()).isEqualTo(next);
    assertThat(head().kept()).isEqualTo(largest.kept());
    assertThat(size(AttributeValue.fromM(item()))).isLessThan(LARGEST_ITEM);
  }

  @Test
  void takesAnEventThatDynamoDbRefusesForABug() {
    AcceptedEvent tooLarge = Events.withData(code, "{\"a\":\"" + "x".repeat(410_000) + "\"}");

    assertThatThrownBy(() -> index.claimAndPark(tooLarge, NOW))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("ValidationException");
  }

  // What is stored

  @Test
  void findsNoHeadWhereThereIsNone() {
    assertThat(index.find(code)).isEqualTo(new FindAnswer.Absent());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"2026-11-23T04:03:44Z", "2026-11-23T04:03:44.007Z", "2026-11-23T04:03:44.990Z"})
  void keepsMomentsToTheMillisecond(String text) {
    Instant moment = Instant.parse(text);
    AcceptedEvent then = new AcceptedEvent(event.event(), event.identity(), moment);
    Head parked = Head.claimed(then, NOTHING, moment).parked(moment.plusMillis(3));
    Head conflict = Heads.displaced(parked, other, moment.plusMillis(5));

    for (Head head : List.of(parked, Heads.settled(parked), conflict)) {
      put(head);
      assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(head));
    }
    put(parked);
    index.claimAndPark(
        new AcceptedEvent(second.event(), second.identity(), moment), moment.plusMillis(7));
    assertThat(head().claimedAt()).isEqualTo(moment.plusMillis(7));
    assertThat(head().last().recordedAt()).isEqualTo(moment);
  }

  @Test
  void keepsEveryDecisionAsItWasMade() {
    Head conflict = Heads.displaced(Head.parked(event, NOW), other, LATER);
    for (Decision.Action action :
        List.of(
            new Decision.Action.Reassign(new BookingCode("HOTEL-4711-B")),
            new Decision.Action.Reappend(new Version(7)),
            new Decision.Action.Discard())) {
      Decision decision = new Decision(action, "jane", "a double fault", LAST);
      Head decided =
          Heads.keeping(conflict, List.of(new Kept(event, LATER, Optional.of(decision))));
      put(conflict);
      index.replace(conflict, decided);

      assertThat(index.find(code)).isEqualTo(new FindAnswer.Found(decided));
    }
  }

  @Test
  void storesAClaimedHeadUnderTheNamesOfTheDesign() {
    index.claim(event, NOTHING, NOW);
    index.claim(second, Optional.of(event.identity()), LATER);

    assertThat(item()).containsExactlyInAnyOrderEntriesOf(common(second, 2, LATER));
  }

  @Test
  void storesAPendingHeadUnderTheNamesOfTheDesign() {
    index.claim(event, NOTHING, NOW);
    Head claimed = head();
    index.replace(claimed, claimed.parked(LATER));
    index.claimAndPark(second, LAST);

    Map<String, AttributeValue> expected = common(second, 3, LAST);
    expected.keySet().removeAll(List.of("previousId", "previousFingerprint"));
    expected.put("events", HeadAttributes.events(List.of(event, second)));
    expected.put("bytes", HeadAttributes.bytes(List.of(event, second)));
    expected.put("pendingSince", AttributeValue.fromS("2026-11-23T04:03:44.121Z"));
    expected.put("pendingShard", SparseIndex.shardValue(Shard.of(code)));
    assertThat(item()).containsExactlyInAnyOrderEntriesOf(expected);
  }

  /** Out of the sparse index, and nothing left over. */
  @Test
  void storesARecordedHeadUnderTheNamesOfTheDesign() {
    index.claim(event, NOTHING, NOW);
    index.claim(second, Optional.of(event.identity()), LATER);
    Head parked = head().parked(LATER);
    index.replace(head(), parked);
    index.replace(parked, Heads.settled(parked));

    Map<String, AttributeValue> expected = common(second, 4, LATER);
    expected.put("recorded", AttributeValue.fromBool(true));
    assertThat(item()).containsExactlyInAnyOrderEntriesOf(expected);

    AcceptedEvent third = Events.version(code, 3);
    index.claim(third, Optional.of(second.identity()), LAST);
    assertThat(item()).doesNotContainKey("recorded").containsEntry("version", number(3));
  }

  @Test
  void storesAConflictUnderTheNamesOfTheDesign() {
    put(Heads.displaced(Head.parked(event, NOW), other, LATER));

    assertThat(item())
        .doesNotContainKeys("pendingSince", "pendingShard")
        .contains(
            entry("recorded", AttributeValue.fromBool(true)),
            entry("eventId", AttributeValue.fromS(other.identity().eventId().toString())),
            entry("conflictSince", AttributeValue.fromS("2026-11-23T04:03:44.121Z")),
            entry("conflictShard", SparseIndex.shardValue(Shard.of(code))),
            entry(
                "kept",
                AttributeValue.fromL(
                    List.of(
                        AttributeValue.fromM(
                            Map.of(
                                "event",
                                AttributeValue.fromM(EventAttributes.write(event)),
                                "conflictSince",
                                AttributeValue.fromS("2026-11-23T04:03:44.121Z")))))));
    index.replace(head(), Heads.keeping(head(), List.of()));
    assertThat(item()).doesNotContainKeys("kept", "conflictSince", "conflictShard");
  }

  private Map<String, AttributeValue> common(AcceptedEvent last, int revision, Instant claimedAt) {
    Map<String, AttributeValue> item = new HashMap<>();
    item.put("bookingCode", AttributeValue.fromS(code.value()));
    item.put("version", number(2));
    item.put("eventId", AttributeValue.fromS(last.identity().eventId().toString()));
    item.put("fingerprint", AttributeValue.fromS(last.identity().fingerprint().hex()));
    item.put("recordedAt", number(NOW.toEpochMilli()));
    item.put(
        "events", AttributeValue.fromL(List.of(AttributeValue.fromM(EventAttributes.write(last)))));
    item.put("bytes", number(600));
    item.put("ownerId", AttributeValue.fromS(event.identity().eventId().toString()));
    item.put("ownerFingerprint", AttributeValue.fromS(event.identity().fingerprint().hex()));
    item.put("previousId", AttributeValue.fromS(event.identity().eventId().toString()));
    item.put("previousFingerprint", AttributeValue.fromS(event.identity().fingerprint().hex()));
    item.put("revision", number(revision));
    item.put("claimedAt", AttributeValue.fromS(Timestamps.format(claimedAt)));
    return item;
  }

  // What cannot be read, and what does not answer

  @ParameterizedTest
  @ValueSource(
      strings = {
        "REMOVE events",
        "SET events = :none",
        "REMOVE events[0].amount",
        "REMOVE claimedAt",
        "REMOVE revision",
        "REMOVE ownerFingerprint",
        "SET pendingSince = bookingCode"
      })
  void aHeadThatCannotBeReadIsNoAnswerAndTold(String damage) {
    MetricLines lines = new MetricLines();
    EmbeddedMetrics metrics = lines.metrics();
    DynamoDbPendingIndex measured =
        new DynamoDbPendingIndex(
            new PendingTable(
                List.of(DYNAMO_DB.client()),
                EmbeddedDynamoDb.PENDING_INDEX,
                Clients.PATIENCE,
                metrics));
    Head seen = claimed(event);
    damage(damage);

    List<Object> answers =
        List.of(
            measured.find(code),
            measured.claim(event, NOTHING, LATER),
            measured.claimAndPark(other, LATER),
            measured.claim(Events.version(code, 3), Optional.of(second.identity()), LATER),
            measured.claimAndPark(Events.version(code, 3), LATER),
            measured.create(Head.parked(other, LATER)),
            measured.replace(seen.claimedAgain(NOW), seen.parked(LATER)));

    assertThat(answers)
        .hasOnlyElementsOfType(Unavailable.class)
        .containsOnly(Unavailable.unreadable("The head of the booking cannot be read"));
    assertThat(log.records())
        .hasSize(answers.size())
        .allSatisfy(
            line -> {
              assertThat(line.getMessage()).contains("pending-index");
              assertThat(line.getMdcCopy()).containsEntry("bookingCode", code.value());
            });
    metrics.flush(UUID.randomUUID());
    assertThat(lines.values(Metric.UNREADABLE_ITEMS)).hasSize(answers.size());
  }

  /** As without a pending index: the event table decides, and remembers that the head is behind. */
  @Test
  void aBookingWhoseHeadCannotBeReadGoesOn() {
    claimed(event);
    damage("REMOVE ownerFingerprint");
    DynamoDbEventTable eventTable = DYNAMO_DB.eventTable();
    Append append =
        new Append(
            eventTable,
            index,
            new SimulatedFallbackQueue(call -> Network.Fate.WORKS),
            () -> false,
            Clock.fixed(LATER, ZoneOffset.UTC),
            System::nanoTime);

    assertThat(append.append(event.event())).isInstanceOf(AppendOutcome.Recorded.class);
    assertThat(append.append(second.event())).isInstanceOf(AppendOutcome.Recorded.class);
    assertThat(append.append(other.event())).isInstanceOf(AppendOutcome.BookingCodeTaken.class);

    assertThat(eventTable.find(code, new Version(2)))
        .isInstanceOf(EventTable.FindAnswer.Found.class);
    assertThat(
            DYNAMO_DB
                .client()
                .getItem(
                    get ->
                        get.tableName(EmbeddedDynamoDb.EVENT_TABLE)
                            .key(EventAttributes.key(code, new Version(2))))
                .item())
        .containsKey("unclaimedSince");
  }

  @Test
  void isUnavailableWithoutItsTable() {
    PendingIndex missing =
        new DynamoDbPendingIndex(
            new PendingTable(
                List.of(DYNAMO_DB.client()),
                "no-such-table",
                Clients.PATIENCE,
                Clients.unmeasured()));
    Head seen = Head.claimed(event, NOTHING, NOW);

    assertThat(missing.find(code)).isInstanceOf(Unavailable.class);
    assertThat(missing.claim(event, NOTHING, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.claim(second, Optional.of(event.identity()), NOW))
        .isInstanceOf(Unavailable.class);
    assertThat(missing.claimAndPark(event, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.claimAndPark(second, NOW)).isInstanceOf(Unavailable.class);
    assertThat(missing.create(seen)).isInstanceOf(Unavailable.class);
    assertThat(missing.replace(seen, seen.parked(NOW))).isInstanceOf(Unavailable.class);
    assertThat(missing.debts(Shard.of(code), Optional.empty(), 1)).isInstanceOf(Unavailable.class);
    assertThat(missing.tally(Shard.of(code), Optional.empty())).isInstanceOf(Unavailable.class);
  }

  private Head claimed(AcceptedEvent owner) {
    return ((Granted) index.claim(owner, NOTHING, NOW)).head();
  }

  private static Refused refusedFor(Head standing) {
    return new Refused(Optional.of(standing));
  }

  private Head head() {
    return ((FindAnswer.Found) index.find(code)).head();
  }

  private void put(Head head) {
    DYNAMO_DB
        .client()
        .putItem(
            put -> put.tableName(EmbeddedDynamoDb.PENDING_INDEX).item(HeadAttributes.write(head)));
  }

  private void damage(String update) {
    DYNAMO_DB
        .client()
        .updateItem(
            it -> {
              it.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                  .key(PendingTable.key(code))
                  .updateExpression(update);
              if (update.contains(":none")) {
                it.expressionAttributeValues(Map.of(":none", AttributeValue.fromL(List.of())));
              }
            });
  }

  private Map<String, AttributeValue> item() {
    return DYNAMO_DB
        .client()
        .getItem(get -> get.tableName(EmbeddedDynamoDb.PENDING_INDEX).key(PendingTable.key(code)))
        .item();
  }

  private static AttributeValue number(long number) {
    return AttributeValue.fromN(Long.toString(number));
  }

  /** An event that takes so much room, by what it says. */
  private AcceptedEvent sized(int version, int bytes) {
    return withData(new Version(version), bytes - 600);
  }

  private AcceptedEvent withData(Version version, int data) {
    return Events.version(
        code, version.number(), "{\"a\":\"" + "x".repeat(data - "{\"a\":\"\"}".length()) + "\"}");
  }

  /** Everything as long as the API lets it be. */
  private AcceptedEvent largest(Version version) {
    PriceEvent event =
        new PriceEvent(
            new BookingCode(code.value()),
            version,
            new EventId(UUID.randomUUID()),
            new EventType("t".repeat(64)),
            new Price(new Amount("9".repeat(16) + ".99"), new Currency("EUR")),
            new OccurredAt("2026-11-23T09:15:00.123456789+01:00"),
            Optional.of(
                new EventData(
                    "{\"a\":\"" + "x".repeat(MOST_DATA - "{\"a\":\"\"}".length()) + "\"}")));
    return new AcceptedEvent(event, event.identity(), NOW);
  }

  /** AWS, "DynamoDB item sizes and formats". */
  private static int size(AttributeValue value) {
    if (value.type() == AttributeValue.Type.M) {
      return 3
          + value.m().entrySet().stream()
              .mapToInt(entry -> bytes(entry.getKey()) + 1 + size(entry.getValue()))
              .sum();
    }
    if (value.type() == AttributeValue.Type.L) {
      return 3 + value.l().stream().mapToInt(element -> 1 + size(element)).sum();
    }
    return switch (value.type()) {
      case S -> bytes(value.s());
      case N -> value.n().length() / 2 + 2;
      case BOOL -> 1;
      default -> throw new IllegalArgumentException("No size is known of " + value.type());
    };
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
