package dev.holdfast.http;

import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Requests of every kind, each with the answer of its endpoint, to hold against documents. */
final class Exchanges {

  private record Exchange(ApiRequest request, ApiResponse response) {}

  /** An endpoint of which the ledger is never asked. */
  private static final Function<HttpRequest, Answer> UNTOUCHED =
      new AppendEndpoint(mock(Append.class), GatewayEvent.SOON)::answer;

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<Exchange> all = new ArrayList<>();

  private Exchanges() {}

  /** Every outcome of the ledger, and every kind of request that does not reach it. */
  static Exchanges ofEveryKind() {
    Exchanges exchanges = new Exchanges();
    exchanges.addAppends();
    exchanges.addReads();
    exchanges.addFailures();
    return exchanges;
  }

  /** What is wrong with the first exchange that a document has anything against. */
  List<String> faults(ApiDocument document) {
    return all.stream()
        .map(exchange -> document.faults(exchange.request(), exchange.response()))
        .filter(faults -> !faults.isEmpty())
        .findFirst()
        .orElseGet(List::of);
  }

  /** Which changed answers a document has nothing against. */
  List<String> unnoticed(ApiDocument document, Function<ApiResponse, List<ApiResponse>> changes) {
    return oneOfAKind()
        .flatMap(
            exchange ->
                changes.apply(exchange.response()).stream()
                    .filter(changed -> document.faults(exchange.request(), changed).isEmpty()))
        .map(ApiResponse::toString)
        .toList();
  }

  /** One exchange for each status and each set of members. */
  private Stream<Exchange> oneOfAKind() {
    Map<List<Object>, Exchange> kinds = new LinkedHashMap<>();
    for (Exchange exchange : all) {
      JsonNode body = json(exchange.response());
      List<String> names = new ArrayList<>();
      body.fieldNames().forEachRemaining(names::add);
      kinds.putIfAbsent(
          List.of(exchange.response().status(), names, body.path("type").asText()), exchange);
    }
    return kinds.values().stream();
  }

  /** The body of the answer that a problem is. */
  static JsonNode bodyOf(Problem problem) {
    return json(ApiResponse.of(problem.answer(GatewayEvent.REQUEST_ID)));
  }

  static JsonNode json(ApiResponse response) {
    try {
      return MAPPER.readTree(response.body());
    } catch (JsonProcessingException notJson) {
      throw new IllegalArgumentException(notJson);
    }
  }

  private void add(String method, Function<HttpRequest, Answer> endpoint, GatewayEvent event) {
    HttpRequest request = event.request();
    all.add(new Exchange(ApiRequest.of(request, method), ApiResponse.of(endpoint.apply(request))));
  }

  private void addAppend(AppendOutcome outcome, Object body) {
    Append ledger = mock(Append.class);
    when(ledger.append(any())).thenReturn(outcome);
    add(
        "POST",
        new AppendEndpoint(ledger, GatewayEvent.SOON)::answer,
        GatewayEvent.append(body.toString()));
  }

  private void addAppends() {
    EventBody body = EventBody.valid();
    Optional<EventData> data = Optional.of(new EventData("{\"a\":1}"));
    addAppend(new AppendOutcome.Recorded(Events.accepted(Events.event(3, data))), body);
    addAppend(new AppendOutcome.Recorded(Events.accepted(1)), body);
    addAppend(new AppendOutcome.AlreadyRecorded(Events.accepted(1_000_000)), body);
    addAppend(new AppendOutcome.Pending(Events.accepted(1)), body);
    addAppend(new AppendOutcome.Pending(Events.accepted(1_000_000)), body);
    addAppend(new AppendOutcome.BookingCodeTaken(), body);
    addAppend(new AppendOutcome.VersionConflict(0), EventBody.valid().with("version", "1000000"));
    addAppend(new AppendOutcome.VersionConflict(1_000_000), body);
    addAppend(new AppendOutcome.EventIdReused(), EventBody.valid().with("data", "{\"a\":[]}"));
    addAppend(new Unavailable("no answer"), body);
    Append ledger = mock(Append.class);
    when(ledger.append(any())).thenReturn(new AppendOutcome.Pending(Events.accepted(1)));
    add(
        "POST",
        new AppendEndpoint(ledger, GatewayEvent.SOON)::answer,
        GatewayEvent.append(body.toString()).header("content-encoding", "identity"));
    Stream.of("0", "0.0001", "999999999999999999", "99999999999999.9999")
        .forEach(
            amount ->
                addAppend(
                    new AppendOutcome.BookingCodeTaken(),
                    EventBody.valid().price('"' + amount + '"', "\"CLF\"")));
    Stream.of(
            BadAppendTest.badCodes(),
            BadAppendTest.badBodies(),
            BadAppendTest.badMembers(),
            BadAppendTest.badPrices(),
            BadAppendTest.badMoments(),
            BadAppendTest.badData())
        .flatMap(cases -> cases)
        // Huge ones say nothing more, and take their time.
        .filter(bad -> bad.event().json().path("body").asText().length() < 2_000)
        .forEach(bad -> add("POST", UNTOUCHED, bad.event()));
    addUntouched(BadAppendTest.padded(RequestBody.MAX_BYTES + 1));
    Stream.of("eventId", "version", "type", "price", "occurredAt")
        .forEach(member -> addUntouched(EventBody.valid().without(member)));
    Stream.of("{\"amount\":\"1\"}", "{\"currency\":\"EUR\"}")
        .forEach(price -> addUntouched(EventBody.valid().with("price", price)));
    addUntouched(EventBody.valid().amount("99999999999999999.99"));
    String unknown =
        String.join(",", IntStream.range(0, 200).mapToObj("\"x%d\":1"::formatted).toList());
    addUntouched("{" + unknown + "}");
    addUntouched("{\"" + "~/".repeat(400) + "\":1}");
  }

