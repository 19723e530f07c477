package dev.holdfast.function;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.function.BacklogListing.Place;
import dev.holdfast.function.OperatorInvocation.Answer;
import dev.holdfast.http.JsonText;
import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.BacklogIndex;
import dev.holdfast.ledger.BacklogIndex.Kind;
import dev.holdfast.ledger.Head;
import dev.holdfast.ledger.Shard;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * Lists the events that wait for the event table, those of a booking in their order; {@code
 * pendingSince} says since when the booking waits.
 *
 * <p>The event: {@code olderThanSeconds} (all, if it is 0 or not said), {@code shard} (all, one
 * after the other), {@code limit} (bookings, up to {@value BacklogListing#MOST}), {@code next} of
 * an earlier answer. The answer: {@code pending}, the oldest of a shard first, and {@code next}
 * while there may be more.
 */
@Named("pending")
@Singleton
public final class PendingFunction implements RequestStreamHandler {

  private static final int LONGEST_RETENTION = Math.toIntExact(Duration.ofDays(365).toSeconds());

  private final OperatorInvocation invocation;
  private final BacklogListing listing;
  private final Clock clock;

  public PendingFunction(
      BacklogIndex index,
      @ConfigProperty(name = "holdfast.listing.longest") Duration longest,
      Clock clock,
      ObjectMapper mapper,
      EmbeddedMetrics metrics) {
    this.listing = new BacklogListing(index, clock, longest);
    this.clock = clock;
    this.invocation = new OperatorInvocation(mapper, metrics, this::list);
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    invocation.handle(input, output, context);
  }

  private Answer list(OperatorEvent event, LogFields log) throws InterruptedIOException {
    int olderThan = event.number("olderThanSeconds", 0, LONGEST_RETENTION).orElse(0);
    Optional<Shard> shard = event.number("shard", 0, Shard.COUNT - 1).map(Shard::new);
    Optional<Place> after = BacklogListing.next(event);
    int limit = BacklogListing.limit(event);
    if (!event.errors().isEmpty()) {
      return OperatorInvocation.invalid(event.errors(), log);
    }
    Instant now = clock.instant();
    return listing.answer(
        new BacklogListing.Query(
            Kind.WAITING,
            Optional.of(olderThan).filter(age -> age > 0).map(now::minusSeconds),
            shard,
            after,
            limit),
        "pending",
        heads -> heads.stream().map(head -> write(head, now)).toList(),
        log);
  }

  private static String write(Head head, Instant now) {
    Instant since = BacklogListing.since(head, Kind.WAITING);
    return head.events().stream()
        .map(event -> JsonText.of(json -> write(json, event, since, now)))
        .collect(Collectors.joining(","));
  }

  private static void write(JsonGenerator json, AcceptedEvent event, Instant since, Instant now)
      throws IOException {
    json.writeStartObject();
    json.writeStringField("bookingCode", event.bookingCode().value());
    json.writeNumberField("version", event.version().number());
    json.writeStringField("eventId", event.identity().eventId().toString());
    json.writeStringField("type", event.event().type().value());
    json.writeStringField("occurredAt", event.event().occurredAt().text());
    json.writeStringField("recordedAt", event.recordedAt().toString());
    json.writeStringField("pendingSince", since.toString());
    json.writeNumberField("ageSeconds", Math.max(0, Duration.between(since, now).toSeconds()));
    json.writeNumberField("shard", Shard.of(event.bookingCode()).number());
    json.writeEndObject();
  }
}
