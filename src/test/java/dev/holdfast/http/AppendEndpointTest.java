package dev.holdfast.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.verifyNoInteractions;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.holdfast.Regression;
import dev.holdfast.booking.EventData;
import dev.holdfast.booking.OccurredAt;
import dev.holdfast.booking.PriceEvent;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.AppendOutcome;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.DocumentedEndpoint;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.mockito.ArgumentCaptor;

class AppendEndpointTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Append ledger = mock(Append.class);
  private final DocumentedEndpoint endpoint =
      new DocumentedEndpoint(
          ApiDocument.published(), "POST", new AppendEndpoint(ledger, GatewayEvent.SOON)::answer);

  private Answer append(Object body) {
    return endpoint.answer(GatewayEvent.append(body.toString()).request());
  }

  /** What the ledger is handed for a body. */
  private PriceEvent handedOver(GatewayEvent event) {
    when(ledger.append(any())).thenReturn(new AppendOutcome.BookingCodeTaken());
    Answer answer = endpoint.answer(event.request());
    assertThat(answer.response().status()).as(answer.response().body()).isEqualTo(409);
    ArgumentCaptor<PriceEvent> handed = ArgumentCaptor.forClass(PriceEvent.class);
    verify(ledger).append(handed.capture());
    return handed.getValue();
  }

  private String canonical(String data) {
    PriceEvent event =
        handedOver(GatewayEvent.append(EventBody.valid().with("data", data).toString()));
    return event.data().map(EventData::json).orElseThrow();
  }

  @Test
  void handsTheLedgerTheEventThatWasSent() {
    assertThat(handedOver(GatewayEvent.append(EventBody.valid().toString())))
        .isEqualTo(Events.event(1, Optional.empty()));
  }

  @Test
  void takesTheCodeFromThePathWhateverTheGatewaysRoute() {
    GatewayEvent event =
        GatewayEvent.append(EventBody.valid().toString())
            .route("GET /bookings/{bookingCode}", "bookingCode", "HTL-2");

    assertThat(handedOver(event)).isEqualTo(Events.event(1, Optional.empty()));
  }

  @Test
  void takesABodyInBase64() {
    assertThat(handedOver(GatewayEvent.append("").bytes(EventBody.valid().toString())))
        .isEqualTo(Events.event(1, Optional.empty()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
        "application/json ; profile=x",
        "application/json;profile=\"a;charset=iso-8859-1\"",
        "application/json; profile=\"a\\\"; charset=iso-8859-1\" ;charset=utf-8",
        "application/json;charset=utf-8;charset=UTF-8",
        "application/json; charset=\"u\\tf-8\"",
        "application/json\t;\tcharset=utf-8",
        "application/json;",
        "application/json;; charset=utf-8 ; ;",
        "application/vnd.holdfast.event+json",
        "application/cloudevents+json; charset=UTF-8",
        " "
      })
  void takesEveryJson(String contentType) {
    GatewayEvent event =
        GatewayEvent.of("POST", "/bookings/HTL-1/events")
            .header("Content-Type", contentType)
            .header("Content-Encoding", "identity")
            .body(EventBody.valid().toString());

    assertThat(handedOver(event)).isEqualTo(Events.event(1, Optional.empty()));
  }

  @Test
  void takesABodyWithoutContentType() {
    GatewayEvent event =
        GatewayEvent.of("POST", "/bookings/HTL-1/events").body(EventBody.valid().toString());

    assertThat(handedOver(event)).isEqualTo(Events.event(1, Optional.empty()));
  }

  @Test
  void takesABodyOfExactlyTheLimit() {
    String body = BadAppendTest.padded(RequestBody.MAX_BYTES);

    assertThat(body).hasSize(102_400);
    assertThat(handedOver(GatewayEvent.append(body)).data()).isPresent();
  }

  @Test
  void takesMembersInAnyOrderAndWithWhiteSpace() {
    String body =
        """
        {
          "price" : { "currency" : "EUR", "amount" : "412.50" },
          "type" : "booked", "occurredAt" : "2026-11-23T09:15:00+01:00",
          "version" : 1,
          "eventId" : "7D4F6C1E-8F0B-4C57-9A53-0F6A1E5B9C2D"
        }
        """;

    assertThat(handedOver(GatewayEvent.append(body))).isEqualTo(Events.event(1, Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{}                                    | {}",
        "{ \"b\" : [ 1 , { } ] , \"a\" : null } | {\"a\":null,\"b\":[1,{}]}",
        "{\"b\":{\"d\":1,\"c\":2},\"a\":true}  | {\"a\":true,\"b\":{\"c\":2,\"d\":1}}",
        "{\"B\":1,\"a\":1,\"A\":1,\"\":1}      | {\"\":1,\"A\":1,\"B\":1,\"a\":1}",
        "{\"n\":0.10}                          | {\"n\":0.10}",
        "{\"n\":1e400}                         | {\"n\":1e400}",
        "{\"n\":-1E+2}                         | {\"n\":-1E+2}",
        "{\"n\":-0}                            | {\"n\":-0}",
        "{\"n\":1e1000000000}                  | {\"n\":1e1000000000}",
        "{\"n\":12345678901234567890}          | {\"n\":12345678901234567890}",
        "{\"n\":0.1234567890123456789012345}   | {\"n\":0.1234567890123456789012345}",
        "{\"s\":\"\\u0061\\/\\n\\u00e4\"}      | {\"s\":\"a/\\nä\"}",
        "{\"s\":\"\\u0000\\u001f\\\"\\\\\"}    | {\"s\":\"\\u0000\\u001F\\\"\\\\\"}",
        "{\"s\":\"\\ud83c\\udfe8\"}            | {\"s\":\"🏨\"}",
        "{\"\\u0062\":1,\"ä\":2,\"a\":3}       | {\"a\":3,\"b\":1,\"ä\":2}",
      })
  void makesDataCanonical(String sent, String canonical) {
    assertThat(canonical(sent)).isEqualTo(canonical);
  }

  @Test
  void takesDataOfTwentyLevels() {
    String objects = "{\"a\":".repeat(20) + "1" + "}".repeat(20);

    assertThat(canonical(objects)).isEqualTo(objects);
  }

  @Test
  void takesANumberOfAThousandDigits() {
    String data = "{\"n\":" + "7".repeat(1_000) + "}";

    assertThat(canonical(data)).isEqualTo(data);
  }

  @ParameterizedTest
  @CsvSource({"0,JPY", "1,JPY", "999999999999999999,EUR", "0.00,EUR", "1.123,BHD", "412.5,EUR"})
  void keepsAnAmountAsItWasWritten(String amount, String currency) {
    PriceEvent event =
        handedOver(
            GatewayEvent.append(
                EventBody.valid().price('"' + amount + '"', '"' + currency + '"').toString()));

    assertThat(event.price().amount().text()).isEqualTo(amount);
  }

  @Test
  void answersARecordedEventWith201AndWhereItIs() throws IOException {
    PriceEvent event =
        Events.event(3, Optional.of(new EventData("{\"n\":1e1000000000,\"s\":\"ä\"}")));
    when(ledger.append(any())).thenReturn(new AppendOutcome.Recorded(Events.accepted(event)));

    Answer answer = append(EventBody.valid().with("version", "3"));

    HttpResponse response = answer.response();
    assertThat(response.status()).isEqualTo(201);
    assertThat(response.headers())
        .containsOnly(
            entry("Content-Type", "application/json"),
            entry("Cache-Control", "no-store"),
            entry("Location", "/bookings/HTL-1/events/3"));
    assertThat(response.body())
        .isEqualTo(
            "{\"bookingCode\":\"HTL-1\",\"version\":3,"
                + "\"eventId\":\"7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d\",\"type\":\"booked\","
                + "\"price\":{\"amount\":\"412.50\",\"currency\":\"EUR\"},"
                + "\"occurredAt\":\"2026-11-23T09:15:00+01:00\","
                + "\"data\":{\"n\":1e1000000000,\"s\":\"ä\"},"
                + "\"recordedAt\":\"2026-11-23T08:15:01.000Z\",\"status\":\"recorded\"}");
  }

  @Test
  @Regression("a repeated request had no Location")
  void answersAnEventThatWasRecordedBeforeWith200AndWhereItIs() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.AlreadyRecorded(Events.accepted(1)));

    HttpResponse response = append(EventBody.valid()).response();

    assertThat(response.status()).isEqualTo(200);
    assertThat(response.headers()).containsEntry("Location", "/bookings/HTL-1/events/1");
    assertThat(MAPPER.readTree(response.body()).path("status").asText()).isEqualTo("recorded");
  }

  @Test
  void answersAPendingEventWith202AndWhereItIs() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.Pending(Events.accepted(3)));

    HttpResponse response = append(EventBody.valid().with("version", "3")).response();

    assertThat(response.status()).isEqualTo(202);
    assertThat(response.headers()).containsEntry("Location", "/bookings/HTL-1/events/3");
    JsonNode body = MAPPER.readTree(response.body());
    assertThat(body.path("status").asText()).isEqualTo("pending");
    assertThat(body.has("data")).isFalse();
  }

  @Test
  void answersATakenCodeWith409() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.BookingCodeTaken());

    JsonNode problem = problem(append(EventBody.valid()), 409, "booking-code-taken");

    assertThat(problem.has("currentVersion")).isFalse();
  }

  @Test
  void answersAVersionConflictWith409AndTheCurrentVersion() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.VersionConflict(0));

    JsonNode problem =
        problem(append(EventBody.valid().with("version", "2")), 409, "version-conflict");

    assertThat(problem.path("currentVersion").isInt()).isTrue();
    assertThat(problem.path("currentVersion").intValue()).isZero();
  }

  @Test
  void answersAReusedEventIdWith409() throws IOException {
    when(ledger.append(any())).thenReturn(new AppendOutcome.EventIdReused());

    problem(append(EventBody.valid()), 409, "event-id-reused");
  }

  @Test
  void answersAnUnavailableLedgerWith503AndKeepsTheReasonToTheLog() throws IOException {
    when(ledger.append(any())).thenReturn(new Unavailable("ProvisionedThroughputExceeded"));

    Answer answer = append(EventBody.valid());

    problem(answer, 503, "unavailable");
    assertThat(answer.response().headers()).containsEntry("Retry-After", "2");
    assertThat(answer.response().body()).doesNotContain("Throughput");
    assertThat(answer.log()).containsEntry("reason", "ProvisionedThroughputExceeded");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "text/plain                        | must be JSON by its Content-Type, as in application/json",
        "application/json; charset=utf8    | must have no charset in its Content-Type but utf-8, spelled like that",
        "application/json; charset =latin1 | must have a Content-Type with parameters as in RFC 9110, 5.6.6"
      })
  void refusesAMediaTypeAndSaysWhyAndWhichOneIsTaken(String contentType, String fault)
      throws IOException {
    Answer answer =
        endpoint.answer(
            GatewayEvent.append(EventBody.valid().toString())
                .header("content-type", contentType)
                .request());

    JsonNode problem = problem(answer, 415, "unsupported-media-type");
    assertThat(problem.at("/errors/0/detail").asText()).isEqualTo(fault);
    assertThat(answer.response().headers())
        .containsEntry("Accept", "application/json")
        .doesNotContainKey("Accept-Encoding");
  }

  @Test
  void refusesACodingAndSaysWhichOneIsTaken() throws IOException {
    Answer answer =
        endpoint.answer(
            GatewayEvent.append(EventBody.valid().toString())
                .header("content-encoding", "gzip")
                .request());

    problem(answer, 415, "unsupported-media-type");
    assertThat(answer.response().headers())
        .containsEntry("Accept-Encoding", "identity")
        .doesNotContainKey("Accept");
  }

  @Test
  void readsAMediaTypeOfAnyLength() {
    GatewayEvent event =
        GatewayEvent.append(EventBody.valid().toString())
            .header("content-type", "application/json;a=\"" + "\\;".repeat(100_000) + "\";;;b=c");

    assertThat(handedOver(event)).isEqualTo(Events.event(1, Optional.empty()));
  }

  /** RFC 3339 has them all: a text that says they are not in it would say what is not true. */
  @ParameterizedTest
  @Regression("a 400 denied that a leap second is RFC 3339")
  @ValueSource(
      strings = {
        "2026-12-31T23:59:60Z",
        "2026-11-23T09:15:00.1234567890Z",
        "2026-11-23T09:15:00+23:59"
      })
  void saysWhichMomentsAreTaken(String moment) throws IOException {
    Answer answer = append(EventBody.valid().with("occurredAt", '"' + moment + '"'));

    assertThat(problem(answer, 400, "invalid-request").at("/errors/0/detail").asText())
        .isEqualTo("must be " + OccurredAt.FORM)
        .contains("seconds from 00 to 59", "at most 9 digits", "offset of at most 18:00");
  }

  @ParameterizedTest
  @CsvSource({"412.505,EUR,2", "1.0,JPY,0", "1.0000,BHD,3", "1.23456,UYW,4"})
  void saysHowManyDecimalsTheCurrencyHas(String amount, String currency, int decimals)
      throws IOException {
    Answer answer = append(EventBody.valid().price('"' + amount + '"', '"' + currency + '"'));

    assertThat(problem(answer, 400, "invalid-request").at("/errors/0/detail").asText())
        .isEqualTo("must have no more decimals than " + currency + ", which has " + decimals);
  }

  private static JsonNode problem(Answer answer, int status, String name) throws IOException {
    HttpResponse response = answer.response();
    JsonNode problem = MAPPER.readTree(response.body());
    assertThat(response.status()).isEqualTo(status);
    assertThat(response.headers())
        .containsEntry("Content-Type", "application/problem+json")
        .containsEntry("Cache-Control", "no-store");
    assertThat(problem.path("type").asText()).isEqualTo("https://holdfast.dev/problems/" + name);
    assertThat(problem.path("status").intValue()).isEqualTo(status);
    assertThat(problem.path("title").asText()).isNotBlank();
    assertThat(problem.path("detail").asText()).isNotBlank();
    assertThat(problem.path("instance").asText()).isEqualTo("urn:uuid:" + GatewayEvent.REQUEST_ID);
    assertThat(answer.log()).containsEntry("outcome", name);
    return problem;
  }

  @Test
  void saysWhichEventItWasAboutAndNothingOfItsContent() {
    when(ledger.append(any())).thenReturn(new AppendOutcome.Recorded(Events.accepted(1)));

    assertThat(append(EventBody.valid().with("data", "{\"secret\":1}")).log())
        .containsOnly(
            entry("outcome", "recorded"),
            entry("bookingCode", "HTL-1"),
            entry("version", "1"),
            entry("eventId", "7d4f6c1e-8f0b-4c57-9a53-0f6a1e5b9c2d"));
  }

  @ParameterizedTest
  @CsvSource({
    "GET,    /bookings/A/events,   405, 'GET, POST'",
    "PUT,    /bookings/A/events,   405, 'GET, POST'",
    "DELETE, /bookings/A/events/1, 405, GET",
    "GET,    /bookings/A,          405, GET",
    "POST,   /bookings//events,    404,",
    "POST,   /bookings/A/events/,  404,",
    "POST,   /bookings,            404,",
    "POST,   '',                   404,",
    "'',     /,                    404,"
  })
  void refusesWhatIsNoAppend(String method, String path, int status, String allow) {
    Answer answer =
        endpoint.answer(GatewayEvent.of(method, path).body(EventBody.valid().toString()).request());

    assertThat(answer.response().status()).isEqualTo(status);
    assertThat(answer.response().headers().get("Allow")).isEqualTo(allow);
    verifyNoInteractions(ledger);
  }
}
