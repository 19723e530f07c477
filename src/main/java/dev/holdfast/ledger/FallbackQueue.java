package dev.holdfast.ledger;

/**
 * Q, the drainer's work list. A message is only ever a hint that a booking owes something: the
 * pending index and the event table say what is true. So a message that is lost, doubled or
 * swallowed as a duplicate changes nothing but the time to drain.
 *
 * <p>Implementations are safe for use by several threads, never answer {@code null}, and throw for
 * no event: a hint that cannot be sent must not undo what was promised. See
 * docs/decisions/0031-a-hint-after-the-write.md.
 */
public interface FallbackQueue {

  /** Sends a hint. A repetition of the very same hint within five minutes adds no message. */
  SendAnswer send(Hint hint);

  /** What {@link #send} answers. */
  sealed interface SendAnswer permits SendAnswer.Sent, Unavailable {
    record Sent() implements SendAnswer {}
  }
}
