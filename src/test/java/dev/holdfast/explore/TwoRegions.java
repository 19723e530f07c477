package dev.holdfast.explore;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
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
        public ClaimAnswer claim(
            AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
          return (ClaimAnswer)
              ports
                  .script()
                  .ask(
                      new Script.Call(
                          Store.PENDING_REPLICA,
                          "claim",
                          false,
                          stores -> lastWriterWins(stores, Head.claimed(event, previous, now))));
        }
      };
    }

    private static PendingIndex.ClaimAnswer lastWriterWins(Snapshot stores, Head head) {
      stores.pendingIndex().overwrite(head);
      return new PendingIndex.ClaimAnswer.Granted(head);
    }
  }

  private record BothRegions(PendingIndex first, PendingIndex second) implements PendingIndex {

    private <A> A ask(Function<PendingIndex, A> call) {
      A answer = call.apply(first);
      return answer instanceof Unavailable ? call.apply(second) : answer;
    }

    @Override
    public FindAnswer find(BookingCode bookingCode) {
      return ask(region -> region.find(bookingCode));
    }

    @Override
    public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
      return ask(region -> region.claim(event, previous, now));
    }

    @Override
    public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
      return ask(region -> region.claimAndPark(event, now));
    }

    @Override
    public ReplaceAnswer create(Head head) {
      return ask(region -> region.create(head));
    }

    @Override
    public ReplaceAnswer replace(Head seen, Head next) {
      return ask(region -> region.replace(seen, next));
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
