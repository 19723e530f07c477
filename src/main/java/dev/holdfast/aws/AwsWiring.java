package dev.holdfast.aws;

import io.quarkiverse.amazon.common.AmazonClient;
import io.quarkiverse.amazon.common.AmazonClientBuilder;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.retries.api.RetryStrategy;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;

/**
 * Makes the AWS clients and the ports that use them. The clients are Quarkus' own, configured in
 * application.properties; all that is changed is how often they try, and by what they send. See
 * docs/decisions/0029-one-transport-for-all-stores.md.
 */
@Singleton
final class AwsWiring {

  /**
   * One more attempt, soon: enough for a connection that was closed while it lay idle, and over
   * before it could pass for an outage. The SDK's own strategy tries DynamoDB up to ten times, and
   * saves on second attempts after some hundred failures until as many calls went well: after an
   * outage the first hitch would pass for the next one.
   */
  static RetryStrategy retryOnce() {
    BackoffStrategy pause = BackoffStrategy.fixedDelayWithoutJitter(Duration.ofMillis(25));
    return AwsRetryStrategy.standardRetryStrategy().toBuilder()
        .maxAttempts(2)
        .backoffStrategy(pause)
        .throttlingBackoffStrategy(pause)
        .circuitBreakerEnabled(false)
        .build();
  }

  /** One for all clients: where two have the same endpoint, there is one TLS handshake for both. */
  @Produces
  @Singleton
  BoundedTransport.Builder transport() {
    return new BoundedTransport.Builder();
  }

  /**
   * A client as it is configured, but for its attempts and its transport.
   *
   * @param regions how many clients share the time of one call: each limit is its share
   */
  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> C client(
      B builder, int regions, BoundedTransport.Builder transport) {
    ClientOverrideConfiguration configured = builder.overrideConfiguration();
    ClientOverrideConfiguration.Builder limited = configured.toBuilder().retryStrategy(retryOnce());
    configured.apiCallTimeout().map(it -> it.dividedBy(regions)).ifPresent(limited::apiCallTimeout);
    configured
        .apiCallAttemptTimeout()
        .map(it -> it.dividedBy(regions))
        .ifPresent(limited::apiCallAttemptTimeout);
    return builder.overrideConfiguration(limited.build()).httpClientBuilder(transport).build();
  }

  /** Whoever the function is, it is so for all clients: credentials are looked up once. */
  private static DynamoDbClient asTheSame(
      DynamoDbClient events,
      DynamoDbClientBuilder builder,
      int regions,
      BoundedTransport.Builder transport) {
    return client(
        builder.credentialsProvider(events.serviceClientConfiguration().credentialsProvider()),
        regions,
        transport);
  }

  @Produces
  @Singleton
  @AmazonClient("events")
  DynamoDbClient eventsClient(
      @AmazonClientBuilder("events") DynamoDbClientBuilder builder,
      BoundedTransport.Builder transport) {
    return client(builder, 1, transport);
  }

  @Produces
  @Singleton
  @AmazonClient("pending")
  DynamoDbClient pendingClient(
      @AmazonClient("events") DynamoDbClient events,
      @AmazonClientBuilder("pending") DynamoDbClientBuilder builder,
      @ConfigProperty(name = "holdfast.pending-index.strongly-consistent") boolean both,
      BoundedTransport.Builder transport) {
    return asTheSame(events, builder, both ? 2 : 1, transport);
  }

  /** The pending index in the home region; asked for where it may be. */
  @Produces
  @Singleton
  @AmazonClient("replica")
  DynamoDbClient replicaClient(
      @AmazonClient("events") DynamoDbClient events,
      @AmazonClientBuilder("replica") DynamoDbClientBuilder builder,
      BoundedTransport.Builder transport) {
    return asTheSame(events, builder, 2, transport);
  }

  @Produces
  @Singleton
  SqsClient sqsClient(SqsClientBuilder builder, BoundedTransport.Builder transport) {
    return client(builder, 1, transport);
  }

