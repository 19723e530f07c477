package dev.holdfast.console;

import static dev.holdfast.console.Calls.A;
import static dev.holdfast.console.Calls.B;
import static dev.holdfast.console.Calls.CODE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What calls of the API are to those who count and judge them. */
class ObservationTest {
  private static final String EVENTS = "/bookings/" + CODE + "/events";

  private static Observation get(String path, String query, int status, String body) {
    return Observation.of(Calls.get(path, query, 3), Calls.answer(status, body, 4));
  }

  @ParameterizedTest
  @CsvSource({
    "201, '', RECORDED, RECORDED",
    "200, '', REPEATED, RECORDED",
    "202, '', PENDING, PENDING",
    "409, booking-code-taken, TAKEN, TAKEN",
    "409, version-conflict, CONFLICT, CONFLICT",
    "409, event-id-reused, REFUSED, REUSED",
    "503, unavailable, UNAVAILABLE, UNAVAILABLE",
    "503, '', FAILED, LOST_CONNECTION",
    "502, '', FAILED, LOST_CONNECTION"
  })
  void anAppendIsWhatItsAnswerSays(int status, String problem, AnswerKind kind, Outcome outcome) {
    Observation seen =
        Calls.append(
            1, A, status, problem.isEmpty() ? "{\"message\":\"\"}" : Calls.problem(problem), 3);

    assertThat(seen.kind()).isEqualTo(kind);
    assertThat(seen.operations())
        .containsExactly(new Operation(0, Kind.APPEND, CODE, 1, A, 3, 4, outcome, List.of()));
  }

  @ParameterizedTest
  @CsvSource({"400, invalid-event", "413, body-too-large", "404, not-found"})
  void whatIsRefusedForItsFormIsNoOperation(int status, String problem) {
    Observation seen = Calls.append(1, A, status, Calls.problem(problem), 3);

    assertThat(seen.kind()).isEqualTo(AnswerKind.REFUSED);
    assertThat(seen.operations()).isEmpty();
  }

  @Test
  void anEventIdIsTheSameInUpperCaseAndACodeWhenItIsEncoded() {
    Observation seen =
        Observation.of(
            Calls.post("HOTEL%2D1", 1, A.toUpperCase(Locale.ROOT), 3), Calls.answer(201, "{}", 4));

    assertThat(seen.operations().get(0).eventId()).isEqualTo(A);
    assertThat(seen.operations().get(0).code()).isEqualTo(CODE);
  }

  @Test
  void anAppendThatIsUnderWayMayDoAnything() {
    assertThat(Observation.underWay(Calls.post(CODE, 1, A, 3), 9))
        .contains(
            new Operation(0, Kind.APPEND, CODE, 1, A, 3, 9, Outcome.LOST_CONNECTION, List.of()));
    assertThat(Observation.underWay(Calls.get(EVENTS, "", 3), 9)).isEmpty();
  }

  @Test
  void aWholeBookingIsOneReadInEitherOrder() {
    Operation ascending = Calls.read(3, A, B).operations().get(0);

    assertThat(ascending.kind()).isEqualTo(Kind.READ_EVENTS);
    String descending = "{\"events\":[" + Calls.event(2, B) + "," + Calls.event(1, A) + "]}";
    assertThat(get(EVENTS, "order=desc", 200, descending).operations()).containsExactly(ascending);
  }

  @Test
  void aPageOfABookingSaysOnlyWhatIsOnIt() {
    assertThat(get(EVENTS, "limit=1", 200, Calls.page(",\"next\":\"/x\"", A)).operations())
        .extracting(Operation::kind, Operation::version)
        .containsExactly(org.assertj.core.api.Assertions.tuple(Kind.READ_EVENT, 1));
    assertThat(get(EVENTS, "from=1", 200, Calls.page("", A, B)).operations())
        .extracting(Operation::kind)
        .containsExactly(Kind.READ_EVENT, Kind.READ_EVENT);
  }

  @Test
  void aBookingAsOfAMomentSaysOnlyWhichEventThereIs() {
    String path = "/bookings/" + CODE;
    String at = "at=2026-11-23T08:15:01Z";

    assertThat(get(path, at, 200, Calls.event(2, B)).operations())
        .containsExactlyElementsOf(
            get(path + "/events/2", "", 200, Calls.event(2, B)).operations());
    Observation before = get(path, at, 404, Calls.problem("booking-not-made-yet"));
    assertThat(before.kind()).isEqualTo(AnswerKind.NOT_FOUND);
    assertThat(before.operations()).isEmpty();
  }

  @Test
  void anEventAndABookingAreReadByTheirPaths() {
    Operation event = get(EVENTS + "/2", "", 200, Calls.event(2, B)).operations().get(0);
    Operation booking = get("/bookings/" + CODE, "", 404, Calls.NO_BOOKING).operations().get(0);

    assertThat(event.kind()).isEqualTo(Kind.READ_EVENT);
    assertThat(event.version()).isEqualTo(2);
    assertThat(event.seen()).extracting(Operation.Seen::eventId).containsExactly(B);
    assertThat(booking.kind()).isEqualTo(Kind.READ_BOOKING);
    assertThat(booking.outcome()).isEqualTo(Outcome.NOT_FOUND);
  }
}
