package dev.holdfast.aws;

import dev.holdfast.ledger.Unavailable;

/** A store did not answer, or not so that it helps. Never leaves this package. */
final class NoAnswerException extends Exception {

  private static final long serialVersionUID = 1L;

  NoAnswerException(String reason) {
    super(reason);
  }

  Unavailable unavailable() {
    return new Unavailable(getMessage());
  }
}
