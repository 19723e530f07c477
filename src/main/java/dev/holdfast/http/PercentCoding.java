package dev.holdfast.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** The percent-encoding of RFC 3986, section 2.1. What is not well encoded stays as it is. */
final class PercentCoding {

  // URLDecoder alone also takes what the RFC does not: signs, and digits of other scripts.
  private static final Pattern MALFORMED = Pattern.compile("%(?![0-9A-Fa-f]{2})");

  private PercentCoding() {}

  /** A segment of a path. */
  static String decodeSegment(String segment) {
    return isWellEncoded(segment) ? decode(segment.replace("+", "%2B")) : segment;
  }

  /** A name or a value of a query, where a plus sign is a space. */
  static String decodeQuery(String text) {
    return isWellEncoded(text) ? decode(text) : text;
  }

  private static boolean isWellEncoded(String text) {
    return !MALFORMED.matcher(text).find();
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
