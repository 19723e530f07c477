package dev.holdfast.explore;

import dev.holdfast.booking.Amount;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Currency;
import dev.holdfast.booking.EventId;
import dev.holdfast.booking.EventType;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.Price;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.booking.Version;
import dev.holdfast.explore.Scenario.Backfiller;
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Operator;
import dev.holdfast.explore.Scenario.Question;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Sweeper;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** What is explored. */
final class Scenarios {

  static final Set<Store> NOTHING = Set.of();
  static final Set<Store> EVENT_TABLE = Set.of(Store.EVENT_TABLE);
  static final Set<Store> PENDING_INDEX = Set.of(Store.PENDING_INDEX);
  static final Set<Store> FALLBACK_QUEUE = Set.of(Store.FALLBACK_QUEUE);
  static final Set<Store> BOTH_TABLES = Set.of(Store.EVENT_TABLE, Store.PENDING_INDEX);

  /** Longer than the age at which a claim may be taken over. */
  private static final Duration JUMP = Duration.ofMinutes(16);

  static final BookingCode CODE = new BookingCode("HOTEL-4711");

  private static final Drainer DRAIN = new Drainer("drain", 1);

  private Scenarios() {}

  private static PriceEvent event(int version, int number) {
    return new PriceEvent(
        CODE,
        new Version(version),
        new EventId(new UUID(0, number)),
        new EventType("booked"),
        new Price(new Amount("100.00"), new Currency("EUR")),
        new OccurredAt("2026-11-23T10:00:00+01:00"),
        Optional.empty());
  }

  /** A writer of a version; its name is its event's. */
  private static Writer writer(String name, int version, int runs) {
    return new Writer("writer " + name, event(version, name.charAt(0)), runs);
  }

  private static Reader reader(Question question) {
    return new Reader("reader", 1, question);
  }

  private static Scenario scenario(String name, int clockJumps, Scenario.Actor... actors) {
    return scenario(name, List.of(), clockJumps, actors);
  }

  private static Scenario scenario(
      String name, List<PriceEvent> standing, int clockJumps, Scenario.Actor... actors) {
    return new Scenario(
        name,
        standing,
        List.of(actors),
        List.of(NOTHING),
        Collections.nCopies(clockJumps, JUMP),
        0,
        Set.of(),
        Map.of());
  }

  /** A booking that stands, of one version. */
  private static List<PriceEvent> booking() {
    return List.of(event(1, 'a'));
  }

  /** Two departments under one code; each may die at any call and come back once. */
  static Scenario twoWriters() {
    return scenario(
        "two writers", 1, writer("a", 1, 2), writer("b", 1, 2), DRAIN, reader(Question.CURRENT));
  }

  /** The same event sent twice at once, beside a rival. */
  static Scenario sameEventTwice() {
    return scenario(
        "the same event twice at once",
        0,
        writer("a", 1, 1),
        new Writer("writer a's twin", event(1, 'a'), 1),
        writer("b", 1, 1),
        DRAIN);
  }

  /** A booking that is made, and gets versions 2 and 3, by one department after the other. */
  static Scenario chain() {
    return scenario(
        "versions 1, 2, 3", 0, writer("a", 1, 1), writer("b", 2, 1), writer("c", 3, 1), DRAIN);
  }

