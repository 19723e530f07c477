package dev.holdfast.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Sends generated requests to the functions, a fixed number of them made of fixed seeds. {@code
 * -Dfuzz.seed} begins elsewhere, {@code -Dfuzz.inputs} makes more or fewer: a failure says which
 * seed replays it. {@code -Dfuzz.file} replays a file that {@link CoverageGuidedFuzzing} left. See
 * docs/decisions/0005-fuzzing-by-seeds-and-by-coverage.md.
 */
@Tag("slow")
class RequestFuzzTest {

  private static final long FIRST_SEED = 1;
  private static final int INPUTS = 40_000;
  private static final int MOST_BYTES = 768;

  @Test
  void everyRequestIsAnsweredAsPromised() {
    long first = Long.getLong("fuzz.seed", FIRST_SEED);
    int inputs = Integer.getInteger("fuzz.inputs", INPUTS);
    OutcomeTally tally = new OutcomeTally();
    try (Fuzzer fuzzer = new Fuzzer(World.unbroken())) {
      LongStream.range(first, first + inputs)
          .parallel()
          .mapToObj(seed -> failure(fuzzer, seed, tally))
          .flatMap(Optional::stream)
          .findFirst()
          .ifPresent(
              failure -> {
                throw failure;
              });
    }
    System.out.println(tally);
    if (inputs >= INPUTS) {
      assertThat(tally.shareThatReachedTheLedger()).isGreaterThan(0.1);
      assertThat(new String[] {"2xx", "400", "404", "405", "409", "413", "415"})
          .allSatisfy(status -> assertThat(tally.of(status)).as(status).isPositive());
    }
  }

  private static Optional<AssertionError> failure(Fuzzer fuzzer, long seed, OutcomeTally tally) {
    try {
      tally.add(fuzzer.fuzz(bytes(seed)));
      return Optional.empty();
    } catch (AssertionError broken) {
      return Optional.of(
          new AssertionError(
              "-Dfuzz.seed=%d -Dfuzz.inputs=1 replays this: %s"
                  .formatted(seed, broken.getMessage()),
              broken));
    }
  }

  @Test
  @EnabledIfSystemProperty(named = "fuzz.file", matches = ".+")
  void theRequestOfAFileIsAnsweredAsPromised() throws IOException {
    try (Fuzzer fuzzer = new Fuzzer(World.unbroken())) {
      fuzzer.fuzz(Files.readAllBytes(Path.of(System.getProperty("fuzz.file"))));
    }
  }

  /** The bytes that a seed makes. */
  static byte[] bytes(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    byte[] bytes = new byte[random.nextInt(MOST_BYTES)];
    random.nextBytes(bytes);
    return bytes;
  }
}
