package dev.holdfast.booking;

/** Which event: the sender's id for it, and the hash of what it says. */
public record EventIdentity(EventId eventId, Fingerprint fingerprint) {

  /** The same id with other content: a sender's mistake, never the same event. */
  public boolean reusesIdOf(EventIdentity other) {
    return eventId.equals(other.eventId) && !fingerprint.equals(other.fingerprint);
  }
}
