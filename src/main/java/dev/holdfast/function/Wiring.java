package dev.holdfast.function;

import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.Backlog;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Resolve;
import dev.holdfast.ledger.Sweep;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Puts the ledger, which knows no framework, together with its ports. */
final class Wiring {

  @Produces
  @Singleton
  Clock clock() {
    return Clock.systemUTC();
  }

  @Produces
  @Singleton
  Append append(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock) {
    return new Append(eventTable, pendingIndex, fallbackQueue, circuitBreaker, clock);
  }

  @Produces
  @Singleton
  Read read(EventTable eventTable, PendingIndex pendingIndex) {
    return new Read(eventTable, pendingIndex);
  }

  @Produces
  @Singleton
  Drain drain(EventTable eventTable, PendingIndex pendingIndex, Clock clock) {
    return new Drain(eventTable, pendingIndex, clock);
  }

  @Produces
  @Singleton
  Sweep sweep(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      @ConfigProperty(name = "holdfast.sweep.older-than") Duration olderThan,
      @ConfigProperty(name = "holdfast.sweep.per-shard") int perShard,
      @ConfigProperty(name = "holdfast.sweep.longest") Duration longest,
      @ConfigProperty(name = "holdfast.sweep.counting") Duration counting,
      Clock clock) {
    return new Sweep(
        eventTable,
        pendingIndex,
        fallbackQueue,
        new Sweep.Limits(olderThan, perShard, longest, counting),
        new SweepThreads(),
        clock);
  }

  @Produces
  @Singleton
  Backlog backlog(BacklogIndex backlogIndex) {
    return new Backlog(backlogIndex);
  }

  @Produces
  @Singleton
  Resolve resolve(
      EventTable eventTable,
      ConflictIndex conflictIndex,
      FallbackQueue fallbackQueue,
      Append append,
      Clock clock) {
    return new Resolve(eventTable, conflictIndex, fallbackQueue, append, clock);
  }

  @Produces
  @Singleton
  Backfill backfill(EventTableScan scan, PendingIndex pendingIndex, Clock clock) {
    return new Backfill(scan, pendingIndex, clock);
  }
}
