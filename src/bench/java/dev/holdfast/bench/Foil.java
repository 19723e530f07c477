package dev.holdfast.bench;

import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable.RecordAnswer;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.PendingIndex.FindAnswer;
import dev.holdfast.ledger.Unavailable;
import java.time.Clock;
import java.util.Optional;

/**
 * The design that comes to mind first (docs/proof.md): look into the pending index, write the event
 * table, and fall back to queue and pending index where that fails. It loses bookings; how much
 * faster is it?
 */
final class Foil {

  private final Ledger ledger;
  private final Clock clock = Clock.systemUTC();

  Foil(Ledger ledger) {
    this.ledger = ledger;
  }

  /** Appends an event; whether the event table has it now. */
  boolean append(PriceEvent event) {
    AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), clock.instant());
    if (ledger.pendingIndex().find(event.bookingCode()) instanceof FindAnswer.Found found
        && found.head().isPending()) {
      return false;
    }
    RecordAnswer answer = ledger.eventTable().record(accepted);
    if (answer instanceof Unavailable) {
      ledger.fallbackQueue().send(new Hint(accepted, Optional.empty()));
      ledger.pendingIndex().claimAndPark(accepted, clock.instant());
    }
    return answer instanceof RecordAnswer.Recorded;
  }
}
