package dev.holdfast.fuzz;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;

/** Counts what is asked of the stores, and what of it changed them. Not thread-safe. */
final class WatchedStores {

  private static final Set<String> CHANGES =
      Set.of("Recorded", "Granted", "Replaced", "Repaired", "Sent");

  private int calls;
  private int changes;

  /** A port that is watched; a change is known by its answer. */
  <P> P watched(Class<P> type, P port) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (proxy, method, arguments) -> {
              try {
                Object answer = method.invoke(port, arguments);
                calls++;
                changes += CHANGES.contains(answer.getClass().getSimpleName()) ? 1 : 0;
                return answer;
              } catch (InvocationTargetException failed) {
                throw failed.getCause();
              }
            }));
  }

  int calls() {
    return calls;
  }

  int changes() {
    return changes;
  }
}
