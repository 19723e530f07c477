package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.function.CapturedLog;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The pending index in DynamoDB, and the simulated one that the ledger is proved on: whatever a
 * head is like, each call is answered by both alike, and leaves both with the same head. Without
 * this the proof would be one of the simulation.
 */
class PendingIndexContractTest {

  private static final Instant BEFORE = Events.NOW.minusSeconds(1_200);
  private static final Instant NOW = Events.NOW;

  @RegisterExtension static final EmbeddedDynamoDb DYNAMO_DB = new EmbeddedDynamoDb();

  // What DynamoDB Local says of conditions that do not hold.
  @RegisterExtension final CapturedLog storeLog = new CapturedLog("com.amazonaws");

  private final PendingIndex stored = DYNAMO_DB.pendingIndex();
  private final SimulatedPendingIndex simulated = new SimulatedPendingIndex(call -> Fate.WORKS);

  private enum Mark {
    CLAIMED,
    PENDING,
    RECORDED
  }

  /** The head's last event. */
  private enum Last {
    /** The event that comes, or the one that it names as the one before it. */
    AS_EXPECTED,
    REUSING_ITS_ID,
    ANOTHER,
    /** The event that is expected, accepted a millisecond later than the one that comes. */
    ACCEPTED_LATER
  }

  /**
   * A head, and the version of an event that comes.
   *
   * @param at the head's version
   * @param waiting how many events the head has
   * @param keeps whether it keeps a conflict
   * @param isFull whether it has a byte too little for the event
   */
  record Case(
      int version, int at, Mark mark, Last last, int waiting, boolean keeps, boolean isFull) {

    /** To create or to replace a head asks for its revision, never for an event or for room. */
    boolean isWorthReplacing() {
      return !isFull && isAsExpected() && (at == version || at == version - 1);
    }

    boolean isAsExpected() {
      return last == Last.AS_EXPECTED || last == Last.ACCEPTED_LATER;
    }
  }

  static Stream<Case> everyHead() {
    List<Case> cases = new ArrayList<>();
    for (int version = 1; version <= 3; version++) {
      for (int at = Math.max(1, version - 2); at <= version + 2; at++) {
        for (Mark mark : Mark.values()) {
          // Whose the last event is, and whether there is room, is asked in these places only.
          for (Last last : at == version || at == version - 1 ? Last.values() : expected()) {
            for (int waiting = 1;
                waiting <= (mark == Mark.PENDING ? Math.min(at, 3) : 1);
                waiting++) {
              for (boolean keeps : List.of(false, true)) {
                cases.add(new Case(version, at, mark, last, waiting, keeps, false));
              }
              // A full head is large, so there are few of them.
              if (at == version - 1 && last == Last.AS_EXPECTED) {
                cases.add(new Case(version, at, mark, last, waiting, false, true));
              }
            }
          }
        }
      }
    }
    return cases.stream();
  }

  private static Last[] expected() {
    return new Last[] {Last.AS_EXPECTED};
  }

  /** What is asked of an index: a call with the head as it was seen, where there is one. */
  private record Calls(AcceptedEvent event, Optional<EventIdentity> previous) {

    Map<String, Function<PendingIndex, Object>> toClaim() {
      Map<String, Function<PendingIndex, Object>> calls = new LinkedHashMap<>();
      calls.put("claim", index -> index.claim(event, previous, NOW));
      calls.put("claimAndPark", index -> index.claimAndPark(event, NOW));
      return calls;
    }

    Map<String, Function<PendingIndex, Object>> ofABooking() {
      Map<String, Function<PendingIndex, Object>> calls = toClaim();
      calls.put("create claimed", index -> index.create(Head.claimed(event, previous, NOW)));
      calls.put("create parked", index -> index.create(Head.parked(event, NOW)));
      return calls;
    }

    Map<String, Function<PendingIndex, Object>> of(Head seen) {
      Map<String, Function<PendingIndex, Object>> calls = ofABooking();
      Head others = seen.claimedAgain(NOW);
      Map<String, Head> next = new LinkedHashMap<>();
      next.put("claimed for it", seen.claimedFor(event, previous, NOW));
      next.put("claimed again", seen.claimedAgain(NOW));
      next.put("parked", seen.parked(NOW));
      next.put("parked with it", seen.parkedWith(event, NOW));
      next.put("settled", Heads.settled(seen));
      next.put("displaced", Heads.displaced(seen, event, NOW));
      next.put("keeping nothing", Heads.keeping(seen, List.of()));
      next.forEach(
          (name, head) -> calls.put("replace by " + name, index -> index.replace(seen, head)));
      calls.put("replace what was touched", index -> index.replace(others, others.parked(NOW)));
      calls.put("replace by what stands", index -> index.replace(others, seen));
      return calls;
    }
  }

