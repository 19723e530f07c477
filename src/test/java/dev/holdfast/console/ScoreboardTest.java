package dev.holdfast.console;

import static dev.holdfast.console.Calls.A;
import static dev.holdfast.console.Calls.B;
import static dev.holdfast.console.Calls.CODE;
import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.FALLBACK_QUEUE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.console.Score.Count;
import dev.holdfast.local.Dependency;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Promises that are kept, and each in the way in which it may be broken. */
class ScoreboardTest {
  private static final long NOW = 1_000;
  private static final long LATER = NOW + Duration.ofSeconds(11).toNanos();

  private final Scoreboard board = new Scoreboard(3, true);

  private Score after(Observation... observations) {
    return during(Set.of(), observations);
  }

  private Score during(Set<Dependency> trouble, Observation... observations) {
    for (Observation observation : observations) {
      board.add(observation, trouble);
    }
    return board.judge(List.of(), NOW, trouble);
  }

  private static Observation made(String code, String eventId, int status) {
    return Observation.of(Calls.post(code, 1, eventId, 1), Calls.answer(status, "{}", 2));
  }

  @Test
  void whatIsKeptIsCounted() {
    Score score =
        after(
            Calls.append(1, A, 202, "{}", 1),
            Calls.append(1, B, 409, Calls.TAKEN, 3),
            Calls.append(1, A, 200, "{}", 5),
            Calls.append(2, B, 201, "{}", 7),
            Calls.read(9, A, B));

    assertThat(score.isKept()).isTrue();
    assertThat(score.toJson())
        .hasToString(
            "{\"r1\":{\"attempted\":2,\"accepted\":2,\"blocked\":0,\"beyond\":0},"
                + "\"r2\":{\"reads\":1,\"stale\":0,\"withheld\":0,\"unanswered\":0},"
                + "\"r3\":{\"bookings\":1,\"refused\":1,\"doubled\":0},"
                + "\"r4\":{\"acknowledged\":2,\"lost\":0},"
                + "\"linearizable\":true,\"unjudged\":{\"bookings\":0,\"now\":false},\"violations\":[]}");
  }

  @Test
  void aBookingThatIsNotAcceptedIsBlockedIfOneDependencyFailedAtMost() {
    Score score = during(Set.of(EVENT_TABLE), Calls.append(1, A, 503, Calls.UNAVAILABLE, 1));

    assertThat(score.of(Count.BLOCKED)).isEqualTo(1);
    assertThat(score.violations()).singleElement().asString().startsWith("R1: a price of " + CODE);
    assertThat(score.isKept()).isFalse();
  }

  @Test
  void withTwoThatFailItIsBeyondThePromise() {
    Score score =
        during(Set.of(EVENT_TABLE, FALLBACK_QUEUE), Calls.append(1, A, 503, Calls.UNAVAILABLE, 1));

    assertThat(score.of(Count.BEYOND)).isEqualTo(1);
    assertThat(score.isKept()).isTrue();
  }

  @Test
  void aPriceThatChangesIsBlockedAsANewBookingIs() {
    Score score =
        during(
            Set.of(EVENT_TABLE),
            Calls.append(1, A, 202, "{}", 1),
            Calls.append(2, B, 503, Calls.UNAVAILABLE, 5));

    assertThat(score.of(Count.BLOCKED)).isEqualTo(1);
    assertThat(score.violations()).singleElement().asString().startsWith("R1: a price of " + CODE);
    assertThat(after(Calls.append(2, B, 202, "{}", 7)).isKept()).as("when it is repeated").isTrue();
    assertThat(board.score().of(Count.ACCEPTED)).isEqualTo(2);
  }

  @Test
  void withTwoThatFailAChangeIsBeyondThePromiseToo() {
    after(Calls.recorded(A, 1));
    Score score =
        during(Set.of(EVENT_TABLE, FALLBACK_QUEUE), Calls.append(2, B, 503, Calls.UNAVAILABLE, 5));

    assertThat(score.of(Count.BEYOND)).isEqualTo(1);
    assertThat(score.isKept()).isTrue();
  }

  @Test
  void aChangeUponNothingThatIsKnownWaitsForTheEventTable() {
    Score score =
        during(
            Set.of(EVENT_TABLE),
            Calls.append(1, A, 202, "{}", 1),
            Calls.append(3, B, 503, Calls.UNAVAILABLE, 5),
            Calls.append(2, B, 503, Calls.UNAVAILABLE, 1));

    assertThat(score.isKept()).isTrue();
    assertThat(score.of(Count.BLOCKED)).isZero();
  }

