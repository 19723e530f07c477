package dev.holdfast.fuzz;

import dev.holdfast.fuzz.World.Target;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A request as a function gets it, and what is known of its answer. */
final class GeneratedRequest {

  private final Target target;
  private final byte[] event;
  private final Expected expected;

  GeneratedRequest(Target target, byte[] event, Expected expected) {
    this.target = target;
    this.event = event.clone();
    this.expected = expected;
  }

  Target target() {
    return target;
  }

  /** The event of API Gateway, or what came instead of it. */
  byte[] event() {
    return event.clone();
  }

  /** What the answer has to be. */
  Expected expected() {
    return expected;
  }

  /** What an answer has to be. */
  sealed interface Expected {

    /** Whatever is allowed at all. */
    record Anything() implements Expected {}

    /**
     * The request is refused.
     *
     * @param pointers exactly the fields that its errors have to name, where that is known
     */
    record Refused(int status, Optional<Set<String>> pointers) implements Expected {}

    /** The body alone decides: if {@link EventSchema} takes it, it is appended, or conflicts. */
    record AsItsBody(String bookingCode) implements Expected {}

    /** One of the versions of a booking that stands. */
    record OneEvent(int version) implements Expected {}

    /** A page of a booking that stands. */
    record Page(List<Integer> versions, Optional<String> next) implements Expected {}
  }
}
