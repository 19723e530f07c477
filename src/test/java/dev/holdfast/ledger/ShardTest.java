package dev.holdfast.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.booking.BookingCode;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ShardTest {

  private static final int CODES = 10_000;

  /** Departments number their bookings, and one that is full is a booking that is refused. */
  @ParameterizedTest
  @ValueSource(strings = {"HOTEL-%04d", "H-%d", "%08d", "2026-11-25.%d", "rental_car_%06dX"})
  void codesThatCountUpAreSpreadEvenly(String form) {
    Map<Shard, Long> shards =
        IntStream.range(0, CODES)
            .mapToObj(number -> Shard.of(new BookingCode(form.formatted(number))))
            .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));

    assertThat(shards).hasSize(Shard.COUNT);
    double share = (double) CODES / Shard.COUNT;
    assertThat(shards.values()).allSatisfy(count -> assertThat(count / share).isBetween(0.8, 1.2));
  }

  @Test
  void everyShardIsTheFirstOnce() {
    assertThat(IntStream.range(0, Shard.COUNT).mapToObj(round -> Shard.allFrom(17L * round)))
        .extracting(all -> all.get(0))
        .doesNotHaveDuplicates();
    assertThat(Shard.allFrom(3)).hasSize(Shard.COUNT).doesNotHaveDuplicates();
  }
}
