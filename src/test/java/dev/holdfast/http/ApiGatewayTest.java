package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
