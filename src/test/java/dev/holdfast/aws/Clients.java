package dev.holdfast.aws;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** AWS clients that try as often as the ledger's own, but have the patience that tests need. */
public final class Clients {

  /** Far more than an embedded server takes on a busy machine. */
  public static final Duration PATIENCE = Duration.ofSeconds(30);

  private Clients() {}

  /** Where no test looks. */
  public static EmbeddedMetrics unmeasured() {
    return new EmbeddedMetrics("test", Clock.systemUTC(), line -> {});
  }

  /**
   * A client of a DynamoDB.
   *
   * @param watchers see every call
   */
  public static DynamoDbClient dynamoDb(URI endpoint, ExecutionInterceptor... watchers) {
    return dynamoDb(endpoint, PATIENCE, watchers);
  }

  /**
   * As {@link #dynamoDb(URI, ExecutionInterceptor...)}, for calls that take no longer than this.
   */
  public static DynamoDbClient dynamoDb(
      URI endpoint, Duration limit, ExecutionInterceptor... watchers) {
    return configure(
            DynamoDbClient.builder(), endpoint, limit, new BoundedTransport.Builder(), watchers)
        .build();
  }

  /** As {@link #dynamoDb(URI, Duration, ExecutionInterceptor...)}, with this transport. */
  static DynamoDbClient dynamoDb(URI endpoint, Duration limit, SdkHttpClient.Builder<?> transport) {
    return configure(DynamoDbClient.builder(), endpoint, limit, transport).build();
  }

  /**
   * A client of an SQS.
   *
   * @param watchers see every call
   */
  public static SqsClient sqs(URI endpoint, ExecutionInterceptor... watchers) {
    return sqs(endpoint, PATIENCE, watchers);
  }

  /** As {@link #sqs(URI, ExecutionInterceptor...)}, for calls that take no longer than this. */
  static SqsClient sqs(URI endpoint, Duration limit, ExecutionInterceptor... watchers) {
    return configure(SqsClient.builder(), endpoint, limit, new BoundedTransport.Builder(), watchers)
        .build();
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configure(
      B builder,
      URI endpoint,
      Duration limit,
      SdkHttpClient.Builder<?> transport,
      ExecutionInterceptor... watchers) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
        .httpClientBuilder(transport)
        .overrideConfiguration(
            settings -> {
              settings.apiCallTimeout(limit);
              settings.retryStrategy(AwsWiring.retryOnce());
              List.of(watchers).forEach(settings::addExecutionInterceptor);
            });
  }
}
