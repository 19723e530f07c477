package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What fails: dependencies, at every door alike, and the home region as a whole. Safe for use by
 * several threads.
 */
public final class Faults {
  /** The name of the home region among what can fail. */
  static final String HOME_REGION = "home-region";

  private final Map<Door, Region> regions;
  private final Supplier<Onlooker> onlooker;

  /**
   * @param onlooker is told of every dependency that fails, or no more
   */
  Faults(Map<Door, Region> regions, Supplier<Onlooker> onlooker) {
    this.regions = regions;
    this.onlooker = onlooker;
  }

  /** Makes a dependency fail from now on, instead of as it failed before. */
  public void inject(Dependency dependency, Fault fault) {
    set(dependency, Optional.of(fault));
  }

  /** Ends what {@link #inject} began. */
  public void heal(Dependency dependency) {
    set(dependency, Optional.empty());
  }

  private synchronized void set(Dependency dependency, Optional<Fault> fault) {
    regions.values().forEach(region -> region.proxy(dependency).set(fault));
    tell(dependency);
  }

  /** How a dependency fails, if it does so by itself. */
  public Optional<Fault> of(Dependency dependency) {
    return home().proxy(dependency).fault();
  }

  /** Ends every fault, and the home region is there again. */
  public synchronized void heal() {
    bringHomeBack();
    for (Dependency dependency : Dependency.values()) {
      heal(dependency);
    }
  }

  boolean hasTwoDoors() {
    return regions.containsKey(Door.SECOND);
  }

  boolean isHomeLost() {
    return home().isLost();
  }

  /**
   * The home region is lost as a whole: its gateway and its queue refuse everybody, its processes
   * die, and the event table, which is there, refuses the second door, too. The pending index is in
   * another region. The processes are dead when this returns.
   *
   * @throws IllegalStateException if there is no other door
   */
  public synchronized void loseHome() {
    if (!hasTwoDoors()) {
      throw new IllegalStateException("There is one door, and nobody could knock any more.");
    }
    regions.values().forEach(region -> region.proxy(Dependency.EVENT_TABLE).lose());
    home().lose();
    tell(Dependency.EVENT_TABLE);
  }

  /** Ends what {@link #loseHome} began, if anything. */
  public synchronized void bringHomeBack() {
    if (isHomeLost()) {
      regions.values().forEach(region -> region.proxy(Dependency.EVENT_TABLE).comeBack());
      home().comeBack();
      tell(Dependency.EVENT_TABLE);
    }
  }

  /** An object by what can fail, {@code null} where it does not. */
  public ObjectNode toJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    for (Dependency dependency : Dependency.values()) {
      json.put(dependency.key(), of(dependency).map(Fault::toJson));
    }
    if (hasTwoDoors()) {
      json.put(HOME_REGION, isHomeLost() ? Map.of("mode", "lost") : Optional.empty());
    }
    return Json.MAPPER.valueToTree(json);
  }

  private Region home() {
    return regions.get(Door.HOME);
  }

  /** Nobody misses the queue of a region that is lost: who would use it is gone as well. */
  private void tell(Dependency dependency) {
    Optional<Fault> fault =
        dependency == Dependency.EVENT_TABLE && isHomeLost()
            ? Optional.of(Fault.of(Fault.Mode.REFUSE))
            : of(dependency);
    onlooker.get().faultChanged(dependency, fault);
  }
}
