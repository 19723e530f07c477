package dev.holdfast.ledger;

import static dev.holdfast.ledger.Ledger.CODE;
import static dev.holdfast.ledger.Ledger.booking;
import static dev.holdfast.ledger.Ledger.version;
import static dev.holdfast.simulated.Network.Store.EVENT_TABLE;
import static dev.holdfast.simulated.Network.Store.PENDING_INDEX;
import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.ReadOutcome.Found;
import dev.holdfast.ledger.ReadOutcome.NotFound;
import dev.holdfast.ledger.ReadOutcome.Page;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** read(code): each outcome of each step, for all three ways to read. */
class ReadTest {

  private static final Range ALL = new Range(Optional.empty(), 100, Order.ASCENDING);

  private final Ledger ledger = new Ledger();
  private final PriceEvent first = booking(1);
  private final PriceEvent second = version(2, 2);

  private void park() {
    ledger.weather.fail(EVENT_TABLE);
    ledger.append.append(first);
    ledger.weather.heal(EVENT_TABLE);
    ledger.weather.takeCalls();
  }

  private void claimAndDie() {
    ledger.pendingIndex.claim(CODE, first.identity(), ledger.now);
    ledger.weather.takeCalls();
  }

  private void assertEverySays(PriceEvent event, Status status) {
    ReadEvent answer = new ReadEvent(ledger.accepted(event), status);
    assertThat(ledger.read.current(CODE)).isEqualTo(new Found(answer));
    assertThat(ledger.read.event(CODE, Version.FIRST)).isEqualTo(new Found(answer));
    assertThat(ledger.read.events(CODE, ALL))
        .isEqualTo(new Page(List.of(answer), Optional.empty()));
  }

  private void assertEvery(Class<?> outcome) {
    assertThat(ledger.read.current(CODE)).isInstanceOf(outcome);
    assertThat(ledger.read.event(CODE, Version.FIRST)).isInstanceOf(outcome);
    assertThat(ledger.read.events(CODE, ALL)).isInstanceOf(outcome);
  }

  @Test
  void aRecordedBookingIsOneQuery() {
    ledger.append.append(first);
    ledger.weather.takeCalls();
    assertEverySays(first, Status.RECORDED);
    assertThat(ledger.weather.takeCalls())
        .containsExactly("EVENT_TABLE.last", "EVENT_TABLE.find", "EVENT_TABLE.read");
  }

  @Test
  void theLastEventIsTheCurrentOne() {
    ledger.append.append(first);
    ledger.append.append(second);
    assertThat(ledger.read.current(CODE))
        .isEqualTo(new Found(new ReadEvent(ledger.accepted(second), Status.RECORDED)));
  }

  @Test
  void emptyAndPendingAnswersThePendingEvent() {
    park();
    assertEverySays(first, Status.PENDING);
  }

  @Test
  void emptyAndClaimedLooksAgainAndFindsWhatTheDrainerMoved() {
    for (String look : List.of("last", "find", "read")) {
      Ledger moved = new Ledger();
      moved.weather.fail(EVENT_TABLE);
      moved.append.append(first);
      moved.weather.heal(EVENT_TABLE);
      moved.weather.before(PENDING_INDEX, "find", moved::drainAll);
      Object outcome =
          switch (look) {
            case "last" -> moved.read.current(CODE);
            case "find" -> moved.read.event(CODE, Version.FIRST);
            default -> moved.read.events(CODE, ALL);
          };
      assertThat(outcome).isNotInstanceOf(NotFound.class).isNotInstanceOf(Unavailable.class);
    }
  }

  @Test
  void emptyAndClaimedAndStillEmptyIsNotFound() {
    claimAndDie();
    assertEvery(NotFound.class);
  }

  @Test
  void emptyAndClaimedAndThenNoAnswerIsUnavailable() {
    claimAndDie();
    ledger.weather.before(PENDING_INDEX, "find", () -> ledger.weather.fail(EVENT_TABLE));
    assertThat(ledger.read.current(CODE)).isInstanceOf(Unavailable.class);
  }

  @Test
  void emptyAndUnclaimedIsNotFound() {
    assertEvery(NotFound.class);
  }

  @Test
  void emptyAndThePendingIndexFailsIsUnavailableNeverNotFound() {
    ledger.weather.fail(PENDING_INDEX);
    assertEvery(Unavailable.class);
  }

