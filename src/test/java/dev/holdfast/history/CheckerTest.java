package dev.holdfast.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import dev.holdfast.history.Violation.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Histories that keep every promise, and others that each break one. */
class CheckerTest {
  private static final String CODE = "HOTEL-1";

  private static Operation append(int version, String event, long start, long end, Outcome how) {
    return new Operation(1, Kind.APPEND, CODE, version, event, start, end, how, List.of());
  }

  private static Operation recorded(int version, String event, long start, long end) {
    return append(version, event, start, end, Outcome.RECORDED);
  }

  private static Operation read(Kind kind, int version, long start, long end, List<Seen> seen) {
    return new Operation(
        2,
        kind,
        CODE,
        version,
        "",
        start,
        end,
        seen.isEmpty() ? Outcome.NOT_FOUND : Outcome.FOUND,
        seen);
  }

  /** A read of all events; a name for each, in order. */
  private static Operation events(long start, long end, String... events) {
    return read(
        Kind.READ_EVENTS,
        0,
        start,
        end,
        IntStream.range(0, events.length)
            .mapToObj(index -> new Seen(index + 1, events[index], "recorded"))
            .toList());
  }

  private static Operation event(int version, long start, long end, String event) {
    return read(
        Kind.READ_EVENT, version, start, end, List.of(new Seen(version, event, "recorded")));
  }

  private static Operation last(long start, long end, int version, String event) {
    return read(Kind.READ_BOOKING, 0, start, end, List.of(new Seen(version, event, "recorded")));
  }

  /** What no order explains, whatever its name. */
  private static final Set<Rule> WITHOUT_AN_ORDER =
      EnumSet.of(Rule.NOT_LINEARIZABLE, Rule.REFUSED, Rule.REUSED);

  /** What a history breaks; whether some order explains it, two checkers have to say alike. */
  private static List<Rule> broken(Operation... operations) {
    List<Rule> broken =
        Checker.check(List.of(operations)).stream().map(Violation::rule).distinct().toList();
    assertThat(SecondOpinion.check(List.of(operations)).isEmpty())
        .as("linearizable, says Lincheck")
        .isEqualTo(broken.stream().noneMatch(WITHOUT_AN_ORDER::contains));
    return broken;
  }

  @Test
  void aBookingThatGrowsAndIsReadInEveryWayIsFine() {
    assertThat(
            broken(
                read(Kind.READ_BOOKING, 0, 1, 2, List.of()),
                recorded(1, "a", 3, 4),
                last(5, 6, 1, "a"),
                read(Kind.READ_EVENT, 2, 7, 8, List.of()),
                recorded(2, "b", 9, 10),
                event(1, 11, 12, "a"),
                last(13, 14, 2, "b"),
                events(15, 16, "a", "b")))
        .isEmpty();
  }

  @Test
  void readsThatOverlapAnAppendMayOrMayNotSeeIt() {
    assertThat(
            broken(
                recorded(1, "a", 1, 10),
                read(Kind.READ_EVENTS, 0, 2, 3, List.of()),
                events(4, 5, "a"),
                event(1, 6, 20, "a"),
                events(30, 31, "a")))
        .isEmpty();
  }

  @Test
  void anAppendThatWasNotAnsweredMayTakeEffectLaterOrNever() {
    for (Outcome unknown : List.of(Outcome.UNAVAILABLE, Outcome.LOST_CONNECTION)) {
      assertThat(
              broken(
                  append(1, "a", 1, 2, unknown),
                  read(Kind.READ_EVENTS, 0, 3, 4, List.of()),
                  append(1, "never", 5, 6, unknown),
                  events(7, 8, "a"),
                  append(1, "a", 9, 10, unknown),
                  events(11, 12, "a")))
          .isEmpty();
    }
  }

  @Test
  void aRepetitionIsTheSameEvent() {
    assertThat(
            broken(
                append(1, "a", 1, 2, Outcome.PENDING),
                recorded(1, "a", 3, 4),
                recorded(2, "b", 5, 6),
                recorded(1, "a", 7, 8),
                events(9, 10, "a", "b")))
        .isEmpty();
  }

  @Test
  void anEventMayBePendingAndThenRecorded() {
    assertThat(
            broken(
                append(1, "a", 1, 2, Outcome.PENDING),
                read(Kind.READ_EVENTS, 0, 3, 4, List.of(new Seen(1, "a", "pending"))),
                events(5, 6, "a")))
        .isEmpty();
  }

