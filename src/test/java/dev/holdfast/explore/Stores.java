package dev.holdfast.explore;

import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;

/** S, P and Q at one moment of one history. What a call meets is the explorer's business. */
record Stores(
    SimulatedEventTable eventTable,
    SimulatedPendingIndex pendingIndex,
    SimulatedFallbackQueue fallbackQueue) {

  private static final Network FAIR = call -> Network.Fate.WORKS;

  static Stores empty() {
    return new Stores(
        new SimulatedEventTable(FAIR),
        new SimulatedPendingIndex(FAIR),
        new SimulatedFallbackQueue(FAIR));
  }

  Stores copy() {
    return new Stores(eventTable.copy(FAIR), pendingIndex.copy(FAIR), fallbackQueue.copy(FAIR));
  }
}
