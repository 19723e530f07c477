package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.DebtIndex.DueAnswer.Due;
import dev.holdfast.ledger.DebtIndex.TallyAnswer.Tally;
import dev.holdfast.ledger.Shard;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sparse index of pending events: what is in it, what is due, how much it is. */
class SparseIndexTest {

  private static final Shard SHARD = new Shard(7);
  private static final Instant NOW = Events.NOW;

  private final EmbeddedDynamoDb dynamoDb = new EmbeddedDynamoDb();
  private DynamoDbPendingIndex index;

  @BeforeEach
  void start() throws Exception {
    dynamoDb.start();
    index = dynamoDb.pendingIndex();
  }

  @AfterEach
  void stop() throws Exception {
    dynamoDb.stop();
  }

  @Test
  void holdsAnEventOnlyWhileItIsPending() {
    AcceptedEvent event = eventsOf(SHARD).findFirst().orElseThrow();

    index.claim(event.bookingCode(), event.identity(), NOW);
    assertThat(due(10)).isEmpty();

    index.settle(event, NOW);
    assertThat(due(10)).isEmpty();

    AcceptedEvent pending = park(NOW);
    assertThat(due(10)).containsExactly(pending);

    index.settle(pending, NOW);
    assertThat(due(10)).isEmpty();
    assertThat(index.tally(SHARD)).isEqualTo(new Tally(0, 0, Optional.empty(), true));
  }

  @Test
  void answersWithTheOldestFirstAndNoMoreThanAskedFor() {
    AcceptedEvent third = park(NOW.plusMillis(3));
    AcceptedEvent first = park(NOW.plusMillis(1));
    AcceptedEvent second = park(NOW.plusMillis(2));

    assertThat(due(3)).containsExactly(first, second, third);
    assertThat(due(2)).containsExactly(first, second);
  }

  @Test
  void answersWithNothingThatIsNotDueYet() {
    AcceptedEvent old = park(NOW.minusMillis(1));
    park(NOW);
    park(NOW.plusMillis(1));

    assertThat(((Due) index.due(SHARD, NOW, 10)).events()).containsExactly(old);
  }

  @Test
  void keepsTheShardsApart() {
    List<AcceptedEvent> pending =
        Shard.all().stream().map(shard -> eventsOf(shard).findFirst().orElseThrow()).toList();
    pending.forEach(event -> index.claimAndPark(event, NOW));

    assertThat(Shard.all())
        .allSatisfy(
            shard ->
                assertThat(((Due) index.due(shard, NOW.plusMillis(1), 10)).events())
                    .containsExactly(pending.get(shard.number())));
  }

  @Test
  void passesOverConflictsHoweverManyThereAre() {
    for (int i = 0; i < 5; i++) {
      AcceptedEvent conflict = park(NOW.plusMillis(i));
      index.markConflict(conflict.bookingCode(), conflict.identity(), NOW);
    }
    AcceptedEvent waiting = park(NOW.plusMillis(10));

    assertThat(due(2)).containsExactly(waiting);
    assertThat(index.tally(SHARD))
        .isEqualTo(new Tally(1, 5, Optional.of(NOW.plusMillis(10)), true));
  }

  @Test
  void talliesMoreThanOnePage() {
    parkLarge(8);

    assertThat(index.tally(SHARD)).isEqualTo(new Tally(8, 0, Optional.of(NOW), true));
    assertThat(due(8)).hasSize(8);
  }

  @Test
  void saysSoWhereItDidNotTallyEverything() {
    parkLarge(4 * SparseIndex.TALLIED_PAGES);

    Tally tally = (Tally) index.tally(SHARD);

    assertThat(tally.complete()).isFalse();
    assertThat(tally.waiting()).isPositive().isLessThan(4 * SparseIndex.TALLIED_PAGES);
    assertThat(tally.oldest()).contains(NOW);
  }

  private AcceptedEvent park(Instant since) {
    AcceptedEvent event = eventsOf(SHARD).findFirst().orElseThrow();
    index.claimAndPark(event, since);
    return event;
  }

  /** Events of which less than four fit into a page. */
  private void parkLarge(int count) {
    String data = "{\"a\":\"" + "x".repeat(350_000) + "\"}";
    IntStream.range(0, count)
        .forEach(
            i ->
                index.claimAndPark(
                    Events.withData(codesOf(SHARD).findFirst().orElseThrow(), data),
                    NOW.plusMillis(i)));
  }

  private List<AcceptedEvent> due(int limit) {
    return ((Due) index.due(SHARD, NOW.plus(Duration.ofHours(1)), limit)).events();
  }

  private static Stream<AcceptedEvent> eventsOf(Shard shard) {
    return codesOf(shard).map(Events::first);
  }

  private static Stream<BookingCode> codesOf(Shard shard) {
    return Stream.generate(Events::anyCode).filter(code -> Shard.of(code).equals(shard));
  }
}
