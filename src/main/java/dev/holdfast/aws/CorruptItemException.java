package dev.holdfast.aws;

/** What should hold an event or a head holds none. */
final class CorruptItemException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  CorruptItemException(String attribute) {
    super("'" + attribute + "' is missing or not what it should be");
  }
}
