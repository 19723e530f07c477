package dev.holdfast.booking;

import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * The idempotency key of an event, made by its sender: the same id is the same event, however often
 * it is sent. Written as RFC 9562 has it (8-4-4-4-12 hexadecimal digits); case does not count.
 */
public record EventId(UUID value) {

  /** What an event id looks like, for people. */
  public static final String FORM = "a UUID, as in 7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d";

  /** The id that a text spells, or nothing where it spells none. */
  public static Optional<EventId> parse(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    try {
      // fromString also takes shortened groups, which are no UUIDs to anybody else.
      return Optional.of(new EventId(UUID.fromString(lower)))
          .filter(id -> id.toString().equals(lower));
    } catch (IllegalArgumentException noUuid) {
      return Optional.empty();
    }
  }

  @Override
  public String toString() {
    return value.toString();
  }
}
