package dev.holdfast.ledger;

import dev.holdfast.booking.EventIdentity;
import java.time.Instant;
import java.util.Optional;

/**
 * What the pending index says of a booking code: which first event owns it and, while that event
 * waits for the event table, the whole event.
 *
 * @param owner the event that owns the code
 * @param revision raised by every write of the item, so that a condition on it means "nobody
 *     touched this claim since I looked"; 1 where the claim was never touched after its making
 * @param claimedAt when the owner, or a repetition of its call, claimed the code; the latest moment
 * @param parked the event itself while it is pending; empty where the code is only claimed
 */
public record Claim(
    EventIdentity owner, long revision, Instant claimedAt, Optional<Parked> parked) {

  public boolean isOwnedBy(EventIdentity event) {
    return owner.equals(event);
  }

  /** Whether the claim was made by the write that answered with it. */
  public boolean isNew() {
    return revision == 1;
  }

  public boolean isPending() {
    return parked.isPresent();
  }

  /**
   * An event that waits for the event table.
   *
   * @param pendingSince when it was first parked
   * @param resumed whether it was parked on a claim that was not new: the event table may hold it
   *     already, and later versions with it, so it is no full answer to a read
   * @param conflictSince since when it is known that the event table holds another event in its
   *     place
   */
  public record Parked(
      AcceptedEvent event, Instant pendingSince, boolean resumed, Optional<Instant> conflictSince) {

    public boolean isInConflict() {
      return conflictSince.isPresent();
    }
  }
}
