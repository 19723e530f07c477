package dev.holdfast.function;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.aws.EmbeddedMetrics;
import dev.holdfast.http.ApiGateway;
import dev.holdfast.http.RetryAfter;
import dev.holdfast.ledger.Append;
import dev.holdfast.ledger.Drain;
import dev.holdfast.ledger.Read;
import dev.holdfast.openapi.ApiDocument;
import dev.holdfast.openapi.ApiRequest;
import dev.holdfast.openapi.ApiResponse;
import dev.holdfast.simulated.Network.Store;
import dev.holdfast.simulated.OneAfterTheOther;
import dev.holdfast.simulated.SimulatedEventTable;
import dev.holdfast.simulated.SimulatedFallbackQueue;
import dev.holdfast.simulated.SimulatedPendingIndex;
import dev.holdfast.simulated.Weather;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What the functions append and read answer while all is well, and while any one of the three
 * stores fails. Whatever they answer is as the API's document says, and of an event that was
 * accepted nothing but its status ever changes.
 */
class EveryWeatherTest {

  @RegisterExtension final CapturedLog log = new CapturedLog();

  private static final ApiDocument DOCUMENT = ApiDocument.published();
  private static final String BOOKING = "/bookings/" + Samples.CODE;

  /** The functions over stores that hold one booking, or none. */
  private static final class World {

    private final Weather weather = new Weather();
    private final SimulatedEventTable eventTable = new SimulatedEventTable(weather);
    private final SimulatedPendingIndex pendingIndex = new SimulatedPendingIndex(weather);
    private final SimulatedFallbackQueue fallbackQueue = new SimulatedFallbackQueue(weather);
    private final HandClock clock = new HandClock();
    private final EmbeddedMetrics unmeasured = new EmbeddedMetrics("test", clock, line -> {});
    private final RetryAfter soon = new RetryAfter(bound -> 1);
    private final Drain drain = new Drain(eventTable, pendingIndex, clock, () -> 0);
    private final Map<Integer, JsonNode> accepted = new HashMap<>();
    private boolean breakerIsOpen;

    private final AppendFunction append =
        new AppendFunction(
            new Append(
                eventTable, pendingIndex, fallbackQueue, () -> breakerIsOpen, clock, () -> 0),
            () -> breakerIsOpen,
            soon,
            Invocation.MAPPER,
            unmeasured);
    private final ReadFunction read =
        new ReadFunction(
            new Read(
                eventTable,
                pendingIndex,
                fallbackQueue,
                () -> breakerIsOpen,
                OneAfterTheOther.INSTANCE,
                clock,
                () -> 0),
            soon,
            Invocation.MAPPER,
            unmeasured);

    /**
     * A booking.
     *
     * @param name {@code one}: one version, that is all; {@code recorded}: three; {@code drained}:
     *     the head knows that they are recorded; {@code waiting}: two are, and the head does not
     *     know it of the second one, which waits with two more; {@code new}: the two that there are
     *     wait; {@code none}
     */
    static World with(String name) throws IOException {
      World world = new World();
      switch (name) {
        case "one" -> world.accept(1, 1);
        case "recorded" -> world.accept(1, 3);
        case "drained" -> {
          world.accept(1, 3);
          world.weather.fail(Store.EVENT_TABLE);
          assertThat(world.append(3, 3).path("statusCode").intValue()).isEqualTo(202);
          world.healAndDrain();
        }
        case "waiting" -> {
          world.accept(1, 2);
          world.weather.fail(Store.EVENT_TABLE);
          world.accept(3, 4);
        }
        case "new" -> {
          world.weather.fail(Store.EVENT_TABLE);
          world.accept(1, 2);
        }
        default -> assertThat(name).isEqualTo("none");
      }
      world.weather.heal(Store.EVENT_TABLE);
      world.clock.now = world.clock.now.plusSeconds(10);
      return world;
    }

    void healAndDrain() {
      breakerIsOpen = false;
      weather.heal(Store.EVENT_TABLE);
      fallbackQueue.takeAll().forEach(drain::drain);
    }

    private void accept(int first, int last) throws IOException {
      for (int version = first; version <= last; version++) {
        JsonNode response = append(version, version);
        assertThat(response.path("statusCode").intValue()).isBetween(201, 202);
        accepted.put(version, withoutStatus(Invocation.body(response)));
      }
    }

