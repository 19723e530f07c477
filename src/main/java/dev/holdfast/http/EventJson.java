package dev.holdfast.http;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import java.io.IOException;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** An event as answers show it: what was sent, when it was accepted, and where it stands. */
public final class EventJson {

  // Instant.toString leaves out milliseconds that are zero.
  private static final DateTimeFormatter MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private EventJson() {}

  /** An event as one JSON object. */
  public static String of(AcceptedEvent event, Status status) {
    return JsonText.of(json -> write(json, event, status));
  }

  static void write(JsonGenerator json, ReadEvent event) throws IOException {
    write(json, event.event(), event.status());
  }

  /** Writes an event as one JSON object. */
  public static void write(JsonGenerator json, AcceptedEvent accepted, Status status)
      throws IOException {
    PriceEvent event = accepted.event();
    json.writeStartObject();
    json.writeStringField("bookingCode", event.bookingCode().value());
    json.writeNumberField("version", event.version().number());
    json.writeStringField("eventId", event.eventId().toString());
    json.writeStringField("type", event.type().value());
    json.writeObjectFieldStart("price");
    json.writeStringField("amount", event.price().amount().text());
    json.writeStringField("currency", event.price().currency().code());
    json.writeEndObject();
    json.writeStringField("occurredAt", event.occurredAt().text());
    Optional<String> data = event.data().map(EventData::json);
    if (data.isPresent()) {
      json.writeFieldName("data");
      json.writeRawValue(data.get());
    }
    json.writeStringField("recordedAt", MILLIS.format(accepted.recordedAt()));
    json.writeStringField("status", name(status));
    json.writeEndObject();
  }

  private static String name(Status status) {
    return switch (status) {
      case RECORDED -> "recorded";
      case PENDING -> "pending";
    };
  }
}