  @Test
  void failedAndPendingAnswersThePendingEvent() {
    park();
    ledger.weather.fail(EVENT_TABLE);
    assertEverySays(first, Status.PENDING);
  }

  @Test
  void failedAndOnlyClaimedIsUnavailable() {
    ledger.append.append(first);
    ledger.weather.fail(EVENT_TABLE);
    assertEvery(Unavailable.class);
  }

  @Test
  void failedAndUnknownIsUnavailable() {
    ledger.weather.fail(EVENT_TABLE);
    assertEvery(Unavailable.class);
  }

  @Test
  void bothFailedIsUnavailable() {
    park();
    ledger.weather.fail(EVENT_TABLE);
    ledger.weather.fail(PENDING_INDEX);
    assertEvery(Unavailable.class);
  }

  @Test
  void failedAndParkedAgainAnswersTheFirstEventButNotForTheWholeBooking() {
    ledger.append.append(first);
    ledger.append.append(second);
    ledger.weather.fail(EVENT_TABLE);
    ledger.append.append(first);
    assertThat(ledger.read.current(CODE)).isInstanceOf(Unavailable.class);
    assertThat(ledger.read.events(CODE, ALL)).isInstanceOf(Unavailable.class);
    assertThat(ledger.read.event(CODE, Version.FIRST))
        .isEqualTo(new Found(new ReadEvent(ledger.accepted(first), Status.PENDING)));
  }

  @Test
  void aPendingEventInConflictIsNeverAnAnswer() {
    park();
    ledger.pendingIndex.markConflict(CODE, first.identity(), ledger.now);
    ledger.weather.fail(EVENT_TABLE);
    assertEvery(Unavailable.class);
    ledger.weather.heal(EVENT_TABLE);
    assertEvery(Unavailable.class);
  }

  @Test
  void laterVersionsAreReadFromTheEventTableAlone() {
    ledger.append.append(first);
    ledger.append.append(second);
    ledger.weather.takeCalls();
    assertThat(ledger.read.event(CODE, new Version(2)))
        .isEqualTo(new Found(new ReadEvent(ledger.accepted(second), Status.RECORDED)));
    assertThat(ledger.read.event(CODE, new Version(3))).isInstanceOf(NotFound.class);
    assertThat(ledger.weather.takeCalls()).containsExactly("EVENT_TABLE.find", "EVENT_TABLE.find");
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.read.event(CODE, new Version(2))).isInstanceOf(Unavailable.class);
  }

  @Test
  void pagesFollowEachOther() {
    ledger.append.append(first);
    ledger.append.append(second);
    ledger.append.append(version(3, 3));
    assertPage(Optional.empty(), Order.ASCENDING, List.of(1, 2), Optional.of(3));
    assertPage(Optional.of(3), Order.ASCENDING, List.of(3), Optional.empty());
    assertPage(Optional.empty(), Order.DESCENDING, List.of(3, 2), Optional.of(1));
    assertPage(Optional.of(1), Order.DESCENDING, List.of(1), Optional.empty());
  }

  private void assertPage(
      Optional<Integer> from, Order order, List<Integer> versions, Optional<Integer> next) {
    ReadOutcome.Events outcome =
        ledger.read.events(CODE, new Range(from.map(Version::new), 2, order));
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Page.class,
            page -> {
              assertThat(page.events())
                  .extracting(event -> event.event().version().number())
                  .isEqualTo(versions);
              assertThat(page.next()).isEqualTo(next.map(Version::new));
            });
  }

  @Test
  void aRangeBeyondTheBookingIsEmpty() {
    Range beyond = new Range(Optional.of(new Version(5)), 10, Order.ASCENDING);
    assertThat(ledger.read.events(CODE, beyond)).isInstanceOf(NotFound.class);
    park();
    assertThat(ledger.read.events(CODE, beyond)).isEqualTo(new Page(List.of(), Optional.empty()));
    ledger.drainAll();
    assertThat(ledger.read.events(CODE, beyond)).isEqualTo(new Page(List.of(), Optional.empty()));
    ledger.weather.failOnce(EVENT_TABLE, "find");
    assertThat(ledger.read.events(CODE, beyond)).isInstanceOf(Unavailable.class);
    ledger.weather.fail(EVENT_TABLE);
    assertThat(ledger.read.events(CODE, beyond)).isInstanceOf(Unavailable.class);
  }
}
