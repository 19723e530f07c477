package dev.holdfast.console;

import dev.holdfast.console.Score.Count;
import dev.holdfast.console.StoryPlayer.Pace;
import dev.holdfast.console.StoryPlayer.Status;
import dev.holdfast.console.StoryPlayer.Told;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Tells stories to people who read them in a terminal.
 *
 * @param isColoured whether it may use the colours of ECMA-48
 */
record Terminal(PrintWriter out, boolean isColoured) {
  private static final String GREEN = "32";
  private static final String RED = "31";
  private static final String FAINT = "2";
  private static final String BOLD = "1";
  private static final int INDENT = 7;

  private static final boolean KNOWS_MARKS =
      Charset.defaultCharset().newEncoder().canEncode('\u2714');
  private static final String TICK = KNOWS_MARKS ? "\u2714" : "ok";
  private static final String CROSS = KNOWS_MARKS ? "\u2718" : "XX";

  /**
   * Plays stories one after the other, without a pause, and judges what was seen.
   *
   * @return whether every step saw what it expected, and the checker found nothing
   */
  boolean play(List<Story> stories, World world, Duration patience) {
    List<String> broken = Collections.synchronizedList(new ArrayList<>());
    StoryPlayer player =
        new StoryPlayer(
            world,
            Duration.ZERO,
            patience,
            told -> {
              boolean held = told.status() == Status.HELD;
              boolean isBroken = told.status() == Status.BROKEN || told.status() == Status.STOPPED;
              if (held || isBroken) {
                show(told, held);
              }
              if (isBroken) {
                broken.add(told.story().id());
              }
            });
    for (Story story : stories) {
      title(story);
      player.start(story, Pace.PLAY);
      player.awaitEnd();
    }
    Score score = world.score();
    scoreboard(score, broken);
    return broken.isEmpty() && score.isKept();
  }

  private void title(Story story) {
    out.println();
    out.println(styled(BOLD, story.title()) + styled(FAINT, "  " + story.id()));
    out.println(story.about());
    out.println();
  }

  /** Shows a step when it is over. */
  private void show(Told told, boolean held) {
    line(told.current().promise().orElse(""), held, told.current().sentence());
    out.println(
        " ".repeat(INDENT)
            + styled(FAINT, told.does() + ": ")
            + styled(held ? GREEN : RED, told.saw().orElse(told.status().name())));
  }

  /** How it all ended. */
  private void scoreboard(Score score, List<String> broken) {
    out.println();
    out.println(styled(BOLD, "The promises, judged by the checker of the chaos run"));
    line(
        "R1",
        score.of(Count.BLOCKED) == 0,
        "%d prices accepted, %d blocked, %d beyond what is promised"
            .formatted(score.of(Count.ACCEPTED), score.of(Count.BLOCKED), score.of(Count.BEYOND)));
    line(
        "R2",
        score.of(Count.STALE) + score.of(Count.WITHHELD) + score.of(Count.UNEXPLAINED) == 0,
        "%d reads, %d stale, %d current prices withheld, %d others said that they cannot answer"
            .formatted(
                score.of(Count.READS),
                score.of(Count.STALE),
                score.of(Count.WITHHELD),
                score.of(Count.UNANSWERED)));
    line(
        "R3",
        score.of(Count.DOUBLED) == 0,
        "%d codes with one owner, %d with two, %d rivals refused"
            .formatted(
                score.of(Count.BOOKINGS) - score.of(Count.DOUBLED),
                score.of(Count.DOUBLED),
                score.of(Count.REFUSED)));
    line(
        "R4",
        score.of(Count.LOST) == 0,
        "%d events acknowledged, %d lost"
            .formatted(score.of(Count.ACKNOWLEDGED), score.of(Count.LOST)));
    score.violations().forEach(sentence -> out.println(" ".repeat(INDENT) + styled(RED, sentence)));
    out.println();
    boolean isKept = broken.isEmpty() && score.isKept();
    out.println(
        isKept
            ? styled(GREEN, "Every promise held.")
            : styled(
                RED,
                broken.isEmpty()
                    ? "Not every promise held."
                    : "Not as told: " + String.join(", ", broken) + "."));
  }

  private void line(String promise, boolean isKept, String text) {
    out.println(
        "%s %s %s"
            .formatted(
                styled(isKept ? GREEN : RED, "%2s".formatted(isKept ? TICK : CROSS)),
                styled(BOLD, "%-2s".formatted(promise)),
                text));
  }

  private String styled(String style, String text) {
    return isColoured ? "\u001b[" + style + "m" + text + "\u001b[0m" : text;
  }
}
