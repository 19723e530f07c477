package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * An HTTP response, as a function or the gateway itself gives it.
 *
 * @param headers in order; a name may come more than once
 */
public record HttpAnswer(int status, List<Map.Entry<String, String>> headers, Buffer body) {

  /** What belongs to one connection, and is not passed on (RFC 9110, 7.6.1). */
  private static final Pattern HOP_BY_HOP =
      Pattern.compile(
          "connection|content-length|expect|host|keep-alive|proxy-connection|te|trailer"
              + "|transfer-encoding|upgrade");

  /** A body of a media type, and no more. */
  public static HttpAnswer of(int status, String contentType, Buffer body) {
    return new HttpAnswer(status, List.of(Map.entry("content-type", contentType)), body);
  }

  /** A JSON document. */
  public static HttpAnswer json(int status, Object body) {
    return of(status, "application/json", Json.buffer(body));
  }

  /** The same, with one more header. */
  public HttpAnswer with(String header, String value) {
    List<Map.Entry<String, String>> more = new ArrayList<>(headers);
    more.add(Map.entry(header, value));
    return new HttpAnswer(status, more, body);
  }

  /** As API Gateway words its own errors. */
  static HttpAnswer message(int status, String message) {
    return json(status, Json.object().put("message", message));
  }

  /** An error of the local cloud's own routes (RFC 9457). */
  public static HttpAnswer problem(int status, String title, String detail) {
    return problem(status, title, detail, Map.of());
  }

  /** The same, with members of its own (RFC 9457, 3.2). */
  static HttpAnswer problem(int status, String title, String detail, Map<String, String> members) {
    ObjectNode document =
        Json.object().put("title", title).put("status", status).put("detail", detail);
    members.forEach(document::put);
    return of(status, "application/problem+json", Json.buffer(document));
  }

  /** What a function's payload-2.0 response means, or nothing where it is none. */
  static Optional<HttpAnswer> ofFunction(JsonNode response) {
    if (!response.has("statusCode")) {
      // AWS: "API Gateway makes the following assumptions if your function returns valid JSON and
      // doesn't return a statusCode".
      return Optional.of(json(200, response));
    }
    JsonNode status = response.get("statusCode");
    JsonNode body = response.path("body");
    if (!status.canConvertToInt()
        || status.asInt() < 100
        || status.asInt() > 599
        || !(body.isMissingNode() || body.isNull() || body.isTextual())) {
      return Optional.empty();
    }
    List<Map.Entry<String, String>> headers = new ArrayList<>();
    for (Map.Entry<String, JsonNode> header : response.path("headers").properties()) {
      add(headers, header.getKey(), header.getValue());
    }
    response.path("cookies").forEach(cookie -> add(headers, "set-cookie", cookie));
    try {
      Buffer bytes =
          response.path("isBase64Encoded").asBoolean()
              ? Buffer.buffer(Base64.getDecoder().decode(body.asText("")))
              : Buffer.buffer(body.asText(""));
      return Optional.of(new HttpAnswer(status.asInt(), headers, bytes));
    } catch (IllegalArgumentException notBase64) {
      return Optional.empty();
    }
  }

  private static void add(List<Map.Entry<String, String>> headers, String name, JsonNode value) {
    if (!value.isNull()) {
      headers.add(Map.entry(name, value.asText()));
    }
  }

  /** The headers of a message, as far as they are passed on. */
  static void pass(Iterable<Map.Entry<String, String>> headers, MultiMap to) {
    headers.forEach(
        header -> {
          String name = header.getKey().toLowerCase(Locale.ROOT);
          if (!HOP_BY_HOP.matcher(name).matches()) {
            to.add(name, header.getValue());
          }
        });
  }

  /** Writes this as the answer to a request that may have gone away. */
  public void send(HttpServerRequest request) {
    HttpServerResponse response = request.response();
    if (response.closed() || response.ended()) {
      return;
    }
    response.setStatusCode(status);
    pass(headers, response.headers());
    if (request.method().equals(HttpMethod.HEAD)) {
      response.putHeader("content-length", Integer.toString(body.length()));
    }
    // Vert.x leaves the body out of what has none.
    response.end(body);
  }
}
