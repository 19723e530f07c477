package dev.holdfast.ledger;

/** What became of a message of the fallback queue; on {@link Unavailable} it has to come again. */
public sealed interface DrainOutcome
    permits DrainOutcome.Settled,
        DrainOutcome.Repaired,
        DrainOutcome.InConflict,
        DrainOutcome.Stale,
        Unavailable {

  /** The pending event is in the event table, and no longer pending. */
  record Settled() implements DrainOutcome {}

  /** The recorded event has its claim. */
  record Repaired() implements DrainOutcome {}

  /** The event table holds another event in this one's place; both are kept, for an operator. */
  record InConflict() implements DrainOutcome {}

  /** Nothing is owed for this event. */
  record Stale() implements DrainOutcome {}
}
