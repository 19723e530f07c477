package dev.holdfast.recovery;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventIdentity;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.PendingIndex;
import dev.holdfast.ledger.Shard;
import dev.holdfast.simulated.SimulatedPendingIndex;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;

/** The simulated pending index with a sparse index that is kept, so that a sweep costs nothing. */
final class Waiting implements PendingIndex {
  private static final Comparator<Debt> ORDER =
      Comparator.comparing(Debt::since).thenComparing(debt -> debt.event().bookingCode().value());

  private record Behind(Debt last) implements Position {}

  private final SimulatedPendingIndex index;
  private final Map<Shard, NavigableSet<Debt>> byShard = new HashMap<>();
  private final Map<BookingCode, Debt> debts = new HashMap<>();

  Waiting(SimulatedPendingIndex index) {
    this.index = index;
  }

  /** How many bookings have something pending. */
  int size() {
    return debts.size();
  }

  @Override
  public FindAnswer find(BookingCode bookingCode) {
    return index.find(bookingCode);
  }

  @Override
  public ClaimAnswer claim(AcceptedEvent event, Optional<EventIdentity> previous, Instant now) {
    return kept(event.bookingCode(), index.claim(event, previous, now));
  }

  @Override
  public ClaimAnswer claimAndPark(AcceptedEvent event, Instant now) {
    return kept(event.bookingCode(), index.claimAndPark(event, now));
  }

  @Override
  public ReplaceAnswer create(Head head) {
    return kept(head.bookingCode(), index.create(head));
  }

  @Override
  public ReplaceAnswer replace(Head seen, Head next) {
    return kept(next.bookingCode(), index.replace(seen, next));
  }

  private <A> A kept(BookingCode code, A answer) {
    NavigableSet<Debt> shard =
        byShard.computeIfAbsent(Shard.of(code), none -> new TreeSet<>(ORDER));
    Optional.ofNullable(debts.remove(code)).ifPresent(shard::remove);
    Optional<Head> head = index.headOf(code);
    if (head.isPresent() && head.get().state() instanceof Head.State.Pending pending) {
      Debt debt =
          new Debt(
              head.get().events().get(0), pending.since(), Long.toString(head.get().revision()));
      debts.put(code, debt);
      shard.add(debt);
    }
    return answer;
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    NavigableSet<Debt> rest = behind(shard, after);
    List<Debt> page = rest.stream().limit(limit).toList();
    boolean isLast = page.size() == rest.size();
    return new DebtsAnswer.Page(
        page,
        new Tally(page.size(), page.stream().map(Debt::since).findFirst(), isLast),
        isLast ? Optional.empty() : Optional.of(new Behind(page.get(page.size() - 1))));
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    NavigableSet<Debt> rest = behind(shard, after);
    return new Tally(rest.size(), rest.stream().map(Debt::since).findFirst(), true);
  }

  private NavigableSet<Debt> behind(Shard shard, Optional<Position> after) {
    NavigableSet<Debt> all = byShard.getOrDefault(shard, new TreeSet<>(ORDER));
    return after.map(position -> all.tailSet(((Behind) position).last(), false)).orElse(all);
  }
}
