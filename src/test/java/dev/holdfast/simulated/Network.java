package dev.holdfast.simulated;

/** What lies between an actor and a simulated store: it decides what becomes of every call. */
@FunctionalInterface
public interface Network {

  /** Decides a call that is about to be made; may let others go first. */
  Fate decide(Call call);

  /**
   * A call of a store's port.
   *
   * @param store whose port
   * @param name the port's method
   */
  record Call(Store store, String name) {}

  /** What fails independently. */
  enum Store {
    EVENT_TABLE,
    PENDING_INDEX,
    FALLBACK_QUEUE,
    /** The pending index reached in a second region, where it is strongly consistent. */
    PENDING_REPLICA
  }

  /** What becomes of a call. */
  enum Fate {
    /** It is done and answered. */
    WORKS,
    /** It is not done; the answer is {@code Unavailable}. */
    FAILS,
    /** It is done, but the answer is {@code Unavailable}. */
    LOSES_ANSWER
  }
}
