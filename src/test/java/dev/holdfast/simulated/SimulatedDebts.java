package dev.holdfast.simulated;

import dev.holdfast.ledger.DebtIndex.Debt;
import dev.holdfast.ledger.DebtIndex.DebtsAnswer.Page;
import dev.holdfast.ledger.DebtIndex.Position;
import dev.holdfast.ledger.DebtIndex.Tally;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A shard of a sparse index, in its order. */
record SimulatedDebts(List<Owed> all) {

  private static final Comparator<Owed> ORDER =
      Comparator.comparing((Owed owed) -> owed.debt().since()).thenComparing(Owed::code);

  /** What is in the index. */
  record Owed(Debt debt, boolean isInConflict) {

    private String code() {
      return debt.event().bookingCode().value();
    }
  }

  private record Behind(Instant since, String code) implements Position {

    static Behind of(Owed last) {
      return new Behind(last.debt().since(), last.code());
    }

    boolean isBefore(Owed owed) {
      int order = since.compareTo(owed.debt().since());
      return order < 0 || (order == 0 && code.compareTo(owed.code()) < 0);
    }
  }

  static SimulatedDebts of(Stream<Owed> debts) {
    return new SimulatedDebts(debts.sorted(ORDER).toList());
  }

  Page page(Optional<Position> after, int limit) {
    List<Owed> rest = behind(after);
    List<Owed> page = rest.stream().limit(limit).toList();
    boolean isLast = page.size() == rest.size();
    return new Page(
        page.stream().filter(owed -> !owed.isInConflict()).map(Owed::debt).toList(),
        tally(page, isLast),
        isLast ? Optional.empty() : Optional.of(Behind.of(page.get(page.size() - 1))));
  }

  Tally tally(Optional<Position> after) {
    return tally(behind(after), true);
  }

  private List<Owed> behind(Optional<Position> after) {
    return all.stream()
        .filter(owed -> after.map(position -> ((Behind) position).isBefore(owed)).orElse(true))
        .toList();
  }

  private static Tally tally(List<Owed> owed, boolean isComplete) {
    List<Instant> waiting =
        owed.stream().filter(it -> !it.isInConflict()).map(it -> it.debt().since()).toList();
    return new Tally(
        waiting.size(),
        owed.size() - waiting.size(),
        waiting.stream().min(Comparator.naturalOrder()),
        isComplete);
  }
}
