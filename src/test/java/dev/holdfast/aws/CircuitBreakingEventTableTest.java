package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CircuitBreakingEventTableTest {

  private static final Duration DELAY = Duration.ofSeconds(2);
  private static final Unavailable DOWN = new Unavailable("down");
  private static final BookingCode CODE = Events.anyCode();
  private static final AcceptedEvent EVENT = Events.first(CODE);

  private Supplier<Object> answer = () -> DOWN;
  private int calls;
  private long now = Long.MAX_VALUE - 1;

  /** Answers every call alike. */
  private final EventTable table =
      (EventTable)
          Proxy.newProxyInstance(
              EventTable.class.getClassLoader(),
              new Class<?>[] {EventTable.class},
              (proxy, method, arguments) -> {
                calls++;
                return answer.get();
              });

  static Stream<Function<EventTable, Object>> everyCall() {
    return Stream.of(
        table -> table.record(EVENT),
        table -> table.recordUnclaimed(EVENT, Events.NOW),
        table -> table.find(CODE, Version.FIRST),
        table -> table.last(CODE),
        table -> table.read(CODE, new Range(Optional.empty(), 1, Order.ASCENDING)),
        table -> table.markClaimed(CODE, Version.FIRST),
        table -> table.debts(new Shard(1), Optional.empty(), 1),
        table -> table.tally(new Shard(1), Optional.empty()));
  }

  @ParameterizedTest
  @MethodSource("everyCall")
  void opensWhenAnyCallIsNotAnswered(Function<EventTable, Object> call) {
    CircuitBreakingEventTable breaking = breaking();
    assertThat(breaking.isOpen()).isFalse();

    assertThat(call.apply(breaking)).isEqualTo(DOWN);

    assertThat(breaking.isOpen()).isTrue();
  }

  @Test
  void staysClosedWhileTheTableAnswersWhateverItIs() {
    CircuitBreakingEventTable breaking = breaking();
    answer = () -> new RecordAnswer.Occupied(EVENT);

    assertThat(breaking.record(EVENT)).isEqualTo(new RecordAnswer.Occupied(EVENT));

    assertThat(breaking.isOpen()).isFalse();
  }

  /** What is wrong is one booking's, and every other one goes its usual way. */
  @Test
  void staysClosedWhereAnEventCannotBeRead() {
    CircuitBreakingEventTable breaking = breaking();
    answer = () -> Unavailable.unreadable("no event");

    assertThat(breaking.last(CODE)).isEqualTo(Unavailable.unreadable("no event"));

    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void staysClosedWhereACallEndsInABug() {
    CircuitBreakingEventTable breaking = breaking();
    answer =
        () -> {
          throw new IllegalStateException("too large");
        };

    assertThatThrownBy(() -> breaking.record(EVENT)).isInstanceOf(IllegalStateException.class);

    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void refusesNoCallWhileItIsOpen() {
    CircuitBreakingEventTable breaking = breaking();
    breaking.record(EVENT);
    answer = RecordAnswer.Recorded::new;

    assertThat(breaking.record(EVENT)).isEqualTo(new RecordAnswer.Recorded());

    assertThat(calls).isEqualTo(2);
    assertThat(breaking.isOpen()).isTrue();
  }

  @Test
  void letsTheNextCallTryAfterTheDelayAndClosesWhenThatIsAnswered() {
    CircuitBreakingEventTable breaking = halfOpen();
    // However often it is asked: nothing is used up by asking.
    assertThat(Stream.generate(breaking::isOpen).limit(100)).containsOnly(false);
    answer = RecordAnswer.Recorded::new;

    breaking.record(EVENT);

    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void opensAgainWhenTheTryFails() {
    CircuitBreakingEventTable breaking = halfOpen();

    breaking.record(EVENT);

    assertThat(breaking.isOpen()).isTrue();
    now += DELAY.toNanos();
    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void staysOpenForAllOfTheDelayAndNoLonger() {
    CircuitBreakingEventTable breaking = breaking();
    breaking.record(EVENT);

    now += DELAY.toNanos() - 1;
    assertThat(breaking.isOpen()).isTrue();
    now++;
    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void isNotHeldOpenByCallsThatFailWhileItIsOpen() {
    CircuitBreakingEventTable breaking = breaking();
    breaking.record(EVENT);
    now += DELAY.toNanos() - 1;

    breaking.record(EVENT);

    now++;
    assertThat(breaking.isOpen()).isFalse();
  }

  @Test
  void opensAtTheFirstFailureAgainOnceItWasClosed() {
    CircuitBreakingEventTable breaking = halfOpen();
    answer = RecordAnswer.Recorded::new;
    breaking.record(EVENT);
    breaking.record(EVENT);
    answer = () -> DOWN;

    breaking.record(EVENT);

    assertThat(breaking.isOpen()).isTrue();
  }

  @Test
  void closesByAnAnswerAfterTheDelayThoughNobodyAskedForItsState() {
    CircuitBreakingEventTable breaking = breaking();
    breaking.record(EVENT);
    answer = RecordAnswer.Recorded::new;

    now += DELAY.toNanos();
    breaking.record(EVENT);

    assertThat(breaking.isOpen()).isFalse();
  }

  private CircuitBreakingEventTable halfOpen() {
    CircuitBreakingEventTable breaking = breaking();
    breaking.record(EVENT);
    now += DELAY.toNanos();
    assertThat(breaking.isOpen()).isFalse();
    return breaking;
  }

  /** By a clock that is about to begin again at the other end, as that of System.nanoTime may. */
  private CircuitBreakingEventTable breaking() {
    return new CircuitBreakingEventTable(table, DELAY, () -> now);
  }
}
