package dev.holdfast.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.holdfast.history.Operation.Kind;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Operation.Seen;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A run's history as its file holds it, and what Lincheck says when a line of it is forged. {@link
 * CheckerTest} asks it of every other history as well.
 */
class SecondOpinionTest {
  private static final List<Kind> READS =
      List.of(Kind.READ_EVENTS, Kind.READ_EVENT, Kind.READ_BOOKING);

  private static final String RUN =
      """
      {"process":0,"op":"append","code":"H-1","version":1,"eventId":"a","start":10,"end":20,"outcome":"recorded","seen":[]}
      {"process":1,"op":"append","code":"H-1","version":1,"eventId":"x","start":12,"end":22,"outcome":"taken","seen":[]}
      {"process":1,"op":"append","code":"H-1","version":2,"eventId":"b","start":30,"end":40,"outcome":"lost-connection","seen":[]}
      {"process":0,"op":"read","of":"booking","code":"H-1","version":0,"eventId":"","start":31,"end":41,"outcome":"found","seen":[{"version":1,"eventId":"a","status":"recorded"}]}
      {"process":1,"op":"append","code":"H-1","version":2,"eventId":"b","start":50,"end":60,"outcome":"pending","seen":[]}
      {"process":2,"op":"append","code":"H-2","version":1,"eventId":"c","start":50,"end":60,"outcome":"unavailable","seen":[]}
      {"process":0,"op":"read","of":"booking","code":"H-1","version":0,"eventId":"","start":70,"end":80,"outcome":"found","seen":[{"version":2,"eventId":"b","status":"pending"}]}
      {"process":2,"op":"append","code":"H-1","version":3,"eventId":"d","start":82,"end":88,"outcome":"unavailable","seen":[]}
      {"process":1,"op":"read","of":"event","code":"H-1","version":2,"eventId":"","start":90,"end":99,"outcome":"found","seen":[{"version":2,"eventId":"b","status":"recorded"}]}
      {"process":0,"op":"read","of":"events","code":"H-1","version":0,"eventId":"","start":100,"end":110,"outcome":"found","seen":[{"version":1,"eventId":"a","status":"recorded"},{"version":2,"eventId":"b","status":"recorded"}]}
      {"process":0,"op":"read","of":"events","code":"H-2","version":0,"eventId":"","start":100,"end":110,"outcome":"not-found","seen":[]}
      """;

  @TempDir private Path directory;

  private List<Violation> judged(String history) throws IOException {
    return SecondOpinion.check(
        History.read(Files.writeString(directory.resolve("history.jsonl"), history)));
  }

  private void assertRefused(String line, String forged) throws IOException {
    assertThat(RUN).contains(line);
    assertThat(judged(RUN.replace(line, forged)))
        .singleElement()
        .matches(violation -> violation.code().equals("H-1"));
  }

  @Test
  void aRunThatKeptEveryPromiseIsExplained() throws IOException {
    assertThat(judged(RUN)).isEmpty();
  }

  @Test
  void aLostWriteIsRefused() throws IOException {
    assertRefused(
        """
        "end":110,"outcome":"found","seen":[{"version":1,"eventId":"a","status":"recorded"},{"version":2,"eventId":"b","status":"recorded"}]}""",
        """
        "end":110,"outcome":"found","seen":[{"version":1,"eventId":"a","status":"recorded"}]}""");
  }

  @Test
  void aStaleReadIsRefused() throws IOException {
    assertRefused(
        """
        "end":99,"outcome":"found","seen":[{"version":2,"eventId":"b","status":"recorded"}]}""",
        """
        "end":99,"outcome":"not-found","seen":[]}""");
  }

  @Test
  void twoOwnersAreRefused() throws IOException {
    assertRefused("\"outcome\":\"taken\"", "\"outcome\":\"recorded\"");
  }

  @Test
  void anOlderPriceIsRefused() throws IOException {
    assertRefused(
        """
        {"version":2,"eventId":"b","status":"pending"}""",
        """
        {"version":1,"eventId":"a","status":"recorded"}""");
  }

  @Test
  void aVersionGapIsRefused() throws IOException {
    assertRefused(
        "\"version\":1,\"eventId\":\"a\",\"start\":10,\"end\":20,\"outcome\":\"recorded\"",
        "\"version\":1,\"eventId\":\"a\",\"start\":10,\"end\":20,\"outcome\":\"conflict\"");
  }

