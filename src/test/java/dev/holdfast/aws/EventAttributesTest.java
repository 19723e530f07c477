package dev.holdfast.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.Regression;
import dev.holdfast.aws.EventMessage.Content;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.AcceptedEvent;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

class EventAttributesTest {

  private static final AcceptedEvent EVENT =
      Events.withData(new BookingCode("HOTEL-4711"), "{\"room\":12}");

  /** What rules of another day took, and those of today, or of a day to come, do not. */
  @ParameterizedTest
  @Regression("an event of a currency that the JDK at hand does not know was a 500 for ever")
  @CsvSource({
    "currency,    XAD,      a currency that came with a later release",
    "currency,    DEM,      one that was withdrawn since",
    "currency,    XXX,      none that one could pay in",
    "amount,      1.2345,   more decimals than the currency has",
    "amount,      99999999999999999999, more digits than an amount has",
    "type,        price up, a type of other characters",
    "occurredAt,  2026-12-31T23:59:60Z, a leap second",
    "occurredAt,  2026-11-23T09:15:00+23:59, a far offset",
    "bookingCode, HOTEL 4711, a code of other characters",
    "version,     1000001,  a history that is longer",
    "data,        '{\"n\":1e9999999999}', a number that is larger"
  })
  void whatWasAcceptedIsNeverJudgedAgain(String name, String value, String what) {
    Map<String, AttributeValue> item = new HashMap<>(EventAttributes.write(EVENT));
    item.put(
        name, name.equals("version") ? AttributeValue.fromN(value) : AttributeValue.fromS(value));

    AcceptedEvent read = EventAttributes.read(new StoredItem(item));

    assertThat(EventAttributes.write(read)).as(what).isEqualTo(item);
    assertThat(EventMessage.read(EventMessage.write(read)))
        .as(what)
        .isEqualTo(new Content.Event(read));
  }
}
