package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Splitter;
import com.google.common.base.Utf8;
import com.google.common.collect.Maps;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A request as a function gets it (AWS, "Create AWS Lambda proxy integrations for HTTP APIs",
 * payload format 2.0). What a request has not is left out. The path is decoded, as AWS does it; the
 * query is not.
 */
final class HttpEvent {
  private static final String API_ID = "local";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final Pattern TEXT =
      Pattern.compile(
          "(?i)\\s*(text/[^;]*|application/(json|[^;]*\\+json|xml|[^;]*\\+xml|javascript"
              + "|x-www-form-urlencoded))\\s*(;.*)?");

  private HttpEvent() {}

  /**
   * The event's JSON.
   *
   * @param path decoded
   * @throws IllegalArgumentException if the query is not well encoded
   */
  static Buffer of(
      HttpServerRequest request,
      String path,
      Buffer body,
      ApiRoute route,
      Map<String, String> variables,
      Instant now) {
    String rawQuery = Objects.toString(request.query(), "");
    ObjectNode event =
        Json.object()
            .put("version", "2.0")
            .put("routeKey", route.key())
            .put("rawPath", path)
            .put("rawQueryString", rawQuery);
    put(event, "cookies", cookies(request.headers()));
    event.set("headers", Json.MAPPER.valueToTree(headers(request.headers())));
    put(event, "queryStringParameters", query(rawQuery));
    ObjectNode context = event.putObject("requestContext");
    context.put("accountId", Intrinsics.ACCOUNT).put("apiId", API_ID);
    String host = Objects.toString(request.getHeader("host"), Loopback.HOST);
    context.put("domainName", host.replaceFirst(":\\d+$", "")).put("domainPrefix", API_ID);
    context
        .putObject("http")
        .put("method", request.method().name())
        .put("path", path)
        .put("protocol", request.version() == HttpVersion.HTTP_1_0 ? "HTTP/1.0" : "HTTP/1.1")
        .put("sourceIp", request.remoteAddress().hostAddress())
        .put("userAgent", Objects.toString(request.getHeader("user-agent"), ""));
    context
        .put("requestId", UUID.randomUUID().toString())
        .put("routeKey", route.key())
        .put("stage", "$default")
        .put("time", TIME.format(now))
        .put("timeEpoch", now.toEpochMilli());
    put(event, "pathParameters", variables);
    byte[] bytes = body.getBytes();
    boolean isText =
        TEXT.matcher(Objects.toString(request.getHeader("content-type"), "")).matches()
            && Utf8.isWellFormed(bytes);
    if (bytes.length > 0) {
      event.put("body", isText ? body.toString() : Base64.getEncoder().encodeToString(bytes));
    }
    event.put("isBase64Encoded", bytes.length > 0 && !isText);
    return Json.buffer(event);
  }

  private static void put(ObjectNode event, String name, Object value) {
    JsonNode tree = Json.MAPPER.valueToTree(value);
    if (!tree.isEmpty()) {
      event.set(name, tree);
    }
  }

  private static List<String> cookies(MultiMap headers) {
    return headers.getAll("cookie").stream()
        .flatMap(Splitter.on(';').trimResults().omitEmptyStrings()::splitToStream)
        .toList();
  }

  private static Map<String, String> headers(MultiMap headers) {
    Map<String, String> joined = new TreeMap<>();
    for (String name : headers.names()) {
      joined.put(name.toLowerCase(Locale.ROOT), String.join(",", headers.getAll(name)));
    }
    joined.remove("cookie");
    return joined;
  }

  private static Map<String, String> query(String rawQuery) {
    return Maps.transformValues(
        new QueryStringDecoder(rawQuery, StandardCharsets.UTF_8, false, Integer.MAX_VALUE, true)
            .parameters(),
        values -> String.join(",", values));
  }
}
