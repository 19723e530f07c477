package dev.holdfast.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.UUID;

/** An event as API Gateway makes it of a request that no route but {@code $default} took. */
final class GatewayEvent {

  static final UUID REQUEST_ID = UUID.fromString("0193f0a5-1111-7222-8333-444455556666");

  /** For the ledger that cannot answer. */
  static final RetryAfter SOON = new RetryAfter(bound -> 1);

  private final ObjectNode event = new ObjectMapper().createObjectNode();

  private GatewayEvent(String method, String path) {
    event.put("version", "2.0");
    event.put("routeKey", "$default");
    event.put("rawPath", path);
    event.put("rawQueryString", "");
    event.putObject("headers");
    ObjectNode http = event.putObject("requestContext").putObject("http");
    http.put("method", method);
    http.put("path", path);
    event.put("isBase64Encoded", false);
  }

  static GatewayEvent get(String path) {
    return new GatewayEvent("GET", path);
  }

  static GatewayEvent of(String method, String path) {
    return new GatewayEvent(method, path);
  }

  /** A POST with a JSON body to a booking's events. */
  static GatewayEvent append(String body) {
    return of("POST", "/bookings/HTL-1/events")
        .header("content-type", "application/json")
        .body(body);
  }

  GatewayEvent query(String rawQuery) {
    event.put("rawQueryString", rawQuery);
    return this;
  }

  GatewayEvent header(String name, String value) {
    event.withObject("/headers").put(name, value);
    return this;
  }

  GatewayEvent body(String body) {
    event.put("body", body);
    return this;
  }

  GatewayEvent base64(String content) {
    event.put("body", content);
    event.put("isBase64Encoded", true);
    return this;
  }

  GatewayEvent bytes(byte[] body) {
    return base64(Base64.getEncoder().encodeToString(body));
  }

  GatewayEvent bytes(String body) {
    return bytes(body.getBytes(StandardCharsets.UTF_8));
  }

  /** What the gateway adds where a route of its own took the request. */
  GatewayEvent route(String key, String... pathParameters) {
    event.put("routeKey", key);
    ObjectNode parameters = event.putObject("pathParameters");
    for (int i = 0; i < pathParameters.length; i += 2) {
      parameters.put(pathParameters[i], pathParameters[i + 1]);
    }
    return this;
  }

  ObjectNode json() {
    return event;
  }

  HttpRequest request() {
    return ApiGateway.request(event, REQUEST_ID);
  }
}
