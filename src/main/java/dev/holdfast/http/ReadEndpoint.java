package dev.holdfast.http;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.Unavailable;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The reads, {@code GET /bookings/{bookingCode}} and what is below it, and the answer to whatever
 * the API does not know. Thread-safe.
 */
public final class ReadEndpoint {

  private static final Set<Route> OFFERED = EnumSet.of(Route.EVENTS, Route.EVENT, Route.BOOKING);

  private final Read read;
  private final RetryAfter retryAfter;

  public ReadEndpoint(Read read, RetryAfter retryAfter) {
    this.read = read;
    this.retryAfter = retryAfter;
  }

  /** The answer to any request at all; one that is not valid never reaches the ledger. */
  public Answer answer(HttpRequest request) {
    Route.Match match = Route.match(request, OFFERED);
    if (!(match instanceof Route.Match.Matched matched)) {
      return ((Route.Match.Refused) match).problem().answer(request.id());
    }
    FieldErrors errors = new FieldErrors();
    Parameters parameters = new Parameters(matched.parameters(), request.query(), errors);
    return switch (matched.route()) {
      case APPEND -> throw new IllegalStateException("It is not offered here.");
      case EVENTS -> events(request.id(), parameters, errors);
      case EVENT -> event(request.id(), parameters, errors);
      case BOOKING -> booking(request.id(), parameters, errors);
    };
  }

  private Answer booking(UUID id, Parameters parameters, FieldErrors errors) {
    Optional<BookingCode> code = parameters.bookingCode();
    Optional<Instant> at = parameters.at();
    parameters.refuseOthers();
    if (!errors.isEmpty()) {
      return Problem.invalidRequest(errors).answer(id);
    }
    return at.map(moment -> asOf(id, read.asOf(code.orElseThrow(), moment), errors))
        .orElseGet(() -> one(id, read.current(code.orElseThrow()), Problem.bookingNotFound()))
        .logging("bookingCode", code.orElseThrow());
  }

  private Answer asOf(UUID id, ReadOutcome.AsOf outcome, FieldErrors errors) {
    if (outcome instanceof ReadOutcome.OneEvent event) {
      return one(id, event, Problem.bookingNotFound());
    }
    if (outcome instanceof ReadOutcome.NotMadeYet) {
      return Problem.bookingNotMadeYet().answer(id);
    }
    errors.addMember("at", "must not be in the future");
    return Problem.invalidRequest(errors).answer(id);
  }

  private Answer event(UUID id, Parameters parameters, FieldErrors errors) {
    Optional<BookingCode> code = parameters.bookingCode();
    Optional<Version> version = parameters.version();
    parameters.refuseOthers();
    if (!errors.isEmpty()) {
      return Problem.invalidRequest(errors).answer(id);
    }
    return one(id, read.event(code.orElseThrow(), version.orElseThrow()), Problem.eventNotFound())
        .logging("bookingCode", code.orElseThrow())
        .logging("version", version.orElseThrow());
  }

  private Answer one(UUID id, ReadOutcome.OneEvent outcome, Problem notFound) {
    if (outcome instanceof ReadOutcome.Found found) {
      ReadEvent event = found.event();
      return Answer.of(
          HttpResponse.json(200, EventJson.of(event.event(), event.status())), "found");
    }
    return outcome instanceof Unavailable unavailable
        ? unavailable(id, unavailable)
        : notFound.answer(id);
  }

  private Answer events(UUID id, Parameters parameters, FieldErrors errors) {
    Optional<BookingCode> code = parameters.bookingCode();
    Range range = new Range(parameters.from(), parameters.limit(), parameters.order());
    parameters.refuseOthers();
    if (!errors.isEmpty()) {
      return Problem.invalidRequest(errors).answer(id);
    }
    return page(id, code.orElseThrow(), range).logging("bookingCode", code.orElseThrow());
  }

  private Answer page(UUID id, BookingCode code, Range range) {
    ReadOutcome.Events outcome = read.events(code, range);
    if (outcome instanceof ReadOutcome.Page page) {
      return Answer.of(HttpResponse.json(200, body(code, range, page)), "found");
    }
    return outcome instanceof Unavailable unavailable
        ? unavailable(id, unavailable)
        : Problem.bookingNotFound().answer(id);
  }

  private static String body(BookingCode code, Range range, ReadOutcome.Page page) {
    return JsonText.of(
        json -> {
          json.writeStartObject();
          json.writeStringField("bookingCode", code.value());
          json.writeArrayFieldStart("events");
          for (ReadEvent event : page.events()) {
            EventJson.write(json, event);
          }
          json.writeEndArray();
          if (page.next().isPresent()) {
            json.writeStringField("next", link(code, range, page.next().get()));
          }
          json.writeEndObject();
        });
  }

  private static String link(BookingCode code, Range range, Version from) {
    return "/bookings/%s/events?from=%s&limit=%d&order=%s"
        .formatted(code, from, range.limit(), range.order() == Order.ASCENDING ? "asc" : "desc");
  }

  private Answer unavailable(UUID id, Unavailable unavailable) {
    return Problem.unavailable(retryAfter.seconds())
        .answer(id)
        .logging("reason", unavailable.reason());
  }
}
