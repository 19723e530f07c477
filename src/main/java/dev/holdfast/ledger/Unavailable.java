package dev.holdfast.ledger;

/**
 * A store did not do, or did not say that it did, what was asked of it: no connection, no answer in
 * time, throttled, failed, forbidden, missing. Whether the work was done all the same is unknown.
 *
 * @param reason for the log, never for a client
 * @param isUnreadable whether it answered, with an item that nobody can read: to ask again is of no
 *     use, and other bookings are none the worse
 */
public record Unavailable(String reason, boolean isUnreadable)
    implements AppendOutcome,
        ReadOutcome.OneEvent,
        ReadOutcome.Events,
        DrainOutcome,
        ResolveOutcome,
        EventTable.RecordAnswer,
        EventTable.FindAnswer,
        EventTable.PageAnswer,
        EventTable.RepairAnswer,
        PendingIndex.FindAnswer,
        PendingIndex.ClaimAnswer,
        PendingIndex.ReplaceAnswer,
        HeadReading.HeadAnswer,
        Settlement.Placing,
        Settlement.Settling,
        Settlement.Agreement,
        Settlement.Owner,
        FallbackQueue.SendAnswer,
        DebtIndex.DebtsAnswer,
        DebtIndex.TallyAnswer,
        BacklogIndex.PageAnswer,
        ResolutionLog.FindAnswer,
        ResolutionLog.WriteAnswer,
        EventTableScan.PageAnswer,
        AuditView.Look,
        AuditView.PageAnswer,
        ChangeFeed.PublishAnswer {

  /** There was no answer, or none that says what became of the work. */
  public Unavailable(String reason) {
    this(reason, false);
  }

  /** There was one that cannot be read. */
  public static Unavailable unreadable(String reason) {
    return new Unavailable(reason, true);
  }
}
