package dev.holdfast.http;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which bodies the ledger reads: JSON in UTF-8, as it is. */
final class MediaType {

  // RFC 9110, 8.3.1; any structured syntax suffix +json is JSON (RFC 6839, 3.1).
  private static final Pattern JSON =
      Pattern.compile("application/(json|[a-z0-9!#$&^_.+-]+\\+json)(?<parameters>\\s*;.*)?");
  private static final Pattern CHARSET =
      Pattern.compile(";\\s*charset=(\"?)(?<name>[^;\"\\s]*)\\1");

  private MediaType() {}

  /**
   * Whether a request's body may be read as JSON. Without a Content-Type it may: RFC 9110, 8.3,
   * leaves the guess to the recipient.
   */
  static boolean isJson(HttpRequest request) {
    return request.header("content-encoding").map(MediaType::isIdentity).orElse(true)
        && request.header("content-type").map(MediaType::isJson).orElse(true);
  }

  private static boolean isIdentity(String contentEncoding) {
    return contentEncoding.equalsIgnoreCase("identity");
  }

  private static boolean isJson(String contentType) {
    Matcher json = JSON.matcher(contentType.toLowerCase(Locale.ROOT));
    if (!json.matches()) {
      return false;
    }
    Matcher charset =
        CHARSET.matcher(json.group("parameters") == null ? "" : json.group("parameters"));
    return !charset.find() || charset.group("name").equals("utf-8");
  }
}
