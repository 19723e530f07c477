package dev.holdfast.local;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** A way into the ledger: the API of a region, and the functions and the queue behind it. */
public enum Door {
  /** In the region of the event table. */
  HOME("home"),
  /** In the region of the pending index. It has no tables of its own. */
  SECOND("second door");

  private final String title;

  Door(String title) {
    this.title = title;
  }

  /** Its name in paths and JSON, such as {@code second}. */
  @JsonValue
  public String key() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Its name for people. */
  public String title() {
    return title;
  }

  /** The door of that key, if there is one. */
  public static Optional<Door> of(String key) {
    return Arrays.stream(values()).filter(door -> door.key().equals(key)).findFirst();
  }
}
