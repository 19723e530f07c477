package dev.holdfast.aws;

import dev.holdfast.ledger.ConflictIndex;
import dev.holdfast.ledger.Shard;
import java.util.Optional;

/** The sparse index {@code conflict} of the pending index's table. Safe for several threads. */
public final class DynamoDbConflictIndex implements ConflictIndex {

  private final SparseIndex conflicts;

  public DynamoDbConflictIndex(PendingTable table) {
    this.conflicts = table.sparseIndex("conflict", head -> head.kept().get(0).event());
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return conflicts.debts(shard, after, limit);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return conflicts.tally(shard, after);
  }
}
