package dev.holdfast.explore;

import java.util.Arrays;

/**
 * The worlds that were met, in this order: of each its numbers, which are all of it, and from where
 * it was first come to. A hash set in two arrays: with objects it would take several times the
 * room, and most of the time would go into moving them.
 */
final class Seen {

  private final int width;
  private int[] numbers;
  private int[] from = new int[1 << 10];
  private int size;

  /**
   * Where the worlds are, by their hashes: one more than the index, and 0 where there is none. Half
   * of it is empty at least, and its length is a power of two.
   */
  private int[] slots = new int[2 * from.length];

  Seen(World first) {
    width = first.width();
    numbers = new int[width * from.length];
    add(first, 0);
  }

  int size() {
    return size;
  }

  /** The index of the world from which another was first come to. */
  int from(int index) {
    return from[index];
  }

  /** Whether it is the world of this index. */
  boolean isAt(int index, World world) {
    world.write(numbers, size * width);
    return isLast(index);
  }

  /** Adds a world, unless it is there. */
  boolean add(World world, int whence) {
    world.write(numbers, size * width);
    int slot = slotOf(size);
    if (slots[slot] > 0) {
      return false;
    }
    from[size] = whence;
    size++;
    slots[slot] = size;
    if (size == from.length) {
      grow();
    }
    return true;
  }

  /** The slot that has what is behind the last world, or is free for it. */
  private int slotOf(int index) {
    int slot = hash(index) & slots.length - 1;
    while (slots[slot] > 0 && !isLast(slots[slot] - 1)) {
      slot = slot + 1 & slots.length - 1;
    }
    return slot;
  }

  /** Whether the numbers behind the last world are those of this index. */
  private boolean isLast(int index) {
    int some = index * width;
    int last = size * width;
    for (int number = 0; number < width; number++) {
      if (numbers[some + number] != numbers[last + number]) {
        return false;
      }
    }
    return true;
  }

  private int hash(int index) {
    int hash = 0;
    for (int number = index * width; number < (index + 1) * width; number++) {
      hash = (hash ^ numbers[number]) * 0x9E3779B1;
      hash ^= hash >>> 15;
    }
    return hash;
  }

  private void grow() {
    numbers = Arrays.copyOf(numbers, 2 * numbers.length);
    from = Arrays.copyOf(from, 2 * from.length);
    slots = new int[2 * from.length];
    for (int index = 0; index < size; index++) {
      // No two are equal, so any free slot is its own.
      int slot = hash(index) & slots.length - 1;
      while (slots[slot] > 0) {
        slot = slot + 1 & slots.length - 1;
      }
      slots[slot] = index + 1;
    }
  }
}
