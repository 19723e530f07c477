package dev.holdfast.explore;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;

/** What an actor runs of the ledger, once. */
sealed interface Task {

  /** Appends an event, by a function whose circuit breaker is open or not. */
  record Append(PriceEvent event, boolean breakerIsOpen) implements Task {}

  record Read() implements Task {}

  /** Works off a message of the queue. */
  record Drain(AcceptedEvent message) implements Task {}

  record Sweep() implements Task {}
}
