package dev.holdfast.deploy;

import dev.holdfast.local.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Holds what functions need against what their roles grant. */
final class Roles {
  private Roles() {}

  /**
   * Every difference, in words. Literal: a grant that needs a wildcard to cover what is needed is
   * one too many.
   */
  static List<String> differences(Set<Access> needed, Set<Access> granted) {
    List<String> differences = new ArrayList<>(missing(needed, granted));
    for (Access surplus : without(granted, needed)) {
      differences.add(
          "The role of %s grants %s on %s, which it does not need"
              .formatted(surplus.function(), surplus.action(), surplus.resource()));
    }
    return differences;
  }

  /** What is needed and not granted, in words. */
  static List<String> missing(Set<Access> needed, Set<Access> granted) {
    return without(needed, granted).stream()
        .map(
            access ->
                "%s needs %s on %s, and its role does not grant it"
                    .formatted(access.function(), access.action(), access.resource()))
        .toList();
  }

  private static Set<Access> without(Set<Access> all, Set<Access> some) {
    Set<Access> left = new TreeSet<>(all);
    left.removeAll(some);
    return left;
  }
}
