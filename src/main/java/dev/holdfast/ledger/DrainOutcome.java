package dev.holdfast.ledger;

/** What became of a message of the fallback queue; on {@link Unavailable} it has to come again. */
public sealed interface DrainOutcome
    permits DrainOutcome.Settled,
        DrainOutcome.Repaired,
        DrainOutcome.InConflict,
        DrainOutcome.Stale,
        Unavailable {

  /** What was pending of the booking is in the event table, and no longer pending. */
  record Settled() implements DrainOutcome {}

  /** The head of the booking knows of the recorded event. */
  record Repaired() implements DrainOutcome {}

  /** Others have the places of some of its pending events, which are kept, for an operator. */
  record InConflict() implements DrainOutcome {}

  /** Nothing is owed for this event. */
  record Stale() implements DrainOutcome {}
}
