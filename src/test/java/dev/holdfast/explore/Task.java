package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Resolve.Wish;

/** What an actor runs of the ledger, once. */
sealed interface Task {

  /** Appends an event, by a function whose circuit breaker is open or not. */
  record Append(PriceEvent event, boolean breakerIsOpen) implements Task {}

  /**
   * Asks a question.
   *
   * @param pendingIndexFirst two calls at once are made in one order or the other
   */
  record Read(Question question, boolean breakerIsOpen, boolean pendingIndexFirst) implements Task {

    /** What was chosen, for people. */
    String way() {
      return breakerIsOpen ? "breaker open" : pendingIndexFirst ? "pending index first" : "";
    }
  }

  /** Works off a message of the queue. */
  record Drain(AcceptedEvent message) implements Task {}

  record Sweep() implements Task {}

  record Backfill() implements Task {}

  /** Ends the conflict of an event that is kept. */
  record Resolve(AcceptedEvent kept, Wish wish) implements Task {}
}
