package dev.holdfast.history;

import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * One call of one client, from just before it was sent until its answer, or the lack of one, was
 * known.
 *
 * @param process the client; it makes one call at a time
 * @param version the version sent or asked for; 0 where a whole booking is read
 * @param eventId the event sent; empty for a read
 * @param start nanoseconds on the clock of the run
 * @param end nanoseconds on the same clock
 * @param seen what a read returned, in its order
 */
public record Operation(
    int process,
    Kind kind,
    String code,
    int version,
    String eventId,
    long start,
    long end,
    Outcome outcome,
    List<Seen> seen) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public Operation {
    seen = List.copyOf(seen);
  }

  /** The operations of each booking, in the order in which they began. */
  static Map<String, List<Operation>> byCode(List<Operation> history) {
    return history.stream()
        .sorted(Comparator.comparingLong(Operation::start))
        .collect(Collectors.groupingBy(Operation::code, TreeMap::new, Collectors.toList()));
  }

  /** The calls of the API. */
  public enum Kind {
    APPEND,
    /** All events of a booking. */
    READ_EVENTS,
    /** One event of a booking. */
    READ_EVENT,
    /** The last event of a booking. */
    READ_BOOKING
  }

  /** What came back. */
  public enum Outcome {
    /** 201 or 200 to an append. */
    RECORDED,
    /** 202 to an append, of whatever version. */
    PENDING,
    /** 409 booking-code-taken. */
    TAKEN,
    /** 409 version-conflict. */
    CONFLICT,
    /** 409 event-id-reused. */
    REUSED,
    /** 200 to a read. */
    FOUND,
    /** 404 to a read. */
    NOT_FOUND,
    /** 503 of the ledger: it promises nothing. */
    UNAVAILABLE,
    /** No answer of the ledger: its process died, or the connection, or the client's patience. */
    LOST_CONNECTION;

    /** Its name in a history, such as {@code lost-connection}. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  /** An event as a read returned it. */
  public record Seen(int version, String eventId, String status) {}

  /** Its line of JSON in a history; docs/proof.md says what is in it. */
  @Override
  public String toString() {
    ObjectNode json =
        JSON.createObjectNode().put("process", process).put("op", isAppend() ? "append" : "read");
    if (!isAppend()) {
      // READ_EVENTS is "events".
      json.put("of", kind.name().substring("READ_".length()).toLowerCase(Locale.ROOT));
    }
    json.put("code", code)
        .put("version", version)
        .put("eventId", eventId)
        .put("start", start)
        .put("end", end)
        .put("outcome", outcome.key());
    return json.set("seen", JSON.valueToTree(seen)).toString();
  }

  /** Whether an event was sent, and nothing read. */
  public boolean isAppend() {
    return kind == Kind.APPEND;
  }

  /** Whether the client was told that its event is accepted. */
  public boolean isAcknowledged() {
    return outcome == Outcome.RECORDED || outcome == Outcome.PENDING;
  }

  /** Whether the client does not know what became of it. */
  public boolean isUnknown() {
    return outcome == Outcome.UNAVAILABLE || outcome == Outcome.LOST_CONNECTION;
  }

  /** Whether it was an append whose place is another's, or its event id. */
  public boolean isRefused() {
    return outcome == Outcome.TAKEN || outcome == Outcome.CONFLICT || outcome == Outcome.REUSED;
  }

  /** Whether it is a read that said what the ledger holds. */
  public boolean isAnsweredRead() {
    return outcome == Outcome.FOUND || outcome == Outcome.NOT_FOUND;
  }

  /** Whether a read asked for something that the event of a version is part of. */
  public boolean covers(int otherVersion) {
    return switch (kind) {
      case APPEND -> false;
      case READ_EVENTS -> true;
      case READ_EVENT -> version == otherVersion;
      case READ_BOOKING -> seen.isEmpty() || seen.get(0).version() <= otherVersion;
    };
  }

  /** Whether this may be why another append was told that its place is taken. */
  public boolean isRivalOf(Operation loser) {
    return isAppend()
        && version == loser.version
        && !eventId.equals(loser.eventId)
        && start < loser.end;
  }
}
