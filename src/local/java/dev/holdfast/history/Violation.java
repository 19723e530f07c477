package dev.holdfast.history;

/**
 * A promise that was not kept.
 *
 * @param code the booking's
 * @param eventId the event that it is about; empty where it is about all of a booking
 * @param detail the operations that show it, for whoever looks into it
 */
public record Violation(Rule rule, String code, String eventId, String detail) {

  /** What was promised. */
  public enum Rule {
    /** R2: a read left out an event that had been acknowledged; a later one has it. */
    STALE,
    /** R4: an acknowledged event is gone. */
    LOST,
    /** R3: two events in one place were both acknowledged, or both read. */
    DOUBLED,
    /** R2: a read returned an event that nobody sent to that place. */
    FOREIGN,
    /** R2: no order of the operations explains what they were told. */
    NOT_LINEARIZABLE,
    /** R3: a booking code was refused that nobody else had asked for. */
    REFUSED,
    /** R2: the same event with the same content is never another one. */
    REUSED,
    /** Nothing is proven of a booking that could not be read when all was well. */
    NOT_READ,
    /** The tables do not hold what the clients were told. */
    TABLES
  }

  @Override
  public String toString() {
    return rule + " " + code + ": " + detail;
  }
}