  /** Were it taken for one that failed, the last read of the booking would be refused. */
  @Test
  void whatWasNotAnsweredMayHaveTakenEffect() throws IOException {
    assertThat(judged(RUN.replace("\"outcome\":\"pending\"", "\"outcome\":\"lost-connection\"")))
        .isEmpty();
  }

  @Test
  void whatWasNotAnsweredHasNoEffectBeforeItWasSent() throws IOException {
    assertRefused(
        """
        "end":41,"outcome":"found","seen":[{"version":1,"eventId":"a","status":"recorded"}]}""",
        """
        "end":41,"outcome":"found","seen":[{"version":3,"eventId":"d","status":"recorded"}]}""");
  }

  /**
   * Clients at random upon a list that is what a booking should be, and then the answers of two
   * reads exchanged: whatever that makes of the history, both checkers say the same.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void bothCheckersSayTheSameOfHistoriesAtRandom(long seed) {
    Random random = new Random(seed);
    int refused = 0;
    for (int run = 0; run < 200; run++) {
      List<Operation> history = history(random);
      boolean isExplained = SecondOpinion.check(history).isEmpty();
      assertThat(isExplained)
          .as(history::toString)
          .isEqualTo(Linearizability.violation(history).isEmpty());
      refused += isExplained ? 0 : 1;
    }
    assertThat(refused).isBetween(20, 180);
  }

  private static List<Operation> history(Random random) {
    List<String> booking = new ArrayList<>();
    List<Operation> history = new ArrayList<>();
    for (int number = 0; number < 12; number++) {
      // Overlaps its neighbours, and takes effect in the middle.
      long effect = 10L * number;
      long start = effect - random.nextInt(25);
      long end = effect + random.nextInt(25);
      history.add(
          random.nextBoolean()
              ? append(random, booking, start, end)
              : read(random, booking, start, end));
    }
    List<Operation> reads = history.stream().filter(Operation::isAnsweredRead).toList();
    if (reads.size() > 1 && random.nextBoolean()) {
      exchange(history, reads.get(0), reads.get(1 + random.nextInt(reads.size() - 1)));
    }
    return history;
  }

  private static Operation append(Random random, List<String> booking, long start, long end) {
    int version = Math.max(1, booking.size() + random.nextInt(2));
    String eventId = version + "-" + random.nextInt(2);
    boolean isAnswered = random.nextInt(3) > 0;
    if (version == booking.size() + 1 && (isAnswered || random.nextBoolean())) {
      booking.add(eventId);
    }
    boolean stands = booking.size() >= version && booking.get(version - 1).equals(eventId);
    Outcome outcome = stands ? Outcome.RECORDED : Outcome.CONFLICT;
    return new Operation(
        1,
        Kind.APPEND,
        "H",
        version,
        eventId,
        start,
        end,
        isAnswered ? outcome : Outcome.LOST_CONNECTION,
        List.of());
  }

  private static Operation read(Random random, List<String> booking, long start, long end) {
    Kind kind = READS.get(random.nextInt(READS.size()));
    int last = booking.size();
    int version = 1 + random.nextInt(last + 1);
    List<Seen> all = new ArrayList<>();
    for (int place = 1; place <= last; place++) {
      all.add(new Seen(place, booking.get(place - 1), "recorded"));
    }
    List<Seen> seen =
        switch (kind) {
          case READ_EVENT -> all.stream().filter(event -> event.version() == version).toList();
          case READ_BOOKING -> all.stream().filter(event -> event.version() == last).toList();
          default -> all;
        };
    return new Operation(
        2,
        kind,
        "H",
        kind == Kind.READ_EVENT ? version : 0,
        "",
        start,
        end,
        seen.isEmpty() ? Outcome.NOT_FOUND : Outcome.FOUND,
        seen);
  }

  /** Each of two reads now has the other's time. */
  private static void exchange(List<Operation> history, Operation one, Operation other) {
    history.remove(one);
    history.remove(other);
    history.add(at(one, other));
    history.add(at(other, one));
  }

  private static Operation at(Operation read, Operation when) {
    return new Operation(
        read.process(),
        read.kind(),
        read.code(),
        read.version(),
        read.eventId(),
        when.start(),
        when.end(),
        read.outcome(),
        read.seen());
  }
}
