package dev.holdfast.local;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A route of an HTTP API (AWS, "Routes for HTTP APIs"). Paths are matched decoded, segment by
 * segment: an encoded slash separates two segments like any other.
 *
 * @param method an HTTP method, or ANY
 * @param path with variables in braces, the last of them greedy where it ends in a plus sign; empty
 *     for the route that takes what no other does
 */
record Route(String method, Optional<String> path, String function) {

  private static final String ANY = "ANY";
  private static final String DEFAULT = "$default";

  /** From the most to the least specific. */
  static final Comparator<Route> BY_RANK =
      Comparator.comparing(Route::rank).thenComparing(route -> route.method().equals(ANY));

  static Route of(String method, String path, String function) {
    return new Route(method.toUpperCase(java.util.Locale.ROOT), Optional.of(path), function);
  }

  /**
   * The route of a key such as {@code GET /bookings/{bookingCode}}, or {@code $default}.
   *
   * @throws StartFailure if it is neither
   */
  static Route ofKey(String key, String function) {
    if (key.equals(DEFAULT)) {
      return otherwise(function);
    }
    int space = key.indexOf(' ');
    if (space < 0 || !key.startsWith("/", space + 1)) {
      throw new StartFailure("This is no route key: " + key);
    }
    return of(key.substring(0, space), key.substring(space + 1), function);
  }

  /** The route {@code $default}. */
  static Route otherwise(String function) {
    return new Route(ANY, Optional.empty(), function);
  }

  /** The route key of AWS, such as {@code GET /bookings/{bookingCode}}. */
  String key() {
    return path.map(text -> method + " " + text).orElse(DEFAULT);
  }

  /** The path variables, if this route takes a call with this path, which is decoded. */
  Optional<Map<String, String>> match(String calledMethod, String calledPath) {
    if (!method.equals(ANY) && !method.equals(calledMethod)) {
      return Optional.empty();
    }
    return path.isPresent() ? matchPath(path.get(), calledPath) : Optional.of(Map.of());
  }

  private static Optional<Map<String, String>> matchPath(String pattern, String calledPath) {
    List<String> expected = segments(pattern);
    List<String> actual = segments(calledPath);
    Map<String, String> variables = new LinkedHashMap<>();
    for (int i = 0; i < expected.size(); i++) {
      String segment = expected.get(i);
      if (isGreedy(segment)) {
        if (i >= actual.size()) {
          return Optional.empty();
        }
        variables.put(
            segment.substring(1, segment.length() - 2),
            String.join("/", actual.subList(i, actual.size())));
        return Optional.of(variables);
      }
      if (i >= actual.size()) {
        return Optional.empty();
      }
      if (isVariable(segment)) {
        if (actual.get(i).isEmpty()) {
          return Optional.empty();
        }
        variables.put(segment.substring(1, segment.length() - 1), actual.get(i));
      } else if (!segment.equals(actual.get(i))) {
        return Optional.empty();
      }
    }
    return expected.size() == actual.size() ? Optional.of(variables) : Optional.empty();
  }

  /** One letter a segment; the smaller, the more specific. */
  private String rank() {
    return path.map(
            text -> {
              StringBuilder rank = new StringBuilder("a");
              for (String segment : segments(text)) {
                rank.append(isGreedy(segment) ? 'c' : isVariable(segment) ? 'b' : 'a');
              }
              return rank.toString();
            })
        .orElse("z");
  }

  private static boolean isVariable(String segment) {
    return segment.startsWith("{") && segment.endsWith("}");
  }

  private static boolean isGreedy(String segment) {
    return isVariable(segment) && segment.endsWith("+}");
  }

  private static List<String> segments(String path) {
    return List.of(path.substring(1).split("/", -1));
  }

  /**
   * Percent-decodes, and leaves a plus sign what it is.
   *
   * @throws IllegalArgumentException if the text is not well encoded
   */
  static String decode(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }
}
