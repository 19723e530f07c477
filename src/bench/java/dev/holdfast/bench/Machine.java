package dev.holdfast.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What was measured, and on what. */
final class Machine {

  private Machine() {}

  static String describe(boolean isNative, Scale scale) {
    return String.format(
        Locale.ROOT,
        """
        | | |
        |---|---|
        | date | %s%s |
        | machine | %s, %d cores, %.0f GB |
        | system | %s %s |
        | Java | %s %s |
        | package | %s |
        | stores | DynamoDB Local %s, one each for S and P, in memory; ElasticMQ %s |
        | peer | pekko-persistence-dynamodb %s |
        | rounds | %d, each contender %d times in each; before them %d calls to warm up |
        """,
        LocalDate.now(ZoneOffset.UTC),
        scale.isQuick() ? ", **a quick run: for trying, not for quoting**" : "",
        fact("/proc/cpuinfo", "model name").orElse(System.getProperty("os.arch")),
        Runtime.getRuntime().availableProcessors(),
        fact("/proc/meminfo", "MemTotal")
                .map(text -> Double.parseDouble(text.replaceAll("\\D", "")))
                .orElse(0.0)
            / (1 << 20),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("java.vm.name"),
        System.getProperty("java.version"),
        isNative ? "native" : "JVM, started as on Lambda (-XX:TieredStopAtLevel=1, serial GC)",
        System.getProperty("bench.dynamodb-local", "?"),
        System.getProperty("bench.elasticmq", "?"),
        System.getProperty("bench.peer", "?"),
        scale.rounds(),
        scale.operations(),
        scale.warmUp());
  }

  private static Optional<String> fact(String file, String name) {
    try (Stream<String> lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip());
    } catch (IOException elsewhere) {
      return Optional.empty();
    }
  }
}
