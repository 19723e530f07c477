package dev.holdfast.ledger;

/**
 * Q, the drainer's work list. A message is only ever a hint that an event, or its claim, is owed:
 * the pending index and the event table say what is true. So a message that is lost, doubled or
 * swallowed as a duplicate changes nothing but the time to drain.
 *
 * <p>Implementations are safe for use by several threads, never answer {@code null}, and throw for
 * no event: a hint that cannot be sent must not undo what was promised.
 */
public interface FallbackQueue {

  /** Hints that a booking's event is owed. A repetition within five minutes adds no message. */
  SendAnswer send(AcceptedEvent event);

  /**
   * Hints that a debt is due, whatever hint of its booking code was sent before: only a repetition
   * about the very same {@link DebtIndex.Debt#state} adds no message within five minutes.
   */
  SendAnswer sendAgain(DebtIndex.Debt debt);

  /** What {@link #send} and {@link #sendAgain} answer. */
  sealed interface SendAnswer permits SendAnswer.Sent, Unavailable {
    record Sent() implements SendAnswer {}
  }
}
