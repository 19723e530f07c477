package dev.holdfast.explore;

import dev.holdfast.explore.Moves.Move;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Looks at every world that a scenario can come to, breadth first: the first violation that it
 * meets has a shortest story. A world that was seen before is not followed again; worlds are
 * compared whole, not by a hash, so nothing is skipped by accident. What is too large to exhaust is
 * walked at random, by a seed that replays.
 */
final class Explorer {

  private final Scenario scenario;
  private final Moves moves;
  private final Promises promises;

  private final World first;
  private final Seen seen;

  Explorer(Scenario scenario, Protocol protocol) {
    this.scenario = scenario;
    Runs runs = new Runs(scenario, protocol);
    this.promises = new Promises(scenario, protocol, runs);
    this.moves = new Moves(scenario, protocol, runs, promises);
    this.first = World.first(scenario);
    this.seen = new Seen(first);
  }

  /**
   * What came of an exploration.
   *
   * @param size how many worlds were looked at, distinct ones unless they were met at random
   * @param unit what {@code size} counts
   * @param complete whether there is no world left that was not looked at
   */
  record Report(
      Scenario scenario,
      long size,
      String unit,
      int depth,
      boolean complete,
      Optional<Violation> violation,
      Duration took) {

    @Override
    public String toString() {
      return "%-30s %-50s %,9d %s, depth %2d, %5.1f s: %s"
          .formatted(
              scenario.name(),
              scenario.fails(),
              size,
              unit,
              depth,
              took.toMillis() / 1000.0,
              violation.map(Violation::toString).orElse("no violation"));
    }
  }

  /** A broken promise, and how it came to that. */
  record Violation(String promise, List<String> story) {

    @Override
    public String toString() {
      return promise + "\n  " + String.join("\n  ", story);
    }
  }

  /** Every world there is, up to a number that keeps a mistake in a scenario from running on. */
  Report exhaust(int most) {
    long begin = System.nanoTime();
    List<World> frontier = List.of(first);
    int followed = 0;
    int depth = -1;
    Optional<Violation> violation = Optional.empty();
    while (!frontier.isEmpty() && seen.size() < most && violation.isEmpty()) {
      List<World> next = new ArrayList<>();
      for (World world : frontier) {
        violation = follow(world, followed++, next);
        if (violation.isPresent()) {
          break;
        }
      }
      frontier = next;
      depth++;
    }
    return new Report(
        scenario, seen.size(), "states", depth, frontier.isEmpty(), violation, since(begin));
  }

  /** Makes every move that a world allows, and keeps the worlds that are new. */
  private Optional<Violation> follow(World world, int index, List<World> next) {
    for (Move move : moves.from(world)) {
      boolean isNew = seen.add(move.world(), index);
      if (isNew) {
        next.add(move.world());
      }
      if (isNew || move.broken().isPresent()) {
        Optional<Violation> violation =
            violationOf(
                move,
                () -> {
                  List<String> story = story(index);
                  story.add(move.says());
                  return story;
                });
        if (violation.isPresent()) {
          return violation;
        }
      }
    }
    return Optional.empty();
  }

  /** Random histories, each to its end; equal seeds walk equal ways. */
  Report walk(long seed, int histories) {
    long begin = System.nanoTime();
    Random random = new Random(seed);
    long steps = 0;
    int depth = 0;
    Optional<Violation> violation = Optional.empty();
    for (int history = 0; history < histories && violation.isEmpty(); history++) {
      List<Move> made = new ArrayList<>();
      for (List<Move> next = moves.from(first);
          !next.isEmpty() && violation.isEmpty();
          next = moves.from(made.get(made.size() - 1).world())) {
        Move move = next.get(random.nextInt(next.size()));
        made.add(move);
        violation =
            violationOf(move, () -> new ArrayList<>(made.stream().map(Move::says).toList()));
        steps++;
      }
      depth = Math.max(depth, made.size());
    }
    return new Report(scenario, steps, "steps", depth, false, violation, since(begin));
  }

  /** The promise that a move breaks by itself, or if everybody stops after it. */
  private Optional<Violation> violationOf(Move move, Supplier<List<String>> story) {
    if (move.broken().isPresent()) {
      return move.broken().map(promise -> new Violation(promise, story.get()));
    }
    return promises
        .afterwards(move.world())
        .map(
            promise -> {
              List<String> told = story.get();
              told.add("everybody stops, the faults end, drain and sweep run");
              return new Violation(promise, told);
            });
  }

  /** How the world of an index was first come to. */
  private List<String> story(int last) {
    Deque<Integer> way = new ArrayDeque<>();
    for (int index = last; index > 0; index = seen.from(index)) {
      way.addFirst(index);
    }
    List<String> story = new ArrayList<>();
    World world = first;
    for (int index : way) {
      Move move =
          moves.from(world).stream()
              .filter(it -> seen.isAt(index, it.world()))
              .findFirst()
              .orElseThrow();
      story.add(move.says());
      world = move.world();
    }
    return story;
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
