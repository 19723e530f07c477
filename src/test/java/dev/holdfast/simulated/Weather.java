package dev.holdfast.simulated;

import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A network that a test directs: fair at first; stores fail until they are healed, single calls
 * fail once, and something may happen right before a call. It keeps what was called.
 */
public final class Weather implements Network {

  private final Map<Store, Fate> fates = new EnumMap<>(Store.class);
  private final List<Cue> cues = new ArrayList<>();
  private final List<String> calls = new ArrayList<>();

  private record Cue(Call when, Optional<Fate> fate, Runnable first) {}

  /** Every call of a store fails from now on. */
  public void fail(Store store) {
    fates.put(store, Fate.FAILS);
  }

  /** Every call of a store is done but not answered from now on. */
  public void loseAnswers(Store store) {
    fates.put(store, Fate.LOSES_ANSWER);
  }

  public void heal(Store store) {
    fates.remove(store);
  }

  /** The next call of this name fails. */
  public void failOnce(Store store, String name) {
    once(store, name, Optional.of(Fate.FAILS), () -> {});
  }

  /** The next call of this name is done but not answered. */
  public void loseAnswerOnce(Store store, String name) {
    once(store, name, Optional.of(Fate.LOSES_ANSWER), () -> {});
  }

  /** Something happens right before the next call of this name. */
  public void before(Store store, String name, Runnable first) {
    once(store, name, Optional.empty(), first);
  }

  private void once(Store store, String name, Optional<Fate> fate, Runnable first) {
    cues.add(new Cue(new Call(store, name), fate, first));
  }

  /** What was called since the last time, as in {@code EVENT_TABLE.record}. */
  public List<String> takeCalls() {
    List<String> taken = List.copyOf(calls);
    calls.clear();
    return taken;
  }

  @Override
  public Fate decide(Call call) {
    Optional<Cue> cue = cues.stream().filter(next -> next.when().equals(call)).findFirst();
    cue.ifPresent(cues::remove);
    cue.ifPresent(next -> next.first().run());
    calls.add(call.store() + "." + call.name());
    return cue.flatMap(Cue::fate).orElse(fates.getOrDefault(call.store(), Fate.WORKS));
  }
}
