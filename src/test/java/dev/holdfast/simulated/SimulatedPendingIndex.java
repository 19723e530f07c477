package dev.holdfast.simulated;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.PendingIndex.SettleAnswer.Settled.Effect;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** P in memory, with the semantics of one DynamoDB table. For one thread at a time. */
public final class SimulatedPendingIndex implements PendingIndex {

  private final Network network;
  private final Map<BookingCode, Claim> claims = new HashMap<>();

  public SimulatedPendingIndex(Network network) {
    this.network = network;
  }

  /** An index with the same content and a network of its own. */
  public SimulatedPendingIndex copy(Network itsNetwork) {
    SimulatedPendingIndex copy = new SimulatedPendingIndex(itsNetwork);
    copy.claims.putAll(claims);
    return copy;
  }

  /** All that a call could ever tell of, as a value; past the network. */
  public Object content() {
    return Map.copyOf(claims);
  }

  /** The claim of a code, past the network. */
  public Optional<Claim> claimOf(BookingCode bookingCode) {
    return Optional.ofNullable(claims.get(bookingCode));
  }

  /** Sets a claim past the network and every condition, as a mutant of the ledger would. */
  public void overwrite(BookingCode bookingCode, Claim claim) {
    claims.put(bookingCode, claim);
  }

  @Override
  public ClaimAnswer claim(BookingCode bookingCode, EventIdentity event, Instant now) {
    return call(
        "claim",
        () -> {
          Optional<Claim> standing = claimOf(bookingCode);
          if (standing.isPresent() && !standing.get().isOwnedBy(event)) {
            return new ClaimAnswer.Taken(standing.get());
          }
          Instant claimedAt =
              standing.map(Claim::claimedAt).filter(before -> before.isAfter(now)).orElse(now);
          return granted(bookingCode, event, claimedAt, standing.flatMap(Claim::parked));
        },
        lost -> lost);
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    return call(
        "claimAndPark",
        () -> {
          Optional<Claim> standing = claimOf(event.bookingCode());
          if (standing.isPresent()
              && !(standing.get().isOwnedBy(event.identity()) && standing.get().isPending())) {
            return new ClaimAnswer.Taken(standing.get());
          }
          Parked parked =
              standing
                  .flatMap(Claim::parked)
                  .orElse(new Parked(event, now, false, Optional.empty()));
          Instant claimedAt = standing.map(Claim::claimedAt).orElse(now);
          return granted(event.bookingCode(), event.identity(), claimedAt, Optional.of(parked));
        },
        lost -> lost);
  }

  @Override
  public ClaimAnswer takeOver(
      BookingCode bookingCode, EventIdentity event, Claim seen, Instant now) {
    return call(
        "takeOver",
        () -> {
          Claim standing = claims.get(bookingCode);
          return standing.revision() == seen.revision() && !standing.isPending()
              ? granted(bookingCode, event, now, Optional.empty())
              : new ClaimAnswer.Taken(standing);
        },
        lost -> lost);
  }

  private ClaimAnswer granted(
      BookingCode bookingCode, EventIdentity event, Instant claimedAt, Optional<Parked> parked) {
    write(bookingCode, event, claimedAt, parked);
    return new ClaimAnswer.Granted(claims.get(bookingCode));
  }

  @Override
  public ParkAnswer park(AcceptedEvent event, Claim seen, boolean resumed, Instant now) {
    return call(
        "park",
        () -> {
          Claim standing = claims.get(event.bookingCode());
          if (!standing.isOwnedBy(event.identity())
              || standing.isPending()
              || standing.revision() != seen.revision()) {
            return new ParkAnswer.Moved(standing);
          }
          Parked parked = new Parked(event, now, resumed, Optional.empty());
          write(event.bookingCode(), event.identity(), standing.claimedAt(), Optional.of(parked));
          return new ParkAnswer.Parked();
        },
        lost -> lost);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return call(
        "find",
        () ->
            claimOf(bookingCode)
                .<FindAnswer>map(FindAnswer.Found::new)
                .orElseGet(FindAnswer.Absent::new),
        lost -> lost);
  }

  @Override
  public SettleAnswer settle(AcceptedEvent recorded, Instant now) {
    return call(
        "settle",
        () -> {
          Optional<Claim> standing = claimOf(recorded.bookingCode());
          if (standing.isPresent()
              && standing.get().isPending()
              && !standing.get().isOwnedBy(recorded.identity())) {
            return new SettleAnswer.OtherPending(standing.get());
          }
          write(
              recorded.bookingCode(),
              recorded.identity(),
              standing.map(Claim::claimedAt).orElse(now),
              Optional.empty());
          return new SettleAnswer.Settled(
              standing
                  .map(
                      claim ->
                          claim.isOwnedBy(recorded.identity()) && !claim.isPending()
                              ? Effect.STANDING
                              : Effect.CORRECTED)
                  .orElse(Effect.CLAIMED));
        },
        lost -> lost);
  }

  @Override
  public ConflictAnswer markConflict(BookingCode bookingCode, EventIdentity event, Instant now) {
    return call(
        "markConflict",
        () -> {
          Claim standing = claims.get(bookingCode);
          if (standing.isOwnedBy(event)) {
            Optional<Parked> marked =
                standing
                    .parked()
                    .map(
                        parked ->
                            new Parked(
                                parked.event(),
                                parked.pendingSince(),
                                parked.resumed(),
                                Optional.of(parked.conflictSince().orElse(now))));
            write(bookingCode, event, standing.claimedAt(), marked);
          }
          return new ConflictAnswer.Marked();
        },
        lost -> lost);
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return call("debts", () -> owed(shard).page(after, limit), lost -> lost);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return call("tally", () -> owed(shard).tally(after), lost -> lost);
  }

  private SimulatedDebts owed(Shard shard) {
    return SimulatedDebts.of(
        claims.entrySet().stream()
            .filter(claim -> Shard.of(claim.getKey()).equals(shard))
            .map(Map.Entry::getValue)
            .flatMap(claim -> claim.parked().map(parked -> owed(claim, parked)).stream()));
  }

  private static SimulatedDebts.Owed owed(Claim claim, Parked parked) {
    return new SimulatedDebts.Owed(
        new Debt(parked.event(), parked.pendingSince(), Long.toString(claim.revision())),
        parked.isInConflict());
  }

  /** Every write of a claim raises its revision. */
  private void write(
      BookingCode bookingCode, EventIdentity owner, Instant claimedAt, Optional<Parked> parked) {
    long revision = claimOf(bookingCode).map(Claim::revision).orElse(0L) + 1;
    claims.put(bookingCode, new Claim(owner, revision, claimedAt, parked));
  }

  private <A> A call(String name, Supplier<A> effect, Function<Unavailable, A> lost) {
    Fate fate = network.decide(new Call(Store.PENDING_INDEX, name));
    if (fate == Fate.FAILS) {
      return lost.apply(new Unavailable("the pending index does not answer"));
    }
    A answer = effect.get();
    return fate == Fate.WORKS
        ? answer
        : lost.apply(new Unavailable("the pending index's answer is lost"));
  }
}
