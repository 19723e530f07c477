package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.aws.EventMessage.Content;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventMessageTest {

  private static final AcceptedEvent EVENT =
      Events.withData(new BookingCode("HOTEL-4711"), "{\"room\":12}");

  @Test
  void isReadableByAnOperator() {
    assertThat(EventMessage.write(EVENT))
        .isEqualTo(
            "{\"bookingCode\":\"HOTEL-4711\",\"version\":1,\"eventId\":\"%s\",\"fingerprint\":\"%s\","
                    .formatted(EVENT.identity().eventId(), EVENT.identity().fingerprint())
                + "\"type\":\"booked\",\"amount\":\"412.50\",\"currency\":\"EUR\","
                + "\"occurredAt\":\"2026-11-23T09:15:00+01:00\",\"data\":\"{\\\"room\\\":12}\","
                + "\"recordedAt\":\"2026-11-23T04:03:44.120Z\"}");
  }

  @Test
  void comesBackAsItWas() {
    AcceptedEvent withoutData = Events.first(Events.anyCode());
    AcceptedEvent priced = Events.priced("9999999999999999.99", "EUR");

    assertThat(EventMessage.read(EventMessage.write(EVENT))).isEqualTo(new Content.Event(EVENT));
    assertThat(EventMessage.read(EventMessage.write(withoutData)))
        .isEqualTo(new Content.Event(withoutData));
    assertThat(EventMessage.read(EventMessage.write(priced))).isEqualTo(new Content.Event(priced));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"a\":1.10,\"b\":1E400}",
        "{\"name\":\"Ærøskøbing 東京 🏨 \\u0000\\\"\\\\\"}",
        "{\"unassigned\":\"\uFFFE\uFFFF\"}",
        "{\"half a character\":\"\uD83C\"}"
      })
  void bringsDataBackToTheLastCharacter(String json) {
    AcceptedEvent event = Events.withData(Events.anyCode(), json);

    assertThat(EventMessage.read(EventMessage.write(event))).isEqualTo(new Content.Event(event));
  }

  @Test
  void holdsNoCharacterThatSqsRefuses() {
    String body =
        EventMessage.write(
            Events.withData(Events.anyCode(), "{\"a\":\"\uFFFE \uFFFF \uD83C 🏨\"}"));

    assertThat(body).contains("\\ufffe \\uffff \\ud83c 🏨");
    assertThat(body.codePoints())
        .allMatch(c -> (c >= 0x20 && c <= 0xD7FF) || (c >= 0xE000 && c <= 0xFFFD) || c > 0xFFFF);
  }

  @Test
  void isReadWhateverItsWhiteSpaceAndTheOrderOfItsFields() {
    String body = EventMessage.write(EVENT);
    String moved = "{\n  \"version\" : 1," + body.substring(1).replace("\"version\":1,", "\n");

    assertThat(EventMessage.read(moved)).isEqualTo(new Content.Event(EVENT));
  }

  static Stream<String> malformed() {
    String body = EventMessage.write(EVENT);
    return Stream.of(
        "",
        " ",
        "not JSON",
        "null",
        "[]",
        "{}",
        "[" + body + "]",
        body.substring(0, body.length() - 1),
        body + "{}",
        body + body,
        body.replace("\"version\":1", "\"version\":\"1\""),
        body.replace("\"version\":1", "\"version\":1.0"),
        body.replace("\"version\":1", "\"version\":0"),
        body.replace("\"version\":1", "\"version\":99999999999999999999999"),
        body.replace("\"version\":1", "\"version\":1,\"version\":1"),
        body.replace("\"version\":1", "\"version\":1,\"unknown\":1"),
        body.replace("\"version\":1", "\"version\":1,\"unknown\":{\"a\":[]}"),
        body.replace("\"version\":1,", ""),
        body.replace("HOTEL-4711", ""),
        body.replace("\"HOTEL-4711\"", "4711"),
        body.replace("\"HOTEL-4711\"", "null"),
        body.replace("\"412.50\"", "412.50"),
        body.replace(",\"currency\":\"EUR\"", ""),
        body.replace("44.120Z", "44Z"),
        body.replace("44.120Z", "44.1200Z"),
        body.replace("\"{\\\"room\\\":12}\"", "{\"room\":12}"),
        body.replace("\"{\\\"room\\\":12}\"", "\"12\""),
        body.replace(
            EVENT.identity().eventId().toString(),
            EVENT.identity().eventId().toString().toUpperCase(Locale.ROOT)),
        body.replace("\"eventId\":\"", "\"eventId\":\"x"),
        "[".repeat(100_000));
  }

  @ParameterizedTest
  @MethodSource("malformed")
  void isMalformedWhereItIsNotAsItIsWritten(String body) {
    assertThat(EventMessage.read(body)).isInstanceOf(Content.Malformed.class);
  }
}
