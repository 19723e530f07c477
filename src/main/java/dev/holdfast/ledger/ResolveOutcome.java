package dev.holdfast.ledger;

/** What became of an operator's decision; on {@link Unavailable} it is to be sent again. */
public sealed interface ResolveOutcome
    permits ResolveOutcome.Resolved,
        ResolveOutcome.NotForThisEvent,
        ResolveOutcome.NoSuchConflict,
        ResolveOutcome.NotInConflict,
        ResolveOutcome.DecidedOtherwise,
        ResolveOutcome.ResolvedOtherwise,
        ResolveOutcome.Withdrawn,
        Unavailable {

  /** Done, by this call or by an earlier one that decided the same. */
  record Resolved(Resolution resolution) implements ResolveOutcome {}

  /** A first event can be reassigned, a later one reappended, not the other way round. */
  record NotForThisEvent() implements ResolveOutcome {}

  /** No such event is kept under this code, and none ever was resolved. */
  record NoSuchConflict() implements ResolveOutcome {}

  /** The event waits for the event table and will be drained; there is nothing to decide. */
  record NotInConflict() implements ResolveOutcome {}

  /** Something else was decided and is perhaps half done: that has to be sent again first. */
  record DecidedOtherwise(Decision standing) implements ResolveOutcome {}

  /** The conflict is over, with another result. */
  record ResolvedOtherwise(Resolution resolution) implements ResolveOutcome {}

  /**
   * The decision cannot be carried out and was taken back: the new booking code has an owner, or
   * the event's id is the one of the booking's last event, whose content is another.
   */
  record Withdrawn() implements ResolveOutcome {}
}
