package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import java.util.List;
import java.util.Optional;

/** What a read answers: what the ledger holds, or openly that it cannot say now (R2). */
public final class ReadOutcome {

  private ReadOutcome() {}

  /** Where an event stands. */
  public enum Status {
    /** Known to be in the event table. */
    RECORDED,
    /** Accepted, and waiting for the event table or not known to be in it. */
    PENDING
  }

  /** An event and where it stands. */
  public record ReadEvent(AcceptedEvent event, Status status) {}

  /** The answer to a read of the event that held at a moment. */
  public sealed interface AsOf permits OneEvent, NotMadeYet, InTheFuture {}

  /** The answer to a read of one event. */
  public sealed interface OneEvent extends AsOf permits Found, NotFound, Unavailable {}

  /** The answer to a read of a booking's events. */
  public sealed interface Events permits Page, NotFound, Unavailable {}

  /** The event asked for. */
  public record Found(ReadEvent event) implements OneEvent {}

  /**
   * A page of the events asked for; empty where the booking has none in the range.
   *
   * @param next where the next page begins, if there is one
   */
  public record Page(List<ReadEvent> events, Optional<Version> next) implements Events {}

  /** There is no such booking, or no such event of it. */
  public record NotFound() implements OneEvent, Events {}

  /** The booking's first event was accepted later than the moment. */
  public record NotMadeYet() implements AsOf {}

  /** Nobody can say yet what will have held by then. */
  public record InTheFuture() implements AsOf {}
}