    /** Appends an event; the same number makes the same event id. */
    JsonNode append(int version, int number) throws IOException {
      ObjectNode event = sample("append-new.json", BOOKING + "/events");
      event.put(
          "body",
          """
          {"eventId":"%s","version":%d,"type":"booked","price":{"amount":"%d.00","currency":"EUR"},\
          "occurredAt":"2026-11-23T09:15:00+01:00"}\
          """
              .formatted(new UUID(0, number), version, number));
      return checked(event, Invocation.of(append, event.toString()), "POST");
    }

    /** Reads what is below the booking's path. */
    JsonNode read(String path) throws IOException {
      ObjectNode event = sample("read-booking.json", BOOKING + path.replaceFirst("[?].*", ""));
      event.put("rawQueryString", path.replaceFirst("^[^?]*[?]?", ""));
      return checked(event, Invocation.of(read, event.toString()), "GET");
    }

    private static ObjectNode sample(String name, String path) throws IOException {
      return ((ObjectNode) Invocation.MAPPER.readTree(Samples.read(name))).put("rawPath", path);
    }

    private JsonNode checked(JsonNode event, JsonNode response, String method) throws IOException {
      Map<String, String> headers =
          response
              .path("headers")
              .propertyStream()
              .collect(
                  Collectors.toMap(
                      header -> header.getKey().toLowerCase(Locale.ROOT),
                      header -> header.getValue().textValue()));
      ApiRequest request =
          ApiRequest.of(ApiGateway.request(event, UUID.fromString(Invocation.REQUEST_ID)), method);
      int status = response.path("statusCode").intValue();
      assertThat(
              DOCUMENT.faults(
                  request, new ApiResponse(status, headers, response.path("body").textValue())))
          .isEmpty();
      JsonNode body = Invocation.body(response);
      if (status == 200) {
        for (JsonNode one : body.has("events") ? body.path("events") : List.of(body)) {
          assertThat(withoutStatus(one)).isEqualTo(accepted.get(one.path("version").intValue()));
        }
      }
      return response;
    }

    private static JsonNode withoutStatus(JsonNode event) {
      return event.<ObjectNode>deepCopy().without("status");
    }
  }

  /** In short: 3r is a recorded event of version 3, 4p a pending one; {@code > 5} the next page. */
  private static String inShort(JsonNode response) throws IOException {
    int status = response.path("statusCode").intValue();
    if (status != 200) {
      return Integer.toString(status);
    }
    JsonNode body = Invocation.body(response);
    if (!body.has("events")) {
      return eventInShort(body);
    }
    List<String> page = new ArrayList<>();
    body.path("events").forEach(event -> page.add(eventInShort(event)));
    if (page.isEmpty()) {
      page.add("empty");
    }
    next(body).ifPresent(next -> page.add("> " + next.replaceAll(".*from=([0-9]+).*", "$1")));
    return String.join(" ", page);
  }

  private static String eventInShort(JsonNode event) {
    return event.path("version").asText() + event.path("status").textValue().charAt(0);
  }

  private static Optional<String> next(JsonNode page) {
    return Optional.ofNullable(page.path("next").textValue());
  }

  private interface Request {
    JsonNode to(World world) throws IOException;
  }

  /** Each answer is that of a world of its own. No answer, as Optional, is not looked at. */
  private static void assertAnswers(
      String booking, Request request, String allWell, String noS, Optional<String> noP, String noQ)
      throws IOException {
    assertThat(answer(booking, request, world -> {})).as("all is well").isEqualTo(allWell);
    assertThat(answer(booking, request, world -> world.weather.fail(Store.EVENT_TABLE)))
        .as("the event table fails")
        .isEqualTo(noS);
    assertThat(
            answer(
                booking,
                request,
                world -> {
                  world.weather.fail(Store.EVENT_TABLE);
                  world.breakerIsOpen = true;
                }))
        .as("the event table fails, and that is known")
        .isEqualTo(noS);
    if (noP.isPresent()) {
      assertThat(answer(booking, request, world -> world.weather.fail(Store.PENDING_INDEX)))
          .as("the pending index fails")
          .isEqualTo(noP.get());
    }
    assertThat(answer(booking, request, world -> world.weather.fail(Store.FALLBACK_QUEUE)))
        .as("the fallback queue fails")
        .isEqualTo(noQ);
  }

  private interface Trouble {
    void in(World world);
  }

  private static String answer(String booking, Request request, Trouble trouble)
      throws IOException {
    World world = World.with(booking);
    trouble.in(world);
    return inShort(request.to(world));
  }

