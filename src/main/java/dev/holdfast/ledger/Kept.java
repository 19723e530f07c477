package dev.holdfast.ledger;

import java.time.Instant;
import java.util.Optional;

/**
 * An accepted event whose place in the event table another accepted event has (a conflict, which
 * takes two faults at once). It is kept at the head of its booking until an operator resolves it
 * (R4).
 *
 * @param conflictSince since when that is known
 * @param decision what an operator decided about it, while that is carried out
 */
public record Kept(AcceptedEvent event, Instant conflictSince, Optional<Decision> decision) {

  Kept decided(Decision what) {
    return new Kept(event, conflictSince, Optional.of(what));
  }

  Kept undecided() {
    return new Kept(event, conflictSince, Optional.empty());
  }
}
