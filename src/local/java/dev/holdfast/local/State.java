package dev.holdfast.local;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.EnumNamingStrategies;
import com.fasterxml.jackson.databind.annotation.EnumNaming;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What the local cloud holds at a moment, counted in the stores themselves, past every fault; as
 * JSON, what {@code GET /_local/state} answers.
 *
 * @param recorded events in the event table
 * @param pending events that wait at the heads of their bookings
 * @param pendingBookings the bookings whose events wait
 * @param unclaimed events in the event table that the heads of their bookings do not know of
 * @param conflicts events that are kept aside, because others have their places
 * @param oldestPending since when the booking waits that waits longest
 * @param queue messages on the fallback queue, received or not; where there are two doors, on both
 * @param deadLetterQueue messages on the dead-letter queue, likewise
 * @param doors each of them, where there are two
 */
public record State(
    long recorded,
    long pending,
    long pendingBookings,
    long unclaimed,
    long conflicts,
    @JsonIgnore Optional<Instant> oldestPending,
    long queue,
    long deadLetterQueue,
    List<Worker> functions,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<DoorState> doors) {

  /**
   * A door, and the queue behind it.
   *
   * @param api where bookings live, without a slash at the end
   * @param isLost whether its region is
   */
  public record DoorState(
      Door door, URI api, @JsonProperty("lost") boolean isLost, long queue, long deadLetterQueue) {}

  /**
   * A process of a function.
   *
   * @param served how many invocations it has answered
   */
  public record Worker(
      Door door,
      String function,
      long pid,
      @JsonProperty("state") Phase phase,
      long served,
      Instant startedAt) {}

  /** What a process is doing. */
  @EnumNaming(EnumNamingStrategies.LowerCaseStrategy.class)
  public enum Phase {
    STARTING,
    IDLE,
    BUSY,
    /** Dead, or about to be. */
    STOPPING
  }
}
