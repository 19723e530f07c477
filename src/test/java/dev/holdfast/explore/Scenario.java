package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.simulated.Network.Store;
import java.util.List;
import java.util.Set;

/**
 * Who acts, and what may fail.
 *
 * @param actors each runs as often as it may, one run at a time, beside all others
 * @param faulty whose calls may fail or lose their answers
 * @param clockJumps how often 16 minutes may pass; who is at work then is dead
 */
record Scenario(String name, List<Actor> actors, Set<Store> faulty, int clockJumps) {

  Scenario faulty(Store... stores) {
    return new Scenario(name, actors, Set.of(stores), clockJumps);
  }

  boolean isSingleFault() {
    return faulty.size() <= 1;
  }

  /** Who acts. */
  sealed interface Actor {

    String name();

    int runs();
  }

  /** A client that appends an event, and may do so again when a run is over or has died. */
  record Writer(String name, PriceEvent event, int runs) implements Actor {}

  record Reader(String name, int runs) implements Actor {}

  /** Takes any message of the queue; leaves it there when it dies or a store fails. */
  record Drainer(String name, int runs) implements Actor {}

  record Sweeper(String name, int runs) implements Actor {}
}
