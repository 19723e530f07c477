package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.aws.Metric;
import dev.holdfast.booking.BookingCode;
import dev.holdfast.booking.EventId;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.ledger.Decision;
import dev.holdfast.ledger.Decision.Action;
import dev.holdfast.ledger.Resolution;
import dev.holdfast.ledger.Resolve;
import dev.holdfast.ledger.Resolve.Wish;
import dev.holdfast.ledger.ResolveOutcome;
import dev.holdfast.ledger.Unavailable;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Ends a conflict as an operator decided.
 *
 * <p>The event: {@code action} ({@code reassign}, {@code reappend} or {@code discard}), {@code
 * bookingCode}, {@code eventId} of the kept event, {@code operator}, {@code reason}, and to
 * reassign {@code newBookingCode}. The answer: {@code outcome} ({@code reassigned}, {@code
 * reappended}, {@code discarded}, {@code refused}, {@code unavailable}, {@code invalid}) and a
 * {@code message}.
 */
@Named("resolve")
@Singleton
public final class ResolveFunction implements RequestStreamHandler {

  private static final Logger LOG = Logger.getLogger(ResolveFunction.class);
  private static final List<String> ACTIONS = List.of("reassign", "reappend", "discard");
  private static final int LONGEST_NAME = 100;
  private static final int LONGEST_REASON = 1_000;

  private final OperatorInvocation invocation;
  private final EmbeddedMetrics metrics;
  private final Resolve resolve;

  public ResolveFunction(Resolve resolve, ObjectMapper mapper, EmbeddedMetrics metrics) {
    this.resolve = resolve;
    this.metrics = metrics;
    this.invocation = new OperatorInvocation(mapper, metrics, this::resolve);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private Answer resolve(OperatorEvent event, LogFields log) {
    Optional<BookingCode> bookingCode =
        event.required(
            "bookingCode", event.parsed("bookingCode", BookingCode::parse, BookingCode.FORM));
    Optional<EventId> eventId =
        event.required("eventId", event.parsed("eventId", EventId::parse, EventId.FORM));
    Optional<Wish> wish = wish(event);
    Optional<String> operator = event.required("operator", event.text("operator", LONGEST_NAME));
    Optional<String> reason = event.required("reason", event.text("reason", LONGEST_REASON));
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    Resolve.Request request =
        new Resolve.Request(
            bookingCode.orElseThrow(),
            eventId.orElseThrow(),
            wish.orElseThrow(),
            operator.orElseThrow(),
            reason.orElseThrow());
    log.with("bookingCode", request.bookingCode())
        .with("eventId", request.eventId())
        .with("operator", request.operator())
        .with("action", name(request.wish()));
    return answer(resolve.resolve(request), request.wish(), log);
  }

  private static Optional<Wish> wish(OperatorEvent event) {
    Optional<BookingCode> newBookingCode =
        event.parsed("newBookingCode", BookingCode::parse, BookingCode.FORM);
    Optional<String> name =
        event.required(
            "action",
            event.parsed(
                "action",
                text -> Optional.of(text).filter(ACTIONS::contains),
                String.join(" or ", ACTIONS)));
    if (name.filter("reassign"::equals).isPresent()) {
      return event.required("newBookingCode", newBookingCode).map(Wish.Reassign::new);
    }
    return name.map(it -> it.equals("reappend") ? new Wish.Reappend() : new Wish.Discard());
  }

  private Answer answer(ResolveOutcome outcome, Wish wish, LogFields log) {
    if (outcome instanceof Unavailable unavailable) {
      metrics.count(Metric.ByOutcome.RESOLVED, "unavailable");
      return OperatorInvocation.unavailable(unavailable, log);
    }
    if (outcome instanceof ResolveOutcome.Resolved resolved) {
      return resolved(resolved.resolution(), log);
    }
    metrics.count(Metric.ByOutcome.RESOLVED, "refused");
    log.with("outcome", "refused");
    return OperatorInvocation.outcome("refused", refusal(outcome, wish));
  }

  private Answer resolved(Resolution resolution, LogFields log) {
    Action action = resolution.decision().action();
    String outcome =
        action instanceof Action.Reassign
            ? "reassigned"
            : action instanceof Action.Reappend ? "reappended" : "discarded";
    metrics.count(Metric.ByOutcome.RESOLVED, outcome);
    log.with("outcome", outcome);
    LOG.warnf("A conflict is resolved: %s", outcome);
    return json -> {
      OperatorInvocation.outcome(
              outcome,
              "Done by "
                  + resolution.decision().operator()
                  + " at "
                  + resolution.resolvedAt()
                  + "; the record stays in the pending index.")
          .writeTo(json);
      json.writeStringField("bookingCode", resolution.kept().bookingCode().value());
      json.writeStringField("eventId", resolution.kept().identity().eventId().toString());
      if (action instanceof Action.Reassign reassign) {
        json.writeStringField("newBookingCode", reassign.newBookingCode().value());
      } else if (action instanceof Action.Reappend reappend) {
        json.writeNumberField("newVersion", reappend.version().number());
      }
    };
  }

  private static String refusal(ResolveOutcome outcome, Wish wish) {
    if (outcome instanceof ResolveOutcome.NoSuchConflict) {
      return "No event with this id is kept under this booking code. The function conflicts lists"
          + " what there is.";
    }
    if (outcome instanceof ResolveOutcome.NotInConflict) {
      return "The event waits for the event table and is not in conflict: it will be drained."
          + " There is nothing to decide.";
    }
    if (outcome instanceof ResolveOutcome.DecidedOtherwise decided) {
      return "Decided otherwise, and perhaps half done: "
          + describe(decided.standing())
          + ". Send that decision again to finish it.";
    }
    if (outcome instanceof ResolveOutcome.ResolvedOtherwise resolved) {
      return "The conflict is over: " + describe(resolved.resolution().decision()) + ".";
    }
    if (outcome instanceof ResolveOutcome.NotForThisEvent) {
      return "A first event is reassigned, a later one is reappended, and not the other way round.";
    }
    return wish instanceof Wish.Reassign
        ? "The new booking code has an owner. Nothing was changed: choose another code."
        : "The last event of the booking has the same event id and other content: its department"
            + " seems to have sent the change again. Nothing was changed: if so, discard.";
  }

  private static String describe(Decision decision) {
    String action =
        decision.action() instanceof Action.Reassign reassign
            ? "reassign to " + reassign.newBookingCode()
            : decision.action() instanceof Action.Reappend reappend
                ? "reappend as version " + reappend.version()
                : "discard";
    return action + ", by " + decision.operator() + " at " + decision.decidedAt();
  }

  private static String name(Wish wish) {
    return wish instanceof Wish.Reassign
        ? "reassign"
        : wish instanceof Wish.Reappend ? "reappend" : "discard";
  }
}
