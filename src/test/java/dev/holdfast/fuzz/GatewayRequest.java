package dev.holdfast.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** An event of API Gateway in the making; every member is raw JSON. */
final class GatewayRequest {

  private final Map<String, String> members = new LinkedHashMap<>();
  private final Map<String, String> headers = new LinkedHashMap<>();

  GatewayRequest(String method, String path) {
    members.put("version", "\"2.0\"");
    members.put("routeKey", "\"$default\"");
    members.put("rawPath", Json.quote(path));
    members.put("rawQueryString", "\"\"");
    members.put("headers", "{}");
    String http = "{\"method\":" + Json.quote(method) + ",\"path\":" + Json.quote(path) + "}";
    members.put("requestContext", "{\"http\":" + http + "}");
    members.put("isBase64Encoded", "false");
  }

  /** An append of a body to a booking, with nothing odd about it. */
  static GatewayRequest append(String bookingCode, String body) {
    return new GatewayRequest("POST", "/bookings/" + bookingCode + "/events")
        .header("content-type", "application/json")
        .text(body);
  }

  static GatewayRequest get(String path) {
    return new GatewayRequest("GET", path);
  }

  GatewayRequest with(String member, String json) {
    members.put(member, json);
    return this;
  }

  GatewayRequest without(String member) {
    members.remove(member);
    return this;
  }

  GatewayRequest header(String name, String value) {
    headers.put(name, value);
    return with("headers", object(quoted(headers)));
  }

  GatewayRequest query(String raw) {
    return with("rawQueryString", Json.quote(raw));
  }

  GatewayRequest route(String key, Map<String, String> pathParameters) {
    return with("routeKey", Json.quote(key)).with("pathParameters", object(quoted(pathParameters)));
  }

  GatewayRequest text(String body) {
    return with("body", Json.quote(body));
  }

  GatewayRequest base64(String content) {
    return with("body", Json.quote(content)).with("isBase64Encoded", "true");
  }

  GatewayRequest bytes(byte[] body) {
    return base64(Base64.getEncoder().encodeToString(body));
  }

  /** The members by name, in the order they are written. */
  Map<String, String> members() {
    return Map.copyOf(members);
  }

  byte[] event() {
    return object(members).getBytes(StandardCharsets.UTF_8);
  }

  private static Map<String, String> quoted(Map<String, String> texts) {
    Map<String, String> quoted = new LinkedHashMap<>();
    texts.forEach((name, text) -> quoted.put(name, Json.quote(text)));
    return quoted;
  }

  private static String object(Map<String, String> members) {
    return members.entrySet().stream()
        .map(member -> Json.quote(member.getKey()) + ":" + member.getValue())
        .collect(Collectors.joining(",", "{", "}"));
  }
}