  /** Price changes of a booking that stands, and whoever reads it. */
  static Scenario changes() {
    return scenario(
        "versions 2 and 3",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 3, 1),
        DRAIN,
        reader(Question.CURRENT));
  }

  /** One of them may die and come back; its claim may be abandoned. */
  static Scenario rivalsForTwo() {
    return scenario(
        "rivals for version 2",
        booking(),
        1,
        writer("b", 2, 2),
        writer("c", 2, 1),
        DRAIN,
        reader(Question.CURRENT));
  }

  static Scenario rivalsForThree() {
    return scenario(
        "rivals for version 3",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 3, 1),
        writer("d", 3, 1));
  }

  /** A third version on two rivals for the second. */
  static Scenario thirdOnTwoRivals() {
    return scenario(
        "version 3 on two rivals",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 2, 1),
        writer("d", 3, 1));
  }

  static Scenario versionTwoOnTwoRivals() {
    return scenario(
        "version 2 on two rivals", 1, writer("a", 1, 1), writer("b", 1, 2), writer("c", 2, 1));
  }

  /** Others may go on from what a writer left behind, before it comes back. */
  static Scenario comesBack() {
    return scenario(
        "a writer who comes back",
        0,
        writer("a", 1, 2),
        writer("b", 2, 1),
        reader(Question.CURRENT));
  }

  /** No read ever goes back behind what an earlier one has shown. */
  static Scenario readers() {
    return scenario(
        "two readers, one after the other",
        0,
        writer("a", 1, 1),
        writer("b", 2, 1),
        new Reader("reader", 2, Question.CURRENT),
        DRAIN);
  }

  /** A booking that is made and changed beside a reader who asks in one way. */
  static Scenario reading(Question question) {
    return scenario(
        "a reader: " + question.name().toLowerCase(Locale.ROOT).replace('_', ' '),
        0,
        writer("a", 1, 1),
        writer("b", 2, 1),
        DRAIN,
        reader(question));
  }

  static Scenario sweep() {
    return scenario(
        "two writers, a sweep",
        1,
        writer("a", 1, 2),
        writer("b", 1, 1),
        DRAIN,
        new Sweeper("sweep", 1));
  }

  /** Two drains that work off the same messages. */
  static Scenario twoDrains() {
    return scenario(
        "two drains",
        0,
        writer("a", 1, 1),
        writer("b", 2, 1),
        new Drainer("drain 1", 2),
        new Drainer("drain 2", 1));
  }

  /**
   * The clock jumps twice, and what was sent before a jump may land after it: while the claim that
   * it was sent under is not yet old enough to be taken over, or just so.
   */
  static Scenario lateByMinutes() {
    return new Scenario(
        "calls late by minutes",
        List.of(),
        List.of(writer("a", 1, 2), writer("b", 1, 1), DRAIN),
        List.of(NOTHING),
        Collections.nCopies(2, JUMP.dividedBy(2)),
        2,
        Set.of(),
        Map.of());
  }

  static Scenario lateByMinutesAtTwo() {
    return new Scenario(
        "version 2, late by minutes",
        booking(),
        List.of(writer("b", 2, 2), writer("c", 2, 1), DRAIN),
        List.of(NOTHING),
        Collections.nCopies(2, JUMP.dividedBy(2)),
        2,
        Set.of(),
        Map.of());
  }

  /** A backfill beside version changes: for a pending index that has lost its heads, or not. */
  static Scenario backfill() {
    return scenario(
        "a backfill",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 3, 1),
        DRAIN,
        new Backfiller("backfill", 1));
  }

  /** An operator beside version changes; may die at any call and come back. */
  static Scenario resolve() {
    return scenario(
        "a conflict and an operator",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 2, 1),
        DRAIN,
        new Operator("operator", 2));
  }

  static Scenario twoRivals() {
    return scenario("two rivals", 0, writer("a", 1, 1), writer("b", 1, 1), DRAIN);
  }

  static Scenario twoRivalsForTwo() {
    return scenario(
        "two rivals for version 2", booking(), 0, writer("b", 2, 1), writer("c", 2, 1), DRAIN);
  }

  /** Small enough to exhaust with both tables faulty, large enough for conflicts to arise. */
  static Scenario conflict() {
    return scenario(
        "a conflict",
        0,
        writer("a", 1, 1),
        writer("b", 1, 1),
        new Drainer("drain", 2),
        reader(Question.CURRENT));
  }

  static Scenario conflictAtTwo() {
    return scenario(
        "a conflict at version 2",
        booking(),
        0,
        writer("b", 2, 1),
        writer("c", 2, 1),
        new Drainer("drain", 2),
        reader(Question.CURRENT));
  }

  /** Those with which the fault may move. */
  static List<Scenario> moving() {
    return List.of(
        conflict(), conflictAtTwo(), changes(), sameEventTwice(), reading(Question.CURRENT));
  }

  /** Those with which a call may land late. */
  static List<Scenario> small() {
    return List.of(
        conflict(),
        conflictAtTwo(),
        changes(),
        sameEventTwice(),
        reading(Question.CURRENT),
        reading(Question.WHOLE),
        reading(Question.NEWEST_FIRST),
        reading(Question.FIRST),
        reading(Question.SECOND));
  }

  /** A rival who is there only once; the other one may die and come back to an abandoned claim. */
  static Scenario writerAndRival() {
    return scenario(
        "a writer and a rival",
        1,
        writer("a", 1, 2),
        writer("b", 1, 1),
        DRAIN,
        reader(Question.CURRENT));
  }

  /** Those that are large enough as they are. */
  static List<Scenario> wide() {
    return List.of(
        writerAndRival(),
        rivalsForTwo(),
        rivalsForThree(),
        versionTwoOnTwoRivals(),
        chain(),
        comesBack(),
        readers(),
        sweep(),
        twoDrains(),
        backfill());
  }

  /** A booking that stands is changed at both doors, and read at the one that is left. */
  static Scenario changesAtTwoDoors() {
    return scenario(
            "changes at two doors",
            booking(),
            0,
            writer("b", 2, 2),
            writer("c", 2, 1),
            reader(Question.CURRENT))
        .withHome("writer b");
  }

  /** A code is wanted at both doors; what the home has recorded goes on at the second door. */
  static Scenario bookingsAtTwoDoors() {
    return scenario(
            "a booking at two doors",
            0,
            writer("a", 1, 2),
            writer("b", 1, 1),
            DRAIN,
            reader(Question.CURRENT))
        .withHome("writer a");
  }

  /** Both doors drain and sweep the same debts. */
  static Scenario drainsAtTwoDoors() {
    return scenario(
            "drains at two doors",
            booking(),
            0,
            writer("b", 2, 1),
            writer("c", 3, 1),
            DRAIN,
            new Drainer("home's drain", 2),
            new Sweeper("home's sweep", 1))
        .withHome("home's drain", "home's sweep");
  }

  /** What was read at home is read at the second door, too. */
  static Scenario readersAtTwoDoors() {
    return scenario(
            "readers at two doors",
            booking(),
            0,
            writer("b", 2, 1),
            writer("c", 3, 1),
            new Reader("home's reader", 1, Question.CURRENT),
            reader(Question.CURRENT))
        .withHome("writer b", "home's reader");
  }

  /** The home region may be lost at any moment, and come back at any later one. */
  static List<Scenario> twoDoors() {
    return List.of(
        changesAtTwoDoors(), bookingsAtTwoDoors(), drainsAtTwoDoors(), readersAtTwoDoors());
  }

  /** A third version, by a clock that is behind those of the two rivals for the second. */
  static Scenario thirdOnTwoRivalsBySkewedClocks() {
    return skewed(
        scenario(
            "version 3 on two rivals, skewed",
            booking(),
            0,
            writer("b", 2, 1),
            writer("c", 2, 1),
            writer("d", 3, 1)),
        Map.of("writer b", 40, "writer c", 20, "writer d", -20));
  }

  /** Of versions 2 and 3, only the second was accepted by the moment that is asked for. */
  static Scenario asOfStart() {
    return skewed(
        scenario(
            "the price at a moment, skewed",
            booking(),
            0,
            writer("b", 2, 1),
            writer("c", 3, 1),
            DRAIN,
            reader(Question.AS_OF_START)),
        Map.of("writer b", -20, "writer c", 20));
  }

  /** By less than the minute after which a sweep takes up what is owed. */
  private static Scenario skewed(Scenario scenario, Map<String, Integer> seconds) {
    return scenario.withSkews(
        seconds.entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey, it -> Duration.ofSeconds(it.getValue()))));
  }

  /** Those in which the clocks differ. */
  static List<Scenario> skewed() {
    return List.of(thirdOnTwoRivalsBySkewedClocks(), asOfStart());
  }

  /** Those that have the most to do with the queue. */
  static List<Scenario> aroundTheQueue() {
    return List.of(conflict(), twoDrains(), changes());
  }
}
