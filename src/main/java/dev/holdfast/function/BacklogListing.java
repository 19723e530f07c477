package dev.holdfast.function;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.BacklogIndex.PageAnswer;
import dev.holdfast.ledger.BacklogIndex.Position;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Lists what waits in the pending index, shard by shard, in answers that are bounded in every way
 * in which they could grow: in bookings, in bytes, and in the time that the queries take.
 * Thread-safe.
 */
final class BacklogListing {

  static final int MOST = 200;
  static final int USUAL = 50;
  static final String NEXT_FORM = "the next of an earlier answer";

  /** How many bookings are written at a time. */
  static final int AT_ONCE = 10;

  /** Lambda's answers have at most 6 MB (AWS, "Lambda quotas"). */
  static final int MOST_BYTES = 5_000_000;

  private static final Pattern SHARD = Pattern.compile("[0-9]{1,2}");

  private final BacklogIndex index;
  private final Clock clock;
  private final Duration longest;

  /**
   * @param longest after this nothing further is read
   */
  BacklogListing(BacklogIndex index, Clock clock, Duration longest) {
    this.index = index;
    this.clock = clock;
    this.longest = longest;
  }

  /**
   * Which entries to list.
   *
   * @param before only what has been there since before this moment; empty: all, also what was
   *     parked by a clock that is ahead of ours
   * @param shard only this one; empty: all, one after the other
   * @param after where an earlier answer ended; empty: from the beginning
   * @param limit how many at most, 1 or more
   */
  record Query(
      Kind kind,
      Optional<Instant> before,
      Optional<Shard> shard,
      Optional<Place> after,
      int limit) {}

  /**
   * Where an answer ended.
   *
   * @param position after which the next one begins in this shard; empty: at its beginning
   */
  record Place(Shard shard, Optional<Position> position) {}

  static int limit(OperatorEvent event) {
    return event.number("limit", 1, MOST).orElse(USUAL);
  }

  static Optional<Place> next(OperatorEvent event) {
    return event.parsed("next", BacklogListing::parse, NEXT_FORM);
  }

  /**
   * How bookings are written, up to {@value #AT_ONCE} of them: each as one JSON object or several,
   * with commas between them.
   */
  interface Writing {
    List<String> of(List<Head> entries) throws InterruptedIOException;
  }

  /**
   * The answer to a query.
   *
   * @param name of the member that has the entries
   * @throws InterruptedIOException if this thread was interrupted
   */
  Answer answer(Query query, String name, Writing writing, LogFields log)
      throws InterruptedIOException {
    Page page = new Page(query);
    Instant end = clock.instant().plus(longest);
    do {
      Place place = page.next.orElseThrow();
      PageAnswer answer = page.readFrom(place);
      if (answer instanceof Unavailable unavailable) {
        if (page.entries.isEmpty()) {
          return OperatorInvocation.unavailable(unavailable, log);
        }
        // What was found is worth an answer, and its next one says what is the matter.
        break;
      }
      page.add((PageAnswer.Page) answer, place, writing, end);
    } while (page.hasRoom() && clock.instant().isBefore(end));
    log.with("listed", page.entries.size());
    return json -> {
      json.writeArrayFieldStart(name);
      for (String entry : page.entries) {
        json.writeRawValue(entry);
      }
      json.writeEndArray();
      if (page.next.isPresent()) {
        json.writeStringField("next", format(page.next.get()));
      }
    };
  }

  /** An answer that is being filled. */
  private final class Page {
    private final Query query;
    private final List<String> entries = new ArrayList<>();
    private Optional<Place> next;
    private long bytes;
    private boolean isFull;

    Page(Query query) {
      this.query = query;
      this.next =
          query
              .after()
              .or(
                  () ->
                      Optional.of(
                          new Place(query.shard().orElse(Shard.first()), Optional.empty())));
    }

    boolean hasRoom() {
      return !isFull && next.isPresent() && entries.size() < query.limit();
    }

    /** The rest of one shard, as far as there is room. */
    PageAnswer readFrom(Place place) {
      return index.page(
          place.shard(),
          query.kind(),
          query.before(),
          place.position(),
          query.limit() - entries.size());
    }

    /** At least one entry, if there is one: every answer gets on. */
    void add(PageAnswer.Page read, Place from, Writing writing, Instant end)
        throws InterruptedIOException {
      List<Head> found = read.entries();
      for (int start = 0; start < found.size(); start += AT_ONCE) {
        if (start > 0 && !clock.instant().isBefore(end)) {
          isFull = true;
          return;
        }
        List<Head> some = found.subList(start, Math.min(start + AT_ONCE, found.size()));
        List<String> written = writing.of(some);
        for (int number = 0; number < some.size(); number++) {
          if (!add(some.get(number), written.get(number))) {
            return;
          }
        }
      }
      next =
          read.next().isPresent()
              ? Optional.of(new Place(from.shard(), read.next()))
              : following(from.shard());
    }

    private boolean add(Head entry, String written) {
      bytes += written.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MOST_BYTES) {
        isFull = true;
        return false;
      }
      entries.add(written);
      next = Optional.of(placeOf(entry, query.kind()));
      return true;
    }

    private Optional<Place> following(Shard shard) {
      return query.shard().isPresent()
          ? Optional.empty()
          : shard.next().map(it -> new Place(it, Optional.empty()));
    }
  }

  /** Since when a booking is in an index: what it says of the booking it said at one moment. */
  static Instant since(Head head, Kind kind) {
    return switch (kind) {
      case WAITING -> ((Head.State.Pending) head.state()).since();
      case IN_CONFLICT -> head.kept().get(0).conflictSince();
    };
  }

  private static Place placeOf(Head head, Kind kind) {
    return new Place(
        Shard.of(head.bookingCode()),
        Optional.of(new Position(since(head, kind), head.bookingCode())));
  }

  /** Readable on purpose: shard, since when, booking code. */
  private static String format(Place place) {
    return place.shard().number()
        + place
            .position()
            .map(position -> "/" + position.since() + "/" + position.bookingCode())
            .orElse("");
  }

  private static Optional<Place> parse(String text) {
    String[] parts = text.split("/", -1);
    Optional<Shard> shard =
        Optional.of(parts[0])
            .filter(it -> SHARD.matcher(it).matches())
            .map(Integer::parseInt)
            .filter(number -> number < Shard.COUNT)
            .map(Shard::new);
    if (parts.length == 1) {
      return shard.map(it -> new Place(it, Optional.empty()));
    }
    return parts.length == 3
        ? shard.flatMap(
            it ->
                position(parts[1], parts[2]).map(position -> new Place(it, Optional.of(position))))
        : Optional.empty();
  }

  private static Optional<Position> position(String since, String bookingCode) {
    try {
      Instant moment = Instant.parse(since);
      return BookingCode.parse(bookingCode).map(code -> new Position(moment, code));
    } catch (DateTimeException noMoment) {
      return Optional.empty();
    }
  }
}
