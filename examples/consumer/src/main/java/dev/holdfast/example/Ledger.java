package dev.holdfast.example;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.http.HttpExecuteRequest;
import software.amazon.awssdk.http.HttpExecuteResponse;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;

/**
 * Holdfast's API, as far as this department needs it. Requests are signed with AWS credentials
 * (SigV4); where the stack takes JSON web tokens, send one instead. Thread-safe.
 */
final class Ledger {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final SdkHttpClient http;
  private final AwsCredentialsProvider credentials;
  private final String region;
  private final URI api;

  /**
   * @param api the stack's output ApiUrl
   */
  Ledger(SdkHttpClient http, AwsCredentialsProvider credentials, String region, URI api) {
    this.http = http;
    this.credentials = credentials;
    this.region = region;
    this.api = api;
  }

  /**
   * The recorded events of a booking in their order, a page at most.
   *
   * @param from the version to begin with
   * @throws IllegalStateException if the ledger cannot answer now: ask again, later
   */
  List<PriceEvent> recorded(String bookingCode, int from) {
    SdkHttpRequest request =
        SdkHttpRequest.builder()
            .method(SdkHttpMethod.GET)
            .uri(api.resolve("/bookings/" + bookingCode + "/events"))
            .putRawQueryParameter("from", Integer.toString(from))
            .build();
    SdkHttpRequest signed =
        AwsV4HttpSigner.create()
            .sign(
                it ->
                    it.identity(credentials.resolveCredentials())
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "execute-api")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region))
            .request();
    try {
      HttpExecuteResponse response =
          http.prepareRequest(HttpExecuteRequest.builder().request(signed).build()).call();
      int status = response.httpResponse().statusCode();
      JsonNode page = JSON.readTree(response.responseBody().orElseThrow());
      if (status != 200) {
        throw new IllegalStateException("The ledger answers " + status + ": " + page.path("type"));
      }
      List<PriceEvent> events = new ArrayList<>();
      for (JsonNode event : page.path("events")) {
        // What is pending may, if two stores fail at once, come to nothing. The feed brings it when
        // it
        // is recorded.
        if (!event.path("status").asText().equals("recorded")) {
          break;
        }
        events.add(PriceEvent.of(event));
      }
      return events;
    } catch (IOException silent) {
      throw new UncheckedIOException(silent);
    }
  }
}
