package dev.holdfast.http;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A request, of whatever came in: nothing here is known to be valid.
 *
 * @param id names the request, in the log and in a problem
 * @param method as it was sent; empty where the event has none
 * @param path decoded, as the gateway hands it over; empty where the event has none
 * @param query every parameter in the order it was sent, decoded
 * @param headers by lower-case name; a header that was sent twice is joined by a comma
 */
public record HttpRequest(
    UUID id,
    String method,
    String path,
    List<QueryParameter> query,
    Map<String, String> headers,
    Optional<RequestBody> body) {

  /** One {@code name=value} of a query. */
  public record QueryParameter(String name, String value) {}

  /** A header's value, if it was sent with one. */
  Optional<String> header(String lowerCaseName) {
    return Optional.ofNullable(headers.get(lowerCaseName))
        .map(String::strip)
        .filter(value -> !value.isEmpty());
  }
}
