package dev.holdfast.explore;

import dev.holdfast.booking.EventIdentity;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.explore.Script.Call;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Hint;
import dev.holdfast.simulated.Network;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import dev.holdfast.simulated.SimulatedResolutionLog;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * S, P and Q at one moment of one history. What a call meets is the explorer's business.
 *
 * <p>They do not change: a call leaves other stores behind. Within an exploration, stores of equal
 * content are one object, so worlds share them and compare them by identity.
 */
final class Snapshot {

  private static final Network FAIR = call -> Network.Fate.WORKS;

  private final SimulatedEventTable eventTable;
  private final SimulatedPendingIndex pendingIndex;
  private final SimulatedFallbackQueue fallbackQueue;
  private final SimulatedResolutionLog resolutionLog;

  /** All stores of this exploration by their content. */
  private final Map<Object, Snapshot> known;

  private final int number;

  private Optional<Map<AcceptedEvent, Snapshot>> losses = Optional.empty();

  private Snapshot(
      SimulatedEventTable eventTable,
      SimulatedPendingIndex pendingIndex,
      SimulatedFallbackQueue fallbackQueue,
      SimulatedResolutionLog resolutionLog,
      Map<Object, Snapshot> known) {
    this.eventTable = eventTable;
    this.pendingIndex = pendingIndex;
    this.fallbackQueue = fallbackQueue;
    this.resolutionLog = resolutionLog;
    this.known = known;
    this.number = known.size();
  }

  /** The first stores of an exploration: a booking was written to in peace, or never. */
  static Snapshot of(List<PriceEvent> standing, Instant since) {
    Snapshot stores =
        new Snapshot(
            new SimulatedEventTable(FAIR),
            new SimulatedPendingIndex(FAIR),
            new SimulatedFallbackQueue(FAIR),
            new SimulatedResolutionLog(FAIR),
            new HashMap<>());
    Optional<EventIdentity> previous = Optional.empty();
    for (PriceEvent event : standing) {
      AcceptedEvent accepted = new AcceptedEvent(event, event.identity(), since);
      stores.pendingIndex.claim(accepted, previous, since);
      stores.eventTable.record(accepted);
      previous = Optional.of(event.identity());
    }
    return stores.shared();
  }

  SimulatedEventTable eventTable() {
    return eventTable;
  }

  SimulatedPendingIndex pendingIndex() {
    return pendingIndex;
  }

  SimulatedFallbackQueue fallbackQueue() {
    return fallbackQueue;
  }

  SimulatedResolutionLog resolutionLog() {
    return resolutionLog;
  }

  /** No other stores of this exploration have it. */
  int number() {
    return number;
  }

  /** What a call leaves behind, and what it is answered. */
  record Done(Snapshot stores, Object answer) {}

  /** Does a call. */
  Done after(Call call) {
    if (call.isRead()) {
      return new Done(this, call.effect().apply(this));
    }
    Snapshot changed = copy();
    Object answer = call.effect().apply(changed);
    return new Done(changed.shared(), answer);
  }

  /** SQS drops a second message of the same event, so each is there once. */
  Set<AcceptedEvent> messages() {
    return losses().keySet();
  }

  /** The same, but for one message. */
  Snapshot without(AcceptedEvent message) {
    return losses().getOrDefault(message, this);
  }

  /** What is left when the queue loses a message, for each of them. */
  Map<AcceptedEvent, Snapshot> losses() {
    if (losses.isEmpty()) {
      Map<AcceptedEvent, Snapshot> all = new LinkedHashMap<>();
      fallbackQueue.content().forEach(message -> all.put(message, losing(message)));
      losses = Optional.of(all);
    }
    return losses.get();
  }

  private Snapshot losing(AcceptedEvent message) {
    Snapshot changed = copy();
    changed.fallbackQueue.takeAll().stream()
        .filter(other -> !other.equals(message))
        .forEach(event -> changed.fallbackQueue.send(new Hint(event, Optional.empty())));
    return changed.shared();
  }

  private Snapshot copy() {
    return new Snapshot(
        eventTable.copy(FAIR),
        pendingIndex.copy(FAIR),
        fallbackQueue.copy(FAIR),
        resolutionLog.copy(FAIR),
        known);
  }

  private Snapshot shared() {
    return known.computeIfAbsent(
        List.of(
            eventTable.content(),
            pendingIndex.content(),
            fallbackQueue.content(),
            resolutionLog.content()),
        content -> this);
  }
}
