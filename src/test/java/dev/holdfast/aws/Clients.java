package dev.holdfast.aws;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** AWS clients that try as often as the ledger's own, but have the patience that tests need. */
final class Clients {

  /** Far more than an embedded server takes on a busy machine. */
  static final Duration PATIENCE = Duration.ofSeconds(30);

  private Clients() {}

  /** Where no test looks. */
  static EmbeddedMetrics unmeasured() {
    return new EmbeddedMetrics("test", Clock.systemUTC(), line -> {});
  }

  static DynamoDbClient dynamoDb(URI endpoint) {
    return configure(DynamoDbClient.builder(), endpoint).build();
  }

  static SqsClient sqs(URI endpoint) {
    return configure(SqsClient.builder(), endpoint).build();
  }

  private static <B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>, C> B configure(
      B builder, URI endpoint) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.EU_CENTRAL_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")))
        .httpClientBuilder(UrlConnectionHttpClient.builder().socketTimeout(PATIENCE))
        .overrideConfiguration(retries -> retries.retryStrategy(AwsWiring.retryOnce()));
  }
}
