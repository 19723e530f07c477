package dev.holdfast.booking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.OffsetDateTime;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each value may be, and what it may not. */
class ValuesTest {

  private static final String LONGEST = "a".repeat(64);

  @ParameterizedTest
  @ValueSource(strings = {"A", "0", "HOTEL-4711", "a.b_c-d", "x..."})
  void aBookingCodeStartsWithALetterOrDigit(String text) {
    assertThat(BookingCode.parse(text)).map(BookingCode::value).contains(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "-a", ".a", "_a", "a b", "a/b", "ä", "a\n", "a\u0000", "ａ"})
  void nothingElseIsABookingCode(String text) {
    assertThat(BookingCode.parse(text)).isEmpty();
  }

  @Test
  void aBookingCodeHasAtMost64Characters() {
    assertThat(BookingCode.parse(LONGEST)).isPresent();
    assertThat(BookingCode.parse(LONGEST + "a")).isEmpty();
  }

  @Test
  void theCaseOfABookingCodeCounts() {
    assertThat(new BookingCode("a")).isNotEqualTo(new BookingCode("A"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"booked", "-", ".", "A_1"})
  void aTypeMayStartWithAnyOfItsCharacters(String text) {
    assertThat(EventType.parse(text)).map(EventType::value).contains(text);
  }

  @Test
  void aTypeHas1To64Characters() {
    assertThat(EventType.parse("")).isEmpty();
    assertThat(EventType.parse(LONGEST)).isPresent();
    assertThat(EventType.parse(LONGEST + "a")).isEmpty();
  }

  @Test
  void anEventIdIsTheSameInEitherCase() {
    String lower = "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d";
    assertThat(EventId.parse("7D4F6C1E-8F0B-4C57-9A53-0F6A1E5B9C2D"))
        .isEqualTo(EventId.parse(lower))
        .map(EventId::toString)
        .contains(lower);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "1-1-1-1-1",
        "7d4f6c1e8f0b4c579a530f6a1e5b9c2d",
        "{7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d}",
        "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2g",
        "urn:uuid:7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d"
      })
  void nothingElseIsAnEventId(String text) {
    assertThat(EventId.parse(text)).isEmpty();
  }

  @Test
  void aVersionIsOneToAMillion() {
    assertThat(Version.FIRST.isFirst()).isTrue();
    assertThat(new Version(1_000_000).follows(new Version(999_999))).isTrue();
    assertThat(new Version(3).follows(new Version(1))).isFalse();
    assertThat(Version.of(1_000_000)).isPresent();
    assertThat(Version.of(1_000_001)).isEmpty();
    assertThat(Version.of(0)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0", "0.00", "412.50", "412.5", "999999999999999999", "1234567890123456.78"})
  void anAmountIsKeptAsItWasWritten(String text) {
    assertThat(Amount.parse(text)).map(Amount::text).contains(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-1",
        "+1",
        "1.",
        ".5",
        "1,5",
        "1e3",
        "1e400",
        "NaN",
        "Infinity",
        "01",
        "00",
        " 1",
        "1 ",
        "0x1",
        "١",
        "1_000",
        "1000000000000000000",
        "12345678901234567.89",
        "0.0000000000000000000"
      })
  void nothingElseIsAnAmount(String text) {
    assertThat(Amount.parse(text)).isEmpty();
  }

  @Test
  void anEndlessAmountIsRefusedBeforeItIsReckonedWith() {
    assertThat(Amount.parse("9".repeat(1_000_000))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "412.50, EUR, true",
    "412.505, EUR, false",
    "412, JPY, true",
    "412.0, JPY, false",
    "1.234, KWD, true",
    "1.2345, KWD, false",
    "1.2345, CLF, true",
    "1.2345, UYW, true",
    "1.23456, UYW, false",
    "10.00, ISK, false",
    "10.00, XAD, true",
  })
  void anAmountHasNoMoreDecimalsThanItsCurrency(String amount, String currency, boolean fits) {
    assertThat(new Price(new Amount(amount), new Currency(currency)).fits()).isEqualTo(fits);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''   | must be the code of a current currency of ISO 4217, as in EUR",
        "EU   | must be the code of a current currency of ISO 4217, as in EUR",
        "EURO | must be the code of a current currency of ISO 4217, as in EUR",
        "ABC  | must be the code of a current currency of ISO 4217, as in EUR",
        "DEM  | must be the code of a current currency of ISO 4217, as in EUR",
        "eur  | must be EUR, for case counts",
        "Uyw  | must be UYW, for case counts",
        "XAU  | must have a minor unit, which XAU has not by ISO 4217",
        "XXX  | must have a minor unit, which XXX has not by ISO 4217",
        "XTS  | must have a minor unit, which XTS has not by ISO 4217",
      })
  void nobodyPaysInWhatIsNoCurrency(String code, String fault) {
    assertThat(Currency.parse(code)).isEmpty();
    assertThat(Currency.fault(code)).isEqualTo(fault);
  }

  @Test
  void onlyAnEmptyBookingCodeIsNoneThatCouldHaveBeenTaken() {
    assertThatIllegalArgumentException().isThrownBy(() -> new BookingCode(""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-11-23T09:15:00Z",
        "2026-11-23T09:15:00+01:00",
        "2026-11-23T09:15:00.123456789-11:30",
        "2024-02-29T23:59:59Z",
        "2026-11-23t09:15:00z",
        "2026-11-23T09:15:00-00:00"
      })
  void aMomentIsKeptAsItWasWritten(String text) {
    assertThat(OccurredAt.parse(text)).map(OccurredAt::text).contains(text);
    assertThat(OccurredAt.parse(text))
        .map(OccurredAt::moment)
        .contains(OffsetDateTime.parse(text.toUpperCase(Locale.ROOT)).toInstant());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "2026-11-23",
        "2026-11-23T09:15:00",
        "2026-11-23T09:15Z",
        "2026-11-23 09:15:00Z",
        "2026-02-30T09:15:00Z",
        "2025-02-29T09:15:00Z",
        "2100-02-29T09:15:00Z",
        "2026-04-31T09:15:00Z",
        "2026-01-32T09:15:00Z",
        "2026-01-00T09:15:00Z",
        "2026-00-10T09:15:00Z",
        "2026-13-10T09:15:00Z",
        "2026-11-23T24:00:00Z",
        "2026-11-23T23:60:00Z",
        "2026-11-23T23:59:60Z",
        "2026-11-23T09:15:00+18:01",
        "2026-11-23T09:15:00+01:60",
        "2026-11-23T09:15:00+01",
        "2026-11-23T09:15:00+0100",
        "2026-11-23T09:15:00+01:00:30",
        "2026-11-23T09:15:00+19:00",
        "2026-11-23T09:15:00.Z",
        "2026-11-23T09:15:00.1234567890Z",
        "12026-11-23T09:15:00Z",
        "1763885700"
      })
  void nothingElseIsAMoment(String text) {
    assertThat(OccurredAt.parse(text)).isEmpty();
  }
}
