package dev.holdfast.booking;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.stream.Stream;

/**
 * The hash of an event's whole content. It tells a call that is repeated (same event id, same
 * fingerprint) from an event id that is used twice (same event id, another fingerprint).
 *
 * @param hex SHA-256 in lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {

  /** The fingerprint of an event: equal for equal content, and for no other. */
  public static Fingerprint of(PriceEvent event) {
    MessageDigest digest = sha256();
    Stream.of(
            event.bookingCode().value(),
            event.version().toString(),
            event.eventId().toString(),
            event.type().value(),
            event.price().amount().text(),
            event.price().currency().code(),
            event.occurredAt().text(),
            event.data().map(EventData::json).orElse(""))
        .map(part -> part.getBytes(StandardCharsets.UTF_8))
        // Each part's length goes before it, so that no two contents run together to one text.
        .forEach(
            part -> {
              digest.update((part.length + ":").getBytes(StandardCharsets.UTF_8));
              digest.update(part);
            });
    return new Fingerprint(HexFormat.of().formatHex(digest.digest()));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException everyJavaHasIt) {
      throw new IllegalStateException(everyJavaHasIt);
    }
  }

  @Override
  public String toString() {
    return hex;
  }
}
