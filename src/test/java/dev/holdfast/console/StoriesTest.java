package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.anyString;
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

  @BeforeEach
  void answer() throws InterruptedException {
    when(world.isCalm()).thenReturn(true);
    when(world.score()).thenReturn(Score.EMPTY);
    when(world.append(any())).thenAnswer(this::append);
    when(world.get(anyString())).thenAnswer(call -> page());
  }

  private Answer append(InvocationOnMock call) {
    Event event = call.getArgument(0);
    if (events.stream().anyMatch(same -> same.eventId().equals(event.eventId()))) {
      return answer(200, json(event));
    }
    if (events.stream().anyMatch(same -> same.version() == event.version()) && !takesRivals) {
      return answer(409, Calls.TAKEN);
    }
    events.add(event);
    return answer(201, json(event));
  }

  private static String json(Event event) {
    return Calls.event(event.version(), event.eventId());
  }

  private Answer page() {
    return answer(
        200,
        events.stream()
            .map(StoriesTest::json)
            .collect(Collectors.joining(",", "{\"events\":[", "]}")));
  }

  private static Answer answer(int status, String body) {
    JsonNode json = Json.parse(Buffer.buffer(body)).orElseThrow();
    return new Answer(status, json, false, Duration.ofMillis(12));
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
  void whatTheCheckerFindsIsSaidHoweverWellTheStoryWent() throws InterruptedException {
    Score.Counts one = new Score.Counts(1, 0, 0, 0, 1, 1, 0, 1, 0, 0, 1, 1, 0, 0);
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
    assertThat(Console.stories()).doesNotHaveDuplicates().contains("healthy", "conflict");
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
