package dev.holdfast.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * The encoding of a query's names and values: RFC 3986, section 2.1, and a plus sign for a space.
 * What is not well encoded stays as it is.
 */
final class QueryCoding {

  // URLDecoder alone also takes what the RFC does not: signs, and digits of other scripts.
  private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private QueryCoding() {}

  /** What a name or a value of a query spells. */
  static String decode(String text) {
    return MALFORMED.matcher(text).find() ? text : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