  @Test
  void aChangeIsNotBlockedByARivalThatHasItsVersion() {
    Score score =
        during(
            Set.of(EVENT_TABLE),
            Calls.append(1, A, 202, "{}", 1),
            Calls.append(2, A, 503, Calls.UNAVAILABLE, 5),
            Calls.append(2, B, 202, "{}", 7));

    assertThat(score.isKept()).isTrue();
  }

  @Test
  void aCurrentPriceIsToldWhileOneDependencyFails() {
    after(Calls.recorded(A, 1));
    Score score = during(Set.of(EVENT_TABLE), Calls.current(5, 503, Calls.UNAVAILABLE));

    assertThat(score.of(Count.WITHHELD)).isEqualTo(1);
    assertThat(score.violations())
        .singleElement()
        .asString()
        .startsWith("R2: the current price of " + CODE);
    assertThat(score.isKept()).isFalse();
  }

  @Test
  void aReadThatIsNotOfACurrentPriceMayWait() {
    Observation history =
        Observation.of(
            Calls.get("/bookings/" + CODE + "/events", "", 5),
            Calls.answer(503, Calls.UNAVAILABLE, 6));
    during(Set.of(EVENT_TABLE), Calls.current(1, 503, Calls.UNAVAILABLE), Calls.recorded(A, 1));
    Score score = during(Set.of(EVENT_TABLE), history);

    assertThat(score.isKept()).isTrue();
    assertThat(score.of(Count.UNANSWERED)).isEqualTo(2);
    assertThat(
            during(Set.of(EVENT_TABLE, PENDING_INDEX), Calls.current(7, 503, Calls.UNAVAILABLE))
                .isKept())
        .as("beyond the promise")
        .isTrue();
  }

  @Test
  void aCallThatWasCutOffIsBlockedOnlyIfRepeatingItDoesNotHelp() {
    Score score = after(Calls.append(1, A, 502, Calls.OF_THE_GATEWAY, 1));

    assertThat(score.of(Count.UNDECIDED)).isEqualTo(1);
    assertThat(score.isKept()).isTrue();
    assertThat(board.judge(List.of(), LATER, Set.of()).of(Count.BLOCKED)).isEqualTo(1);
    assertThat(after(Calls.recorded(A, 3)).of(Count.ACCEPTED)).isEqualTo(1);
    assertThat(board.judge(List.of(), LATER, Set.of()).isKept()).isTrue();
  }

  @Test
  void aReadThatLeavesOutAnAcknowledgedEventIsStaleIfALaterOneHasIt() {
    Score score = after(Calls.recorded(A, 1), Calls.read(3), Calls.read(5, A));

    assertThat(score.of(Count.STALE)).isEqualTo(1);
    assertThat(score.of(Count.LOST)).isZero();
    assertThat(score.violations()).anyMatch(sentence -> sentence.startsWith("R2: a read of"));
  }

  @Test
  void anAcknowledgedEventThatIsNotReadAnyMoreIsLost() {
    Score score = after(Calls.recorded(A, 1), Calls.append(1, A, 200, "{}", 3), Calls.read(5));

    assertThat(score.of(Count.LOST)).isEqualTo(1);
    assertThat(score.violations()).anyMatch(sentence -> sentence.startsWith("R4: "));
  }

  @Test
  void twoOwnersOfACodeAreOneTooMany() {
    Score score = after(Calls.recorded(A, 1), Calls.recorded(B, 3));

    assertThat(score.of(Count.DOUBLED)).isEqualTo(1);
    assertThat(score.violations()).anyMatch(sentence -> sentence.startsWith("R3: "));
  }

  @Test
  void aRivalForAVersionIsRefusedAsOneForACodeIs() {
    Score score =
        after(
            Calls.recorded(A, 1),
            Calls.append(2, A, 201, "{}", 3),
            Calls.append(2, B, 409, Calls.problem("version-conflict"), 5));

    assertThat(score.of(Count.REFUSED)).isEqualTo(1);
    assertThat(score.isKept()).isTrue();
  }

  @Test
  void aCodeIsNotTakenThatNobodyAskedFor() {
    Score score = after(Calls.append(1, B, 409, Calls.TAKEN, 1));

    assertThat(score.of(Count.DOUBLED)).isEqualTo(1);
    assertThat(score.violations()).anyMatch(sentence -> sentence.contains("nobody else"));
  }

  @Test
  @Regression("the console took a right refusal for two broken promises")
  void anEventIdThatWasReusedForOtherContentIsRightlyRefused() {
    Score score = after(Calls.recorded(A, 1), Calls.other(A, 409, Calls.REUSED, 3));

    assertThat(score.isKept()).isTrue();
    assertThat(score.of(Count.DOUBLED)).isZero();
    assertThat(score.of(Count.ACCEPTED)).isEqualTo(1);
  }

