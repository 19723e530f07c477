package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.OneAfterTheOther;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import dev.holdfast.simulated.SimulatedResolutionLog;
import dev.holdfast.simulated.Weather;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The whole ledger over simulated stores, with a clock that a test sets. */
final class Ledger {

  static final BookingCode CODE = new BookingCode("HOTEL-4711");
  static final BookingCode OTHER_CODE = new BookingCode("HOTEL-4712");

  static final Sweep.Limits LIMITS =
      new Sweep.Limits(Duration.ofMinutes(1), 100, Duration.ofSeconds(40), Duration.ofSeconds(10));

  static final Turns IN_ORDER = turns -> turns.forEach(Runnable::run);

  final Weather weather = new Weather();
  final SimulatedEventTable eventTable = new SimulatedEventTable(weather);
  final SimulatedPendingIndex pendingIndex = new SimulatedPendingIndex(weather);
  final SimulatedResolutionLog resolutionLog = new SimulatedResolutionLog(weather);
  final SimulatedFallbackQueue fallbackQueue = new SimulatedFallbackQueue(weather);

  boolean breakerIsOpen;
  Instant now = Instant.parse("2026-11-23T09:00:00Z");

  final Clock clock = new SettableClock(() -> now);

  private long nanos;
  final Ticker ticker = () -> nanos;

  final Append append =
      new Append(eventTable, pendingIndex, fallbackQueue, () -> breakerIsOpen, clock, ticker);
  final Read read =
      new Read(
          eventTable,
          pendingIndex,
          fallbackQueue,
          () -> breakerIsOpen,
          OneAfterTheOther.INSTANCE,
          clock,
          ticker);
  final Drain drain = new Drain(eventTable, pendingIndex, clock, ticker);
  final Sweep sweep =
      new Sweep(
          eventTable,
          pendingIndex,
          pendingIndex.conflicts(),
          fallbackQueue,
          LIMITS,
          IN_ORDER,
          clock,
          ticker);

  final Resolve resolve = new Resolve(pendingIndex, resolutionLog, append, clock);

  /** Drains whatever is on the queue. */
  void drainAll() {
    fallbackQueue.takeAll().forEach(drain::drain);
  }

  void pass(Duration time) {
    setClock(time);
    nanos += time.toNanos();
  }

  /** Puts the wall clock right, or freezes everything for a while: no other clock notices. */
  void setClock(Duration by) {
    now = now.plus(by);
  }

  /** The head of {@link #CODE}. */
  Head head() {
    return pendingIndex.headOf(CODE).orElseThrow();
  }

  /** What the event table holds of {@link #CODE}. */
  List<PriceEvent> recorded() {
    return eventTable.eventsOf(CODE).stream().map(AcceptedEvent::event).toList();
  }

  /** What waits at the head of {@link #CODE}. */
  List<PriceEvent> pending() {
    return pendingIndex
        .headOf(CODE)
        .filter(Head::isPending)
        .map(head -> head.events().stream().map(AcceptedEvent::event).toList())
        .orElse(List.of());
  }

  /** A writer that died between its claim and its record. */
  void claimAndDie(PriceEvent event) {
    weather.failOnce(Store.EVENT_TABLE, "record");
    weather.failOnce(Store.PENDING_INDEX, "replace");
    assertThat(append.append(event)).isInstanceOf(Unavailable.class);
    assertThat(head().isAt(event.identity())).isTrue();
  }

  /** A writer that the pending index did not answer. */
  void recordUnclaimed(PriceEvent event) {
    weather.fail(Store.PENDING_INDEX);
    assertThat(append.append(event)).isInstanceOf(AppendOutcome.Recorded.class);
    weather.heal(Store.PENDING_INDEX);
  }

  /** A writer that the event table did not answer. */
  void park(PriceEvent event) {
    weather.fail(Store.EVENT_TABLE);
    assertThat(append.append(event)).isInstanceOf(AppendOutcome.Pending.class);
    weather.heal(Store.EVENT_TABLE);
  }

  AcceptedEvent accepted(PriceEvent event) {
    return new AcceptedEvent(event, event.identity(), now);
  }

  /** A first event of {@link #CODE}; the same number makes the same event. */
  static PriceEvent booking(int number) {
    return event(CODE, 1, number, "100.00");
  }

  static PriceEvent version(int version, int number) {
    return event(CODE, version, number, "100.00");
  }

  static PriceEvent event(BookingCode code, int version, int number, String amount) {
    return new PriceEvent(
        code,
        new Version(version),
        new EventId(new UUID(0, number)),
        new EventType("booked"),
        new Price(new Amount(amount), new Currency("EUR")),
        new OccurredAt("2026-11-23T10:00:00+01:00"),
        Optional.of(new EventData("{}")));
  }

  /** An event that is nearly as large as one can be. */
  static PriceEvent large(int version, int number) {
    PriceEvent event = version(version, number);
    return new PriceEvent(
        event.bookingCode(),
        event.version(),
        event.eventId(),
        event.type(),
        event.price(),
        event.occurredAt(),
        Optional.of(new EventData("{\"note\":\"" + "x".repeat(99_000) + "\"}")));
  }

  private static final class SettableClock extends Clock {

    private final InstantSource source;

    SettableClock(InstantSource source) {
      this.source = source;
    }

    @Override
    public Instant instant() {
      return source.instant();
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }
}
