package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.DrainOutcome;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Meanwhile;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Resolve;
import dev.holdfast.ledger.Resolve.Wish;
import dev.holdfast.ledger.ResolveOutcome;
import dev.holdfast.ledger.SegmentWalk.Progress;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Ticker;
import dev.holdfast.simulated.Network.Store;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/** What actors run: the ledger as it is, unless a mutant overrides a part of it. */
class Protocol {

  private static final EventTable.Range OLDEST_FIRST =
      new EventTable.Range(Optional.empty(), 100, EventTable.Order.ASCENDING);
  private static final EventTable.Range NEWEST_FIRST =
      new EventTable.Range(Optional.empty(), 100, EventTable.Order.DESCENDING);

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
  boolean owes(Snapshot stores, BookingCode code) {
    return stores.pendingIndex().headOf(code).filter(Head::isPending).isPresent()
        || !stores.eventTable().unclaimed().isEmpty();
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

  /** A read, as {@link Read} answers it. */
  Object read(
      Ports ports,
      BookingCode bookingCode,
      Question question,
      boolean breakerIsOpen,
      Meanwhile meanwhile,
      Clock clock) {
    Read read =
        new Read(
            eventTable(ports),
            pendingIndex(ports),
            ports.fallbackQueue(),
            () -> breakerIsOpen,
            meanwhile,
            clock,
            NO_TIME_PASSES);
    return switch (question) {
      case CURRENT -> read.current(bookingCode);
      case WHOLE -> read.events(bookingCode, OLDEST_FIRST);
      case NEWEST_FIRST -> read.events(bookingCode, NEWEST_FIRST);
      case FIRST -> read.event(bookingCode, Version.FIRST);
      case SECOND -> read.event(bookingCode, new Version(2));
      case AS_OF_START -> read.asOf(bookingCode, World.START);
    };
  }

  DrainOutcome drain(Ports ports, AcceptedEvent message, Clock clock) {
    return new Drain(eventTable(ports), pendingIndex(ports), clock, NO_TIME_PASSES).drain(message);
  }

  /** A backfill of the whole event table; what it answers is whether a store stopped it. */
  Object backfill(Ports ports, Clock clock) {
    Progress<Backfill.Finding> progress =
        new Backfill(
                ports.scan(Scenarios.CODE),
                eventTable(ports),
                pendingIndex(ports),
                clock,
                NO_TIME_PASSES)
            .run(
                new EventTableScan.Segment(0, 1),
                Optional.empty(),
                Duration.ofMinutes(1),
                turns -> {});
    return progress.stopped().<Object>map(why -> why).orElse("backfilled");
  }

  ResolveOutcome resolve(Ports ports, AcceptedEvent kept, Wish wish, Clock clock) {
    Append append =
        new Append(
            eventTable(ports),
            pendingIndex(ports),
            ports.fallbackQueue(),
            () -> false,
            clock,
            NO_TIME_PASSES);
    return new Resolve(pendingIndex(ports), ports.resolutionLog(), append, clock)
        .resolve(
            new Resolve.Request(
                kept.bookingCode(), kept.identity().eventId(), wish, "operator", "a proof"));
  }

  void sweep(Ports ports, Clock clock) {
    new Sweep(
            eventTable(ports),
            pendingIndex(ports),
            ports.conflictIndex(),
            ports.fallbackQueue(),
            new Sweep.Limits(
                Duration.ofMinutes(1), 100, Duration.ofSeconds(40), Duration.ofSeconds(10)),
            turns -> turns.forEach(Runnable::run),
            clock,
            NO_TIME_PASSES)
        .sweep();
  }
}
