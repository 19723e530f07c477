package dev.holdfast.function;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.Backlog.ListAnswer;
import dev.holdfast.ledger.Backlog.Place;
import dev.holdfast.ledger.BacklogIndex.Position;
import dev.holdfast.ledger.Claim.Parked;
import dev.holdfast.ledger.Shard;
import dev.holdfast.ledger.Unavailable;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the listings of the pending index share: how many entries, where to go on, and how a page is
 * answered.
 */
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

  /** How an entry is written, as one JSON object. */
  interface Writing {
    void to(JsonGenerator json, Parked entry) throws IOException;
  }

  /**
   * The answer to a query.
   *
   * @param name of the member that has the entries
   */
  static Answer answer(ListAnswer answer, String name, Writing writing, LogFields log) {
    if (!(answer instanceof ListAnswer.Listed listed)) {
      return OperatorInvocation.unavailable((Unavailable) answer, log);
    }
    log.with("listed", listed.entries().size());
    return json -> {
      json.writeArrayFieldStart(name);
      for (Parked entry : listed.entries()) {
        writing.to(json, entry);
      }
      json.writeEndArray();
      if (listed.next().isPresent()) {
        json.writeStringField("next", format(listed.next().get()));
      }
    };
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
