package dev.holdfast.console;

import com.google.common.collect.EnumMultiset;
import com.google.common.collect.EvictingQueue;
import com.google.common.collect.Multiset;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Operation.Outcome;
import dev.holdfast.history.Violation;
import dev.holdfast.local.Dependency;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges R1 to R4 by the checker, booking by booking, from all that passed the gateway. A booking
 * is judged again when something happened to it. Beyond a number, the bookings that were left alone
 * for longest are forgotten; what they counted stays. Not thread-safe.
 *
 * <p>Not judged is a booking that was written to while both the event table and the pending index
 * were in trouble: then two events may get one place, both of which are kept, until an operator
 * decides.
 */
final class Scoreboard {
  private static final int MOST_SENTENCES = 20;
  private static final Set<Dependency> REGISTERS =
      Set.of(Dependency.EVENT_TABLE, Dependency.PENDING_INDEX);

  private final int mostBookings;

  /** By code, those last that were called last. */
  private final Map<String, BookingFile> bookings = new LinkedHashMap<>(16, 0.75f, true);

  private final Set<String> touched = new HashSet<>();
  private final Queue<String> oldSentences = EvictingQueue.create(MOST_SENTENCES);
  private boolean knowsEveryBooking;
  private final Multiset<Score.Count> forgotten = EnumMultiset.create(Score.Count.class);
  private Score score = Score.EMPTY;

  /**
   * @param mostBookings how many are remembered
   * @param isFromTheBeginning whether there was no booking before
   */
  Scoreboard(int mostBookings, boolean isFromTheBeginning) {
    this.mostBookings = mostBookings;
    this.knowsEveryBooking = isFromTheBeginning;
  }

  /**
   * Adds a call.
   *
   * @param troubled the dependencies that were in trouble meanwhile
   */
  void add(Observation observation, Set<Dependency> troubled) {
    if (observation.operations().isEmpty()) {
      return;
    }
    BookingFile file = file(observation.operations().get(0).code());
    // Whoever does not know the beginning of a booking cannot judge how it goes on.
    boolean isUnknown =
        file.isEmpty()
            && !knowsEveryBooking
            && observation.operations().stream()
                .noneMatch(first -> first.version() == 1 && first.isAcknowledged());
    file.add(observation, troubled.size() > 1);
    if (isUnknown
        || (troubled.containsAll(REGISTERS)
            && observation.operations().stream().anyMatch(Scoreboard::mayHaveWritten))) {
      file.exempt();
    }
  }

  private static boolean mayHaveWritten(Operation operation) {
    return operation.isAppend()
        && operation.outcome() != Outcome.TAKEN
        && operation.outcome() != Outcome.CONFLICT;
  }

  /** An operator has decided what becomes of a booking. It is no longer judged. */
  void exempt(String code) {
    file(code).exempt();
  }

  private BookingFile file(String code) {
    touched.add(code);
    BookingFile file = bookings.computeIfAbsent(code, none -> new BookingFile());
    if (bookings.size() > mostBookings) {
      forgetOne();
    }
    return file;
  }

  private void forgetOne() {
    Iterator<Map.Entry<String, BookingFile>> oldest = bookings.entrySet().iterator();
    Map.Entry<String, BookingFile> entry = oldest.next();
    oldest.remove();
    touched.remove(entry.getKey());
    knowsEveryBooking = false;
    // Nobody repeats a call any more that was made so long ago.
    forgotten.addAll(entry.getValue().counts(Long.MAX_VALUE));
    entry.getValue().violations().forEach(violation -> oldSentences.add(sentence(violation)));
  }

  /**
   * Judges what was touched since the last time.
   *
   * @param underWay appends that were not answered yet
   * @param now nanoseconds, on the clock of the operations
   * @param troubled the dependencies that are in trouble
   */
  Score judge(List<Operation> underWay, long now, Set<Dependency> troubled) {
    Map<String, List<Operation>> open =
        underWay.stream().collect(Collectors.groupingBy(Operation::code));
    for (String code : touched) {
      bookings.get(code).judge(open.getOrDefault(code, List.of()));
    }
    Queue<String> sentences = EvictingQueue.create(MOST_SENTENCES);
    sentences.addAll(oldSentences);
    Multiset<Score.Count> counts = EnumMultiset.create(forgotten, Score.Count.class);
    touched.clear();
    for (Map.Entry<String, BookingFile> entry : bookings.entrySet()) {
      BookingFile file = entry.getValue();
      Multiset<Score.Count> ofOne = file.counts(now);
      counts.addAll(ofOne);
      file.violations().stream().map(Scoreboard::sentence).distinct().forEach(sentences::add);
      if (ofOne.contains(Score.Count.BLOCKED)) {
        sentences.add(
            "R1: a price of %s was not accepted, although at most one dependency had failed."
                .formatted(entry.getKey()));
      }
      if (ofOne.contains(Score.Count.WITHHELD)) {
        sentences.add(
            "R2: the current price of %s was not told, although at most one dependency had failed."
                .formatted(entry.getKey()));
      }
    }
    score = new Score(counts, List.copyOf(sentences), troubled.containsAll(REGISTERS));
    return score;
  }

  /** As it was judged last. */
  Score score() {
    return score;
  }

  private static String sentence(Violation violation) {
    String code = violation.code();
    return switch (violation.rule()) {
      case STALE ->
          "R2: a read of " + code + " left out an acknowledged event that a later read shows.";
      case LOST -> "R4: an acknowledged event of " + code + " is not there when it is read.";
      case DOUBLED -> "R3: " + code + " has two different events in one place.";
      case FOREIGN -> "R2: a read of " + code + " shows an event that nobody sent there.";
      case NOT_LINEARIZABLE ->
          "R2: no order of the calls explains all that was answered about " + code + ".";
      case REFUSED -> "R3: " + code + " was refused as taken, but nobody else had asked for it.";
      case REUSED -> "R2: an event of " + code + " was taken for another one with its id.";
      case NOT_READ, TABLES -> throw new IllegalArgumentException(violation.toString());
    };
  }
}
