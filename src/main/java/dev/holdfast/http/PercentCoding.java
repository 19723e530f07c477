package dev.holdfast.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;

/** The percent-encoding of RFC 3986, section 2.1. What is not well encoded stays as it is. */
final class PercentCoding {

  private PercentCoding() {}

  /** A segment of a path. */
  static String decodeSegment(String segment) {
    return decode(segment.replace("+", "%2B"));
  }

  /** A name or a value of a query, where a plus sign is a space. */
  static String decodeQuery(String text) {
    return decode(text);
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
