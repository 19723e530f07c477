package dev.holdfast.bench;

import dev.holdfast.aws.CircuitBreakingEventTable;
import dev.holdfast.aws.Clients;
import dev.holdfast.aws.DynamoDbConflictIndex;
import dev.holdfast.aws.DynamoDbEventTable;
import dev.holdfast.aws.DynamoDbEventTableScan;
import dev.holdfast.aws.DynamoDbEventTableView;
import dev.holdfast.aws.DynamoDbPendingIndex;
import dev.holdfast.aws.DynamoDbPendingIndexView;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.PendingTable;
import dev.holdfast.aws.SqsFallbackQueue;
import dev.holdfast.function.ReadThreads;
import dev.holdfast.function.SweepThreads;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Audit;
import dev.holdfast.ledger.Backfill;
import dev.holdfast.ledger.CircuitBreaker;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Meanwhile;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.Sweep;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** The ledger in process, wired with the limits of application.properties. */
record Ledger(
    EventTable eventTable,
    PendingIndex pendingIndex,
    FallbackQueue fallbackQueue,
    Append append,
    Append appendWithOpenBreaker,
    Read read,
    Read readWithOpenBreaker,
    Drain drain,
    Sweep sweep,
    Backfill backfill,
    Audit audit) {

  static final Duration EVENT_TABLE_LIMIT = Duration.ofMillis(700);
  private static final Duration PENDING_INDEX_LIMIT = Duration.ofMillis(900);
  private static final Duration QUEUE_LIMIT = Duration.ofMillis(400);
  private static final Duration BREAKER_DELAY = Duration.ofSeconds(2);

  /** Those of application.properties, but for the time: a slow machine is no shorter sweep. */
  private static final Sweep.Limits SWEEP =
      new Sweep.Limits(Duration.ofSeconds(60), 64, Duration.ofMinutes(10), Duration.ofMinutes(10));

  static Ledger over(
      DynamoDbClient events,
      String eventTableName,
      DynamoDbClient pending,
      String pendingIndexName,
      SqsClient sqs,
      String queueUrl) {
    Clock clock = Clock.systemUTC();
    EmbeddedMetrics metrics = Clients.unmeasured();
    CircuitBreakingEventTable eventTable =
        new CircuitBreakingEventTable(
            new DynamoDbEventTable(events, eventTableName, EVENT_TABLE_LIMIT, metrics),
            BREAKER_DELAY);
    PendingTable pendingTable =
        new PendingTable(List.of(pending), pendingIndexName, PENDING_INDEX_LIMIT, metrics);
    PendingIndex pendingIndex = new DynamoDbPendingIndex(pendingTable);
    FallbackQueue queue = new SqsFallbackQueue(() -> sqs, queueUrl, QUEUE_LIMIT, metrics);
    CircuitBreaker open = () -> true;
    Meanwhile meanwhile = new ReadThreads();
    return new Ledger(
        eventTable,
        pendingIndex,
        queue,
        new Append(eventTable, pendingIndex, queue, eventTable, clock, System::nanoTime),
        new Append(eventTable, pendingIndex, queue, open, clock, System::nanoTime),
        new Read(eventTable, pendingIndex, queue, eventTable, meanwhile, clock, System::nanoTime),
        new Read(eventTable, pendingIndex, queue, open, meanwhile, clock, System::nanoTime),
        new Drain(eventTable, pendingIndex, clock, System::nanoTime),
        new Sweep(
            eventTable,
            pendingIndex,
            new DynamoDbConflictIndex(pendingTable),
            queue,
            SWEEP,
            new SweepThreads(),
            clock,
            System::nanoTime),
        new Backfill(
            new DynamoDbEventTableScan(events, eventTableName, EVENT_TABLE_LIMIT, metrics),
            eventTable,
            pendingIndex,
            clock,
            System::nanoTime),
        new Audit(
            new DynamoDbEventTableView(events, eventTableName, EVENT_TABLE_LIMIT, metrics),
            new DynamoDbPendingIndexView(pendingTable),
            clock,
            System::nanoTime));
  }
}
