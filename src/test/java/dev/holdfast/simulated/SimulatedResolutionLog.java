package dev.holdfast.simulated;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.ResolutionLog;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The record of resolved conflicts in memory. For one thread at a time. */
public final class SimulatedResolutionLog implements ResolutionLog {

  private final Network network;
  private final Map<Entry, Resolution> entries = new LinkedHashMap<>();

  private record Entry(BookingCode bookingCode, EventId eventId) {}

  /** A log in the same store as the pending index, reached over its network. */
  public SimulatedResolutionLog(Network network) {
    this.network = network;
  }

  /** A log with the same content and a network of its own. */
  public SimulatedResolutionLog copy(Network itsNetwork) {
    SimulatedResolutionLog copy = new SimulatedResolutionLog(itsNetwork);
    copy.entries.putAll(entries);
    return copy;
  }

  /** All that a call could ever tell of, as a value; past the network. */
  public Object content() {
    return Map.copyOf(entries);
  }

  /** Everything, past the network. */
  public List<Resolution> entries() {
    return List.copyOf(entries.values());
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, EventId eventId) {
    if (network.decide(new Call(Store.PENDING_INDEX, "findResolution")) != Fate.WORKS) {
      return new Unavailable("the pending index does not answer");
    }
    return Optional.ofNullable(entries.get(new Entry(bookingCode, eventId)))
        .<FindAnswer>map(FindAnswer.Found::new)
        .orElseGet(FindAnswer.Absent::new);
  }

  @Override
  public WriteAnswer write(Resolution resolution) {
    Fate fate = network.decide(new Call(Store.PENDING_INDEX, "writeResolution"));
    if (fate != Fate.FAILS) {
      entries.merge(
          new Entry(resolution.kept().bookingCode(), resolution.kept().identity().eventId()),
          resolution,
          (standing, next) ->
              standing.decision().decidedAt().isBefore(next.decision().decidedAt())
                  ? next
                  : standing);
    }
    return fate == Fate.WORKS
        ? new WriteAnswer.Written()
        : new Unavailable("the pending index does not answer");
  }
}
