package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Sweeper;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.simulated.Network.Store;
import java.math.BigDecimal;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExplorerTest {

  static PriceEvent event(int version, int number) {
    return new PriceEvent(
        new BookingCode("HOTEL-4711"),
        new Version(version),
        new EventId(new UUID(0, number)),
        new EventType("booked"),
        new Price(new BigDecimal("100.00"), Currency.getInstance("EUR")),
        new OccurredAt("2026-11-23T10:00:00+01:00"),
        Optional.empty());
  }

  static List<Scenario> scenarios() {
    Writer a = new Writer("writer a", event(1, 1), 2);
    Writer b = new Writer("writer b", event(1, 2), 2);
    return List.of(
        new Scenario(
            "two writers, drain, reader",
            List.of(a, b, new Drainer("drain", 2), new Reader("reader", 1)),
            Set.of(),
            1),
        new Scenario(
            "version 2 beside a pending version 1",
            List.of(
                a,
                new Writer("writer c", event(2, 3), 2),
                new Drainer("drain", 1),
                new Reader("reader", 1)),
            Set.of(),
            0),
        new Scenario(
            "sweep",
            List.of(
                new Writer("writer a", event(1, 1), 1),
                new Writer("writer b", event(1, 2), 1),
                new Drainer("drain", 2),
                new Sweeper("sweep", 1)),
            Set.of(),
            0));
  }

  @ParameterizedTest
  @MethodSource("scenarios")
  void holds(Scenario scenario) {
    for (Set<Store> faulty :
        List.of(
            Set.<Store>of(),
            Set.of(Store.EVENT_TABLE),
            Set.of(Store.PENDING_INDEX),
            Set.of(Store.FALLBACK_QUEUE))) {
      Explorer.Report report =
          new Explorer(scenario.faulty(faulty.toArray(new Store[0])), new Protocol())
              .explore(2_000_000);
      System.out.printf(
          "%-40s %-18s %,10d states, depth %d, %.1f s %s%n",
          scenario.name(),
          faulty,
          report.states(),
          report.depth(),
          report.took().toMillis() / 1000.0,
          report
              .violation()
              .map(v -> v.promise() + "\n  " + String.join("\n  ", v.story()))
              .orElse(""));
    }
  }
}
