package dev.holdfast.console;

import dev.holdfast.console.StoryPlayer.Pace;
import dev.holdfast.console.StoryPlayer.Status;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Plays stories one after the other, without a pause, and judges what was seen. */
final class TerminalStories {
  private TerminalStories() {}

  /**
   * Plays them.
   *
   * @return whether every step saw what it expected, and the checker found nothing
   */
  static boolean play(List<Story> stories, World world, Terminal terminal, Duration patience)
      throws InterruptedException {
    List<String> broken = Collections.synchronizedList(new ArrayList<>());
    StoryPlayer player =
        new StoryPlayer(
            world,
            Duration.ZERO,
            patience,
            told -> {
              terminal.show(told);
              if (told.status() == Status.BROKEN || told.status() == Status.STOPPED) {
                broken.add(told.story().id());
              }
            });
    for (Story story : stories) {
      terminal.title(story);
      player.start(story, Pace.PLAY);
      player.awaitEnd();
    }
    Score score = world.score();
    terminal.scoreboard(score, broken);
    return broken.isEmpty() && score.isKept();
  }
}
