package dev.holdfast.http;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A response with a JSON body.
 *
 * @param status of HTTP (RFC 9110)
 * @param headers by name
 */
public record HttpResponse(int status, Map<String, String> headers, String body) {

  /** An answer of the ledger. */
  static HttpResponse json(int status, String body) {
    return of(status, "application/json", body);
  }

  /** An error, as RFC 9457 has it. */
  static HttpResponse problem(int status, String body) {
    return of(status, "application/problem+json", body);
  }

  // A cache that answers for the ledger would break its promise of consistent reads.
  private static HttpResponse of(int status, String contentType, String body) {
    return new HttpResponse(
        status, Map.of("Content-Type", contentType, "Cache-Control", "no-store"), body);
  }

  /** The same response with one header more. */
  HttpResponse with(String header, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new HttpResponse(status, Map.copyOf(more), body);
  }
}
