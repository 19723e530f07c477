package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.history.Operation.Outcome;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What an answer of the API means to people who look at a chart. */
enum AnswerKind {
  /** 201. */
  RECORDED(Outcome.RECORDED),
  /** 202. */
  PENDING(Outcome.PENDING),
  /** 200 to an append: it was recorded before. */
  REPEATED(Outcome.RECORDED),
  /** 409, booking-code-taken. */
  TAKEN(Outcome.TAKEN),
  /** 409, version-conflict. */
  CONFLICT(Outcome.CONFLICT),
  /** 503 of the ledger. */
  UNAVAILABLE(Outcome.UNAVAILABLE),
  /** The request makes no sense, or there is no such path. */
  REFUSED,
  /** No answer of the ledger: its process died, or was not done in its time. */
  FAILED(Outcome.LOST_CONNECTION),
  /** 200 to a read. */
  READ(Outcome.FOUND),
  /** 404 to a read. */
  NOT_FOUND(Outcome.NOT_FOUND);

  private final Optional<Outcome> outcome;

  AnswerKind(Outcome... outcome) {
    this.outcome = Stream.of(outcome).findFirst();
  }

  /** What the checker is told; nothing where the request was refused. */
  Optional<Outcome> outcome() {
    return outcome;
  }

  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * What an answer means.
   *
   * @param body the answer's, where it is JSON
   */
  static AnswerKind of(String method, int status, JsonNode body) {
    String problem = problem(body);
    return switch (status) {
      case 200 -> method.equals("POST") ? REPEATED : READ;
      case 201 -> RECORDED;
      case 202 -> PENDING;
      case 404 ->
          problem.endsWith("-not-found") || problem.equals("booking-not-made-yet")
              ? NOT_FOUND
              : REFUSED;
      case 409 ->
          switch (problem) {
            case "booking-code-taken" -> TAKEN;
            case "version-conflict" -> CONFLICT;
            default -> REFUSED;
          };
      // API Gateway's own 503 has no problem type: no process was free.
      case 503 -> problem.equals("unavailable") ? UNAVAILABLE : FAILED;
      default -> status >= 500 ? FAILED : REFUSED;
    };
  }

  /** The last word of a problem's type; empty where the body is no problem. */
  static String problem(JsonNode body) {
    return body.path("type").asText().replaceFirst(".*/", "");
  }
}
