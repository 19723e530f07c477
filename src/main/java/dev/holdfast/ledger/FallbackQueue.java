package dev.holdfast.ledger;

/**
 * Q, the drainer's work list. A message is only ever a hint that an event, or its claim, is owed:
 * the pending index and the event table say what is true. So a message that is lost, doubled or
 * swallowed as a duplicate changes nothing but the time to drain.
 *
 * <p>Implementations are safe for use by several threads and never answer {@code null}.
 */
public interface FallbackQueue {

  SendAnswer send(AcceptedEvent event);

  /** What {@link #send} answers. */
  sealed interface SendAnswer permits SendAnswer.Sent, Unavailable {
    record Sent() implements SendAnswer {}
  }
}
