package dev.holdfast.ledger;

import dev.holdfast.booking.Version;
import java.time.Instant;
import java.util.Optional;

/**
 * Tells the drainer that a booking owes something. See
 * docs/decisions/0019-a-hint-tells-which-debt.md.
 *
 * @param event of the booking, for people to read
 * @param state tells this debt from every other one of the booking, and from itself once anything
 *     was done about it: a queue that drops what it was sent before drops no other hint. Empty:
 *     what is owed is how the booking began, and one hint of that is enough. At most 30 letters,
 *     digits and hyphens
 */
public record Hint(AcceptedEvent event, Optional<String> state) {

  /**
   * An event waits for the event table.
   *
   * @param head at which it waits
   */
  static Hint ofPending(AcceptedEvent event, Head head) {
    return new Hint(
        event,
        Optional.of(Long.toString(head.revision())).filter(later -> !event.version().isFirst()));
  }

  /** The pending index does not know of an event that the event table has. */
  static Hint ofUnclaimed(AcceptedEvent event) {
    return new Hint(
        event,
        Optional.of(unclaimedState(event.version())).filter(later -> !event.version().isFirst()));
  }

  /** A debt is due, whatever was sent about it before. */
  static Hint ofDebt(DebtIndex.Debt debt) {
    return new Hint(debt.event(), Optional.of(debt.state()));
  }

  /** A message is put back to work, whatever was sent before. */
  public static Hint redriven(AcceptedEvent event, Instant now) {
    return new Hint(event, Optional.of("redriven-" + now.toEpochMilli()));
  }

  /** An event is marked when it is put, and never again: it has this debt once. */
  public static String unclaimedState(Version version) {
    return "unclaimed-" + version;
  }
}
