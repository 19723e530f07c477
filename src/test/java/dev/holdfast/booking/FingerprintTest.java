package dev.holdfast.booking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class FingerprintTest {

  private static PriceEvent event(
      String code, int version, long id, String type, String amount, String data) {
    return new PriceEvent(
        new BookingCode(code),
        new Version(version),
        new EventId(new UUID(0, id)),
        new EventType(type),
        new Price(new Amount(amount), new Currency("EUR")),
        new OccurredAt("2026-11-23T09:15:00Z"),
        data.isEmpty() ? Optional.empty() : Optional.of(new EventData(data)));
  }

  @Test
  void equalContentHasOneFingerprint() {
    assertThat(Fingerprint.of(event("A", 1, 1, "booked", "1.00", "{\"a\":1}")))
        .isEqualTo(Fingerprint.of(event("A", 1, 1, "booked", "1.00", "{\"a\":1}")));
  }

  /** It stands in the tables: a change of it would make every repeated call a reused id. */
  @Test
  void theFingerprintOfAKnownEventNeverChanges() {
    assertThat(Fingerprint.of(event("A", 1, 1, "booked", "1.00", "{}")).hex())
        .isEqualTo("d833ed23709a79c90a750b56138c77f8bd392fae18637817a23f20bdf58ba7a4");
  }

  @Test
  void everyDifferenceShows() {
    List<PriceEvent> different =
        List.of(
            event("A", 1, 1, "booked", "1.00", ""),
            event("B", 1, 1, "booked", "1.00", ""),
            event("A", 2, 1, "booked", "1.00", ""),
            event("A", 1, 2, "booked", "1.00", ""),
            event("A", 1, 1, "changed", "1.00", ""),
            event("A", 1, 1, "booked", "1.0", ""),
            event("A", 1, 1, "booked", "1.00", "{}"),
            // The same text, cut at other places.
            event("A1", 1, 1, "booked", "1.00", ""),
            event("A", 11, 1, "booked", "1.00", ""));
    Set<Fingerprint> fingerprints = new HashSet<>();
    different.forEach(event -> fingerprints.add(Fingerprint.of(event)));
    assertThat(fingerprints).hasSameSizeAs(different);
  }

  @Test
  void anIdIsReusedOnlyWithOtherContent() {
    EventIdentity first = event("A", 1, 1, "booked", "1.00", "").identity();
    EventIdentity other = event("A", 1, 1, "booked", "2.00", "").identity();
    EventIdentity another = event("A", 1, 2, "booked", "2.00", "").identity();
    assertThat(other.reusesIdOf(first)).isTrue();
    assertThat(first.reusesIdOf(first)).isFalse();
    assertThat(another.reusesIdOf(first)).isFalse();
  }
}
