package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.common.collect.ImmutableMultiset;
import com.google.common.collect.Multiset;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Door;
import dev.holdfast.local.Faults;
import dev.holdfast.local.Json;
import io.vertx.core.buffer.Buffer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.mockito.invocation.InvocationOnMock;

/** The stories against a ledger of a few lines, which does as it should, or does not. */
class StoriesTest {
  private final World world = mock(World.class);
  private final Faults faults = mock(Faults.class);
  private final StringWriter screen = new StringWriter();
  private final List<Event> events = new ArrayList<>();
  private boolean takesRivals;
  private boolean blocksPrices;
  private boolean readsOldPrices;
  private boolean eventTableHangs;
  private boolean isHomeLost;
  private boolean forgetsWhatTheSecondDoorTook;

  @BeforeEach
  void answer() throws InterruptedException {
    when(world.faults()).thenReturn(faults);
    when(world.isCalm()).thenReturn(true);
    when(world.score()).thenReturn(Score.EMPTY);
    when(world.append(any(), any())).thenAnswer(this::append);
    when(world.get(any(), anyString())).thenAnswer(this::get);
    when(world.look(anyString())).thenAnswer(call -> json("{\"head\":{\"state\":\"recorded\"}}"));
    doAnswer(
            call -> {
              eventTableHangs = true;
              return null;
            })
        .when(faults)
        .inject(any(), any());
    doAnswer(
            call -> {
              eventTableHangs = false;
              return null;
            })
        .when(faults)
        .heal(any());
    doAnswer(
            call -> {
              isHomeLost = true;
              eventTableHangs = true;
              return null;
            })
        .when(faults)
        .loseHome();
    doAnswer(
            call -> {
              isHomeLost = false;
              eventTableHangs = false;
              if (forgetsWhatTheSecondDoorTook) {
                events.removeIf(event -> event.version() > 2);
              }
              return null;
            })
        .when(faults)
        .bringHomeBack();
  }

  private Answer get(InvocationOnMock call) {
    Door door = call.getArgument(0);
    String path = call.getArgument(1);
    if (isHomeLost && door == Door.HOME) {
      return new Answer(0, MissingNode.getInstance(), Duration.ofMillis(1));
    }
    String code = path.split("/", 4)[2];
    List<Event> booking = events.stream().filter(event -> event.code().equals(code)).toList();
    return path.endsWith("/events") ? page(booking) : current(booking);
  }

  private Answer append(InvocationOnMock call) {
    Event event = call.getArgument(1);
    if (events.stream().anyMatch(same -> same.eventId().equals(event.eventId()))) {
      return answer(200, json(event));
    }
    boolean isGone =
        events.stream()
            .anyMatch(
                same -> same.code().equals(event.code()) && same.version() == event.version());
    if (isGone && !takesRivals) {
      return answer(409, event.version() == 1 ? Calls.TAKEN : Calls.CONFLICT);
    }
    if (eventTableHangs && blocksPrices) {
      return answer(503, Calls.UNAVAILABLE);
    }
    events.add(event);
    return answer(eventTableHangs ? 202 : 201, json(event));
  }

  private String json(Event event) {
    String json = Calls.event(event.version(), event.eventId());
    return eventTableHangs ? json.replace("recorded", "pending") : json;
  }

  private Answer current(List<Event> booking) {
    return answer(200, json(booking.get(readsOldPrices ? 0 : booking.size() - 1)));
  }

