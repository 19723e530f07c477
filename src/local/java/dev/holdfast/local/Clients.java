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

/** Clients of the stores that never retry and soon give up. */
final class Clients {
  static final String SECRET_KEY = "local";

  private Clients() {}

  /** A client of nobody among the functions. */
  static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C of(
      B builder, URI endpoint, Duration patience) {
    return of(builder, endpoint, patience, "local");
  }

  /**
   * A client of a store, or of a fault proxy.
   *
   * @param accessKey what it signs with
   */
  static <C, B extends AwsClientBuilder<B, C> & AwsSyncClientBuilder<B, C>> C of(
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
                settings.retryStrategy(AwsRetryStrategy.doNotRetry()).apiCallTimeout(patience))
        .build();
  }
}
