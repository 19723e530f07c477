package dev.holdfast.chaos;

import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.SignedRequest;
import software.amazon.awssdk.regions.Region;

/**
 * Signs requests as AWS's clients do (AWS Signature Version 4), for the service that API Gateway
 * is. Thread-safe.
 */
final class Signature {
  private static final String SERVICE = "execute-api";

  /** The JDK's client sets it itself, to the same. */
  private static final Set<String> NOT_OURS_TO_SET = Set.of("host", "content-length");

  private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
  private final AwsCredentialsProvider credentials;
  private final Region region;

  /**
   * @param credentials the caller's
   * @param region the API's
   */
  Signature(AwsCredentialsProvider credentials, Region region) {
    this.credentials = credentials;
    this.region = region;
  }

  /** The same request, with its signature. */
  HttpRequest sign(HttpRequest request, Optional<String> body) {
    SdkHttpRequest.Builder unsigned =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.fromValue(request.method()))
            .uri(request.uri());
    request.headers().map().forEach(unsigned::putHeader);
    SignedRequest signed =
        signer.sign(
            sign ->
                sign.identity(credentials.resolveCredentials())
                    .request(unsigned.build())
                    .payload(
                        ContentStreamProvider.fromString(body.orElse(""), StandardCharsets.UTF_8))
                    .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                    .putProperty(AwsV4HttpSigner.REGION_NAME, region.id()));
    HttpRequest.Builder builder = HttpRequest.newBuilder(request, (name, value) -> false);
    signed
        .request()
        .forEachHeader(
            (name, values) -> {
              if (!NOT_OURS_TO_SET.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> builder.header(name, value));
              }
            });
    return builder.build();
  }
}
