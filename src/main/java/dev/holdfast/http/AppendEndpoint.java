package dev.holdfast.http;

import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.ReadOutcome.Status;
import dev.holdfast.ledger.Unavailable;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** {@code POST /bookings/{bookingCode}/events}. Thread-safe. */
public final class AppendEndpoint {

  private final Append append;
  private final RetryAfter retryAfter;

  public AppendEndpoint(Append append, RetryAfter retryAfter) {
    this.append = append;
    this.retryAfter = retryAfter;
  }

  /** The answer to any request at all; one that is not valid never reaches the ledger. */
  public Answer answer(HttpRequest request) {
    Route.Match match = Route.match(request, Set.of(Route.APPEND));
    return match instanceof Route.Match.Matched matched
        ? append(request, matched.parameters())
        : ((Route.Match.Refused) match).problem().answer(request.id());
  }

  private Answer append(HttpRequest request, Map<String, String> pathParameters) {
    Optional<Problem> refusal = MediaType.refusal(request);
    if (refusal.isPresent()) {
      return refusal.get().answer(request.id());
    }
    RequestBody.Content content = request.body().orElseGet(() -> new RequestBody("", false)).read();
    if (content instanceof RequestBody.Content.TooLarge) {
      return Problem.bodyTooLarge().answer(request.id());
    }
    FieldErrors errors = new FieldErrors();
    Parameters parameters = new Parameters(pathParameters, request.query(), errors);
    Optional<BookingCode> bookingCode = parameters.bookingCode();
    parameters.refuseOthers();
    Optional<PriceEvent> event = Optional.empty();
    if (content instanceof RequestBody.Content.Unreadable unreadable) {
      errors.add("", unreadable.why());
    } else if (content instanceof RequestBody.Content.Text text) {
      event = EventParser.parse(bookingCode, text.text(), errors);
    }
    return event
        .map(valid -> append(request, valid))
        .orElseGet(
            () -> {
              Answer answer = Problem.invalidRequest(errors).answer(request.id());
              return bookingCode.map(code -> answer.logging("bookingCode", code)).orElse(answer);
            });
  }

  private Answer append(HttpRequest request, PriceEvent event) {
    return answer(request, append.append(event))
        .logging("bookingCode", event.bookingCode())
        .logging("version", event.version())
        .logging("eventId", event.eventId());
  }

  private Answer answer(HttpRequest request, AppendOutcome outcome) {
    if (outcome instanceof AppendOutcome.Recorded recorded) {
      return Answer.of(accepted(201, recorded.event(), Status.RECORDED), "recorded");
    }
    if (outcome instanceof AppendOutcome.AlreadyRecorded already) {
      return Answer.of(accepted(200, already.event(), Status.RECORDED), "already-recorded");
    }
    if (outcome instanceof AppendOutcome.Pending pending) {
      return Answer.of(accepted(202, pending.event(), Status.PENDING), "pending");
    }
    if (outcome instanceof Unavailable unavailable) {
      return Problem.unavailable(retryAfter.seconds())
          .answer(request.id())
          .logging("reason", unavailable.reason());
    }
    return conflict(outcome).answer(request.id());
  }

  private static Problem conflict(AppendOutcome outcome) {
    if (outcome instanceof AppendOutcome.VersionConflict conflict) {
      return Problem.versionConflict(conflict.currentVersion());
    }
    return outcome instanceof AppendOutcome.EventIdReused
        ? Problem.eventIdReused()
        : Problem.bookingCodeTaken();
  }

  private static HttpResponse accepted(int status, AcceptedEvent event, Status standing) {
    return HttpResponse.json(status, EventJson.of(event, standing))
        .with("Location", "/bookings/" + event.bookingCode() + "/events/" + event.version());
  }
}
