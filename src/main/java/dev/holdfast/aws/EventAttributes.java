package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
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
import java.math.BigDecimal;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * An event as DynamoDB attributes, the same in the event table and within a pending claim. Amount
 * and data are texts: what was sent comes back to the last digit.
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
    attributes.put("amount", AttributeValue.fromS(event.price().amountText()));
    attributes.put("currency", AttributeValue.fromS(event.price().currency().getCurrencyCode()));
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
            readPrice(item),
            item.value("occurredAt", OccurredAt::new),
            item.optionalText("data", EventAttributes::parseData));
    return new AcceptedEvent(event, identity, item.text("recordedAt", Timestamps::parse));
  }

  static Version readVersion(StoredItem item) {
    long number = item.number("version");
    if (number < Version.MIN || number > Version.MAX) {
      throw new CorruptItemException("version");
    }
    return new Version((int) number);
  }

  private static Price readPrice(StoredItem item) {
    BigDecimal amount = item.text("amount", Price::parseAmount);
    Currency currency = item.text("currency", Price::parseCurrency);
    if (!Price.fits(amount, currency)) {
      throw new CorruptItemException("amount");
    }
    return new Price(amount, currency);
  }

  private static Optional<EventData> parseData(String json) {
    return json.startsWith("{") ? Optional.of(new EventData(json)) : Optional.empty();
  }

  static EventIdentity readIdentity(StoredItem item) {
    return new EventIdentity(
        item.text("eventId", EventId::parse), item.value("fingerprint", Fingerprint::new));
  }

  /** The key of an event in the event table, and of a claim (version 1) in the pending index. */
  static Map<String, AttributeValue> key(BookingCode bookingCode, Version version) {
    return Map.of(
        "bookingCode", AttributeValue.fromS(bookingCode.value()),
        "version", AttributeValue.fromN(version.toString()));
  }
}
