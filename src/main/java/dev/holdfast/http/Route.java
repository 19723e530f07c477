package dev.holdfast.http;

import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    /** The path is known, the method is not; {@code allow} is what it may be. */
    record WrongMethod(String allow) implements Match {}

    record Unknown() implements Match {}
  }

  /** What a request asks for, by its method and its path alone. */
  static Match match(HttpRequest request) {
    Map<Route, Map<String, String>> onPath = new EnumMap<>(Route.class);
    for (Route route : values()) {
      route.pathParameters(request.path()).ifPresent(found -> onPath.put(route, found));
    }
    if (onPath.isEmpty()) {
      return new Match.Unknown();
    }
    return onPath.entrySet().stream()
        .filter(candidate -> candidate.getKey().method.equals(request.method()))
        .findFirst()
        .<Match>map(found -> new Match.Matched(found.getKey(), found.getValue()))
        .orElseGet(() -> new Match.WrongMethod(allow(onPath.keySet())));
  }

  /** The methods that the path of this route takes. */
  String allow() {
    return allow(Arrays.stream(values()).filter(route -> route.template.equals(template)).toList());
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
