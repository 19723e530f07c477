package dev.holdfast.recovery;

import dev.holdfast.recovery.Course.Step;
import dev.holdfast.recovery.Recovery.Setting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** {@code mvn -Precovery}: writes the figures and plots of docs/recovery.md anew. */
public final class RecoveryReport {
  private static final Path DOCUMENT = Path.of("docs", "recovery.md");
  private static final Path PLOTS = Path.of("docs", "recovery");
  private static final String BEGIN = "<!-- mvn -Precovery writes from here -->\n";
  private static final String END = "<!-- to here -->\n";
  private static final String SINCE = "since the outage began";
  private static final int STEPS_OF_A_POINT = 12;

  private RecoveryReport() {}

  public static void main(String[] arguments) throws IOException {
    Files.createDirectories(PLOTS);
    StringBuilder table = new StringBuilder();
    StringBuilder plots = new StringBuilder();
    table.append(
        "| | goodput before | until nothing is pending | worst 5 minutes | 99 % direct after |"
            + " nothing pending after | most bookings pending |\n|---|--:|--:|--:|--:|--:|--:|\n");
    for (Setting setting : settings()) {
      Course course = Recovery.run(setting);
      table.append(row(setting, course));
      plots.append(plots(setting, course));
    }
    String document = Files.readString(DOCUMENT);
    int begin = document.indexOf(BEGIN) + BEGIN.length();
    Files.writeString(
        DOCUMENT,
        document.substring(0, begin)
            + "\n"
            + table
            + "\n"
            + plots
            + document.substring(document.indexOf(END)));
    System.out.print(table);
    System.exit(0);
  }

  private static List<Setting> settings() {
    return List.of(
        threeHours("prod", 850, 8000, 8000, 10, Duration.ofHours(4)),
        threeHours("drain-too-wide", 850, 4000, 8000, 10, Duration.ofHours(3)),
        threeHours("first-deployment", 850, 4000, 8000, 3, Duration.ofHours(8)));
  }

  private static Setting threeHours(
      String name,
      int changes,
      int eventTableWarmth,
      int pendingIndexWarmth,
      int drainConcurrency,
      Duration after) {
    return new Setting(
        name,
        20_261_123,
        20,
        2000,
        400_000,
        changes,
        1,
        eventTableWarmth,
        pendingIndexWarmth,
        drainConcurrency,
        Duration.ofSeconds(2),
        5,
        Duration.ofMinutes(10),
        Duration.ofHours(3),
        after);
  }

  private static String row(Setting setting, Course course) {
    return String.format(
        Locale.ROOT,
        "| `%s`: event table %,d, pending index %,d write units/s, `DrainConcurrency` %d | %,.0f/s"
            + " | %.1f %% | %.1f %% | %s | %s | %,d |%n",
        setting.name(),
        setting.eventTableWarmth(),
        setting.pendingIndexWarmth(),
        setting.drainConcurrency(),
        course.goodputBefore() * setting.scale(),
        100 * course.goodputInRecovery(),
        100 * course.worstFiveMinutes(),
        course.isDirect() ? minutes(course.untilDirect()) : "never",
        course.isOver()
            ? minutes(course.untilNothingIsPending())
            : "not in " + setting.after().toHours() + " h",
        (long) course.mostWaiting() * setting.scale());
  }

  private static String minutes(Duration duration) {
    return duration.toMinutes() < 1
        ? duration.toSeconds() + " s"
        : String.format(Locale.ROOT, "%d h %02d min", duration.toHours(), duration.toMinutesPart());
  }

  private static String plots(Setting setting, Course course) throws IOException {
    double perSecond = setting.scale() / 10.0;
    List<Double> minutes = thinned(course.minutes());
    return plot(
            setting.name() + "-changes",
            new Plot(
                "price changes a second",
                SINCE,
                minutes,
                List.of(
                    line("recorded directly", course, step -> step.recorded * perSecond),
                    line("pending", course, step -> step.pending * perSecond),
                    line(
                        "refused, or no process for it",
                        course,
                        step -> (step.refused + step.turnedAway) * perSecond))))
        + plot(
            setting.name() + "-pending",
            new Plot(
                "bookings pending, in thousands",
                SINCE,
                minutes,
                List.of(line("pending", course, step -> step.waiting * setting.scale() / 1000.0))));
  }

  private static Plot.Line line(String name, Course course, ToDoubleFunction<Step> of) {
    return new Plot.Line(name, thinned(course.series(of)));
  }

  private static String plot(String name, Plot plot) throws IOException {
    Files.writeString(PLOTS.resolve(name + ".svg"), plot.svg());
    return "![%s: %s](recovery/%s.svg)%n%n".formatted(name, plot.title(), name);
  }

  /** Means of two minutes. */
  private static List<Double> thinned(List<Double> values) {
    List<Double> thinned = new ArrayList<>();
    for (int from = 0; from + STEPS_OF_A_POINT <= values.size(); from += STEPS_OF_A_POINT) {
      thinned.add(
          values.subList(from, from + STEPS_OF_A_POINT).stream()
              .mapToDouble(Double::doubleValue)
              .average()
              .orElseThrow());
    }
    return thinned;
  }
}
