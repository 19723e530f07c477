package dev.holdfast.console;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;

/** A story that a console tells, as the terminal would show it. */
public final class Tale {

  private Tale() {}

  /**
   * Tells a story.
   *
   * @param id its name, one of {@link Console#stories}
   * @return what its steps did and saw, a line each
   * @throws IllegalStateException if a step does not see what it expects, or the promises were not
   *     kept until then; the message has those lines
   */
  public static List<String> told(Console console, String id) throws InterruptedException {
    StringWriter lines = new StringWriter();
    boolean isAsTold =
        console.play(
            List.of(Story.of(id).orElseThrow()), new Terminal(new PrintWriter(lines), false));
    if (!isAsTold) {
      throw new IllegalStateException(lines.toString());
    }
    return lines.toString().lines().toList();
  }
}
