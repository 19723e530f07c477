package dev.holdfast.openapi;

import dev.holdfast.http.Answer;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A response to hold against the document.
 *
 * @param headers by lower-case name
 */
public record ApiResponse(int status, Map<String, String> headers, String body) {

  /** What an endpoint answered. */
  public static ApiResponse of(Answer answer) {
    return new ApiResponse(
        answer.response().status(),
        lowerCase(answer.response().headers()),
        answer.response().body());
  }

  /** What came over HTTP. */
  public static ApiResponse of(HttpResponse<String> response) {
    return new ApiResponse(response.statusCode(), headers(response.headers()), response.body());
  }

  static Map<String, String> headers(HttpHeaders headers) {
    Map<String, String> joined = new HashMap<>();
    headers.map().forEach((name, values) -> joined.put(name, String.join(", ", values)));
    return lowerCase(joined);
  }

  private static Map<String, String> lowerCase(Map<String, String> headers) {
    return headers.entrySet().stream()
        .collect(
            Collectors.toMap(
                header -> header.getKey().toLowerCase(Locale.ROOT), Map.Entry::getValue));
  }
}
