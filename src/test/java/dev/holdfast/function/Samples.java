package dev.holdfast.function;

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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** The sample events of the folder {@code events}, and what they tell of. */
final class Samples {

  static final BookingCode CODE = new BookingCode("HTL-2026-004711");

  /** The event of append-new.json, and of drain-batch.json. */
  static final PriceEvent FIRST =
      event(
          1,
          "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d",
          "booked",
          "412.50",
          "2026-11-23T09:15:00+01:00",
          "{\"hotel\":\"Zur Post\",\"nights\":3,\"rate\":137.5}");

  static final AcceptedEvent ACCEPTED =
      new AcceptedEvent(FIRST, FIRST.identity(), Instant.parse("2026-11-23T08:15:01.123Z"));

  private Samples() {}

  static String read(String name) {
    try {
      return Files.readString(Path.of("events", name));
    } catch (IOException missing) {
      throw new AssertionError(missing);
    }
  }

  static PriceEvent event(
      int version, String eventId, String type, String amount, String occurredAt, String data) {
    return new PriceEvent(
        CODE,
        new Version(version),
        new EventId(UUID.fromString(eventId)),
        new EventType(type),
        new Price(new Amount(amount), new Currency("EUR")),
        new OccurredAt(occurredAt),
        Optional.of(new EventData(data)));
  }
}
