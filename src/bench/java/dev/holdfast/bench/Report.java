package dev.holdfast.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** The text of docs/benchmarks.md, printed as it grows. */
final class Report {

  private final StringBuilder text = new StringBuilder();

  void add(String line) {
    System.out.println(line);
    text.append(line).append('\n');
  }

  /** A table of a contest's raw figures. */
  void add(Contest contest) {
    add("");
    add("### " + contest.title());
    add("");
    add("| | p50 ms | p90 ms | p99 ms | calls | times the first line |");
    add("|---|---|---|---|---|---|");
    for (Measurement measurement : contest.measurements()) {
      add(
          String.format(
              Locale.ROOT,
              "| %s | %s | %.2f | %.2f | %d | %s |",
              measurement.name(),
              measurement.median(),
              measurement.millis(90),
              measurement.millis(99),
              measurement.calls(),
              measurement == contest.base() ? "1" : measurement.ratioTo(contest.base())));
    }
  }

  /** What was added so far, with something before it. */
  void write(Path file, String before) {
    try {
      Files.writeString(file, before + text);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
