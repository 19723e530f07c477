package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Who acts, and what may fail.
 *
 * @param standing the events that are recorded when it begins; by whom, nobody asks any more
 * @param actors each runs as often as it may, one run at a time, beside all others
 * @param faults whose calls may fail, lose their answers or land late, any of them; where there are
 *     several faults, one follows the other once nothing is owed
 * @param jumps how far the clock may jump, one jump after the other; who is at work then is dead
 * @param inFlight how many calls that were given up may be in flight at once, to land late
 * @param home the names of those who stand in the home region, where it may be lost as a whole and
 *     come back: {@code faults} are then what fails before, meanwhile and afterwards
 * @param skews by how much whose clock is ahead of the others'; behind where it is negative
 */
record Scenario(
    String name,
    List<PriceEvent> standing,
    List<Actor> actors,
    List<Set<Store>> faults,
    List<Duration> jumps,
    int inFlight,
    Set<String> home,
    Map<String, Duration> skews) {

  Scenario withFaulty(Set<Store> stores) {
    return withFaults(List.of(stores));
  }

  Scenario withFaults(List<Set<Store>> oneAfterTheOther) {
    return new Scenario(name, standing, actors, oneAfterTheOther, jumps, inFlight, home, skews);
  }

  Scenario withInFlight(int most) {
    return new Scenario(name, standing, actors, faults, jumps, most, home, skews);
  }

  /** As it is, with these in the home region, which may be lost; the others are elsewhere. */
  Scenario withHome(String... names) {
    return new Scenario(name, standing, actors, faults, jumps, inFlight, Set.of(names), skews);
  }

  Scenario withSkews(Map<String, Duration> skewed) {
    return new Scenario(name, standing, actors, faults, jumps, inFlight, home, skewed);
  }

  /** What an actor's clock says. */
  Instant at(Actor actor, Instant now) {
    return now.plus(skews.getOrDefault(actor.name(), Duration.ZERO));
  }

  boolean mayLoseHome() {
    return !home.isEmpty();
  }

  boolean isAtHome(Actor actor) {
    return home.contains(actor.name());
  }

  /** There is one, for everybody: bookings under different codes share nothing. */
  BookingCode bookingCode() {
    return actors.stream()
        .filter(Writer.class::isInstance)
        .map(actor -> ((Writer) actor).event().bookingCode())
        .findFirst()
        .orElseThrow();
  }

  /** What may fail, for people. */
  String fails() {
    return faults.stream()
            .map(stores -> stores.isEmpty() ? "nothing fails" : namesOf(stores))
            .collect(Collectors.joining(mayLoseHome() ? " | " : " → "))
        + (inFlight > 0 ? ", " + inFlight + " late" : "");
  }

  static String namesOf(Set<Store> stores) {
    return stores.stream()
        .sorted()
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

  /** A client that reads the booking, one question again and again. */
  record Reader(String name, int runs, Question question) implements Actor {}

  /** What a reader asks. */
  enum Question {
    CURRENT,
    WHOLE,
    NEWEST_FIRST,
    FIRST,
    SECOND,
    /** The event that held when the exploration began. */
    AS_OF_START;

    boolean asksForTheEnd() {
      return this == CURRENT || this == WHOLE || this == NEWEST_FIRST;
    }
  }

  /** Takes any message of the queue; leaves it there when it dies or a store fails. */
  record Drainer(String name, int runs) implements Actor {}

  /** Puts what is owed back on the queue. */
  record Sweeper(String name, int runs) implements Actor {}

  /** Makes the heads of all bookings that the event table has. */
  record Backfiller(String name, int runs) implements Actor {}

  /** Ends a conflict, whichever there is, as it likes. */
  record Operator(String name, int runs) implements Actor {}
}
