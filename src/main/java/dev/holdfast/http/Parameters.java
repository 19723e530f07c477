package dev.holdfast.http;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Version;
import dev.holdfast.http.HttpRequest.QueryParameter;
import dev.holdfast.ledger.EventTable.Order;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The path and query parameters of a request, read strictly. What is wrong goes to the errors, and
 * what is then returned must not be used. Not thread-safe.
 */
final class Parameters {

  static final int MAX_LIMIT = 1_000;
  static final int DEFAULT_LIMIT = 100;

  private static final Pattern LIMIT = Pattern.compile("[1-9][0-9]{0,3}");

  private final Map<String, String> path;
  private final List<QueryParameter> query;
  private final FieldErrors errors;
  private final Set<String> asked = new HashSet<>();

  Parameters(Map<String, String> path, List<QueryParameter> query, FieldErrors errors) {
    this.path = path;
    this.query = query;
    this.errors = errors;
  }

  Optional<BookingCode> bookingCode() {
    return orError(
        "bookingCode", BookingCode.parse(path.getOrDefault("bookingCode", "")), BookingCode.FORM);
  }

  Optional<Version> version() {
    return orError(
        "version",
        EventParser.parseVersion(path.getOrDefault("version", "")),
        EventParser.VERSION_FORM);
  }

  Optional<Version> from() {
    return query("from")
        .flatMap(text -> orError("from", EventParser.parseVersion(text), EventParser.VERSION_FORM));
  }

  int limit() {
    return query("limit")
        .flatMap(text -> orError("limit", parseLimit(text), "an integer from 1 to " + MAX_LIMIT))
        .orElse(DEFAULT_LIMIT);
  }

  Order order() {
    return query("order")
        .flatMap(text -> orError("order", parseOrder(text), "asc or desc"))
        .orElse(Order.ASCENDING);
  }

  /** The moment that is asked for, if one is. */
  Optional<Instant> at() {
    return query("at")
        .flatMap(
            text -> orError("at", OccurredAt.parse(text).map(OccurredAt::moment), OccurredAt.FORM));
  }

  /** Names every query parameter that nobody asked for, and those that are there twice. */
  void refuseOthers() {
    Set<String> seen = new HashSet<>();
    for (QueryParameter parameter : query) {
      if (!asked.contains(parameter.name())) {
        errors.addMember(parameter.name(), "is not known here");
      } else if (!seen.add(parameter.name())) {
        errors.addMember(parameter.name(), "must be there only once");
      }
    }
  }

  private Optional<String> query(String name) {
    asked.add(name);
    return query.stream()
        .filter(parameter -> parameter.name().equals(name))
        .map(QueryParameter::value)
        .findFirst();
  }

  private <T> Optional<T> orError(String name, Optional<T> parsed, String form) {
    if (parsed.isEmpty()) {
      errors.addMember(name, "must be " + form);
    }
    return parsed;
  }

  private static Optional<Integer> parseLimit(String text) {
    return Optional.of(text)
        .filter(candidate -> LIMIT.matcher(candidate).matches())
        .map(Integer::valueOf)
        .filter(limit -> limit <= MAX_LIMIT);
  }

  private static Optional<Order> parseOrder(String text) {
    return switch (text) {
      case "asc" -> Optional.of(Order.ASCENDING);
      case "desc" -> Optional.of(Order.DESCENDING);
      default -> Optional.empty();
    };
  }
}
