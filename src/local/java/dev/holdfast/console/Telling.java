package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.base.Stopwatch;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.console.Story.Seen;
import dev.holdfast.local.Door;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * A story that is being told: its codes and event ids, made up for this time, and the words for
 * what it sees. Used by one thread.
 */
final class Telling {
  private static final long LOOK_EVERY_MILLIS = 200;

  private final World world;
  private final Duration patience;
  private final Score before;
  private final String run = UUID.randomUUID().toString().substring(0, 4).toUpperCase(Locale.ROOT);
  private final Map<String, String> eventIds = new HashMap<>();
  private final Map<String, JsonNode> acknowledged = new HashMap<>();
  private Door door = Door.HOME;

  /**
   * @param patience how long it waits for what has to come by itself
   */
  Telling(World world, Duration patience) {
    this.world = world;
    this.patience = patience;
    this.before = world.score();
  }

  World world() {
    return world;
  }

  /** How the promises had been kept when it began. */
  Score before() {
    return before;
  }

  /** How much has been counted since then. */
  int since(Score now, Score.Count count) {
    return now.of(count) - before.of(count);
  }

  /** A booking code of this telling. */
  String code(String name) {
    return name + "-" + run;
  }

  /** The same event for the same name. */
  String eventId(String name) {
    return eventIds.computeIfAbsent(name, none -> UUID.randomUUID().toString());
  }

  Event event(String name, String code, int version, String amount) {
    return new Event(code(code), version, eventId(name), amount);
  }

  /** From now on calls go through that door. */
  void enter(Door next) {
    door = next;
  }

  Answer get(String path) throws InterruptedException {
    return world.get(door, path);
  }

  /** Sends an event. If it was acknowledged before, it has to be answered as it was then. */
  Answer append(Event event) throws InterruptedException {
    Answer answer = world.append(door, event);
    if (answer.isAccepted()) {
      JsonNode first = acknowledged.putIfAbsent(event.eventId(), withoutStatus(answer.body()));
      if (first != null && !first.equals(withoutStatus(answer.body()))) {
        throw new IllegalStateException(
            "The same call was answered with %s, then with %s".formatted(first, answer.body()));
      }
    }
    return answer;
  }

  /** Whether an event that was read is the one that was acknowledged under that name. */
  boolean isAcknowledged(JsonNode read, String name) {
    return withoutStatus(read).equals(acknowledged.get(eventId(name)));
  }

  /** What is pending is recorded sometime. */
  private static JsonNode withoutStatus(JsonNode event) {
    return event.isObject() ? ((ObjectNode) event).deepCopy().without("status") : event;
  }

  /** Such as "202 pending in 0.71 s". */
  static String words(Answer answer) {
    return "%s in %s".formatted(answer.inWords(), seconds(answer.time()));
  }

  /** The same, with what a read shows, if it does. */
  static String words(Answer answer, String shown) {
    return answer.status() == 200
        ? "200, %s, in %s".formatted(shown, seconds(answer.time()))
        : words(answer);
  }

  /** What a read of all events shows, such as "version 1 recorded, version 2 pending". */
  static String events(Answer answer) {
    return answer
        .body()
        .path("events")
        .valueStream()
        .map(it -> "version " + it.path("version").asInt() + " " + it.path("status").asText())
        .collect(Collectors.joining(", "));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
  }

  /** Looks until it sees what is expected, or nobody would wait any longer. */
  Seen await(Story.Deed look) throws InterruptedException {
    Stopwatch time = Stopwatch.createStarted();
    Seen seen = look.doIn(this);
    while (!seen.isAsExpected() && time.elapsed().compareTo(patience) < 0) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      seen = look.doIn(this);
    }
    String after = seen.isAsExpected() ? "after" : "even after";
    return new Seen(
        seen.isAsExpected(), "%s, %s %s".formatted(seen.text(), after, seconds(time.elapsed())));
  }
}