  /**
   * The columns: which booking, what is read of it, and the answers while all is well, while the
   * event table fails, the pending index, the fallback queue. Where events wait, the event table
   * counts as faulty, so nothing is promised while the pending index fails as well.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          recorded | ''                                | 3r              | 3p       | 3r         | 3r
          recorded | /events                           | 1r 2r 3r        | 503      | 1r 2r 3r   | 1r 2r 3r
          recorded | /events?order=desc                | 3r 2r 1r        | 503      | 3r 2r 1r   | 3r 2r 1r
          recorded | /events?from=3                    | 3r              | 3p       | 3r         | 3r
          recorded | /events?limit=2                   | 1r 2r > 3       | 503      | 1r 2r > 3  | 1r 2r > 3
          recorded | /events?from=2&limit=1            | 2r > 3          | 503      | 2r > 3     | 2r > 3
          recorded | /events?limit=1&order=desc        | 3r > 2          | 3p > 2   | 3r > 2     | 3r > 2
          recorded | /events?from=2&limit=1&order=desc | 2r > 1          | 503      | 2r > 1     | 2r > 1
          recorded | /events?from=9&order=desc         | 3r 2r 1r        | 503      | 3r 2r 1r   | 3r 2r 1r
          recorded | /events?from=4                    | empty           | 503      | 503        | empty
          recorded | /events/3                         | 3r              | 3p       | 3r         | 3r
          recorded | /events/2                         | 2r              | 503      | 2r         | 2r
          recorded | /events/4                         | 404             | 503      | 503        | 404
          drained  | ''                                | 3r              | 3r       | 3r         | 3r
          drained  | /events?from=3                    | 3r              | 3r       | 3r         | 3r
          drained  | /events?limit=1&order=desc        | 3r > 2          | 3r > 2   | 3r > 2     | 3r > 2
          drained  | /events/3                         | 3r              | 3r       | 3r         | 3r
          drained  | /events/1                         | 1r              | 503      | 1r         | 1r
          waiting  | ''                                | 4p              | 4p       |            | 4p
          waiting  | /events                           | 1r 2r 3p 4p     | 503      |            | 1r 2r 3p 4p
          waiting  | /events?order=desc                | 4p 3p 2r 1r     | 503      |            | 4p 3p 2r 1r
          waiting  | /events?limit=2                   | 1r 2r > 3       | 503      |            | 1r 2r > 3
          waiting  | /events?limit=3                   | 1r 2r 3p > 4    | 503      |            | 1r 2r 3p > 4
          waiting  | /events?from=2&limit=2            | 2r 3p > 4       | 2p 3p > 4   |            | 2r 3p > 4
          waiting  | /events?from=3                    | 3p 4p           | 3p 4p    |            | 3p 4p
          waiting  | /events?from=3&limit=1            | 3p > 4          | 3p > 4   |            | 3p > 4
          waiting  | /events?from=4                    | 4p              | 4p       |            | 4p
          waiting  | /events?from=5                    | empty           | 503      |            | empty
          waiting  | /events?limit=1&order=desc        | 4p > 3          | 4p > 3   |            | 4p > 3
          waiting  | /events?limit=2&order=desc        | 4p 3p > 2       | 4p 3p > 2   |            | 4p 3p > 2
          waiting  | /events?limit=3&order=desc        | 4p 3p 2r > 1    | 4p 3p 2p > 1|            | 4p 3p 2r > 1
          waiting  | /events?from=3&limit=1&order=desc | 3p > 2          | 3p > 2   |            | 3p > 2
          waiting  | /events?from=2&order=desc         | 2r 1r           | 503      |            | 2r 1r
          waiting  | /events/4                         | 4p              | 4p       |            | 4p
          waiting  | /events/3                         | 3p              | 3p       |            | 3p
          waiting  | /events/1                         | 1r              | 503      |            | 1r
          waiting  | /events/2                         | 2r              | 2p       |            | 2r
          waiting  | /events/5                         | 404             | 503      |            | 404
          new      | ''                                | 2p              | 2p       |            | 2p
          new      | /events                           | 1p 2p           | 1p 2p    |            | 1p 2p
          new      | /events?order=desc                | 2p 1p           | 2p 1p    |            | 2p 1p
          new      | /events?limit=1                   | 1p > 2          | 1p > 2   |            | 1p > 2
          new      | /events?from=2                    | 2p              | 2p       |            | 2p
          new      | /events/1                         | 1p              | 1p       |            | 1p
          new      | /events/3                         | 404             | 503      |            | 404
          none     | ''                                | 404             | 503      | 503        | 404
          none     | /events                           | 404             | 503      | 503        | 404
          none     | /events?from=2                    | 404             | 503      | 503        | 404
          none     | /events?order=desc                | 404             | 503      | 503        | 404
          none     | /events/1                         | 404             | 503      | 503        | 404
          """)
  void reads(String booking, String path, String allWell, String noS, String noP, String noQ)
      throws IOException {
    assertAnswers(booking, world -> world.read(path), allWell, noS, Optional.ofNullable(noP), noQ);
  }

  /** As above; the number tells an event from its rivals. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          none     | 1 | 1  | 201 | 202 | 201 | 201
          none     | 2 | 2  | 409 | 503 | 503 | 409
          recorded | 4 | 4  | 201 | 202 | 201 | 201
          recorded | 5 | 5  | 409 | 503 | 503 | 409
          recorded | 3 | 33 | 409 | 409 | 409 | 409
          recorded | 2 | 22 | 409 | 409 | 409 | 409
          recorded | 1 | 11 | 409 | 409 | 409 | 409
          drained  | 4 | 4  | 201 | 202 | 201 | 201
          drained  | 3 | 33 | 409 | 409 | 409 | 409
          waiting  | 5 | 5  | 201 | 202 |     | 201
          waiting  | 4 | 44 | 409 | 409 |     | 409
          waiting  | 3 | 33 | 409 | 409 |     | 409
          new      | 3 | 3  | 201 | 202 |     | 201
          new      | 1 | 11 | 409 | 409 |     | 409
          """)
  void appends(
      String booking, int version, int number, String allWell, String noS, String noP, String noQ)
      throws IOException {
    assertAnswers(
        booking,
        world -> world.append(version, number),
        allWell,
        noS,
        Optional.ofNullable(noP),
        noQ);
  }

  @ParameterizedTest
  @CsvSource({
    "asc,  false, '1r, 2r, 3p, 4p'",
    "desc, false, '4p, 3p, 2r, 1r'",
    "desc, true,  '4p, 3p, 2p, 503'"
  })
  void nextLinksLeadThroughWhatWaits(String order, boolean fails, String events)
      throws IOException {
    World world = World.with("waiting");
    if (fails) {
      world.weather.fail(Store.EVENT_TABLE);
    }
    List<String> pages = new ArrayList<>();
    Optional<String> link = Optional.of(BOOKING + "/events?limit=1&order=" + order);
    while (link.isPresent()) {
      JsonNode response = world.read(link.get().substring(BOOKING.length()));
      pages.add(inShort(response).replaceAll(" >.*", ""));
      link = next(Invocation.body(response));
    }
    assertThat(String.join(", ", pages)).isEqualTo(events);
  }

  /** The same event is answered as it was accepted first, whichever store answers for it. */
  @ParameterizedTest
  @CsvSource({"one, 1, false", "one, 1, true", "recorded, 3, false", "recorded, 3, true"})
  void aRepetitionKeepsItsMomentWhileTheEventTableFails(String booking, int last, boolean isKnown)
      throws IOException {
    World world = World.with(booking);
    world.weather.fail(Store.EVENT_TABLE);
    world.breakerIsOpen = isKnown;
    for (int time = 0; time < 3; time++) {
      world.clock.now = world.clock.now.plusSeconds(1);
      assertAccepted(world, last, 202);
      assertThat(inShort(world.read(""))).isEqualTo(last + "p");
    }
    world.accept(last + 1, last + 1);
    for (int version = last; version <= last + 1; version++) {
      world.clock.now = world.clock.now.plusSeconds(1);
      assertAccepted(world, version, 202);
      assertThat(inShort(world.read("/events/" + version))).isEqualTo(version + "p");
    }
    world.healAndDrain();
    for (int version = 1; version <= last + 1; version++) {
      assertAccepted(world, version, 200);
      assertThat(inShort(world.read("/events/" + version))).isEqualTo(version + "r");
    }
  }

  private static void assertAccepted(World world, int version, int status) throws IOException {
    JsonNode again = world.append(version, version);
    assertThat(again.path("statusCode").intValue()).isEqualTo(status);
    assertThat(World.withoutStatus(Invocation.body(again))).isEqualTo(world.accepted.get(version));
  }

  @Test
  void aPriceChangeOfAnOutageIsReadAtOnceAndByEverybody() throws IOException {
    World world = World.with("recorded");
    world.weather.fail(Store.EVENT_TABLE);
    world.accept(4, 6);
    assertThat(inShort(world.read(""))).isEqualTo("6p");
    world.healAndDrain();
    assertThat(inShort(world.read("/events"))).isEqualTo("1r 2r 3r 4r 5r 6r");
  }
}
