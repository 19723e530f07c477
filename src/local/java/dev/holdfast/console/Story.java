package dev.holdfast.console;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Something that happens to bookings, step by step, for people who do not know the protocol.
 *
 * @param id its name in paths
 * @param promise the one that it is about, such as "R1"
 * @param about one sentence
 * @param doors how many it needs
 */
record Story(String id, String title, String promise, String about, int doors, List<Step> steps) {

  Story {
    steps = List.copyOf(steps);
  }

  /**
   * A step.
   *
   * @param sentence what happens, for people
   * @param promise the one that it shows, if it shows one
   * @param does the call, or what is waited for
   */
  record Step(
      String sentence,
      Optional<String> promise,
      @JsonIgnore Function<Telling, String> does,
      @JsonIgnore Deed deed) {}

  /** What a step does. */
  interface Deed {
    Seen doIn(Telling telling) throws InterruptedException;
  }

  /**
   * What a step saw.
   *
   * @param isAsExpected whether it is what the story promises
   */
  record Seen(boolean isAsExpected, String text) {}
}
