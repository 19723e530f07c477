package dev.holdfast.ledger;

/** What became of an event that was sent to be appended; {@link Unavailable} promises nothing. */
public sealed interface AppendOutcome
    permits AppendOutcome.Recorded,
        AppendOutcome.AlreadyRecorded,
        AppendOutcome.Pending,
        AppendOutcome.BookingCodeTaken,
        AppendOutcome.VersionConflict,
        AppendOutcome.EventIdReused,
        Unavailable {

  /** In the event table, put there by this call. */
  record Recorded(AcceptedEvent event) implements AppendOutcome {}

  /** The same event was accepted before and is in the event table. */
  record AlreadyRecorded(AcceptedEvent event) implements AppendOutcome {}

  /** Accepted, and waiting for the event table. */
  record Pending(AcceptedEvent event) implements AppendOutcome {}

  /** Another first event owns the booking code (R3); the sender picks another code. */
  record BookingCodeTaken() implements AppendOutcome {}

  /**
   * The event does not come next.
   *
   * @param currentVersion the booking's last version; 0 where there is no such booking
   */
  record VersionConflict(int currentVersion) implements AppendOutcome {}

  /** The event id was used before, for other content. */
  record EventIdReused() implements AppendOutcome {}
}
