package dev.holdfast.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.http.HttpRequest.QueryParameter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * The events and responses of an API Gateway HTTP API, payload format 2.0 (AWS, "Create AWS Lambda
 * proxy integrations for HTTP APIs"). An event may lack any member or have it in any form: what
 * cannot be understood is taken as not there.
 *
 * <p>{@code rawPath} is the path decoded, in spite of its name, and {@code rawQueryString} is the
 * query as it was sent. See docs/decisions/0018-the-path-as-the-gateway-hands-it-over.md.
 */
public final class ApiGateway {

  private ApiGateway() {}

  /** The request that an event tells of. */
  public static HttpRequest request(JsonNode event, UUID id) {
    JsonNode http = event.path("requestContext").path("http");
    return new HttpRequest(
        id,
        text(http.path("method")).orElse(""),
        text(event.path("rawPath")).orElse(""),
        query(event),
        headers(event.path("headers")),
        text(event.path("body"))
            .map(body -> new RequestBody(body, event.path("isBase64Encoded").asBoolean(false))));
  }

  /** Who sent the request that an event tells of, by the word of the gateway's authorizer. */
  public static Origin origin(JsonNode event) {
    JsonNode authorizer = event.path("requestContext").path("authorizer");
    return Origin.of(
        text(authorizer.path("iam").path("userArn")),
        text(authorizer.path("jwt").path("claims").path("sub")),
        Optional.ofNullable(headers(event.path("headers")).get("traceparent")));
  }

  /** A response as the gateway takes it. */
  public static String response(HttpResponse response) {
    return JsonText.of(
        json -> {
          json.writeStartObject();
          json.writeNumberField("statusCode", response.status());
          json.writeObjectFieldStart("headers");
          for (Map.Entry<String, String> header : response.headers().entrySet()) {
            json.writeStringField(header.getKey(), header.getValue());
          }
          json.writeEndObject();
          json.writeStringField("body", response.body());
          json.writeBooleanField("isBase64Encoded", false);
          json.writeEndObject();
        });
  }

  private static Optional<String> text(JsonNode node) {
    return node.isTextual() ? Optional.of(node.textValue()) : Optional.empty();
  }

  private static Map<String, String> headers(JsonNode node) {
    Map<String, String> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = member.getKey().toLowerCase(Locale.ROOT);
      text(member.getValue()).ifPresent(value -> headers.put(name, value));
    }
    return headers;
  }

  /** From the raw query, because the parsed one joins repeated parameters by commas. */
  private static List<QueryParameter> query(JsonNode event) {
    return Stream.of(text(event.path("rawQueryString")).orElse("").split("&"))
        .filter(pair -> !pair.isEmpty())
        .map(ApiGateway::pair)
        .toList();
  }

  private static QueryParameter pair(String pair) {
    int equals = pair.indexOf('=');
    return equals < 0
        ? new QueryParameter(QueryCoding.decode(pair), "")
        : new QueryParameter(
            QueryCoding.decode(pair.substring(0, equals)),
            QueryCoding.decode(pair.substring(equals + 1)));
  }
}
