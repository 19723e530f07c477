package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.booking.Version;
import dev.holdfast.ledger.EventTable.Order;
import dev.holdfast.ledger.EventTable.Range;
import dev.holdfast.ledger.Read;
import dev.holdfast.ledger.ReadOutcome;
import dev.holdfast.ledger.ReadOutcome.ReadEvent;
import dev.holdfast.ledger.ReadOutcome.Status;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.DocumentedEndpoint;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReadEndpointTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Read ledger = mock(Read.class);
  private final DocumentedEndpoint endpoint =
      new DocumentedEndpoint(
          ApiDocument.published(), "GET", new ReadEndpoint(ledger, GatewayEvent.SOON)::answer);

  private Answer get(String path) {
    return endpoint.answer(GatewayEvent.get(path).request());
  }

  private Answer events(String query) {
    return endpoint.answer(GatewayEvent.get("/bookings/HTL-1/events").query(query).request());
  }

  private static ReadEvent recorded(int version) {
    return new ReadEvent(Events.accepted(version), Status.RECORDED);
  }

  private static ReadEvent pending(int version) {
    return new ReadEvent(Events.accepted(version), Status.PENDING);
  }

  private static ReadOutcome.Page page(Optional<Version> next, ReadEvent... events) {
    return new ReadOutcome.Page(List.of(events), next);
  }

  @Test
  void answersABookingWithItsLastEvent() throws IOException {
    when(ledger.current(Events.CODE)).thenReturn(new ReadOutcome.Found(recorded(7)));

    Answer answer = get("/bookings/HTL-1");

    assertThat(answer.response().status()).isEqualTo(200);
    assertThat(answer.response().headers())
        .containsEntry("Content-Type", "application/json")
        .containsEntry("Cache-Control", "no-store");
    JsonNode body = MAPPER.readTree(answer.response().body());
    assertThat(body.path("version").intValue()).isEqualTo(7);
    assertThat(body.at("/price/amount").textValue()).isEqualTo("412.50");
    assertThat(body.path("status").textValue()).isEqualTo("recorded");
    assertThat(answer.log())
        .containsEntry("bookingCode", "HTL-1")
        .containsEntry("outcome", "found");
  }

  @Test
  void answersOneEvent() throws IOException {
    when(ledger.event(Events.CODE, new Version(4))).thenReturn(new ReadOutcome.Found(pending(4)));

    Answer answer = get("/bookings/HTL-1/events/4");

    assertThat(answer.response().status()).isEqualTo(200);
    assertThat(MAPPER.readTree(answer.response().body()).path("status").textValue())
        .isEqualTo("pending");
    assertThat(answer.log()).containsEntry("version", "4");
  }

  @Test
  void answersAPageAndWhereTheNextBegins() throws IOException {
    Range range = new Range(Optional.of(new Version(5)), 2, Order.DESCENDING);
    when(ledger.events(Events.CODE, range))
        .thenReturn(page(Optional.of(new Version(3)), recorded(5), recorded(4)));

    Answer answer = events("order=desc&limit=2&from=5");

    JsonNode body = MAPPER.readTree(answer.response().body());
    assertThat(answer.response().status()).isEqualTo(200);
    assertThat(body.path("bookingCode").textValue()).isEqualTo("HTL-1");
    assertThat(body.path("events").findValuesAsText("version")).containsExactly("5", "4");
    assertThat(body.path("next").textValue())
        .isEqualTo("/bookings/HTL-1/events?from=3&limit=2&order=desc");
  }

  @Test
  void answersWhatWaitsBehindWhatIsRecorded() throws IOException {
    Range range = new Range(Optional.of(new Version(4)), 2, Order.ASCENDING);
    when(ledger.events(Events.CODE, range))
        .thenReturn(page(Optional.of(new Version(6)), recorded(4), pending(5)));

    JsonNode body = MAPPER.readTree(events("from=4&limit=2").response().body());

    assertThat(body.path("events").findValuesAsText("status"))
        .containsExactly("recorded", "pending");
    assertThat(body.path("next").textValue())
        .isEqualTo("/bookings/HTL-1/events?from=6&limit=2&order=asc");
  }

  @Test
  void followsItsOwnNextLink() {
    when(ledger.events(any(), any())).thenReturn(page(Optional.of(new Version(101)), recorded(1)));
    String next = events("").response().body().replaceAll(".*\"next\":\"([^\"]*)\".*", "$1");

    endpoint.answer(
        GatewayEvent.get(next.substring(0, next.indexOf('?')))
            .query(next.substring(next.indexOf('?') + 1))
            .request());

    verify(ledger)
        .events(Events.CODE, new Range(Optional.of(new Version(101)), 100, Order.ASCENDING));
  }

  @Test
  void answersTheLastPageWithoutNext() {
    when(ledger.events(any(), any())).thenReturn(page(Optional.empty()));

    assertThat(events("from=9").response().body())
        .isEqualTo("{\"bookingCode\":\"HTL-1\",\"events\":[]}");
  }

  @Test
  void readsAHundredEventsFromTheFirstWhereNothingElseIsAskedFor() {
    when(ledger.events(any(), any())).thenReturn(page(Optional.empty()));

    events("");

    verify(ledger).events(Events.CODE, new Range(Optional.empty(), 100, Order.ASCENDING));
  }

  @Test
  void takesTheLargestValues() {
    when(ledger.events(any(), any())).thenReturn(page(Optional.empty()));

    events("from=1000000&limit=1000&order=asc");

    verify(ledger)
        .events(
            Events.CODE, new Range(Optional.of(new Version(1_000_000)), 1_000, Order.ASCENDING));
  }

  @Test
  void answersAnUnknownBookingWith404() throws IOException {
    when(ledger.current(any())).thenReturn(new ReadOutcome.NotFound());
    when(ledger.events(any(), any())).thenReturn(new ReadOutcome.NotFound());

    assertThat(problem(get("/bookings/HTL-1"), 404)).isEqualTo("booking-not-found");
    assertThat(problem(events(""), 404)).isEqualTo("booking-not-found");
  }

  @ParameterizedTest
  @CsvSource({
    "2026-11-23T08:15:01Z,             2026-11-23T08:15:01Z",
    "2026-11-23t09:15:01.25%2B01:00,   2026-11-23T08:15:01.250Z",
    "2026-11-23T08:15:01.123456789z,   2026-11-23T08:15:01.123456789Z",
    "0000-01-01T00:00:00-00:00,        0000-01-01T00:00:00Z",
  })
  void answersABookingAsOfAMoment(String at, String moment) throws IOException {
    when(ledger.asOf(Events.CODE, Instant.parse(moment)))
        .thenReturn(new ReadOutcome.Found(recorded(3)));

    Answer answer = asOf(at);

    assertThat(answer.response().status()).isEqualTo(200);
    assertThat(MAPPER.readTree(answer.response().body()).path("version").intValue()).isEqualTo(3);
    assertThat(answer.log())
        .containsEntry("bookingCode", "HTL-1")
        .containsEntry("outcome", "found");
  }

  @Test
  void answersAMomentOfWhichTheLedgerHasNoPrice() throws IOException {
    String past = "2026-11-01T12:00:00Z";
    when(ledger.asOf(any(), any()))
        .thenReturn(new ReadOutcome.NotFound())
        .thenReturn(new ReadOutcome.NotMadeYet())
        .thenReturn(new Unavailable("No answer within 900 ms"))
        .thenReturn(new ReadOutcome.InTheFuture());

    assertThat(problem(asOf(past), 404)).isEqualTo("booking-not-found");
    assertThat(problem(asOf(past), 404)).isEqualTo("booking-not-made-yet");
    assertThat(problem(asOf(past), 503)).isEqualTo("unavailable");
    Answer future = asOf("9999-12-31T23:59:59Z");
    assertThat(problem(future, 400)).isEqualTo("invalid-request");
    assertThat(pointers(future)).containsExactly("/at");
    assertThat(future.response().body()).contains("must not be in the future");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "now",
        "2026-11-01",
        "2026-11-01T12:00:00",
        "2026-11-01T12:00:00+01:00",
        "2026-02-29T12:00:00Z",
        "2026-11-01T23:59:60Z",
        "2026-11-01T12:00:00Z&at=2026-11-01T12:00:00Z"
      })
  void refusesWhatIsNoMoment(String at) throws IOException {
    Answer answer = asOf(at);

    assertThat(problem(answer, 400)).isEqualTo("invalid-request");
    assertThat(pointers(answer)).containsExactly("/at");
    verifyNoInteractions(ledger);
  }

  private Answer asOf(String at) {
    return endpoint.answer(GatewayEvent.get("/bookings/HTL-1").query("at=" + at).request());
  }

  @Test
  void answersAnUnknownEventWith404() throws IOException {
    when(ledger.event(any(), any())).thenReturn(new ReadOutcome.NotFound());

    assertThat(problem(get("/bookings/HTL-1/events/2"), 404)).isEqualTo("event-not-found");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/bookings/HTL-1", "/bookings/HTL-1/events", "/bookings/HTL-1/events/1"})
  void answersAnUnavailableLedgerWith503(String path) throws IOException {
    Unavailable unavailable = new Unavailable("No answer within 900 ms");
    when(ledger.current(any())).thenReturn(unavailable);
    when(ledger.event(any(), any())).thenReturn(unavailable);
    when(ledger.events(any(), any())).thenReturn(unavailable);

    Answer answer = get(path);

    assertThat(problem(answer, 503)).isEqualTo("unavailable");
    assertThat(answer.response().headers().get("Retry-After")).matches("[1-9][0-9]*");
    assertThat(answer.response().body()).doesNotContain("900 ms");
    assertThat(answer.log())
        .containsEntry("reason", "No answer within 900 ms")
        .containsEntry("bookingCode", "HTL-1");
  }

  @ParameterizedTest
  @CsvSource({
    "'from=0',                         /from",
    "'from=-1',                        /from",
    "'from=1000001',                   /from",
    "'from=1.0',                       /from",
    "'from=01',                        /from",
    "'from=',                          /from",
    "'from',                           /from",
    "'from=%201',                      /from",
    "'from=1+',                        /from",
    "'from=99999999999999999999',      /from",
    "'from=%ZZ',                       /from",
    "'from=1&from=1',                  /from",
    "'limit=0',                        /limit",
    "'limit=1001',                     /limit",
    "'limit=1e2',                      /limit",
    "'limit=100&limit=100',            /limit",
    "'order=ASC',                      /order",
    "'order=',                         /order",
    "'order=desc&order=asc',           /order",
    "'page=2',                         /page",
    "'at=2026-11-01T12:00:00Z',        /at",
    "'From=1',                         /From",
    "'a%2Fb=1',                        /a~1b",
    "'=1',                             /",
    "'limit=0&from=x&order=y&z&z=2',   /from /limit /order /z",
  })
  void refusesParametersThatItDoesNotUnderstand(String query, String pointers) throws IOException {
    Answer answer = events(query);

    assertThat(problem(answer, 400)).isEqualTo("invalid-request");
    assertThat(pointers(answer)).containsExactly(pointers.split(" "));
    verifyNoInteractions(ledger);
  }

  @ParameterizedTest
  @CsvSource({
    "/bookings/HTL%201,          '',      /bookingCode",
    "/bookings/HTL%2F1,          '',      /bookingCode",
    "/bookings/HTL%201/events,   '',      /bookingCode",
    "/bookings/-/events/0,       '',      /bookingCode /version",
    "/bookings/HTL-1/events/0,   '',      /version",
    "/bookings/HTL-1/events/01,  '',      /version",
    "/bookings/HTL-1/events/1.5, '',      /version",
    "/bookings/HTL-1/events/x,   '',      /version",
    "/bookings/HTL-1/events/9999999, '',  /version",
    "/bookings/HTL-1/events/1,   limit=1, /limit",
    "/bookings/HTL-1,            limit=1, /limit",
    "/bookings/HTL-1/events/1,   at=x,    /at",
    "/bookings/HTL-1,            a&b&a,   /a /b",
  })
  void refusesPathsAndQueriesThatAreNotValid(String path, String query, String pointers)
      throws IOException {
    Answer answer = endpoint.answer(GatewayEvent.get(path).query(query).request());

    assertThat(problem(answer, 400)).isEqualTo("invalid-request");
    assertThat(pointers(answer)).containsExactly(pointers.split(" "));
    verifyNoInteractions(ledger);
  }

  @ParameterizedTest
  @CsvSource({
    "GET,     /,                        404,",
    "GET,     '',                       404,",
    "GET,     /bookings,                404,",
    "GET,     /bookings/,               404,",
    "GET,     /bookings/A/,             404,",
    "GET,     /bookings/A/event,        404,",
    "GET,     /bookings/A/events/1/x,   404,",
    "GET,     //bookings/A,             404,",
    "GET,     /Bookings/A,              404,",
    "GET,     /favicon.ico,             404,",
    "DELETE,  /other,                   404,",
    "DELETE,  /bookings/A,              405, GET",
    "HEAD,    /bookings/A,              405, GET",
    "get,     /bookings/A,              405, GET",
    "OPTIONS, /bookings/A/events,       405, 'GET, POST'",
    "PATCH,   /bookings/A/events/1,     405, GET",
    "POST,    /bookings/A/events,       405, 'GET, POST'",
    "'',      /bookings/A,              405, GET",
  })
  void answersWhateverTheApiDoesNotKnow(String method, String path, int status, String allow)
      throws IOException {
    Answer answer = endpoint.answer(GatewayEvent.of(method, path).request());

    assertThat(problem(answer, status))
        .isEqualTo(status == 404 ? "not-found" : "method-not-allowed");
    assertThat(answer.response().headers().get("Allow")).isEqualTo(allow);
    verifyNoInteractions(ledger);
  }

  private static String problem(Answer answer, int status) throws IOException {
    assertThat(answer.response().status()).isEqualTo(status);
    assertThat(answer.response().headers())
        .containsEntry("Content-Type", "application/problem+json")
        .containsEntry("Cache-Control", "no-store");
    JsonNode problem = MAPPER.readTree(answer.response().body());
    assertThat(problem.path("instance").asText()).isEqualTo("urn:uuid:" + GatewayEvent.REQUEST_ID);
    return problem.path("type").asText().replace("https://holdfast.dev/problems/", "");
  }

  private static List<String> pointers(Answer answer) throws IOException {
    List<String> pointers = new ArrayList<>();
    MAPPER
        .readTree(answer.response().body())
        .path("errors")
        .forEach(error -> pointers.add(error.path("pointer").textValue()));
    return pointers;
  }
}
