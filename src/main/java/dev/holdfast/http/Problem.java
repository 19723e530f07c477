package dev.holdfast.http;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * An error as clients see it: the problem details of RFC 9457. It never says what a store or an
 * exception said.
 *
 * @param name the last part of its type, stable for clients to rely on
 * @param status of HTTP (RFC 9110)
 * @param detail a sentence on this occurrence
 * @param errors the fields that are wrong
 * @param currentVersion the booking's last version, where that is what the request missed
 * @param headers the headers that go with it
 */
public record Problem(
    String name,
    int status,
    String title,
    String detail,
    Optional<FieldErrors> errors,
    OptionalInt currentVersion,
    Map<String, String> headers) {

  private static final String TYPES = "https://holdfast.dev/problems/";

  static Problem invalidRequest(FieldErrors errors) {
    return of("invalid-request", 400, "The request is not valid")
        .saying(
            errors.isComplete()
                ? "Every field that is wrong is named in errors."
                : "The first "
                    + FieldErrors.MAX_ERRORS
                    + " fields that are wrong are named in errors; there are more.")
        .with(errors);
  }

  static Problem notFound() {
    return of("not-found", 404, "There is nothing here")
        .saying("Bookings live at /bookings/{bookingCode}.");
  }

  static Problem bookingNotFound() {
    return of("booking-not-found", 404, "There is no such booking")
        .saying("No event was accepted under this booking code.");
  }

  static Problem bookingNotMadeYet() {
    return of("booking-not-made-yet", 404, "The booking was not made yet")
        .saying("Its first event was accepted later than that.");
  }

  static Problem eventNotFound() {
    return of("event-not-found", 404, "There is no such event")
        .saying("No event was accepted under this booking code and version.");
  }

  static Problem methodNotAllowed(String allow) {
    return of("method-not-allowed", 405, "The method is not allowed here")
        .saying("Allowed: " + allow + ".")
        .with("Allow", allow);
  }

  static Problem bookingCodeTaken() {
    return of("booking-code-taken", 409, "The booking code is taken")
        .saying("Another booking has this code. Choose another one and send the event again.");
  }

  static Problem versionConflict(int currentVersion) {
    Problem problem =
        of("version-conflict", 409, "The version does not come next")
            .saying("The next version of this booking is " + (currentVersion + 1) + ".");
    return new Problem(
        problem.name,
        problem.status,
        problem.title,
        problem.detail,
        problem.errors,
        OptionalInt.of(currentVersion),
        problem.headers);
  }

  static Problem eventIdReused() {
    return of("event-id-reused", 409, "The event id was used before")
        .saying("An event with this eventId and other content was accepted before.");
  }

  static Problem bodyTooLarge() {
    FieldErrors errors = new FieldErrors();
    errors.add("", "must have at most " + RequestBody.MAX_BYTES + " bytes");
    return of("body-too-large", 413, "The body is too large")
        .saying("A body has at most " + RequestBody.MAX_BYTES + " bytes.")
        .with(errors);
  }

  // RFC 9110, 15.5.16: who refuses a media type says which one is taken.
  static Problem unsupportedMediaType(String fault) {
    return unsupportedFormat(fault).with("Accept", "application/json");
  }

  // RFC 9110, 12.5.3: who refuses a coding says which one is taken, and only then.
  static Problem unsupportedContentCoding() {
    return unsupportedFormat("must not be compressed").with("Accept-Encoding", "identity");
  }

  private static Problem unsupportedFormat(String fault) {
    FieldErrors errors = new FieldErrors();
    errors.add("", fault);
    return of("unsupported-media-type", 415, "The body's format is not supported")
        .saying("A body is application/json in UTF-8, without a content coding.")
        .with(errors);
  }

  /** For whatever was not foreseen. */
  public static Problem internalError() {
    return of("internal-error", 500, "Something went wrong")
        .saying("The instance names this request in the log. Sending it again is safe.");
  }

  static Problem unavailable(int retryAfterSeconds) {
    return of("unavailable", 503, "The ledger cannot answer now")
        .saying("Nothing is promised. Sending the same request again is safe.")
        .with("Retry-After", String.valueOf(retryAfterSeconds));
  }

  private static Problem of(String name, int status, String title) {
    return new Problem(name, status, title, title, Optional.empty(), OptionalInt.empty(), Map.of());
  }

  private Problem saying(String sentence) {
    return new Problem(name, status, title, sentence, errors, currentVersion, headers);
  }

  private Problem with(FieldErrors wrong) {
    return new Problem(name, status, title, detail, Optional.of(wrong), currentVersion, headers);
  }

  private Problem with(String header, String value) {
    return new Problem(name, status, title, detail, errors, currentVersion, Map.of(header, value));
  }

  /** The answer to the request with this id. */
  public Answer answer(UUID requestId) {
    HttpResponse response = HttpResponse.problem(status, body(requestId));
    for (Map.Entry<String, String> header : headers.entrySet()) {
      response = response.with(header.getKey(), header.getValue());
    }
    return Answer.of(response, name);
  }

  private String body(UUID requestId) {
    return JsonText.of(
        json -> {
          json.writeStartObject();
          json.writeStringField("type", TYPES + name);
          json.writeStringField("title", title);
          json.writeNumberField("status", status);
          json.writeStringField("detail", detail);
          json.writeStringField("instance", "urn:uuid:" + requestId);
          if (currentVersion.isPresent()) {
            json.writeNumberField("currentVersion", currentVersion.getAsInt());
          }
          if (errors.isPresent()) {
            json.writeFieldName("errors");
            errors.get().writeTo(json);
          }
          json.writeEndObject();
        });
  }
}
