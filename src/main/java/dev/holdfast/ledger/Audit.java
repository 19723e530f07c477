package dev.holdfast.ledger;

import dev.holdfast.ledger.AuditView.Page;
import dev.holdfast.ledger.AuditView.PageAnswer;
import dev.holdfast.ledger.EventTableScan.Position;
import dev.holdfast.ledger.EventTableScan.Segment;
import dev.holdfast.ledger.SegmentWalk.Pace;
import dev.holdfast.ledger.SegmentWalk.Progress;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Checks the promises on what is stored, and changes nothing: goes through the event table, where
 * every event is compared with the one before it and with the head of its booking, and then through
 * the pending index, where every head is compared with the event table. What was accepted is judged
 * by no rule of today, but for its fingerprint.
 *
 * <p>Safe while traffic runs. An event is never changed, and what an event or a head says of the
 * other store was true there before it was written: so whoever reads the one first and then the
 * other finds it. What can change in between (a head, a debt, an empty place) is looked at twice
 * before it counts. See docs/decisions/0030-an-audit-reads-one-store-and-then-the-other.md.
 * Thread-safe.
 */
public final class Audit {

  /** A debt that stands for longer than this is paid by nobody. */
  static final Duration LONGEST_DEBT = Duration.ofDays(1);

  private final AuditView eventTable;
  private final AuditView pendingIndex;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for the age of debts
   * @param ticker for how long a run takes
   */
  public Audit(AuditView eventTable, AuditView pendingIndex, Clock clock, Ticker ticker) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Which store is gone through. */
  public enum Store {
    EVENT_TABLE,
    PENDING_INDEX
  }

  /** What is not as it should be. */
  public enum Kind {
    /** The event table lacks an event: it has the next one, or the head says that it had this. */
    GAP,
    /** The fingerprint of an event, computed anew, is another one; in either store. */
    FINGERPRINT,
    /** An event was accepted before the one before it. */
    BACKDATED,
    /** The head of a booking does not know of an event that the event table has. */
    BEHIND,
    /** The head of a booking says that another event owns its code. */
    OWNER,
    /** A pending or unclaimed event waits for longer than {@link #LONGEST_DEBT}. */
    OVERDUE,
    /** An item cannot be read. */
    UNREADABLE
  }

  /**
   * One of them.
   *
   * @param key for people: {@code bookingCode/version}; of an item that cannot be read, its own
   */
  public record Violation(Kind kind, String key) {}

  /**
   * How far a run came.
   *
   * @param progress what was found, by kind; its {@code scanned} counts events and heads
   * @param violations all that the counts of {@code progress} stand for, in the order of their
   *     finding
   */
  public record Report(Progress<Kind> progress, List<Violation> violations) {}

  /**
   * Goes through a segment of a store, or a part of it.
   *
   * @param after where an earlier run ended; empty: from the beginning
   * @param longest after this, no further page is read
   * @param pace how many events and heads a second
   */
  public Report run(
      Store store, Segment segment, Optional<Position> after, Duration longest, Pace pace) {
    List<Violation> violations = new ArrayList<>();
    Progress<Kind> end =
        SegmentWalk.run(
            progress -> page(store, segment, progress, pace, violations),
            after,
            new TimeBudget(clock, ticker, longest));
    return new Report(end, List.copyOf(violations));
  }

  private Progress<Kind> page(
      Store store,
      Segment segment,
      Progress<Kind> progress,
      Pace pace,
      List<Violation> violations) {
    AuditView view = store == Store.EVENT_TABLE ? eventTable : pendingIndex;
    PageAnswer answer = view.page(segment, progress.last());
    if (!(answer instanceof Page page)) {
      return progress.stoppedBy((Unavailable) answer);
    }
    if (!page.items().isEmpty()) {
      pace.await(page.items().size());
    }
    Inspection inspection =
        new Inspection(eventTable, pendingIndex, clock.instant().minus(LONGEST_DEBT));
    inspection.of(page);
    if (inspection.stopped().isPresent()) {
      // The page is read again: what was found on it would count twice.
      return progress.stoppedBy(inspection.stopped().get());
    }
    violations.addAll(inspection.found());
    return progress
        .with(inspection.found().stream().map(Violation::kind).toList())
        .past(page.items().size(), page.next());
  }
}
