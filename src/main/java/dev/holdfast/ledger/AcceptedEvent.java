package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import java.time.Instant;

/**
 * An event as the ledger keeps it, in the event table, the pending index and the fallback queue.
 *
 * @param identity as it was when the ledger accepted the event; never computed anew, so that a
 *     later way to fingerprint leaves what stands alone
 * @param recordedAt when the ledger accepted it, to the millisecond; it stays when a pending event
 *     is recorded
 */
public record AcceptedEvent(PriceEvent event, EventIdentity identity, Instant recordedAt) {

  public BookingCode bookingCode() {
    return event.bookingCode();
  }

  public Version version() {
    return event.version();
  }

  /** Whether both are the same event with the same content. */
  public boolean is(EventIdentity other) {
    return identity.equals(other);
  }
}
