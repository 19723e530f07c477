package dev.holdfast.ledger;

/**
 * What this process believes of the event table. A belief only: it chooses between two ways that
 * are both safe, the one that asks the event table first and the one that spares the wait.
 */
public interface CircuitBreaker {

  /** Whether the event table failed a moment ago and is not due for another try yet. */
  boolean isOpen();
}
