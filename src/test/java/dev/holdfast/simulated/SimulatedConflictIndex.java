package dev.holdfast.simulated;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.Claim;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** The conflicts of a P in memory. For one thread at a time. */
public final class SimulatedConflictIndex implements ConflictIndex {

  private final Network network;
  private final SimulatedPendingIndex pendingIndex;
  private final Map<BookingCode, Decision> decisions = new HashMap<>();
  private final Map<BookingCode, List<Resolution>> resolutions = new HashMap<>();

  /** The conflicts of {@code pendingIndex}, reached over the same network. */
  public SimulatedConflictIndex(Network network, SimulatedPendingIndex pendingIndex) {
    this.network = network;
    this.pendingIndex = pendingIndex;
  }

  /** What was decided and is not yet done, past the network. */
  public Optional<Decision> decisionOn(BookingCode bookingCode) {
    return Optional.ofNullable(decisions.get(bookingCode));
  }

  /** The record of a code, past the network. */
  public List<Resolution> resolutionsOf(BookingCode bookingCode) {
    return resolutions.getOrDefault(bookingCode, List.of());
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, EventId eventId) {
    return call(
        "findConflict",
        () -> new FindAnswer.Found(parked(bookingCode), resolution(bookingCode, eventId)),
        lost -> lost);
  }

  @Override
  public DecideAnswer decide(BookingCode bookingCode, EventIdentity kept, Decision decision) {
    return call(
        "decide",
        () -> {
          Optional<Parked> parked = parked(bookingCode).filter(it -> it.event().is(kept));
          if (parked.isPresent() && decisions.containsKey(bookingCode)) {
            return new DecideAnswer.DecidedBefore(decisions.get(bookingCode));
          }
          if (parked.filter(Parked::isInConflict).isEmpty()) {
            return new DecideAnswer.Gone();
          }
          decisions.put(bookingCode, decision);
          raiseRevision(bookingCode);
          return new DecideAnswer.Decided();
        },
        lost -> lost);
  }

  @Override
  public WithdrawAnswer withdraw(BookingCode bookingCode, EventIdentity kept, Decision decision) {
    return call(
        "withdraw",
        () -> {
          if (isDecided(bookingCode, kept, decision)) {
            decisions.remove(bookingCode);
            raiseRevision(bookingCode);
          }
          return new WithdrawAnswer.Withdrawn();
        },
        lost -> lost);
  }

  @Override
  public RecordAnswer record(Resolution resolution) {
    return call(
        "recordResolution",
        () -> {
          BookingCode bookingCode = resolution.kept().bookingCode();
          Optional<Resolution> standing =
              resolution(bookingCode, resolution.kept().identity().eventId());
          Instant decidedAt = resolution.decision().decidedAt();
          if (standing.isPresent() && standing.get().decision().decidedAt().isAfter(decidedAt)) {
            return new RecordAnswer.Superseded(standing.get());
          }
          List<Resolution> all = new ArrayList<>(resolutionsOf(bookingCode));
          standing.ifPresent(all::remove);
          all.add(resolution);
          resolutions.put(bookingCode, List.copyOf(all));
          return new RecordAnswer.Recorded();
        },
        lost -> lost);
  }

  private Optional<Resolution> resolution(BookingCode bookingCode, EventId eventId) {
    return resolutionsOf(bookingCode).stream()
        .filter(it -> it.kept().identity().eventId().equals(eventId))
        .findFirst();
  }

  @Override
  public CloseAnswer close(Resolution resolution, EventIdentity recorded) {
    return call(
        "close",
        () -> {
          BookingCode bookingCode = resolution.kept().bookingCode();
          if (!isDecided(bookingCode, resolution.kept().identity(), resolution.decision())) {
            return new CloseAnswer.Gone();
          }
          decisions.remove(bookingCode);
          Claim standing = claim(bookingCode);
          pendingIndex.overwrite(
              bookingCode,
              new Claim(recorded, standing.revision() + 1, standing.claimedAt(), Optional.empty()));
          return new CloseAnswer.Closed();
        },
        lost -> lost);
  }

  private boolean isDecided(BookingCode bookingCode, EventIdentity kept, Decision decision) {
    return parked(bookingCode).filter(it -> it.event().is(kept)).isPresent()
        && decision.equals(decisions.get(bookingCode));
  }

  private Optional<Parked> parked(BookingCode bookingCode) {
    return pendingIndex.claimOf(bookingCode).flatMap(Claim::parked);
  }

  private Claim claim(BookingCode bookingCode) {
    return pendingIndex.claimOf(bookingCode).orElseThrow();
  }

  private void raiseRevision(BookingCode bookingCode) {
    Claim standing = claim(bookingCode);
    pendingIndex.overwrite(
        bookingCode,
        new Claim(
            standing.owner(), standing.revision() + 1, standing.claimedAt(), standing.parked()));
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
