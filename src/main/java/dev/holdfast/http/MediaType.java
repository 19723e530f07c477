package dev.holdfast.http;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bodies the ledger reads: JSON in UTF-8, as it is. */
final class MediaType {

  // RFC 9110: 8.3.1 (media type), 5.6.6 (parameters), 5.6.2 (token), 5.6.4 (quoted string).
  private static final String TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]++";
  private static final Pattern TYPE = Pattern.compile("(" + TOKEN + ")/(" + TOKEN + ")");
  private static final Pattern PARAMETER =
      Pattern.compile(
          "\\G[ \\t]*+;[ \\t]*+"
              + "(?:(?<name>TOKEN)=(?<value>TOKEN|\"(?:[^\"\\\\]|\\\\.)*+\"))?"
                  .replace("TOKEN", TOKEN));

  private MediaType() {}

  /**
   * Why a request's body may not be read as JSON, or nothing. Without a Content-Type it may: RFC
   * 9110, 8.3, leaves the guess to the recipient.
   */
  static Optional<Problem> refusal(HttpRequest request) {
    if (!request.header("content-encoding").map(MediaType::isIdentity).orElse(true)) {
      return Optional.of(Problem.unsupportedContentCoding());
    }
    return request
        .header("content-type")
        .flatMap(MediaType::fault)
        .map(Problem::unsupportedMediaType);
  }

  private static boolean isIdentity(String contentEncoding) {
    return contentEncoding.equalsIgnoreCase("identity");
  }

  private static Optional<String> fault(String contentType) {
    Matcher type = TYPE.matcher(contentType);
    if (!type.lookingAt() || !isJson(type.group(1), type.group(2))) {
      return Optional.of("must be JSON by its Content-Type, as in application/json");
    }
    Matcher parameter = PARAMETER.matcher(contentType).region(type.end(), contentType.length());
    int end = type.end();
    while (parameter.find()) {
      end = parameter.end();
      if ("charset".equalsIgnoreCase(parameter.group("name"))
          && !unquoted(parameter.group("value")).equalsIgnoreCase("utf-8")) {
        return Optional.of("must have no charset in its Content-Type but utf-8, spelled like that");
      }
    }
    return end == contentType.length()
        ? Optional.empty()
        : Optional.of("must have a Content-Type with parameters as in RFC 9110, 5.6.6");
  }

  // Any structured syntax suffix +json is JSON (RFC 6839, 3.1).
  private static boolean isJson(String type, String subtype) {
    String lower = subtype.toLowerCase(Locale.ROOT);
    return type.equalsIgnoreCase("application")
        && (lower.equals("json") || (lower.endsWith("+json") && !lower.equals("+json")));
  }

  private static String unquoted(String value) {
    return value.startsWith("\"")
        ? value.substring(1, value.length() - 1).replaceAll("\\\\(.)", "$1")
        : value;
  }
}
