package dev.holdfast.local;

import java.net.URI;
import java.time.Duration;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.awscore.retry.AwsRetryStrategy;
import software.amazon.awssdk.http.apache.ApacheHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/** Clients of the stores that never retry and soon give up. */
final class Clients {
  /** Who signs with it is none of the functions. */
  static final String ACCESS_KEY = "local";

  static final String SECRET_KEY = "local";

  private Clients() {}

  static DynamoDbClient dynamoDb(URI endpoint, Duration patience) {
    return dynamoDb(endpoint, patience, ACCESS_KEY);
  }

  static DynamoDbStreamsClient streams(URI endpoint, Duration patience) {
    return configured(DynamoDbStreamsClient.builder(), endpoint, patience, ACCESS_KEY).build();
  }

  static SqsClient sqs(URI endpoint, Duration patience) {
    return sqs(endpoint, patience, ACCESS_KEY);
  }

  static DynamoDbClient dynamoDb(URI endpoint, Duration patience, String accessKey) {
    return configured(DynamoDbClient.builder(), endpoint, patience, accessKey).build();
  }

  static SqsClient sqs(URI endpoint, Duration patience, String accessKey) {
    return configured(SqsClient.builder(), endpoint, patience, accessKey).build();
  }

  private static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> B configured(
      B builder, URI endpoint, Duration patience, String accessKey) {
    return builder
        .endpointOverride(endpoint)
        .region(Region.of(Intrinsics.REGION))
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, SECRET_KEY)))
        .httpClientBuilder(
            ApacheHttpClient.builder()
                // A crowd may hang at once.
                .maxConnections(200)
                .connectionTimeout(patience)
                .socketTimeout(patience))
        .overrideConfiguration(
            settings ->
                settings.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(patience));
  }
}
