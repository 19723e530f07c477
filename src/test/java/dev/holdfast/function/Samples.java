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

  /** The event of append-version-2.json. */
  static final PriceEvent SECOND =
      event(
          2,
          "c1b5a6f0-3a0e-4d7f-8a51-2f1f0b9f7e64",
          "breakfast.added",
          "457.50",
          "2026-11-23T11:02:30+01:00",
          "{\"guests\":2,\"nights\":3}");

  static final AcceptedEvent SECOND_ACCEPTED =
      new AcceptedEvent(SECOND, SECOND.identity(), Instant.parse("2026-11-23T10:02:31Z"));

  private Samples() {}

  static String read(String name) {
    try {
      return Files.readString(Path.of("events", name));
    } catch (IOException missing) {
      throw new AssertionError(missing);
    }
  }

  /** Another event, in the same place. */
  static AcceptedEvent recordedInstead(AcceptedEvent other) {
    PriceEvent event =
        event(
                other.version().number(),
                "00000000-0000-0000-0000-000000000001",
                "booked",
                "1.00",
                "2026-11-23T09:15:00+01:00",
                "{}")
            .under(other.bookingCode());
    return new AcceptedEvent(event, event.identity(), other.recordedAt());
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
