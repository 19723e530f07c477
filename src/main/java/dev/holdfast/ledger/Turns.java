package dev.holdfast.ledger;

import java.util.List;

/**
 * How the parts of a sweep are taken: one after the other, or side by side. Implementations are
 * safe for use by several threads.
 */
@FunctionalInterface
public interface Turns {

  /**
   * Takes all turns. When it returns each has ended, and what they did can be seen by this thread.
   * One that throws keeps no other from its turn.
   */
  void take(List<Runnable> turns);
}
