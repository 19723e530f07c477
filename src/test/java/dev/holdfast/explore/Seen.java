package dev.holdfast.explore;

/**
 * The worlds that were met: a hash set that has nothing but references to them, where {@code
 * HashSet} would take as much room again as the worlds do.
 */
final class Seen {

  /** Half of it is empty at least, and its length is a power of two. */
  private World[] slots = new World[1 << 10];

  private int size;

  int size() {
    return size;
  }

  /** Adds a world, unless an equal one is there. */
  boolean add(World world) {
    int slot = slotOf(world, slots);
    if (slots[slot] != null) {
      return false;
    }
    slots[slot] = world;
    size++;
    if (2 * size > slots.length) {
      grow();
    }
    return true;
  }

  /** Where a world is, or would be. */
  private static int slotOf(World world, World[] slots) {
    int hash = world.hashCode();
    int slot = (hash ^ hash >>> 16) & slots.length - 1;
    while (slots[slot] != null && !slots[slot].equals(world)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  private void grow() {
    World[] larger = new World[2 * slots.length];
    for (World world : slots) {
      if (world != null) {
        larger[slotOf(world, larger)] = world;
      }
    }
    slots = larger;
  }
}
