package dev.holdfast.ledger;

import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.Settlement.Agreement;
import dev.holdfast.ledger.Settlement.Settling;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/**
 * Works off one message of the fallback queue, which is a hint that a booking owes something.
 *
 * <ol>
 *   <li>Events wait at its head: put them into the event table, in order, then say so at the head
 *       (R4). Those whose places others have move aside and are kept, for an operator.
 *   <li>The event table may hold an event that the head does not know of, because the pending index
 *       did not answer when it was recorded: make the head agree, then drop the mark that remembers
 *       the debt (R3 from here on is the head's business again).
 * </ol>
 *
 * Every step may be repeated, and a drain that dies half-way leaves the debt as it was.
 * Thread-safe.
 */
public final class Drain {

  /**
   * No step begins later than this after a message was begun: enough for the most that can wait at
   * a head, some 500 small events, by a table that is well. See {@code application.properties}.
   */
  public static final Duration STEPS_BEGIN_WITHIN = Duration.ofSeconds(7);

  private final EventTable eventTable;
  private final PendingIndex pendingIndex;
  private final Clock clock;
  private final Ticker ticker;

  /**
   * @param clock for what is written down, to the millisecond
   * @param ticker for how long a message takes
   */
  public Drain(EventTable eventTable, PendingIndex pendingIndex, Clock clock, Ticker ticker) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.clock = clock;
    this.ticker = ticker;
  }

  /** Works off a message; on {@link Unavailable} it has to come again. */
  public DrainOutcome drain(AcceptedEvent message) {
    TimeBudget time = new TimeBudget(clock, ticker, STEPS_BEGIN_WITHIN);
    return new Draining(
            message, Stores.within(eventTable, time), Stores.within(pendingIndex, time), clock)
        .drain();
  }

  /** One message. */
  private static final class Draining {

    private final AcceptedEvent message;
    private final EventTable eventTable;
    private final PendingIndex pendingIndex;
    private final Settlement settlement;

    Draining(AcceptedEvent message, EventTable eventTable, PendingIndex pendingIndex, Clock clock) {
      this.message = message;
      this.eventTable = eventTable;
      this.pendingIndex = pendingIndex;
      this.settlement = new Settlement(eventTable, pendingIndex, clock);
    }

    DrainOutcome drain() {
      FindAnswer answer = pendingIndex.find(message.bookingCode());
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      Optional<Head> head =
          answer instanceof FindAnswer.Found found ? Optional.of(found.head()) : Optional.empty();
      return head.filter(Head::isPending).isPresent()
          ? settle(head.get())
          : repair(settlement.agree(message.bookingCode(), head));
    }

    /** 1. */
    private DrainOutcome settle(Head pending) {
      Settling settling = settlement.settle(pending);
      if (settling instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (settling instanceof Settling.Moved) {
        return new Unavailable("more was parked meanwhile");
      }
      boolean waited = pending.eventAt(message.version()).filter(message::equals).isPresent();
      DrainOutcome repaired =
          waited ? new DrainOutcome.Settled() : repair(settlement.agree(message.bookingCode()));
      return settling instanceof Settling.InConflict && !(repaired instanceof Unavailable)
          ? new DrainOutcome.InConflict()
          : repaired;
    }

    /** 2. The head first: until it agrees, the mark is all that remembers the debt. */
    private DrainOutcome repair(Agreement agreement) {
      if (agreement instanceof Unavailable unavailable) {
        return unavailable;
      }
      if (agreement instanceof Agreement.IsPending) {
        return new Unavailable("an event was parked meanwhile");
      }
      if (agreement instanceof Agreement.Stood stood
          && stood.head().state() instanceof Head.State.Claimed
          && settlement.confirm(stood.head()) instanceof Unavailable unavailable) {
        return unavailable;
      }
      EventTable.RepairAnswer answer =
          eventTable.markClaimed(message.bookingCode(), message.version());
      if (answer instanceof Unavailable unavailable) {
        return unavailable;
      }
      return answer instanceof EventTable.RepairAnswer.Repaired
          ? new DrainOutcome.Repaired()
          : new DrainOutcome.Stale();
    }
  }
}
