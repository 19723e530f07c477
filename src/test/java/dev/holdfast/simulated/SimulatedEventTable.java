package dev.holdfast.simulated;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Supplier;

/** S in memory, with the semantics of one DynamoDB table. For one thread at a time. */
public final class SimulatedEventTable implements EventTable {

  private final Network network;
  private final Map<BookingCode, TreeMap<Version, AcceptedEvent>> events = new HashMap<>();
  private final Map<Place, Instant> unclaimed = new HashMap<>();

  /** Where an event stands. */
  public record Place(BookingCode bookingCode, Version version) {}

  public SimulatedEventTable(Network network) {
    this.network = network;
  }

  /** A table with the same content and a network of its own. */
  public SimulatedEventTable copy(Network itsNetwork) {
    SimulatedEventTable copy = new SimulatedEventTable(itsNetwork);
    events.forEach((code, booking) -> copy.events.put(code, new TreeMap<>(booking)));
    copy.unclaimed.putAll(unclaimed);
    return copy;
  }

  /** All that a call could ever tell of, as a value; past the network. */
  public Object content() {
    Map<BookingCode, Object> copy = new HashMap<>();
    events.forEach((code, booking) -> copy.put(code, Map.copyOf(booking)));
    return List.of(copy, Map.copyOf(unclaimed));
  }

  /** All events of a booking, past the network. */
  public List<AcceptedEvent> eventsOf(BookingCode bookingCode) {
    return List.copyOf(booking(bookingCode).values());
  }

  /** The events that the pending index does not know of, past the network. */
  public Map<Place, Instant> unclaimed() {
    return Map.copyOf(unclaimed);
  }

  @Override
  public RecordAnswer record(AcceptedEvent event) {
    return call("record", () -> put(event), lost -> lost);
  }

  @Override
  public RecordAnswer recordUnclaimed(AcceptedEvent event, Instant since) {
    return call(
        "recordUnclaimed",
        () -> {
          RecordAnswer answer = put(event);
          if (answer instanceof RecordAnswer.Recorded) {
            unclaimed.put(new Place(event.bookingCode(), event.version()), since);
          }
          return answer;
        },
        lost -> lost);
  }

  private RecordAnswer put(AcceptedEvent event) {
    AcceptedEvent standing =
        events
            .computeIfAbsent(event.bookingCode(), code -> new TreeMap<>())
            .putIfAbsent(event.version(), event);
    return standing == null ? new RecordAnswer.Recorded() : new RecordAnswer.Occupied(standing);
  }

  @Override
  public FindAnswer find(BookingCode bookingCode, Version version) {
    return call(
        "find", () -> answer(Optional.ofNullable(booking(bookingCode).get(version))), lost -> lost);
  }

  @Override
  public FindAnswer last(BookingCode bookingCode) {
    return call(
        "last",
        () ->
            answer(Optional.ofNullable(booking(bookingCode).lastEntry()).map(Map.Entry::getValue)),
        lost -> lost);
  }

  private static FindAnswer answer(Optional<AcceptedEvent> event) {
    return event.<FindAnswer>map(FindAnswer.Found::new).orElseGet(FindAnswer.Absent::new);
  }

  @Override
  public PageAnswer read(BookingCode bookingCode, Range range) {
    return call(
        "read",
        () -> {
          NavigableMap<Version, AcceptedEvent> booking = booking(bookingCode);
          List<AcceptedEvent> inRange =
              new ArrayList<>(
                  range.order() == Order.ASCENDING
                      ? booking.tailMap(range.from().orElse(Version.FIRST), true).values()
                      : booking
                          .headMap(range.from().orElse(new Version(Version.MAX)), true)
                          .descendingMap()
                          .values());
          return new PageAnswer.Page(
              inRange.stream().limit(range.limit()).toList(),
              inRange.stream().skip(range.limit()).findFirst().map(AcceptedEvent::version));
        },
        lost -> lost);
  }

  @Override
  public RepairAnswer markClaimed(BookingCode bookingCode, Version version) {
    return call(
        "markClaimed",
        () ->
            unclaimed.remove(new Place(bookingCode, version)) == null
                ? new RepairAnswer.NothingOwed()
                : new RepairAnswer.Repaired(),
        lost -> lost);
  }

  @Override
  public DebtsAnswer debts(Shard shard, Optional<Position> after, int limit) {
    return call("debts", () -> owed(shard).page(after, limit), lost -> lost);
  }

  @Override
  public TallyAnswer tally(Shard shard, Optional<Position> after) {
    return call("tally", () -> owed(shard).tally(after), lost -> lost);
  }

  private SimulatedDebts owed(Shard shard) {
    return SimulatedDebts.of(
        unclaimed.entrySet().stream()
            .filter(debt -> Shard.of(debt.getKey().bookingCode()).equals(shard))
            .map(debt -> debt(debt.getKey(), debt.getValue())));
  }

  private Debt debt(Place place, Instant since) {
    return new Debt(
        booking(place.bookingCode()).get(place.version()),
        since,
        Hint.unclaimedState(place.version()));
  }

  private NavigableMap<Version, AcceptedEvent> booking(BookingCode bookingCode) {
    return events.getOrDefault(bookingCode, new TreeMap<>());
  }

  private <A> A call(String name, Supplier<A> effect, Function<Unavailable, A> lost) {
    Fate fate = network.decide(new Call(Store.EVENT_TABLE, name));
    if (fate == Fate.FAILS) {
      return lost.apply(new Unavailable("the event table does not answer"));
    }
    A answer = effect.get();
    return fate == Fate.WORKS
        ? answer
        : lost.apply(new Unavailable("the event table's answer is lost"));
  }
}
