package dev.holdfast.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A way in which a dependency fails.
 *
 * @param share the part of all calls that it strikes, drawn at random; more than 0, at most 1
 * @param delay how long {@link Mode#SLOW} holds a call; of no meaning to the others
 */
public record Fault(Mode mode, double share, Duration delay) {

  private static final Duration USUAL_DELAY = Duration.ofMillis(300);
  private static final Duration LONGEST_DELAY = Duration.ofMinutes(5);
  private static final List<String> MODES = Arrays.stream(Mode.values()).map(Mode::key).toList();
  private static final List<String> FIELDS = List.of("mode", "share", "delay");

  /** What happens to a call. */
  public enum Mode {
    /** The connection is closed without an answer, and nothing is done. */
    REFUSE,
    /** No answer, and nothing is done, until the fault changes or the caller goes away. */
    HANG,
    /** HTTP 500; nothing is done. */
    ERROR,
    /** The store says that it is asked too much; nothing is done. */
    THROTTLE,
    /** The store says that the KMS key of what it holds is disabled; nothing is done. */
    KEY_DISABLED,
    /** It works, but late. */
    SLOW,
    /** The work is done; the connection is closed without an answer. */
    LOSE_ANSWER;

    /** Its name in JSON, such as {@code lose-answer}. */
    public String key() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Mode> of(String key) {
      return Arrays.stream(values()).filter(mode -> mode.key().equals(key)).findFirst();
    }
  }

  public Fault {
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException("share must be more than 0 and at most 1");
    }
    if (delay.isNegative() || delay.compareTo(LONGEST_DELAY) > 0) {
      throw new IllegalArgumentException("delay must be from 0 ms to 5 minutes");
    }
  }

  /** A fault of every call. */
  public static Fault of(Mode mode) {
    return new Fault(mode, 1, USUAL_DELAY);
  }

  /** The same fault, of a random share of the calls. */
  public Fault withShare(double part) {
    return new Fault(mode, part, delay);
  }

  /** As {@link #read} understands it. */
  public ObjectNode toJson() {
    ObjectNode json = Json.object().put("mode", mode.key()).put("share", share);
    return mode == Mode.SLOW ? json.put("delay", delay.toMillis()) : json;
  }

  /** What a JSON document asks for. */
  public static Request read(JsonNode document) {
    if (!document.isObject()) {
      return new Request.Invalid("The body must be a JSON object such as {\"mode\":\"refuse\"}.");
    }
    ObjectNode rest = document.deepCopy();
    Optional<Mode> mode = Mode.of(document.path("mode").asText());
    JsonNode share = document.path("share");
    JsonNode delay = document.path("delay");
    if (!rest.without(FIELDS).isEmpty()) {
      return new Request.Invalid(rest + ": there is no more than mode, share, delay.");
    }
    if (mode.isEmpty()) {
      return new Request.Invalid("mode must be one of " + String.join(", ", MODES) + ".");
    }
    if (!share.isMissingNode() && !share.isNumber()) {
      return new Request.Invalid("share must be a number.");
    }
    if (!delay.isMissingNode() && !delay.canConvertToExactIntegral()) {
      return new Request.Invalid("delay must be a whole number of ms.");
    }
    try {
      Duration late = Duration.ofMillis(delay.asLong(USUAL_DELAY.toMillis()));
      return new Request.Valid(new Fault(mode.get(), share.asDouble(1), late));
    } catch (IllegalArgumentException outOfRange) {
      return new Request.Invalid(outOfRange.getMessage() + ".");
    }
  }

  /** What {@link #read} answers. */
  public sealed interface Request permits Request.Valid, Request.Invalid {
    record Valid(Fault fault) implements Request {}

    /** What is wrong, for people. */
    record Invalid(String detail) implements Request {}
  }
}
