package dev.holdfast.ledger;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * An event as the ledger keeps it, in the event table, the pending index and the fallback queue.
 * See docs/decisions/0028-recordedat-never-goes-back.md.
 *
 * @param identity as it was when the ledger accepted the event; never computed anew, so that a
 *     later way to fingerprint leaves what stands alone
 * @param recordedAt when the ledger accepted it, to the millisecond, and never before the event
 *     before it; it stays when a pending event is recorded
 */
public record AcceptedEvent(PriceEvent event, EventIdentity identity, Instant recordedAt) {

  private static final int BYTES_WITHOUT_DATA = 600;

  public BookingCode bookingCode() {
    return event.bookingCode();
  }

  public Version version() {
    return event.version();
  }

  /**
   * How much room the event takes in a store, in bytes: its data, and for everything else more than
   * it can be.
   */
  public int bytes() {
    return BYTES_WITHOUT_DATA
        + event.data().map(data -> data.json().getBytes(StandardCharsets.UTF_8).length).orElse(0);
  }

  /**
   * Accepted no earlier than the event before it, whatever the clock said: along a booking, moments
   * never go back.
   */
  public AcceptedEvent notBefore(AcceptedEvent before) {
    return recordedAt.isBefore(before.recordedAt)
        ? new AcceptedEvent(event, identity, before.recordedAt)
        : this;
  }

  /** Whether both are the same event with the same content. */
  public boolean is(EventIdentity other) {
    return identity.equals(other);
  }
}
