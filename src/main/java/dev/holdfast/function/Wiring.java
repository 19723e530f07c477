package dev.holdfast.function;

import dev.holdfast.aws.DynamoDbEventTableView;
import dev.holdfast.aws.DynamoDbPendingIndexView;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.ChangeFeed;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.EventTableScan;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Republish;
import dev.holdfast.ledger.ResolutionLog;
import dev.holdfast.ledger.Resolve;
import dev.holdfast.ledger.Sweep;
import dev.holdfast.ledger.Ticker;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Puts the ledger and what stands before it, which know no framework, together with their ports.
 */
final class Wiring {

  @Produces
  @Singleton
  Clock clock() {
    // As moments are stored: what is read back is what was written.
    return Clock.tickMillis(ZoneOffset.UTC);
  }

  @Produces
  @Singleton
  Ticker ticker() {
    return System::nanoTime;
  }

  @Produces
  @Singleton
  RetryAfter retryAfter() {
    return new RetryAfter(bound -> ThreadLocalRandom.current().nextInt(bound));
  }

  @Produces
  @Singleton
  Append append(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock,
      Ticker ticker) {
    return new Append(eventTable, pendingIndex, fallbackQueue, circuitBreaker, clock, ticker);
  }

  @Produces
  @Singleton
  Read read(
      EventTable eventTable,
      PendingIndex pendingIndex,
      FallbackQueue fallbackQueue,
      CircuitBreaker circuitBreaker,
      Clock clock,
      Ticker ticker) {
    return new Read(
        eventTable, pendingIndex, fallbackQueue, circuitBreaker, new ReadThreads(), clock, ticker);
  }

  @Produces
  @Singleton
  Drain drain(EventTable eventTable, PendingIndex pendingIndex, Clock clock, Ticker ticker) {
    return new Drain(eventTable, pendingIndex, clock, ticker);
  }

  @Produces
  @Singleton
  Sweep sweep(
      EventTable eventTable,
      PendingIndex pendingIndex,
      ConflictIndex conflictIndex,
      FallbackQueue fallbackQueue,
      @ConfigProperty(name = "holdfast.sweep.older-than") Duration olderThan,
      @ConfigProperty(name = "holdfast.sweep.per-shard") int perShard,
      @ConfigProperty(name = "holdfast.sweep.longest") Duration longest,
      @ConfigProperty(name = "holdfast.sweep.counting") Duration counting,
      Clock clock,
      Ticker ticker) {
    return new Sweep(
        eventTable,
        pendingIndex,
        conflictIndex,
        fallbackQueue,
        new Sweep.Limits(olderThan, perShard, longest, counting),
        new SweepThreads(),
        clock,
        ticker);
  }

  @Produces
  @Singleton
  Resolve resolve(
      PendingIndex pendingIndex, ResolutionLog resolutionLog, Append append, Clock clock) {
    return new Resolve(pendingIndex, resolutionLog, append, clock);
  }

  @Produces
  @Singleton
  Backfill backfill(
      EventTableScan scan,
      EventTable eventTable,
      PendingIndex pendingIndex,
      Clock clock,
      Ticker ticker) {
    return new Backfill(scan, eventTable, pendingIndex, clock, ticker);
  }

  @Produces
  @Singleton
  Republish republish(EventTableScan scan, ChangeFeed feed, Clock clock, Ticker ticker) {
    return new Republish(scan, feed, clock, ticker);
  }

  @Produces
  @Singleton
  Audit audit(
      DynamoDbEventTableView eventTable,
      DynamoDbPendingIndexView pendingIndex,
      Clock clock,
      Ticker ticker) {
    return new Audit(eventTable, pendingIndex, clock, ticker);
  }
}
