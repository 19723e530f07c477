package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the local cloud holds at a moment, counted in the stores themselves, past every fault.
 *
 * @param recorded events in the event table
 * @param pending events that wait at the heads of their bookings
 * @param pendingBookings the bookings whose events wait
 * @param unclaimed events in the event table that the heads of their bookings do not know of
 * @param conflicts events that are kept aside, because others have their places
 * @param oldestPending since when the booking waits that waits longest
 * @param queue what is on the fallback queue; where there are two doors, on both of them
 * @param doors each of them, where there are two
 */
public record State(
    long recorded,
    long pending,
    long pendingBookings,
    long unclaimed,
    long conflicts,
    Optional<Instant> oldestPending,
    Messages queue,
    Messages deadLetterQueue,
    List<Worker> functions,
    List<DoorState> doors) {

  /** The messages of a queue: on offer, received and not yet deleted, and not yet on offer. */
  public record Messages(long visible, long inFlight, long delayed) {
    public long total() {
      return visible + inFlight + delayed;
    }

    private Messages plus(Messages more) {
      return new Messages(visible + more.visible, inFlight + more.inFlight, delayed + more.delayed);
    }
  }

  /**
   * A door, and the queue behind it.
   *
   * @param api where bookings live, without a slash at the end
   * @param isLost whether its region is
   */
  public record DoorState(
      Door door, URI api, boolean isLost, Messages queue, Messages deadLetterQueue) {
    private ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("door", door.key())
          .put("api", api.toString())
          .put("lost", isLost)
          .put("queue", queue.total())
          .put("deadLetterQueue", deadLetterQueue.total());
    }
  }

  /**
   * A process of a function.
   *
   * @param served how many invocations it has answered
   */
  public record Worker(
      Door door, String function, long pid, Phase phase, long served, Instant startedAt) {
    private ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
          .put("door", door.key())
          .put("function", function)
          .put("pid", pid)
          .put("state", phase.name().toLowerCase(Locale.ROOT))
          .put("served", served)
          .put("startedAt", startedAt.toString());
    }
  }

  /** What a process is doing. */
  public enum Phase {
    STARTING,
    IDLE,
    BUSY,
    /** Dead, or about to be. */
    STOPPING
  }

  /** The same, seen at two doors. */
  State at(List<DoorState> both) {
    return new State(
        recorded,
        pending,
        pendingBookings,
        unclaimed,
        conflicts,
        oldestPending,
        both.stream().map(DoorState::queue).reduce(Messages::plus).orElse(queue),
        both.stream()
            .map(DoorState::deadLetterQueue)
            .reduce(Messages::plus)
            .orElse(deadLetterQueue),
        functions,
        both);
  }

  /** As {@code GET /_local/state} answers it. */
  public ObjectNode toJson() {
    ObjectNode json =
        JsonNodeFactory.instance
            .objectNode()
            .put("recorded", recorded)
            .put("pending", pending)
            .put("pendingBookings", pendingBookings)
            .put("unclaimed", unclaimed)
            .put("conflicts", conflicts)
            .put("queue", queue.total())
            .put("deadLetterQueue", deadLetterQueue.total());
    ArrayNode workers = json.putArray("functions");
    functions.forEach(worker -> workers.add(worker.toJson()));
    if (!doors.isEmpty()) {
      ArrayNode both = json.putArray("doors");
      doors.forEach(door -> both.add(door.toJson()));
    }
    return json;
  }
}
