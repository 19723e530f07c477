package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network.Store;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who acts, and what may fail.
 *
 * @param actors each runs as often as it may, one run at a time, beside all others
 * @param faulty whose calls may fail or lose their answers, any of them
 * @param clockJumps how often 16 minutes may pass; who is at work then is dead
 */
record Scenario(String name, List<Actor> actors, Set<Store> faulty, int clockJumps) {

  Scenario withFaulty(Set<Store> stores) {
    return new Scenario(name, actors, stores, clockJumps);
  }

  /** There is one, for everybody: bookings under different codes share nothing. */
  BookingCode bookingCode() {
    return actors.stream()
        .filter(Writer.class::isInstance)
        .map(actor -> ((Writer) actor).event().bookingCode())
        .findFirst()
        .orElseThrow();
  }

  String faults() {
    return faulty.isEmpty()
        ? "nothing fails"
        : new TreeSet<>(faulty)
            .stream()
                .map(store -> store.name().toLowerCase(Locale.ROOT).replace('_', ' '))
                .collect(Collectors.joining(", "));
  }

  /** Who acts. */
  sealed interface Actor {

    String name();

    int runs();
  }

  /** A client that appends an event, and may do so again when a run is over or has died. */
  record Writer(String name, PriceEvent event, int runs) implements Actor {}

  /** A client that reads the booking. */
  record Reader(String name, int runs) implements Actor {}

  /** Takes any message of the queue; leaves it there when it dies or a store fails. */
  record Drainer(String name, int runs) implements Actor {}

  /** Puts what is owed back on the queue. */
  record Sweeper(String name, int runs) implements Actor {}
}
