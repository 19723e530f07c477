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
import dev.holdfast.explore.Scenario.Drainer;
import dev.holdfast.explore.Scenario.Reader;
import dev.holdfast.explore.Scenario.Sweeper;
import dev.holdfast.explore.Scenario.Writer;
import dev.holdfast.simulated.Network.Store;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** What is explored. */
final class Scenarios {

  static final Set<Store> NOTHING = Set.of();
  static final Set<Store> EVENT_TABLE = Set.of(Store.EVENT_TABLE);
  static final Set<Store> PENDING_INDEX = Set.of(Store.PENDING_INDEX);
  static final Set<Store> FALLBACK_QUEUE = Set.of(Store.FALLBACK_QUEUE);
  static final Set<Store> BOTH_TABLES = Set.of(Store.EVENT_TABLE, Store.PENDING_INDEX);

  /** Longer than the age at which a claim may be taken over. */
  private static final Duration JUMP = Duration.ofMinutes(16);

  private static final Drainer DRAIN = new Drainer("drain", 1);
  private static final Reader READER = new Reader("reader", 1);

  private Scenarios() {}

  private static PriceEvent event(int version, int number) {
    return new PriceEvent(
        new BookingCode("HOTEL-4711"),
        new Version(version),
        new EventId(new UUID(0, number)),
        new EventType("booked"),
        new Price(new Amount("100.00"), new Currency("EUR")),
        new OccurredAt("2026-11-23T10:00:00+01:00"),
        Optional.empty());
  }

  private static Writer writer(String name, int runs) {
    return new Writer("writer " + name, event(1, name.charAt(0)), runs);
  }

  private static Writer secondVersion(int runs) {
    return new Writer("writer of version 2", event(2, 'z'), runs);
  }

  private static Scenario scenario(String name, int clockJumps, Scenario.Actor... actors) {
    return new Scenario(
        name, List.of(actors), List.of(NOTHING), Collections.nCopies(clockJumps, JUMP), 0);
  }

  /** Two departments under one code; each may die at any call and come back once. */
  static Scenario twoWriters(int drains) {
    return scenario(
        "two writers, a drain, a reader",
        1,
        writer("a", 2),
        writer("b", 2),
        new Drainer("drain", drains),
        READER);
  }

  static Scenario sweep() {
    return scenario(
        "two writers, a drain, a sweep",
        1,
        writer("a", 2),
        writer("b", 1),
        DRAIN,
        new Sweeper("sweep", 1));
  }

  /** All kinds of actors together. */
  static Scenario everybody(int runsOfA) {
    return scenario(
        "everybody",
        1,
        writer("a", runsOfA),
        writer("b", 1),
        DRAIN,
        new Sweeper("sweep", 1),
        READER);
  }

  static Scenario versionTwo() {
    return scenario(
        "version 2 beside a pending 1", 0, writer("a", 2), secondVersion(2), DRAIN, READER);
  }

  static Scenario threeWriters() {
    return scenario(
        "three writers", 1, writer("a", 1), writer("b", 1), writer("c", 1), DRAIN, READER);
  }

  static Scenario twoDrains() {
    return scenario(
        "two drains",
        0,
        writer("a", 1),
        writer("b", 1),
        new Drainer("drain 1", 2),
        new Drainer("drain 2", 1),
        READER);
  }

  static Scenario sameEventTwice() {
    return scenario(
        "the same event twice at once",
        0,
        writer("a", 1),
        new Writer("writer a's twin", event(1, 'a'), 1),
        writer("b", 1),
        DRAIN,
        READER);
  }

  /**
   * The clock jumps twice, and what was sent before a jump may land after it: while the claim that
   * it was sent under is not yet old enough to be taken over, or just so.
   */
  static Scenario lateByMinutes() {
    return new Scenario(
        "calls late by minutes",
        List.of(writer("a", 2), writer("b", 1), DRAIN),
        List.of(NOTHING),
        Collections.nCopies(2, JUMP.dividedBy(2)),
        2);
  }

  /** Small enough to exhaust with both tables faulty, large enough for conflicts to arise. */
  static Scenario conflict() {
    return scenario(
        "a conflict", 0, writer("a", 1), writer("b", 1), new Drainer("drain", 2), READER);
  }

  static List<Scenario> all() {
    return List.of(
        twoWriters(1),
        sweep(),
        everybody(1),
        versionTwo(),
        threeWriters(),
        twoDrains(),
        sameEventTwice(),
        conflict());
  }

  /** Those that have the most to do with the queue. */
  static List<Scenario> aroundTheQueue() {
    return List.of(sweep(), twoDrains(), conflict());
  }

  /** More runs: minutes to hours, and gigabytes. */
  static List<Scenario> large() {
    return List.of(
        twoWriters(2),
        everybody(2),
        scenario(
            "three writers that come back",
            1,
            writer("a", 2),
            writer("b", 2),
            writer("c", 1),
            DRAIN,
            READER),
        scenario(
            "version 2, a rival, two readers",
            0,
            writer("a", 2),
            writer("b", 1),
            secondVersion(2),
            DRAIN,
            new Reader("readers", 2)));
  }
}