  @Test
  void itsFirstContentMayBeUnderWayYet() {
    board.add(Calls.other(A, 409, Calls.REUSED, 3), Set.of());

    assertThat(
            board
                .judge(
                    Observation.underWay(Calls.post(CODE, 1, A, 1), NOW).stream().toList(),
                    NOW,
                    Set.of())
                .isKept())
        .isTrue();
  }

  @Test
  void theSameEventIsNeverAnotherOne() {
    Score score =
        after(Calls.recorded(A, 1), Calls.append(1, A, 409, Calls.REUSED, 3), Calls.read(5, A));

    assertThat(score.isKept()).isFalse();
    assertThat(score.violations()).anyMatch(sentence -> sentence.contains("taken for another"));
  }

  @Test
  void anEventThatNobodySentIsForeign() {
    Score score = after(Calls.recorded(A, 1), Calls.read(3, A, B));

    assertThat(score.of(Count.STALE)).isEqualTo(1);
    assertThat(score.violations()).anyMatch(sentence -> sentence.contains("nobody sent"));
  }

  @Test
  void whatNoOrderExplainsIsSaid() {
    Score score = after(Calls.recorded(A, 1), Calls.append(2, B, 409, Calls.CONFLICT, 3));

    assertThat(score.of(Count.UNEXPLAINED)).isEqualTo(1);
    assertThat(score.toJson().path("linearizable").asBoolean(true)).isFalse();
    assertThat(score.isKept()).isFalse();
  }

  @Test
  void anAppendThatIsUnderWayMayBeReadAlready() {
    board.add(Calls.read(3, A), Set.of());

    assertThat(
            board
                .judge(
                    Observation.underWay(Calls.post(CODE, 1, A, 1), NOW).stream().toList(),
                    NOW,
                    Set.of())
                .isKept())
        .isTrue();
    assertThat(after(Calls.read(5, A)).isKept()).as("without it").isFalse();
  }

  @Test
  void whereBothRegistersFailACodeMayGetTwoOwners() {
    Score score =
        during(Set.of(EVENT_TABLE, PENDING_INDEX), Calls.recorded(A, 1), Calls.recorded(B, 3));

    assertThat(score.isKept()).isTrue();
    assertThat(score.isSuspended()).isTrue();
    Score afterwards = after(Calls.read(5));
    assertThat(afterwards.isKept()).as("for an operator to decide").isTrue();
    assertThat(afterwards.isSuspended()).isFalse();
    assertThat(afterwards.of(Count.UNJUDGED)).isEqualTo(1);
    assertThat(after(made("ANOTHER", A, 201)).of(Count.UNJUDGED)).isEqualTo(1);
  }

  @Test
  void whereTheQueueFailsTooItMayNot() {
    Score score =
        during(Set.of(EVENT_TABLE, FALLBACK_QUEUE), Calls.recorded(A, 1), Calls.recorded(B, 3));

    assertThat(score.of(Count.DOUBLED)).isEqualTo(1);
  }

  @Test
  void whatAnOperatorDecidedIsNotJudged() {
    board.exempt(CODE);

    assertThat(after(Calls.read(1, A)).isKept()).isTrue();
  }

  @Test
  void whatWasCountedStaysWhenTheBookingIsForgotten() {
    after(made("LOST", A, 201));
    board.add(
        Observation.of(
            Calls.get("/bookings/LOST/events", "", 3), Calls.answer(404, Calls.NO_BOOKING, 4)),
        Set.of());
    board.judge(List.of(), NOW, Set.of());
    Score score = after(made("1", A, 201), made("2", A, 201), made("3", A, 201));

    assertThat(score.of(Count.ACCEPTED)).isEqualTo(4);
    assertThat(score.of(Count.LOST)).isEqualTo(1);
    assertThat(score.violations()).anyMatch(sentence -> sentence.contains("LOST"));
  }

  @Test
  void aBookingThatMayHaveBeenForgottenIsNotJudged() {
    after(made("1", A, 201), made("2", A, 201), made("3", A, 201), made("4", A, 201));

    assertThat(after(Calls.read(5, A)).isKept()).isTrue();
    assertThat(after(made("5", A, 201), made("5", B, 201)).isKept())
        .as("one whose beginning is known")
        .isFalse();
  }

  @Test
  void aBookingThatIsReadWithoutEndIsJudgedAllTheSame() {
    after(Calls.recorded(A, 1));
    for (int number = 0; number < 3_000; number++) {
      board.add(Calls.append(1, A, 200, "{}", 3 + 4 * number), Set.of());
      board.add(Calls.read(5 + 4 * number, A), Set.of());
      if (number % 1_000 == 0) {
        board.judge(List.of(), NOW, Set.of());
      }
    }

    assertThat(after(Calls.read(20_000)).of(Count.LOST)).isEqualTo(1);
    assertThat(board.score().of(Count.READS)).isEqualTo(3_001);
  }
}