  @ParameterizedTest
  @MethodSource("everyHead")
  void bothAnswerAlikeAndLeaveEqualHeads(Case given) {
    BookingCode code = Events.anyCode();
    AcceptedEvent event = Events.version(code, given.version());
    AcceptedEvent before = Events.version(code, Math.max(1, given.version() - 1));
    Optional<EventIdentity> previous =
        Optional.of(before.identity()).filter(it -> given.version() > 1);
    Head head = head(given, code, given.at() == given.version() ? event : before, event.bytes());

    Calls calls = new Calls(event, previous);
    (given.isWorthReplacing() ? calls.of(head) : calls.toClaim())
        .forEach(
            (name, call) -> {
              DYNAMO_DB
                  .client()
                  .putItem(
                      put ->
                          put.tableName(EmbeddedDynamoDb.PENDING_INDEX)
                              .item(HeadAttributes.write(head)));
              simulated.overwrite(head);

              assertThat(call.apply(stored)).as(name).isEqualTo(call.apply(simulated));
              assertThat(stored.find(code)).as(name).isEqualTo(simulated.find(code));
            });
  }

  @Test
  void bothAnswerAlikeWhereThereIsNoHead() {
    for (int version = 1; version <= 3; version++) {
      for (String name :
          new Calls(Events.version(Events.anyCode(), version), Optional.empty())
              .ofABooking()
              .keySet()) {
        BookingCode code = Events.anyCode();
        AcceptedEvent event = Events.version(code, version);
        Optional<EventIdentity> previous =
            Optional.of(Events.version(code, Math.max(1, version - 1)).identity())
                .filter(it -> event.version().number() > 1);
        Function<PendingIndex, Object> call = new Calls(event, previous).ofABooking().get(name);

        assertThat(call.apply(stored)).as(name).isEqualTo(call.apply(simulated));
        assertThat(stored.find(code)).as(name).isEqualTo(simulated.find(code));
      }
    }
  }

  private static Head head(Case given, BookingCode code, AcceptedEvent expected, int room) {
    List<AcceptedEvent> events = new ArrayList<>();
    for (int version = given.at() - given.waiting() + 1; version < given.at(); version++) {
      events.add(Events.version(code, version));
    }
    events.add(last(given, code, expected));
    if (given.isFull()) {
      AcceptedEvent last = events.get(events.size() - 1);
      int others = (events.size() - 1) * 600;
      events.set(events.size() - 1, Events.filled(last, Head.MOST_BYTES - room - others + 1));
    }
    int first = given.at() - given.waiting() + 1;
    return new Head(
        code,
        first == 1
            ? Optional.of(events.get(0).identity())
            : Optional.of(Events.first(code).identity()).filter(it -> given.mark() != Mark.CLAIMED),
        events,
        Optional.of(Events.version(code, Math.max(1, first - 1)).identity())
            .filter(it -> first > 1 && given.mark() != Mark.RECORDED),
        switch (given.mark()) {
          case CLAIMED -> new Head.State.Claimed();
          case PENDING -> new Head.State.Pending(BEFORE);
          case RECORDED -> new Head.State.Recorded();
        },
        7,
        BEFORE,
        given.keeps()
            ? List.of(new Kept(Events.version(code, given.at()), BEFORE, Optional.empty()))
            : List.of());
  }

  private static AcceptedEvent last(Case given, BookingCode code, AcceptedEvent expected) {
    AcceptedEvent asExpected =
        expected.version().number() == given.at() ? expected : Events.version(code, given.at());
    return switch (given.last()) {
      case AS_EXPECTED -> asExpected;
      case ACCEPTED_LATER ->
          new AcceptedEvent(asExpected.event(), asExpected.identity(), NOW.plusMillis(1));
      case REUSING_ITS_ID -> Events.reusingIdOf(expected);
      case ANOTHER -> Events.version(code, given.at());
    };
  }
}
