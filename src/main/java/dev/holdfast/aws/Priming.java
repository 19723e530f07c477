package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import io.quarkiverse.amazon.common.AmazonClient;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;

/**
 * Reads once from each table while the process starts. The first call of a client loads its classes
 * and opens its connection, which on a cold JVM takes longer than a request may: it would pass for
 * a failing table and send the first booking of every process the long way round. What the reads
 * answer does not matter, and the circuit breaker does not hear of it.
 */
final class Priming {

  private static final Logger LOG = Logger.getLogger(Priming.class);

  /** Whether somebody has it or not is the same to us. */
  private static final BookingCode ANY = new BookingCode("priming");

  void prime(
      @Observes StartupEvent start,
      @AmazonClient("events") Instance<DynamoDbClient> events,
      PendingRegions pending,
      @ConfigProperty(name = "holdfast.event-table") String eventTable,
      @ConfigProperty(name = "holdfast.pending-index") String pendingIndex,
      @ConfigProperty(name = "holdfast.priming") boolean wanted) {
    if (wanted) {
      Stream.concat(
              Stream.of(CompletableFuture.runAsync(() -> read(events.get(), eventTable))),
              pending.clients().stream()
                  .map(client -> CompletableFuture.runAsync(() -> read(client, pendingIndex))))
          // All of them begin before the first is waited for.
          .toList()
          .forEach(CompletableFuture::join);
    }
  }

  private static void read(DynamoDbClient client, String table) {
    try {
      client.getItem(get -> get.tableName(table).key(EventAttributes.key(ANY, Version.FIRST)));
    } catch (SdkException failure) {
      LOG.debugf("A table does not answer at start: %s", failure.getClass().getSimpleName());
    }
  }
}
