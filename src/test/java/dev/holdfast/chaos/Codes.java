package dev.holdfast.chaos;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** The booking codes of a run, and what its clients know of them. Safe for several threads. */
final class Codes {
  /** So few that clients meet on them. */
  private static final int CONTESTED = 4;

  private final String prefix;
  private final List<String> all = new ArrayList<>();
  private final Map<String, Integer> lastAcknowledged = new ConcurrentHashMap<>();

  Codes(String prefix) {
    this.prefix = prefix;
  }

  /** A code that nobody has used. */
  synchronized String fresh() {
    String code = prefix + (all.size() + 1);
    all.add(code);
    return code;
  }

  /** One of the newest codes. */
  synchronized String contested(Random random) {
    int first = Math.max(0, all.size() - CONTESTED);
    return first == all.size() ? fresh() : all.get(first + random.nextInt(all.size() - first));
  }

  /** Any code so far. */
  synchronized String any(Random random) {
    return all.isEmpty() ? fresh() : all.get(random.nextInt(all.size()));
  }

  synchronized List<String> all() {
    return List.copyOf(all);
  }

  void acknowledged(String code, int version) {
    lastAcknowledged.merge(code, version, Math::max);
  }

  /** The last version that any client was told of; 0 where none was. */
  int lastAcknowledged(String code) {
    return lastAcknowledged.getOrDefault(code, 0);
  }
}
