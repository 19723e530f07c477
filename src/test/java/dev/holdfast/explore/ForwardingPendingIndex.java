package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import java.time.Instant;
import java.util.Optional;

/** A pending index that passes every call on, for mutants that change one of them. */
abstract class ForwardingPendingIndex implements PendingIndex {

  private final PendingIndex index;

  ForwardingPendingIndex(PendingIndex index) {
    this.index = index;
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return index.find(bookingCode);
  }

  @Override
  public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
    return index.claim(event, previous, now);
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    return index.claimAndPark(event, now);
  }

  @Override
  public ReplaceAnswer create(Head head) {
    return index.create(head);
  }

  @Override
  public ReplaceAnswer replace(Head seen, Head next) {
    return index.replace(seen, next);
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
