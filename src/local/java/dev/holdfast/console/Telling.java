package dev.holdfast.console;

import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.console.Story.Seen;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

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

  /** What an answer shows, and whether it is the expected one. */
  Seen seen(Answer answer, boolean isAsExpected) {
    return new Seen(isAsExpected, words(answer));
  }

  /** The same where the status decides. */
  Seen seen(Answer answer, int status) {
    return seen(answer, answer.status() == status);
  }

  /** Such as "202 pending in 0.71 s". */
  static String words(Answer answer) {
    return "%s in %s".formatted(answer.inWords(), seconds(answer.time()));
  }

  /** What a read of all events shows, such as "version 1 recorded, version 2 pending". */
  static String events(Answer answer) {
    return StreamSupport.stream(answer.body().path("events").spliterator(), false)
        .map(
            event ->
                "version " + event.path("version").asInt() + " " + event.path("status").asText())
        .collect(Collectors.joining(", "));
  }

  static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f s", time.toMillis() / 1000.0);
  }

  /** Looks until it sees what is expected, or nobody would wait any longer. */
  Seen await(Story.Deed look) throws InterruptedException {
    long start = System.nanoTime();
    Seen seen = look.doIn(this);
    while (!seen.isAsExpected() && System.nanoTime() - start < patience.toNanos()) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      seen = look.doIn(this);
    }
    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    return new Seen(
        seen.isAsExpected(),
        "%s, %s %s"
            .formatted(seen.text(), seen.isAsExpected() ? "after" : "even after", seconds(waited)));
  }
}