  @Test
  void aPriceMayChangeWhilePriceChangesWait() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 4, Outcome.PENDING),
                last(5, 6, 2, "b"),
                append(2, "rival", 5, 6, Outcome.CONFLICT),
                append(3, "c", 7, 8, Outcome.PENDING),
                read(Kind.READ_BOOKING, 0, 9, 10, List.of(new Seen(3, "c", "pending"))),
                append(2, "b", 11, 12, Outcome.PENDING),
                recorded(2, "b", 13, 14),
                events(15, 16, "a", "b", "c")))
        .isEmpty();
  }

  @Test
  void whatIsRecordedMayBeReadAsPendingLater() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                last(3, 4, 1, "a"),
                read(Kind.READ_BOOKING, 0, 5, 6, List.of(new Seen(1, "a", "pending"))),
                events(7, 8, "a")))
        .isEmpty();
  }

  /** It was claimed by a writer that died, or that gave up: nobody knows. */
  @Test
  void aVersionMayBeLostToARivalThatIsNeverHeardOfAgain() {
    for (Outcome unknown : List.of(Outcome.UNAVAILABLE, Outcome.LOST_CONNECTION)) {
      assertThat(
              broken(
                  recorded(1, "a", 1, 2),
                  append(2, "b", 3, 4, unknown),
                  append(2, "c", 5, 6, Outcome.CONFLICT),
                  events(7, 8, "a")))
          .isEmpty();
    }
  }

  @Test
  void aVersionIsNotLostToARivalThatIsRefusedOrComesLater() {
    for (Operation rival :
        List.of(
            append(2, "b", 3, 4, Outcome.CONFLICT), append(2, "b", 9, 10, Outcome.UNAVAILABLE))) {
      assertThat(
              broken(
                  recorded(1, "a", 1, 2),
                  rival,
                  append(2, "c", 5, 6, Outcome.CONFLICT),
                  events(11, 12, "a")))
          .containsExactly(Rule.NOT_LINEARIZABLE);
    }
  }

  @Test
  void aPendingPriceThatIsLostIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 4, Outcome.PENDING),
                append(3, "c", 5, 6, Outcome.PENDING),
                events(7, 8, "a", "b")))
        .contains(Rule.LOST, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aPendingPriceThatGivesWayToARivalIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 4, Outcome.PENDING),
                append(2, "c", 5, 6, Outcome.PENDING),
                events(7, 8, "a", "c")))
        .contains(Rule.LOST, Rule.DOUBLED, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void pendingPricesInAnotherOrderAreSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 4, Outcome.PENDING),
                append(3, "c", 5, 6, Outcome.PENDING),
                events(7, 8, "a", "c", "b")))
        .contains(Rule.LOST, Rule.FOREIGN, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aPriceThatGoesBackWhileItWaitsIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 20, Outcome.PENDING),
                read(Kind.READ_BOOKING, 0, 5, 6, List.of(new Seen(2, "b", "pending"))),
                last(7, 8, 1, "a"),
                events(21, 22, "a", "b")))
        .containsExactly(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aLoserMayBeToldBeforeTheWinnerIs() {
    assertThat(
            broken(
                recorded(1, "a", 1, 10),
                append(1, "b", 2, 3, Outcome.TAKEN),
                read(Kind.READ_EVENTS, 0, 4, 5, List.of()),
                append(2, "c", 6, 7, Outcome.CONFLICT),
                events(11, 12, "a")))
        .isEmpty();
  }

  @Test
  void aReadWithoutAnAnswerProvesNothing() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                new Operation(
                    2, Kind.READ_EVENTS, CODE, 0, "", 3, 4, Outcome.UNAVAILABLE, List.of()),
                events(5, 6, "a")))
        .isEmpty();
  }

  @Test
  void manyUnansweredAppendsAreJudgedSoon() {
    List<Operation> operations = new ArrayList<>();
    for (int number = 0; number < 200; number++) {
      operations.add(append(1 + number % 4, "e" + number, number, number, Outcome.UNAVAILABLE));
    }
    operations.add(events(300, 301, "e0", "e5", "e10", "e15"));
    operations.add(events(302, 303, "e0", "e5", "e10"));
    assertThat(Checker.check(operations))
        .extracting(Violation::rule)
        .contains(Rule.NOT_LINEARIZABLE);
    operations.remove(operations.size() - 1);
    assertThat(Checker.check(operations)).isEmpty();
  }

  @Test
  void aStaleReadIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                recorded(2, "b", 3, 4),
                events(5, 6, "a"),
                events(7, 8, "a", "b")))
        .contains(Rule.STALE, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aStalePriceIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                recorded(2, "b", 3, 4),
                last(5, 6, 1, "a"),
                events(7, 8, "a", "b")))
        .contains(Rule.STALE, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void acknowledgedAndThenNotFoundIsSeen() {
    for (Kind kind : List.of(Kind.READ_EVENTS, Kind.READ_EVENT, Kind.READ_BOOKING)) {
      assertThat(
              broken(
                  append(1, "a", 1, 2, Outcome.PENDING),
                  read(kind, 1, 3, 4, List.of()),
                  events(5, 6, "a")))
          .as(kind.name())
          .contains(Rule.STALE, Rule.NOT_LINEARIZABLE);
    }
  }

  @Test
  void aLostEventIsSeen() {
    assertThat(broken(append(1, "a", 1, 2, Outcome.PENDING), events(3, 4)))
        .contains(Rule.LOST, Rule.NOT_LINEARIZABLE);
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                recorded(2, "b", 3, 4),
                events(5, 6, "a", "b"),
                events(7, 8, "a")))
        .contains(Rule.LOST, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void anEventThatGivesWayToAnotherIsSeen() {
    assertThat(broken(append(1, "a", 1, 2, Outcome.PENDING), events(3, 4, "b")))
        .contains(Rule.LOST, Rule.DOUBLED, Rule.FOREIGN, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void twoOwnersAreSeen() {
    assertThat(
            broken(
                append(1, "a", 1, 5, Outcome.PENDING), recorded(1, "b", 2, 4), events(6, 7, "b")))
        .contains(Rule.DOUBLED, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void twoEventsOfOneVersionAreSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                recorded(2, "b", 3, 4),
                recorded(2, "c", 3, 4),
                events(5, 6, "a", "b")))
        .contains(Rule.DOUBLED, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void twoOwnersThatOnlyReadersMeetAreSeen() {
    assertThat(
            broken(
                append(1, "a", 1, 2, Outcome.UNAVAILABLE),
                append(1, "b", 1, 2, Outcome.UNAVAILABLE),
                events(3, 4, "a"),
                events(5, 6, "b")))
        .containsExactly(Rule.DOUBLED, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void readsThatGoBackInTimeAreSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 20),
                events(2, 3, "a"),
                read(Kind.READ_EVENTS, 0, 4, 5, List.of()),
                events(21, 22, "a")))
        .containsExactly(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void anUnansweredAppendThatComesAndGoesIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(2, "b", 3, 4, Outcome.UNAVAILABLE),
                events(5, 6, "a", "b"),
                events(7, 8, "a")))
        .containsExactly(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void anEventOfAnotherBookingIsSeen() {
    Operation elsewhere =
        new Operation(1, Kind.APPEND, "HOTEL-2", 1, "b", 1, 2, Outcome.UNAVAILABLE, List.of());
    assertThat(broken(elsewhere, recorded(1, "a", 1, 2), events(3, 4, "a", "b")))
        .contains(Rule.FOREIGN, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void anEventThatIsReadBeforeItIsSentIsSeen() {
    assertThat(broken(event(1, 1, 2, "a"), recorded(1, "a", 3, 4), events(5, 6, "a")))
        .contains(Rule.FOREIGN, Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aGapIsSeen() {
    assertThat(
            broken(
                append(1, "a", 1, 2, Outcome.UNAVAILABLE),
                recorded(2, "b", 3, 4),
                read(Kind.READ_EVENTS, 0, 5, 6, List.of(new Seen(2, "b", "recorded")))))
        .containsExactly(Rule.NOT_LINEARIZABLE);
    assertThat(broken(recorded(2, "b", 1, 2), event(2, 3, 4, "b"), events(5, 6, "b")))
        .contains(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aConflictWithNothingIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2), append(2, "b", 3, 4, Outcome.CONFLICT), events(5, 6, "a")))
        .containsExactly(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aConflictOfAnEventWithItselfIsSeen() {
    assertThat(
            broken(
                recorded(1, "a", 1, 2),
                append(1, "a", 3, 4, Outcome.TAKEN),
                append(1, "b", 3, 4, Outcome.TAKEN),
                events(5, 6, "a")))
        .containsExactly(Rule.NOT_LINEARIZABLE);
  }

  @Test
  void aRefusalOfACodeThatNobodyElseWantedIsSeen() {
    assertThat(
            broken(append(1, "a", 1, 2, Outcome.TAKEN), recorded(1, "b", 3, 4), events(5, 6, "b")))
        .containsExactly(Rule.REFUSED);
  }

  @Test
  void aReusedEventIdIsSeen() {
    assertThat(broken(append(1, "a", 1, 2, Outcome.REUSED))).containsExactly(Rule.REUSED);
  }

  @Test
  void aBookingThatNobodyReadAtTheEndIsSeen() {
    assertThat(broken(events(1, 2), recorded(1, "a", 3, 4))).containsExactly(Rule.NOT_READ);
  }

  @Test
  void aHistoryIsReadAsItWasWritten(@TempDir Path directory) throws IOException {
    List<Operation> operations =
        List.of(
            append(1, "a", 1, 2, Outcome.LOST_CONNECTION),
            read(Kind.READ_EVENTS, 0, 3, 4, List.of(new Seen(1, "a", "pending"))),
            read(Kind.READ_EVENT, 2, 5, 6, List.of()),
            last(7, 8, 1, "a"));
    Path file = directory.resolve("history.jsonl");
    try (History history = History.create(file)) {
      operations.forEach(history::add);
    }
    assertThat(History.read(file)).isEqualTo(operations);
    assertThat(operations.get(1))
        .hasToString(
            """
            {"process":2,"op":"read","of":"events","code":"HOTEL-1","version":0,"eventId":"",\
            "start":3,"end":4,"outcome":"found",\
            "seen":[{"version":1,"eventId":"a","status":"pending"}]}""");
  }
}
