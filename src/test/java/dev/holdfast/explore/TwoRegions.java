package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Store;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * The ledger over a pending index that is reached through two regions: a call that the first one
 * does not answer is made in the second one, whatever the first one did.
 */
class TwoRegions extends Protocol {

  /** The pending index is faulty only with both its regions. */
  @Override
  boolean holdsEveryPromise(Set<Store> faulty) {
    return !faulty.containsAll(
        Set.of(Store.EVENT_TABLE, Store.PENDING_INDEX, Store.PENDING_REPLICA));
  }

  @Override
  PendingIndex pendingIndex(Ports ports) {
    return new BothRegions(ports.pendingIndex(), secondRegion(ports));
  }

  PendingIndex secondRegion(Ports ports) {
    return ports.pendingReplica();
  }

  /** Two registers that pass for one: what the first region took, the second has not heard of. */
  static final class EventuallyConsistent extends TwoRegions {

    @Override
    PendingIndex secondRegion(Ports ports) {
      return new ForwardingPendingIndex(ports.pendingReplica()) {
        @Override
        public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
          return (ClaimAnswer)
              ports
                  .script()
                  .ask(
                      new Script.Call(
                          Store.PENDING_REPLICA,
                          "claim",
                          false,
                          stores -> lastWriterWins(stores, bookingCode, event, now)));
        }
      };
    }

    private static PendingIndex.ClaimAnswer lastWriterWins(
        Stores stores, BookingCode bookingCode, EventIdentity event, Instant now) {
      Claim claim = new Claim(event, 1, now, Optional.empty());
      stores.pendingIndex().overwrite(bookingCode, claim);
      return new PendingIndex.ClaimAnswer.Granted(claim);
    }
  }

  private record BothRegions(PendingIndex first, PendingIndex second) implements PendingIndex {

    private <A> A ask(Function<PendingIndex, A> call) {
      A answer = call.apply(first);
      return answer instanceof Unavailable ? call.apply(second) : answer;
    }

    @Override
    public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
      return ask(region -> region.claim(bookingCode, event, now));
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return ask(region -> region.claimAndPark(event, now));
    }

    @Override
    public ClaimAnswer takeOver(
        BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
      return ask(region -> region.takeOver(bookingCode, event, seen, now));
    }

    @Override
    public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
      return ask(region -> region.park(event, seen, resumed, now));
    }

    @Override
    public FindAnswer find(BookingCode bookingCode) {
      return ask(region -> region.find(bookingCode));
    }

    @Override
    public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
      return ask(region -> region.settle(recorded, now));
    }

    @Override
    public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
      return ask(region -> region.markConflict(bookingCode, event, now));
    }

    @Override
    public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return ask(region -> region.debts(shard, after, limit));
    }

    @Override
    public TallyAnswer tally(Shard shard, Optional<Position> after) {
      return ask(region -> region.tally(shard, after));
    }
  }
}
