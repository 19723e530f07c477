package dev.holdfast.aws;

import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.Fingerprint;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import java.util.LinkedHashMap;
import java.util.Map;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An event as DynamoDB attributes, the same in the event table and within a head. Amount and data
 * are texts: what was sent comes back to the last digit. What is read was accepted once, by the
 * rules of that day, and is not judged by those of today: it need only be there, as a text or a
 * number.
 */
final class EventAttributes {

  private EventAttributes() {}

  static Map<String, AttributeValue> write(AcceptedEvent accepted) {
    PriceEvent event = accepted.event();
    // In an order that people like to read: the queue's messages are made of these.
    Map<String, AttributeValue> attributes = new LinkedHashMap<>();
    attributes.put("bookingCode", AttributeValue.fromS(event.bookingCode().value()));
    attributes.put("version", AttributeValue.fromN(event.version().toString()));
    attributes.put("eventId", AttributeValue.fromS(accepted.identity().eventId().toString()));
    attributes.put("fingerprint", AttributeValue.fromS(accepted.identity().fingerprint().hex()));
    attributes.put("type", AttributeValue.fromS(event.type().value()));
    attributes.put("amount", AttributeValue.fromS(event.price().amount().text()));
    attributes.put("currency", AttributeValue.fromS(event.price().currency().code()));
    attributes.put("occurredAt", AttributeValue.fromS(event.occurredAt().text()));
    event.data().ifPresent(data -> attributes.put("data", AttributeValue.fromS(data.json())));
    attributes.put("recordedAt", AttributeValue.fromS(Timestamps.format(accepted.recordedAt())));
    return attributes;
  }

  /**
   * The event that an item holds.
   *
   * @throws CorruptItemException if it holds none
   */
  static AcceptedEvent read(StoredItem item) {
    return read(item, item.value("bookingCode", BookingCode::new));
  }

  /** As {@link #read(StoredItem)}, where the item was asked for by its booking code. */
  static AcceptedEvent read(StoredItem item, BookingCode bookingCode) {
    EventIdentity identity = readIdentity(item);
    PriceEvent event =
        new PriceEvent(
            bookingCode,
            readVersion(item),
            identity.eventId(),
            item.value("type", EventType::new),
            new Price(item.value("amount", Amount::new), item.value("currency", Currency::new)),
            item.value("occurredAt", OccurredAt::new),
            item.optionalValue("data", EventData::new));
    return new AcceptedEvent(event, identity, item.text("recordedAt", Timestamps::parse));
  }

  static Version readVersion(StoredItem item) {
    return readVersion(item, "version");
  }

  /** The version that an attribute of this name says. */
  static Version readVersion(StoredItem item, String name) {
    long number = item.number(name);
    if (number < Version.MIN || number > Integer.MAX_VALUE) {
      throw new CorruptItemException(name);
    }
    return new Version((int) number);
  }

  static EventIdentity readIdentity(StoredItem item) {
    return new EventIdentity(
        item.text("eventId", EventId::parse), item.value("fingerprint", Fingerprint::new));
  }

  /** The key of an event in the event table. */
  static Map<String, AttributeValue> key(BookingCode bookingCode, Version version) {
    return Map.of(
        "bookingCode", AttributeValue.fromS(bookingCode.value()),
        "version", AttributeValue.fromN(version.toString()));
  }
}
