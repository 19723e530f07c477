package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.function.BacklogListing.Place;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.http.EventJson;
import dev.holdfast.http.JsonText;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.EventTable;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Kept;
import dev.holdfast.ledger.ReadOutcome.Status;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lists the conflicts, each with the event that is {@code kept} and the one that is {@code
 * recorded} in its place, if the event table tells it. A booking has as many as it keeps events.
 *
 * <p>The event: {@code limit} (bookings, up to {@value BacklogListing#MOST}), {@code next} of an
 * earlier answer. The answer: {@code conflicts}, and {@code next} while there may be more.
 */
@Named("conflicts")
@Singleton
public final class ConflictsFunction implements RequestStreamHandler {

  private final OperatorInvocation invocation;
  private final BacklogListing listing;
  private final EventTable eventTable;
  private final SideBySide reads;

  public ConflictsFunction(
      BacklogIndex index,
      EventTable eventTable,
      @ConfigProperty(name = "holdfast.listing.longest") Duration longest,
      Clock clock,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.listing = new BacklogListing(index, clock, longest);
    this.eventTable = eventTable;
    this.reads = new SideBySide("holdfast-conflicts", BacklogListing.AT_ONCE);
    this.invocation = new OperatorInvocation(mapper, metrics, this::list);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private Answer list(OperatorEvent event, LogFields log) throws InterruptedIOException {
    Optional<Place> after = BacklogListing.next(event);
    int limit = BacklogListing.limit(event);
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    return listing.answer(
        new BacklogListing.Query(
            Kind.IN_CONFLICT, Optional.empty(), Optional.empty(), after, limit),
        "conflicts",
        this::write,
        log);
  }

  /** Each with reads of the event table, which take their time while that hangs. */
  private List<String> write(List<Head> heads) throws InterruptedIOException {
    return reads.all(heads.stream().<Callable<String>>map(head -> () -> write(head)).toList());
  }

  private String write(Head head) {
    return head.kept().stream()
        .map(kept -> JsonText.of(json -> write(json, kept)))
        .collect(Collectors.joining(","));
  }

  private void write(JsonGenerator json, Kept kept) throws IOException {
    AcceptedEvent event = kept.event();
    json.writeStartObject();
    json.writeStringField("bookingCode", event.bookingCode().value());
    json.writeNumberField("version", event.version().number());
    json.writeStringField("eventId", event.identity().eventId().toString());
    json.writeStringField("conflictSince", kept.conflictSince().toString());
    json.writeFieldName("kept");
    EventJson.write(json, event, Status.PENDING);
    Optional<AcceptedEvent> recorded = recordedInPlaceOf(event);
    if (recorded.isPresent()) {
      json.writeFieldName("recorded");
      EventJson.write(json, recorded.get(), Status.RECORDED);
    }
    json.writeEndObject();
  }

  /** One that cannot be read must not hide the conflicts behind it. */
  private Optional<AcceptedEvent> recordedInPlaceOf(AcceptedEvent event) {
    return eventTable.find(event.bookingCode(), event.version())
            instanceof EventTable.FindAnswer.Found found
        ? Optional.of(found.event())
        : Optional.empty();
  }
}
