package dev.holdfast.console;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.holdfast.local.Door;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Something that happens to bookings, step by step, for people who do not know the protocol.
 *
 * <p>The stories that the console and the terminal tell are in {@code stories.txt}. Each begins
 * with its name, the promise that it is about, its title, and how many doors it needs; then comes
 * what it is about, then its steps: the promise that one shows, the door that it is done at, what
 * is done, and the sentence for people. A step {@code until} something waits for it.
 *
 * @param id its name in paths
 * @param promise the one that it is about, such as "R1"
 * @param about one sentence
 * @param doors how many it needs
 */
record Story(String id, String title, String promise, String about, int doors, List<Step> steps) {
  private static final String SCRIPT = Assets.text("/console/stories.txt");

  private static final Pattern STEP =
      Pattern.compile("(R\\d )?(?:(home|second): )?(until )?(\\S+) ?(\\S*) ?(.*) \\| (.*)");

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

  /** All stories, in the order in which they are best told. */
  static List<Story> all() {
    return Pattern.compile("\n\n").splitAsStream(SCRIPT).map(Story::story).toList();
  }

  static Optional<Story> of(String id) {
    return all().stream().filter(story -> story.id().equals(id)).findFirst();
  }

  private static Story story(String script) {
    List<String> lines = script.lines().toList();
    String[] head = lines.get(0).split(" \\| ", -1);
    return new Story(
        head[0],
        head[2],
        head[1],
        lines.get(1),
        Integer.parseInt(head[3]),
        lines.stream().skip(2).map(Story::step).toList());
  }

  private static Step step(String line) {
    Matcher step = STEP.matcher(line);
    if (!step.matches()) {
      throw new IllegalStateException("This is no step: " + line);
    }
    Act act = new Act(step.group(4), step.group(5), step.group(6), step.group(3) != null);
    Optional<String> promise = Optional.ofNullable(step.group(1)).map(String::strip);
    Optional<Door> door = Optional.ofNullable(step.group(2)).flatMap(Door::of);
    return new Step(
        step.group(7),
        promise,
        telling -> door.map(at -> at.title() + ": ").orElse("") + act.does(telling),
        telling -> {
          door.ifPresent(telling::enter);
          return act.waits() ? telling.await(act::doIn) : act.doIn(telling);
        });
  }
}
