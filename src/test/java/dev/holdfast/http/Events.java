package dev.holdfast.http;

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

/** Events for tests. */
final class Events {

  static final BookingCode CODE = new BookingCode("HTL-1");

  private Events() {}

  /** The event of {@link EventBody#valid}. */
  static PriceEvent event(int version, Optional<EventData> data) {
    return new PriceEvent(
        CODE,
        new Version(version),
        new EventId(UUID.fromString("7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d")),
        new EventType("booked"),
        new Price(new Amount("412.50"), new Currency("EUR")),
        new OccurredAt("2026-11-23T09:15:00+01:00"),
        data);
  }

  static AcceptedEvent accepted(int version) {
    return accepted(event(version, Optional.empty()));
  }

  static AcceptedEvent accepted(PriceEvent event) {
    return new AcceptedEvent(event, event.identity(), Instant.parse("2026-11-23T08:15:01Z"));
  }
}
