package dev.holdfast.simulated;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
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
  private final Map<BookingCode, Head> heads = new HashMap<>();

  public SimulatedPendingIndex(Network network) {
    this.network = network;
  }

  /** An index with the same content and a network of its own. */
  public SimulatedPendingIndex copy(Network itsNetwork) {
    SimulatedPendingIndex copy = new SimulatedPendingIndex(itsNetwork);
    copy.heads.putAll(heads);
    return copy;
  }

  /** All that a call could ever tell of, as a value; past the network. */
  public Object content() {
    return Map.copyOf(heads);
  }

  /** The head of a booking, past the network. */
  public Optional<Head> headOf(BookingCode bookingCode) {
    return Optional.ofNullable(heads.get(bookingCode));
  }

  /** Sets a head past the network and every condition, as a mutant of the ledger would. */
  public void overwrite(Head head) {
    heads.put(head.bookingCode(), head);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return call(
        "find",
        () ->
            headOf(bookingCode)
                .<FindAnswer>map(FindAnswer.Found::new)
                .orElseGet(FindAnswer.Absent::new),
        lost -> lost);
  }

  @Override
  public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
    return call(
        "claim",
        () -> {
          Optional<Head> standing = headOf(event.bookingCode());
          if (standing.isEmpty()) {
            return event.version().isFirst()
                ? granted(Head.claimed(event, previous, now))
                : new ClaimAnswer.Refused(standing);
          }
          Head head = standing.get();
          return head.isFollowedBy(event)
                  && previous.filter(head::isAt).isPresent()
                  && !head.isPending()
              ? granted(head.claimedFor(event, previous, now))
              : new ClaimAnswer.Refused(standing);
        },
        lost -> lost);
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    return call(
        "claimAndPark",
        () -> {
          Optional<Head> standing = headOf(event.bookingCode());
          if (standing.isEmpty()) {
            return event.version().isFirst()
                ? granted(Head.parked(event, now))
                : new ClaimAnswer.Refused(standing);
          }
          Head head = standing.get();
          return head.isFollowedBy(event) && head.hasRoomFor(event) && head.kept().isEmpty()
              ? granted(head.parkedWith(event, now))
              : new ClaimAnswer.Refused(standing);
        },
        lost -> lost);
  }

  private ClaimAnswer granted(Head head) {
    overwrite(head);
    return new ClaimAnswer.Granted(head);
  }

  @Override
  public ReplaceAnswer create(Head head) {
    return call("create", () -> put(Optional.empty(), head), lost -> lost);
  }

  @Override
  public ReplaceAnswer replace(Head seen, Head next) {
    return call("replace", () -> put(Optional.of(seen), next), lost -> lost);
  }

  private ReplaceAnswer put(Optional<Head> seen, Head next) {
    Optional<Head> standing = headOf(next.bookingCode());
    if (!standing.map(Head::revision).equals(seen.map(Head::revision))) {
      return standing.equals(Optional.of(next))
          ? new ReplaceAnswer.Replaced()
          : new ReplaceAnswer.Moved(standing.orElseThrow());
    }
    overwrite(next);
    return new ReplaceAnswer.Replaced();
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return call("debts", () -> pending(shard).page(after, limit), lost -> lost);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return call("tally", () -> pending(shard).tally(after), lost -> lost);
  }

  private SimulatedDebts pending(Shard shard) {
    return SimulatedDebts.of(
        heads.values().stream()
            .filter(head -> Shard.of(head.bookingCode()).equals(shard))
            .flatMap(head -> pending(head).stream()));
  }

  private static Optional<Debt> pending(Head head) {
    return head.state() instanceof Head.State.Pending pending
        ? Optional.of(
            new Debt(head.events().get(0), pending.since(), Long.toString(head.revision())))
        : Optional.empty();
  }

  /** The bookings that keep something, reached over the same network. */
  public ConflictIndex conflicts() {
    return new Conflicts();
  }

  private final class Conflicts implements ConflictIndex {

    @Override
    public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
      return call("conflicts", () -> kept(shard).page(after, limit), lost -> lost);
    }

    @Override
    public TallyAnswer tally(Shard shard, Optional<Position> after) {
      return call("tallyConflicts", () -> kept(shard).tally(after), lost -> lost);
    }

    private SimulatedDebts kept(Shard shard) {
      return SimulatedDebts.of(
          heads.values().stream()
              .filter(head -> Shard.of(head.bookingCode()).equals(shard))
              .filter(head -> !head.kept().isEmpty())
              .map(
                  head ->
                      new Debt(
                          head.kept().get(0).event(),
                          head.kept().get(0).conflictSince(),
                          Long.toString(head.revision()))));
    }
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
