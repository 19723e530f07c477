package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
 * @param queue what is on the fallback queue
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
    List<Worker> functions) {

  /** The messages of a queue: on offer, received and not yet deleted, and not yet on offer. */
  public record Messages(long visible, long inFlight, long delayed) {
    public long total() {
      return visible + inFlight + delayed;
    }
  }

  /**
   * A process of a function.
   *
   * @param served how many invocations it has answered
   */
  public record Worker(String function, long pid, Phase phase, long served, Instant startedAt) {
    private ObjectNode toJson() {
      return JsonNodeFactory.instance
          .objectNode()
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
    return json;
  }
}
