package dev.holdfast.explore;

import dev.holdfast.explore.Moves.Move;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/**
 * Looks at every world that a scenario can come to, breadth first: the first violation that it
 * meets has a shortest story. A world that was seen before is not followed again; worlds are
 * compared whole (see {@link World#key}), not by a hash, so nothing is skipped by accident. What is
 * too large to exhaust is walked at random, by a seed that replays.
 */
final class Explorer {

  private final Scenario scenario;
  private final Moves moves;
  private final Promises promises;
  private final Names names;

  private final Map<String, Step> seen = new HashMap<>();
  private final Set<String> healed = new HashSet<>();

  /** How a world was first come to. */
  private record Step(String from, String says) {}

  private record Node(World world, String key, int depth) {}

  Explorer(Scenario scenario, Protocol protocol) {
    this.scenario = scenario;
    this.names = new Names(scenario);
    this.moves = new Moves(scenario, protocol, names);
    this.promises = new Promises(scenario, protocol);
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
      return "%-34s %-30s %,9d %s, depth %2d, %5.1f s: %s"
          .formatted(
              scenario.name(),
              scenario.faults(),
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
    World first = World.first(scenario);
    ArrayDeque<Node> frontier = new ArrayDeque<>(List.of(new Node(first, first.key(names), 0)));
    seen.put(first.key(names), new Step("", ""));
    int depth = 0;
    Optional<Violation> violation = Optional.empty();
    while (!frontier.isEmpty() && seen.size() < most && violation.isEmpty()) {
      Node node = frontier.poll();
      depth = node.depth();
      for (Move move : moves.from(node.world())) {
        violation = violationOf(move, () -> story(node.key(), move.says()));
        if (violation.isPresent()) {
          break;
        }
        String key = move.world().key(names);
        if (seen.putIfAbsent(key, new Step(node.key(), move.says())) == null) {
          frontier.add(new Node(move.world(), key, depth + 1));
        }
      }
    }
    return new Report(
        scenario, seen.size(), "states", depth, frontier.isEmpty(), violation, since(begin));
  }

  /** Random histories, each to its end; equal seeds walk equal ways. */
  Report walk(long seed, int histories) {
    long begin = System.nanoTime();
    Random random = new Random(seed);
    long steps = 0;
    int depth = 0;
    Optional<Violation> violation = Optional.empty();
    for (int history = 0; history < histories && violation.isEmpty(); history++) {
      List<String> story = new ArrayList<>();
      World world = World.first(scenario);
      for (List<Move> next = moves.from(world);
          !next.isEmpty() && violation.isEmpty();
          next = moves.from(world)) {
        Move move = next.get(random.nextInt(next.size()));
        world = move.world();
        story.add(move.says());
        violation = violationOf(move, () -> List.copyOf(story));
        steps++;
      }
      depth = Math.max(depth, story.size());
    }
    return new Report(scenario, steps, "steps", depth, false, violation, since(begin));
  }

  private interface Telling {
    List<String> story();
  }

  private Optional<Violation> violationOf(Move move, Telling telling) {
    if (move.broken().isPresent()) {
      return move.broken().map(promise -> new Violation(promise, telling.story()));
    }
    if (!healed.add(move.world().debtKey(names))) {
      return Optional.empty();
    }
    return promises
        .afterwards(move.world())
        .map(
            promise -> {
              List<String> story = new ArrayList<>(telling.story());
              story.add("everybody stops, the faults end, drain and sweep run");
              return new Violation(promise, story);
            });
  }

  private List<String> story(String last, String says) {
    List<String> story = new ArrayList<>(List.of(says));
    for (Step step = seen.get(last); !step.says().isEmpty(); step = seen.get(step.from())) {
      story.add(step.says());
    }
    Collections.reverse(story);
    return story;
  }

  private static Duration since(long begin) {
    return Duration.ofNanos(System.nanoTime() - begin);
  }
}
