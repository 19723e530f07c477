package dev.holdfast.booking;

import java.util.Optional;

/**
 * One change of a booking's price, as a department sent it.
 *
 * @param price the booking's total after this change
 */
public record PriceEvent(
    BookingCode bookingCode,
    Version version,
    EventId eventId,
    EventType type,
    Price price,
    OccurredAt occurredAt,
    Optional<EventData> data) {

  /** Which event this is, and with which content. */
  public EventIdentity identity() {
    return new EventIdentity(eventId, Fingerprint.of(this));
  }

  /** The same change of price, of another booking. */
  public PriceEvent under(BookingCode other) {
    return new PriceEvent(other, version, eventId, type, price, occurredAt, data);
  }

  /** The same change of price, in another place of its booking. */
  public PriceEvent at(Version other) {
    return new PriceEvent(bookingCode, other, eventId, type, price, occurredAt, data);
  }
}
