package dev.holdfast.local;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A route of an HTTP API (AWS, "Routes for HTTP APIs"). Paths are matched decoded, segment by
 * segment: an encoded slash separates two segments like any other.
 *
 * @param method an HTTP method, or ANY
 * @param path with variables in braces, the last of them greedy where it ends in a plus sign; empty
 *     for the route that takes what no other does
 */
record ApiRoute(String method, Optional<String> path, String function) {

  private static final String ANY = "ANY";
  private static final String DEFAULT = "$default";
  private static final Pattern VARIABLE = Pattern.compile("\\{([^/}]*?)\\+?}");

  /** From the most to the least specific. */
  static final Comparator<ApiRoute> BY_RANK =
      Comparator.comparing(ApiRoute::rank).thenComparing(route -> route.method().equals(ANY));

  /**
   * The route of a key such as {@code GET /bookings/{bookingCode}}, or {@code $default}.
   *
   * @throws StartFailure if it is neither
   */
  static ApiRoute ofKey(String key, String function) {
    if (key.equals(DEFAULT)) {
      return new ApiRoute(ANY, Optional.empty(), function);
    }
    int space = key.indexOf(' ');
    if (space < 0 || !key.startsWith("/", space + 1)) {
      throw new StartFailure("This is no route key: " + key);
    }
    String method = key.substring(0, space).toUpperCase(Locale.ROOT);
    return new ApiRoute(method, Optional.of(key.substring(space + 1)), function);
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
    String regex =
        VARIABLE
            .matcher("\\Q" + pattern + "\\E")
            .replaceAll(
                variable ->
                    Matcher.quoteReplacement(
                        "\\E" + (isGreedy(variable.group()) ? "(.*)" : "([^/]+)") + "\\Q"));
    Matcher called = Pattern.compile(regex, Pattern.DOTALL).matcher(calledPath);
    if (!called.matches()) {
      return Optional.empty();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    VARIABLE
        .matcher(pattern)
        .results()
        .forEach(name -> variables.put(name.group(1), called.group(variables.size() + 1)));
    return Optional.of(variables);
  }

  /** One letter a segment; the smaller, the more specific. */
  private String rank() {
    return path.map(
            text ->
                Stream.of(text.split("/", -1))
                    .map(segment -> isGreedy(segment) ? "c" : segment.startsWith("{") ? "b" : "a")
                    .collect(Collectors.joining()))
        .orElse("z");
  }

  private static boolean isGreedy(String segment) {
    return segment.endsWith("+}");
  }
}
