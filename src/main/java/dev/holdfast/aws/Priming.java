package dev.holdfast.aws;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import io.quarkiverse.amazon.common.AmazonClient;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbServiceClientConfiguration;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * Reads once from each endpoint while the process starts. The first call of a client loads its
 * classes and opens its connection, which on a cold JVM takes longer than a request may: it would
 * pass for a failing table and send the first booking of every process the long way round. What the
 * reads answer does not matter, and the circuit breaker does not hear of it.
 *
 * <p>Nor does it matter whether they are answered: a start waits for all of them together no longer
 * than it is told to. A name server that says nothing holds a read for longer than Lambda gives a
 * process to start (10 s), and no process would start at all while one of the tables has no name.
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
      @ConfigProperty(name = "holdfast.priming") boolean wanted,
      @ConfigProperty(name = "holdfast.priming.longest") Duration longest) {
    if (wanted) {
      // Clients are made here, on this thread: no network is in that, and none of the reads' time.
      Read ofEvents = new Read(events.get(), eventTable, EventAttributes.key(ANY, Version.FIRST));
      read(
          onePerEndpoint(
              Stream.concat(
                  Stream.of(ofEvents),
                  pending.clients().stream()
                      .map(client -> new Read(client, pendingIndex, PendingTable.key(ANY))))),
          longest);
    }
  }

  /** Where two tables have one endpoint, they have the connection of the first of them, too. */
  static List<Read> onePerEndpoint(Stream<Read> reads) {
    Map<Object, Read> byEndpoint = new LinkedHashMap<>();
    reads.forEach(read -> byEndpoint.putIfAbsent(read.endpoint(), read));
    return List.copyOf(byEndpoint.values());
  }

  /** All of them begin at once, and are left to themselves after the longest that is waited. */
  static void read(List<Read> reads, Duration longest) {
    CompletableFuture.allOf(
            reads.stream()
                .map(read -> CompletableFuture.runAsync(read, Priming::onThreadOfItsOwn))
                .toArray(CompletableFuture<?>[]::new))
        .completeOnTimeout(null, longest.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static void onThreadOfItsOwn(Runnable read) {
    Thread thread = new Thread(read, "holdfast-priming");
    thread.setDaemon(true);
    thread.start();
  }

  /** One read from one table; its failure is no more than a line of the log. */
  record Read(DynamoDbClient client, String table, Map<String, AttributeValue> key)
      implements Runnable {

    /** What is the same for two clients that call the same server. */
    Object endpoint() {
      DynamoDbServiceClientConfiguration client = this.client.serviceClientConfiguration();
      return List.of(client.region(), client.endpointOverride());
    }

    @Override
    public void run() {
      try {
        client.getItem(get -> get.tableName(table).key(key));
      } catch (SdkException failure) {
        LOG.debugf("A table does not answer at start: %s", failure.getClass().getSimpleName());
      }
    }
  }
}
