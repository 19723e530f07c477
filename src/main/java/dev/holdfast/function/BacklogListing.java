package dev.holdfast.function;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.ledger.Backlog.Place;
import dev.holdfast.ledger.BacklogIndex.Position;
import dev.holdfast.ledger.Shard;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/** What the listings of the pending index share: how many entries, and where to go on. */
final class BacklogListing {

  static final int MOST = 200;
  static final int USUAL = 50;
  static final String NEXT_FORM = "the next of an earlier answer";

  private static final Pattern SHARD = Pattern.compile("[0-9]{1,2}");

  private BacklogListing() {}

  static int limit(OperatorEvent event) {
    return event.number("limit", 1, MOST).orElse(USUAL);
  }

  static Optional<Place> next(OperatorEvent event) {
    return event.parsed("next", BacklogListing::parse, NEXT_FORM);
  }

  /** Readable on purpose: shard, since when, booking code. */
  static String format(Place place) {
    return place.shard().number()
        + place
            .position()
            .map(position -> "/" + position.since() + "/" + position.bookingCode())
            .orElse("");
  }

  static Optional<Place> parse(String text) {
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