  @Produces
  @Singleton
  EmbeddedMetrics metrics(
      @ConfigProperty(name = "holdfast.stack") String stack,
      @ConfigProperty(name = "holdfast.metrics") boolean wanted,
      Clock clock) {
    return new EmbeddedMetrics(stack, clock, wanted ? EmbeddedMetrics::print : line -> {});
  }

  @Produces
  @Singleton
  CircuitBreakingEventTable eventTable(
      @AmazonClient("events") DynamoDbClient client,
      @ConfigProperty(name = "holdfast.event-table") String table,
      @ConfigProperty(name = "quarkus.dynamodb.events.api-call-timeout") Duration limit,
      @ConfigProperty(name = "holdfast.circuit-breaker.delay") Duration delay,
      EmbeddedMetrics metrics) {
    return new CircuitBreakingEventTable(
        new DynamoDbEventTable(client, table, limit, metrics), delay);
  }

  @Produces
  @Singleton
  PendingRegions pendingRegions(
      @AmazonClient("pending") DynamoDbClient first,
      @AmazonClient("replica") Instance<DynamoDbClient> second,
      @ConfigProperty(name = "holdfast.pending-index.strongly-consistent") boolean both) {
    return new PendingRegions(both ? List.of(first, second.get()) : List.of(first));
  }

  @Produces
  @Singleton
  PendingTable pendingTable(
      PendingRegions regions,
      @ConfigProperty(name = "holdfast.pending-index") String table,
      @ConfigProperty(name = "quarkus.dynamodb.pending.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new PendingTable(regions.clients(), table, limit, metrics);
  }

  @Produces
  @Singleton
  DynamoDbPendingIndex pendingIndex(PendingTable table) {
    return new DynamoDbPendingIndex(table);
  }

  @Produces
  @Singleton
  DynamoDbConflictIndex conflictIndex(PendingTable table) {
    return new DynamoDbConflictIndex(table);
  }

  @Produces
  @Singleton
  DynamoDbResolutionLog resolutionLog(PendingTable table) {
    return new DynamoDbResolutionLog(table);
  }

  @Produces
  @Singleton
  DynamoDbBacklogIndex backlogIndex(PendingTable table) {
    return new DynamoDbBacklogIndex(table);
  }

  @Produces
  @Singleton
  DynamoDbEventTableScan eventTableScan(
      @AmazonClient("events") DynamoDbClient client,
      @ConfigProperty(name = "holdfast.event-table") String table,
      @ConfigProperty(name = "quarkus.dynamodb.events.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new DynamoDbEventTableScan(client, table, limit, metrics);
  }

  @Produces
  @Singleton
  DynamoDbEventTableView eventTableView(
      @AmazonClient("events") DynamoDbClient client,
      @ConfigProperty(name = "holdfast.event-table") String table,
      @ConfigProperty(name = "quarkus.dynamodb.events.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new DynamoDbEventTableView(client, table, limit, metrics);
  }

  @Produces
  @Singleton
  DynamoDbPendingIndexView pendingIndexView(PendingTable table) {
    return new DynamoDbPendingIndexView(table);
  }

  @Produces
  @Singleton
  SqsFallbackQueue fallbackQueue(
      Instance<SqsClient> client,
      @ConfigProperty(name = "holdfast.fallback-queue") String queueUrl,
      @ConfigProperty(name = "quarkus.sqs.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new SqsFallbackQueue(client::get, queueUrl, limit, metrics);
  }

  @Produces
  @Singleton
  SqsDeadLetterQueue deadLetterQueue(
      Instance<SqsClient> client,
      @ConfigProperty(name = "holdfast.dead-letter-queue") String queueUrl,
      @ConfigProperty(name = "quarkus.sqs.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new SqsDeadLetterQueue(client::get, queueUrl, limit, metrics);
  }

  @Produces
  @Singleton
  SqsChangeFeed changeFeed(
      Instance<SqsClient> client,
      @ConfigProperty(name = "holdfast.republish-queue") String queueUrl,
      @ConfigProperty(name = "quarkus.sqs.api-call-timeout") Duration limit,
      EmbeddedMetrics metrics) {
    return new SqsChangeFeed(client::get, queueUrl, limit, metrics);
  }
}
