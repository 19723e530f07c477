package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.Optional;

/** A pending index as another one is, but for what a mutant overrides. */
abstract class ForwardingPendingIndex implements PendingIndex {

  private final PendingIndex index;

  ForwardingPendingIndex(PendingIndex index) {
    this.index = index;
  }

  @Override
  public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
    return index.claim(bookingCode, event, now);
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    return index.claimAndPark(event, now);
  }

  @Override
  public ClaimAnswer takeOver(
      BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
    return index.takeOver(bookingCode, event, seen, now);
  }

  @Override
  public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
    return index.park(event, seen, resumed, now);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return index.find(bookingCode);
  }

  @Override
  public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
    return index.settle(recorded, now);
  }

  @Override
  public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
    return index.markConflict(bookingCode, event, now);
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return index.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return index.tally(shard, after);
  }
}
