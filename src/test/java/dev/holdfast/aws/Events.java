package dev.holdfast.aws;

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
import dev.holdfast.ledger.AcceptedEvent;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** Events to store. */
public final class Events {

  public static final Instant NOW = Instant.parse("2026-11-23T04:03:44.120Z");

  private Events() {}

  /** A booking code that no other test has. */
  public static BookingCode anyCode() {
    return new BookingCode("HOTEL-" + UUID.randomUUID());
  }

  public static AcceptedEvent first(BookingCode bookingCode) {
    return event(bookingCode, Version.FIRST, Optional.empty());
  }

  public static AcceptedEvent version(BookingCode bookingCode, int number) {
    return event(bookingCode, new Version(number), Optional.empty());
  }

  static AcceptedEvent version(BookingCode bookingCode, int number, String data) {
    return event(bookingCode, new Version(number), Optional.of(new EventData(data)));
  }

  public static AcceptedEvent withData(BookingCode bookingCode, String json) {
    return event(bookingCode, Version.FIRST, Optional.of(new EventData(json)));
  }

  public static AcceptedEvent priced(String amount, String currency) {
    return accepted(
        new PriceEvent(
            anyCode(),
            Version.FIRST,
            new EventId(UUID.randomUUID()),
            new EventType("booked"),
            new Price(new Amount(amount), new Currency(currency)),
            new OccurredAt("2026-11-23T09:15:00+01:00"),
            Optional.empty()));
  }

  /** The same event id with other content. */
  static AcceptedEvent reusingIdOf(AcceptedEvent other) {
    PriceEvent event = other.event();
    return accepted(
        new PriceEvent(
            event.bookingCode(),
            event.version(),
            event.eventId(),
            new EventType("another-type"),
            event.price(),
            event.occurredAt(),
            event.data()));
  }

  /** The same identity with as much data as makes it so large, by what it says. */
  static AcceptedEvent filled(AcceptedEvent other, int bytes) {
    PriceEvent event = other.event();
    int data = bytes - new AcceptedEvent(event, other.identity(), NOW).bytes();
    return new AcceptedEvent(
        new PriceEvent(
            event.bookingCode(),
            event.version(),
            event.eventId(),
            event.type(),
            event.price(),
            event.occurredAt(),
            Optional.of(new EventData("{\"a\":\"" + "x".repeat(data - 8) + "\"}"))),
        other.identity(),
        other.recordedAt());
  }

  private static AcceptedEvent event(
      BookingCode bookingCode, Version version, Optional<EventData> data) {
    return accepted(
        new PriceEvent(
            bookingCode,
            version,
            new EventId(UUID.randomUUID()),
            new EventType("booked"),
            new Price(new Amount("412.50"), new Currency("EUR")),
            new OccurredAt("2026-11-23T09:15:00+01:00"),
            data));
  }

  private static AcceptedEvent accepted(PriceEvent event) {
    return new AcceptedEvent(event, event.identity(), NOW);
  }
}
