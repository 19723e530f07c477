package dev.holdfast.http;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who sent a request, and for what, as far as the log may say it. It is no part of what the ledger
 * keeps: a booking knows nobody's name (R5).
 *
 * <p>The gateway's authorizer has made sure of {@code caller} and {@code subject}, but who makes a
 * session or an identity names it; a trace is what the sender says. So all is bounded, and of
 * printable ASCII.
 *
 * @param caller the ARN of whoever signed the request, at most 2,048 characters (AWS, "IAM API
 *     Reference", {@code arnType}); there with IAM authorization
 * @param subject the subject of the token, at most 255 characters (OpenID Connect Core 1.0, section
 *     2); there with JWT authorization
 * @param traceparent the trace that the request is a part of (W3C, "Trace Context"); what does not
 *     parse is not taken, as the recommendation has it
 */
public record Origin(
    Optional<String> caller, Optional<String> subject, Optional<String> traceparent) {

  private static final int LONGEST_CALLER = 2_048;
  private static final int LONGEST_SUBJECT = 255;

  private static final Pattern NOT_PRINTABLE = Pattern.compile("[^!-~]");

  // Section 3.2.2. What a later version of the format appends is left out: section 4.3.
  private static final Pattern TRACEPARENT =
      Pattern.compile(
          "((?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2})(?:-.*)?");

  static Origin of(
      Optional<String> caller, Optional<String> subject, Optional<String> traceparent) {
    return new Origin(
        caller.map(text -> printable(text, LONGEST_CALLER)),
        subject.map(text -> printable(text, LONGEST_SUBJECT)),
        traceparent.flatMap(Origin::parse));
  }

  /** Changed where it has to be, never dropped: nobody hides by an odd name. */
  private static String printable(String text, int longest) {
    return NOT_PRINTABLE
        .matcher(text.substring(0, Math.min(text.length(), longest)))
        .replaceAll("?");
  }

  private static Optional<String> parse(String traceparent) {
    return Optional.of(TRACEPARENT.matcher(traceparent))
        .filter(it -> it.matches() && !(it.group(1).startsWith("00") && it.end() > it.end(1)))
        .map(it -> it.group(1));
  }

  /** What is known of it, by the names of the log's fields. */
  public Map<String, String> log() {
    Map<String, String> log = new LinkedHashMap<>();
    caller.ifPresent(value -> log.put("caller", value));
    subject.ifPresent(value -> log.put("subject", value));
    traceparent.ifPresent(value -> log.put("traceparent", value));
    return log;
  }
}
