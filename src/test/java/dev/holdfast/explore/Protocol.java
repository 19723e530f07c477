package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Ticker;
import dev.holdfast.simulated.Network.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What actors run: the ledger as it is, unless a mutant overrides a part of it. */
class Protocol {

  private static final EventTable.Range ALL =
      new EventTable.Range(Optional.empty(), 100, EventTable.Order.ASCENDING);

  /** A run is never out of time, however slow the machine: it would not be the same run again. */
  private static final Ticker NO_TIME_PASSES = () -> 0;

  /** Whether the pending index is to hold a claim for whatever the event table holds. */
  boolean claimsEveryBooking() {
    return true;
  }

  /**
   * Whether every promise holds while these stores are faulty: one of the event table and the
   * pending index may fail. The queue may fail beside either, since its messages are hints.
   */
  boolean holdsEveryPromise(Set<Store> faulty) {
    return !faulty.containsAll(Set.of(Store.EVENT_TABLE, Store.PENDING_INDEX));
  }

  /**
   * Whether a failure has left a debt: an event that waits for the event table, or a claim that the
   * pending index missed.
   */
  boolean owes(Stores stores, BookingCode code) {
    return stores.pendingIndex().claimOf(code).filter(Claim::isPending).isPresent()
        || stores.eventTable().unclaimed().containsKey(code);
  }

  EventTable eventTable(Ports ports) {
    return ports.eventTable();
  }

  PendingIndex pendingIndex(Ports ports) {
    return ports.pendingIndex();
  }

  AppendOutcome append(Ports ports, PriceEvent event, boolean breakerIsOpen, Clock clock) {
    return new Append(
            eventTable(ports),
            pendingIndex(ports),
            ports.fallbackQueue(),
            () -> breakerIsOpen,
            clock,
            NO_TIME_PASSES)
        .append(event);
  }

  ReadOutcome.Events read(Ports ports, BookingCode bookingCode) {
    return new Read(eventTable(ports), pendingIndex(ports)).events(bookingCode, ALL);
  }

  DrainOutcome drain(Ports ports, AcceptedEvent message, Clock clock) {
    return new Drain(eventTable(ports), pendingIndex(ports), clock).drain(message);
  }

  void sweep(Ports ports, Clock clock) {
    new Sweep(
            eventTable(ports),
            pendingIndex(ports),
            ports.fallbackQueue(),
            new Sweep.Limits(
                Duration.ofMinutes(1), 100, Duration.ofSeconds(40), Duration.ofSeconds(10)),
            turns -> turns.forEach(Runnable::run),
            clock,
            NO_TIME_PASSES)
        .sweep();
  }
}
