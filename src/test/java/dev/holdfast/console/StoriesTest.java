package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
import static org.mockito.Mockito.doAnswer;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
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
  private final StringWriter screen = new StringWriter();
  private final List<Event> events = new ArrayList<>();
  private boolean takesRivals;
  private boolean blocksPrices;
  private boolean readsOldPrices;
  private boolean eventTableHangs;

  @BeforeEach
  void answer() throws InterruptedException {
    when(world.isCalm()).thenReturn(true);
    when(world.score()).thenReturn(Score.EMPTY);
    when(world.append(any())).thenAnswer(this::append);
    when(world.get(anyString()))
        .thenAnswer(call -> call.<String>getArgument(0).endsWith("/events") ? page() : current());
    when(world.look(anyString())).thenAnswer(call -> json("{\"head\":{\"state\":\"recorded\"}}"));
    doAnswer(
            call -> {
              eventTableHangs = true;
              return null;
            })
        .when(world)
        .fail(any(), any());
    doAnswer(
            call -> {
              eventTableHangs = false;
              return null;
            })
        .when(world)
        .heal(any());
  }

  private Answer append(InvocationOnMock call) {
    Event event = call.getArgument(0);
    if (events.stream().anyMatch(same -> same.eventId().equals(event.eventId()))) {
      return answer(200, json(event));
    }
    if (events.stream().anyMatch(same -> same.version() == event.version()) && !takesRivals) {
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

  private Answer current() {
    return answer(200, json(events.get(readsOldPrices ? 0 : events.size() - 1)));
  }

  private Answer page() {
    return answer(
        200,
        events.stream().map(this::json).collect(Collectors.joining(",", "{\"events\":[", "]}")));
  }

  private static Answer answer(int status, String body) {
    return new Answer(status, json(body), false, Duration.ofMillis(12));
  }

  private static JsonNode json(String text) {
    return Json.parse(Buffer.buffer(text)).orElseThrow();
  }

  private boolean play(String id, boolean isColoured) throws InterruptedException {
    return TerminalStories.play(
        List.of(Stories.of(id).orElseThrow()),
        world,
        new Terminal(new PrintWriter(screen, true), isColoured),
        Duration.ofMillis(100));
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
  void whatTheCheckerFindsIsSaidHoweverWellTheStoryWent() throws InterruptedException {
    Score.Counts one = new Score.Counts(1, 0, 0, 0, 1, 1, 0, 0, 1, 0, 0, 1, 1, 0, 0);
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
    for (Story story : Stories.all()) {
      ObjectNode json = story.toJson();
      assertThat(json.path("about").asText()).as(story.id()).endsWith(".");
      assertThat(json.path("steps")).hasSameSizeAs(story.steps());
      assertThat(json.path("steps"))
          .allMatch(step -> step.path("sentence").asText().endsWith("."))
          .anyMatch(step -> step.path("promise").isTextual());
    }
  }
}
