package dev.holdfast.openapi;

import dev.holdfast.http.HttpRequest;
import dev.holdfast.http.RequestBody;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A request to hold against the document.
 *
 * @param path decoded
 * @param query decoded, in the order sent
 * @param headers by lower-case name
 * @param body the text that was sent; empty where there was none, or no UTF-8
 * @param servedMethod the only method that the function behind it serves, where no gateway stands
 *     before it: what another function serves is to it what no route takes
 */
public record ApiRequest(
    String method,
    String path,
    List<Map.Entry<String, String>> query,
    Map<String, String> headers,
    Optional<String> body,
    Optional<String> servedMethod) {

  /** A request that a function was handed. */
  public static ApiRequest of(HttpRequest request, String servedMethod) {
    return new ApiRequest(
        request.method(),
        request.path(),
        request.query().stream()
            .map(parameter -> Map.entry(parameter.name(), parameter.value()))
            .toList(),
        request.headers(),
        request.body().flatMap(ApiRequest::text),
        Optional.of(servedMethod));
  }

  /** A request that was sent over HTTP, with this body. */
  public static ApiRequest sent(java.net.http.HttpRequest request, Optional<String> body) {
    String rawQuery = Optional.ofNullable(request.uri().getRawQuery()).orElse("");
    return new ApiRequest(
        request.method(),
        request.uri().getPath(),
        Stream.of(rawQuery.split("&"))
            .filter(pair -> !pair.isEmpty())
            .map(ApiRequest::pair)
            .toList(),
        ApiResponse.headers(request.headers()),
        body,
        Optional.empty());
  }

  private static Map.Entry<String, String> pair(String pair) {
    String[] nameAndValue = pair.split("=", 2);
    return Map.entry(
        URLDecoder.decode(nameAndValue[0], StandardCharsets.UTF_8),
        nameAndValue.length < 2 ? "" : URLDecoder.decode(nameAndValue[1], StandardCharsets.UTF_8));
  }

  private static Optional<String> text(RequestBody body) {
    try {
      ByteBuffer bytes =
          body.isBase64()
              ? ByteBuffer.wrap(Base64.getDecoder().decode(body.content()))
              : StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(body.content()));
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
    } catch (IllegalArgumentException | CharacterCodingException noText) {
      return Optional.empty();
    }
  }
}
