package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Regression;
import dev.holdfast.http.HttpRequest.QueryParameter;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiGatewayTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static HttpRequest request(String event) throws IOException {
    return ApiGateway.request(MAPPER.readTree(event), GatewayEvent.REQUEST_ID);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "",
        "null",
        "[]",
        "\"GET\"",
        "7",
        "{\"requestContext\":null,\"headers\":null,\"body\":null,\"pathParameters\":null}",
        "{\"requestContext\":{\"http\":null},\"rawPath\":null,\"routeKey\":null}",
        "{\"requestContext\":{\"http\":{\"method\":7,\"path\":{}}},\"rawPath\":[]}",
        "{\"headers\":[],\"body\":{},\"queryStringParameters\":7,\"rawQueryString\":null}",
        "{\"requestContext\":{\"authorizer\":{\"iam\":null,\"jwt\":{\"claims\":{\"sub\":[1]}}}}}",
        "{\"requestContext\":\"GET\",\"isBase64Encoded\":null,\"pathParameters\":[1]}",
        "{\"headers\":{\"a\":null,\"b\":[\"c\"],\"d\":1},\"pathParameters\":{\"bookingCode\":1}}"
      })
  void takesWhatItCannotUnderstandAsNotThere(String event) throws IOException {
    HttpRequest request = request(event);

    assertThat(request.id()).isEqualTo(GatewayEvent.REQUEST_ID);
    assertThat(request.method()).isEmpty();
    assertThat(request.path()).isEmpty();
    assertThat(request.query()).isEmpty();
    assertThat(request.headers()).isEmpty();
    assertThat(request.body()).isEmpty();
    assertThat(origin(event)).isEmpty();
  }

  private static Map<String, String> origin(String event) throws IOException {
    return ApiGateway.origin(MAPPER.readTree(event)).log();
  }

  private static String authorizedBy(String authorizer) {
    return "{\"requestContext\":{\"authorizer\":" + authorizer + "}}";
  }

  @Test
  void tellsWhoSignedOrWhoseTokenItWas() throws IOException {
    String arn = "arn:aws:sts::123456789012:assumed-role/hotel/desk-4@example.com";
    assertThat(origin(authorizedBy("{\"iam\":{\"userArn\":\"" + arn + "\"}}")))
        .containsExactly(Map.entry("caller", arn));
    assertThat(
            origin(authorizedBy("{\"jwt\":{\"claims\":{\"sub\":\"auth0|42\"},\"scopes\":null}}")))
        .containsExactly(Map.entry("subject", "auth0|42"));
  }

  /** A line of the log is one line, and nobody is left out of it for an odd name. */
  @Test
  void boundsANameThatSomebodyElseChose() throws IOException {
    assertThat(origin(authorizedBy("{\"jwt\":{\"claims\":{\"sub\":\"a\\n\\u0000 ä\\u2028b\"}}}")))
        .containsExactly(Map.entry("subject", "a?????b"));
    assertThat(origin(authorizedBy("{\"jwt\":{\"claims\":{\"sub\":\"" + "x".repeat(256) + "\"}}}")))
        .containsExactly(Map.entry("subject", "x".repeat(255)));
    assertThat(origin(authorizedBy("{\"iam\":{\"userArn\":\"" + "x".repeat(5_000) + "\"}}")))
        .containsExactly(Map.entry("caller", "x".repeat(2_048)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what-the-future-will-be-like"
      })
  void tellsTheTrace(String traceparent) throws IOException {
    assertThat(origin("{\"headers\":{\"TraceParent\":\"" + traceparent + "\"}}"))
        .containsExactly(Map.entry("traceparent", traceparent.substring(0, 55)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
        "cc-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01.more",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01,"
            + "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0é"
      })
  void leavesOutWhatIsNoTrace(String traceparent) throws IOException {
    assertThat(origin("{\"headers\":{\"traceparent\":\"" + traceparent + "\"}}")).isEmpty();
  }

  @Test
  void readsABodyWithoutItsMarkAsText() throws IOException {
    assertThat(request("{\"body\":\"{}\"}").body()).contains(new RequestBody("{}", false));
  }

  @Test
  void findsHeadersInAnyCase() throws IOException {
    HttpRequest request = request("{\"headers\":{\"CONTENT-Type\":\" text/plain \"}}");

    assertThat(request.header("content-type")).contains("text/plain");
  }

  /**
   * A path decoded twice would make {@code A} of {@code %2541}, and {@code %} of nothing at all.
   */
  @Test
  @Regression("a booking code in the path was decoded twice")
  void takesThePathAsItIsDecodedByTheGateway() throws IOException {
    assertThat(request("{\"rawPath\":\"/bookings/%41+/%\"}").path()).isEqualTo("/bookings/%41+/%");
  }

  @Test
  void keepsRepeatedParametersApart() throws IOException {
    HttpRequest request =
        request(
            "{\"rawQueryString\":\"a=1&a=2&&b=%26%3D+x&c\","
                + "\"queryStringParameters\":{\"a\":\"1,2\",\"b\":\"&= x\",\"c\":\"\"}}");

    assertThat(request.query())
        .containsExactly(
            new QueryParameter("a", "1"),
            new QueryParameter("a", "2"),
            new QueryParameter("b", "&= x"),
            new QueryParameter("c", ""));
  }

  @Test
  void writesAResponseAsTheGatewayTakesIt() throws IOException {
    JsonNode response =
        MAPPER.readTree(
            ApiGateway.response(
                new HttpResponse(201, Map.of("Location", "/a"), "{\"a\":\"ä\\n\"}")));

    assertThat(response.properties()).hasSize(4);
    assertThat(response.path("statusCode").isInt()).isTrue();
    assertThat(response.path("statusCode").intValue()).isEqualTo(201);
    assertThat(response.path("headers").properties()).hasSize(1);
    assertThat(response.at("/headers/Location").textValue()).isEqualTo("/a");
    assertThat(response.path("body").textValue()).isEqualTo("{\"a\":\"ä\\n\"}");
    assertThat(response.path("isBase64Encoded").isBoolean()).isTrue();
    assertThat(response.path("isBase64Encoded").booleanValue()).isFalse();
  }
}
