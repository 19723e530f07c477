package dev.holdfast.http;

import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the API offers, by method and path. */
enum Route {
  APPEND("POST", "/bookings/{bookingCode}/events"),
  EVENTS("GET", "/bookings/{bookingCode}/events"),
  EVENT("GET", "/bookings/{bookingCode}/events/{version}"),
  BOOKING("GET", "/bookings/{bookingCode}");

  private final String method;
  private final String template;

  Route(String method, String template) {
    this.method = method;
    this.template = template;
  }

  /** What a request asks for. */
  sealed interface Match {
    /** A route, and the path parameters by name. */
    record Matched(Route route, Map<String, String> parameters) implements Match {}

    /** No route that is offered, and why. */
    record Refused(Problem problem) implements Match {}
  }

  /**
   * What a request asks for, by its method and its path alone.
   *
   * @param offered the routes of the endpoint that is asked
   */
  static Match match(HttpRequest request, Set<Route> offered) {
    Map<Route, Map<String, String>> onPath = new EnumMap<>(Route.class);
    for (Route route : values()) {
      route.pathParameters(request.path()).ifPresent(found -> onPath.put(route, found));
    }
    if (onPath.isEmpty()) {
      return new Match.Refused(Problem.notFound());
    }
    return onPath.entrySet().stream()
        .filter(candidate -> candidate.getKey().method.equals(request.method()))
        .filter(candidate -> offered.contains(candidate.getKey()))
        .findFirst()
        .<Match>map(found -> new Match.Matched(found.getKey(), found.getValue()))
        .orElseGet(() -> new Match.Refused(Problem.methodNotAllowed(allow(onPath.keySet()))));
  }

  private static String allow(Collection<Route> routes) {
    return routes.stream().map(route -> route.method).sorted().collect(Collectors.joining(", "));
  }

  private Optional<Map<String, String>> pathParameters(String path) {
    List<String> segments = segments(template);
    List<String> actual = segments(path);
    if (actual.size() != segments.size()) {
      return Optional.empty();
    }
    Map<String, String> parameters = new LinkedHashMap<>();
    for (int i = 0; i < segments.size(); i++) {
      String expected = segments.get(i);
      String segment = actual.get(i);
      if (expected.startsWith("{") && !segment.isEmpty()) {
        parameters.put(expected.substring(1, expected.length() - 1), segment);
      } else if (!expected.equals(segment)) {
        return Optional.empty();
      }
    }
    return Optional.of(parameters);
  }

  private static List<String> segments(String path) {
    return List.of(path.split("/", -1));
  }
}