  private void addUntouched(Object body) {
    add("POST", UNTOUCHED, GatewayEvent.append(body.toString()));
  }

  private void addReads() {
    Read ledger = mock(Read.class);
    ReadEvent recorded = new ReadEvent(Events.accepted(999_999), Status.RECORDED);
    ReadEvent pending = new ReadEvent(Events.accepted(1_000_000), Status.PENDING);
    when(ledger.current(any()))
        .thenReturn(new ReadOutcome.Found(recorded))
        .thenReturn(new ReadOutcome.Found(pending))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new Unavailable("no answer"));
    when(ledger.event(any(), any()))
        .thenReturn(new ReadOutcome.Found(recorded))
        .thenReturn(new ReadOutcome.Found(pending))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new Unavailable("no answer"));
    when(ledger.events(any(), any()))
        .thenReturn(
            new ReadOutcome.Page(List.of(recorded, recorded), Optional.of(new Version(1_000_000))))
        .thenReturn(new ReadOutcome.Page(List.of(recorded, pending), Optional.empty()))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new Unavailable("no answer"))
        .thenReturn(new ReadOutcome.Page(List.of(), Optional.empty()));
    Function<HttpRequest, Answer> endpoint = new ReadEndpoint(ledger, GatewayEvent.SOON)::answer;
    for (int i = 0; i < 4; i++) {
      add("GET", endpoint, GatewayEvent.get("/bookings/HTL-1"));
      add("GET", endpoint, GatewayEvent.get("/bookings/HTL-1/events/1000000"));
      add("GET", endpoint, GatewayEvent.get("/bookings/HTL-1/events"));
    }
    Stream.of(
            "from=1&limit=1&order=asc",
            "from=1000000&limit=1000&order=desc",
            "from=0",
            "from=1000001",
            "from=x",
            "limit=0",
            "limit=1001",
            "limit=x",
            "order=up",
            "x=1",
            "limit=1&limit=1")
        .forEach(
            query -> add("GET", endpoint, GatewayEvent.get("/bookings/HTL-1/events").query(query)));
    when(ledger.asOf(any(), any()))
        .thenReturn(new ReadOutcome.Found(recorded))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new ReadOutcome.NotMadeYet())
        .thenReturn(new Unavailable("no answer"))
        .thenReturn(new ReadOutcome.InTheFuture());
    Stream.of(
            "at=2026-11-01T12:00:00Z",
            "at=2026-11-01t12:00:00.123456789%2B18:00",
            "at=0000-01-01T00:00:00-00:00",
            "at=2026-11-01T12:00:00z",
            "at=9999-12-31T23:59:59-18:00",
            "at=2026-02-29T12:00:00Z",
            "at=2026-11-01T12:00:00+01:00",
            "at=2026-11-01",
            "at=",
            "at=2026-11-01T12:00:00Z&at=2026-11-01T12:00:00Z")
        .forEach(query -> add("GET", endpoint, GatewayEvent.get("/bookings/HTL-1").query(query)));
    Stream.of("/bookings/-", "/bookings/-/events", "/bookings/-/events/1", "/bookings/A/events/0")
        .forEach(path -> add("GET", endpoint, GatewayEvent.get(path)));
    add("GET", endpoint, GatewayEvent.get("/"));
    add("GET", endpoint, GatewayEvent.of("PUT", "/bookings/A"));
    add("GET", endpoint, GatewayEvent.of("PUT", "/bookings/A/events"));
  }

  private void addFailures() {
    Function<HttpRequest, Answer> failing = request -> Problem.internalError().answer(request.id());
    add("POST", failing, GatewayEvent.append(EventBody.valid().toString()));
    Stream.of("/bookings/A", "/bookings/A/events", "/bookings/A/events/1", "/")
        .forEach(path -> add("GET", failing, GatewayEvent.get(path)));
  }
}
