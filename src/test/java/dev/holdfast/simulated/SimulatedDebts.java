package dev.holdfast.simulated;

import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer.Page;
import dev.holdfast.ledger.DebtIndex.Position;
import dev.holdfast.ledger.DebtIndex.Tally;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A shard of a sparse index, in its order. */
record SimulatedDebts(List<Debt> all) {

  private static final Comparator<Debt> ORDER =
      Comparator.comparing(Debt::since)
          .thenComparing(debt -> debt.event().bookingCode().value())
          .thenComparing(debt -> debt.event().version());

  private record Behind(Debt last) implements Position {

    boolean isBefore(Debt debt) {
      return ORDER.compare(last, debt) < 0;
    }
  }

  static SimulatedDebts of(Stream<Debt> debts) {
    return new SimulatedDebts(debts.sorted(ORDER).toList());
  }

  Page page(Optional<Position> after, int limit) {
    List<Debt> rest = behind(after);
    List<Debt> page = rest.stream().limit(limit).toList();
    boolean isLast = page.size() == rest.size();
    return new Page(
        page,
        tally(page, isLast),
        isLast ? Optional.empty() : Optional.of(new Behind(page.get(page.size() - 1))));
  }

  Tally tally(Optional<Position> after) {
    return tally(behind(after), true);
  }

  private List<Debt> behind(Optional<Position> after) {
    return all.stream()
        .filter(owed -> after.map(position -> ((Behind) position).isBefore(owed)).orElse(true))
        .toList();
  }

  private static Tally tally(List<Debt> owed, boolean isComplete) {
    return new Tally(
        owed.size(), owed.stream().map(Debt::since).min(Comparator.naturalOrder()), isComplete);
  }
}