  private Answer page(List<Event> booking) {
    return answer(
        200,
        booking.stream().map(this::json).collect(Collectors.joining(",", "{\"events\":[", "]}")));
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, json(body), Duration.ofMillis(12));
  }

  private static JsonNode json(String text) {
    return Json.parse(Buffer.buffer(text)).orElseThrow();
  }

  private boolean play(String id, boolean isColoured) throws InterruptedException {
    return new Terminal(new PrintWriter(screen, true), isColoured)
        .play(List.of(Story.of(id).orElseThrow()), world, Duration.ofMillis(100));
  }

  @Test
  void aLedgerThatKeepsItsPromisesIsToldSo() throws InterruptedException {
    assertThat(play("healthy", false)).isTrue();

    assertThat(screen.toString())
        .contains("R3 The airline wants the same code and is told at once that it is taken.")
        .contains("409 booking-code-taken in 0.01 s")
        .contains("Every promise held.")
        .doesNotContain("\u001b");
  }

  @Test
  void oneThatGivesACodeTwiceBreaksTheStory() throws InterruptedException {
    takesRivals = true;

    assertThat(play("healthy", false)).isFalse();
    assertThat(screen.toString()).contains("201").contains("Not as told: healthy.");
    assertThat(screen.toString()).doesNotContain("The price changes");
  }

  @Test
  void pricesThatGoOnAreToldSo() throws InterruptedException {
    assertThat(play("prices-go-on", false)).isTrue();

    assertThat(screen.toString())
        .contains("R1 The price changes, and that is accepted all the same.")
        .contains("200, version 3")
        .contains("409 version-conflict in 0.01 s")
        .contains("version 1 recorded, version 2 recorded, version 3 recorded");
  }

  @Test
  void aPriceThatIsBlockedBreaksTheStory() throws InterruptedException {
    blocksPrices = true;

    assertThat(play("prices-go-on", false)).isFalse();
    assertThat(screen.toString())
        .contains("503 unavailable")
        .contains("Not as told: prices-go-on.");
  }

  @Test
  void anOldPriceBreaksTheStory() throws InterruptedException {
    readsOldPrices = true;

    assertThat(play("prices-go-on", false)).isFalse();
    assertThat(screen.toString()).contains("200, version 1").doesNotContain("A rival wants");
  }

  @Test
  void aHomeRegionThatIsLostIsToldFromBothDoors() throws InterruptedException {
    assertThat(play("home-region-lost", false)).isTrue();

    assertThat(screen.toString())
        .contains("at home: no answer")
        .contains("second door: GET /bookings/HOTEL")
        .contains("200, version 2, ")
        .contains("R1 A new booking is made there.")
        .contains("version 1 recorded, version 2 recorded, version 3 recorded");
  }

  @Test
  void whatTheSecondDoorTookAndHomeHasNotBreaksTheStory() throws InterruptedException {
    forgetsWhatTheSecondDoorTook = true;

    assertThat(play("home-region-lost", false)).isFalse();
    assertThat(screen.toString()).contains("Not as told: home-region-lost.");
  }

  @Test
  void whatTheCheckerFindsIsSaidHoweverWellTheStoryWent() throws InterruptedException {
    Multiset<Score.Count> one = ImmutableMultiset.of(Score.Count.ACKNOWLEDGED, Score.Count.LOST);
    when(world.score()).thenReturn(new Score(one, List.of("R4: an event is gone."), false));

    assertThat(play("healthy", false)).isFalse();
    assertThat(screen.toString())
        .contains("1 events acknowledged, 1 lost")
        .contains("R4: an event is gone.")
        .contains("Not every promise held.");
  }

  @Test
  void aLedgerThatNeverFailsIsNoneOfAStoryOfFailures() throws InterruptedException {
    assertThat(play("event-table-hangs", true)).isFalse();
    assertThat(screen.toString()).contains("\u001b[31m");
  }

  @Test
  void everyStoryIsListedWithItsStepsAndNoIdTwice() {
    assertThat(Console.stories())
        .doesNotHaveDuplicates()
        .contains("healthy", "prices-go-on", "conflict");
    for (Story story : Story.all()) {
      JsonNode json = Json.MAPPER.valueToTree(story);
      assertThat(json.path("about").asText()).as(story.id()).endsWith(".");
      assertThat(json.path("steps")).hasSameSizeAs(story.steps());
      assertThat(json.path("steps"))
          .allMatch(step -> step.path("sentence").asText().endsWith("."))
          .anyMatch(step -> step.path("promise").isTextual());
    }
  }
}
