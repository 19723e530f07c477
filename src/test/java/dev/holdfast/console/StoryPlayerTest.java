package dev.holdfast.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.times;
import static org.mockito.Mockito.verify;
import static org.mockito.Mockito.when;

import dev.holdfast.console.Story.Deed;
import dev.holdfast.console.Story.Seen;
import dev.holdfast.console.Story.Step;
import dev.holdfast.console.StoryPlayer.Pace;
import dev.holdfast.console.StoryPlayer.Status;
import dev.holdfast.console.StoryPlayer.Told;
import dev.holdfast.local.Faults;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StoryPlayerTest {
  private static final Deed HOLDS = telling -> new Seen(true, "what it should");
  private static final Deed BREAKS = telling -> new Seen(false, "something else");

  private final World world = mock(World.class);
  private final Faults faults = mock(Faults.class);
  private final Queue<Told> told = new ConcurrentLinkedQueue<>();
  private final StoryPlayer player =
      new StoryPlayer(world, Duration.ZERO, Duration.ofMillis(300), told::add);

  @BeforeEach
  void calm() {
    when(world.faults()).thenReturn(faults);
    when(world.isCalm()).thenReturn(true);
    when(world.score()).thenReturn(Score.EMPTY);
  }

  @AfterEach
  void stop() {
    player.close();
  }

  private static Story story(Deed... deeds) {
    return new Story(
        "test",
        "A test",
        "R1",
        "It is tested.",
        1,
        Arrays.stream(deeds)
            .map(deed -> new Step("It happens.", Optional.of("R1"), telling -> "does it", deed))
            .toList());
  }

  private List<String> statuses() {
    return told.stream()
        .map(each -> each.step() + " " + each.toJson().path("status").asText())
        .toList();
  }

  private void play(Story story) throws InterruptedException {
    assertThat(player.start(story, Pace.PLAY)).isTrue();
    player.awaitEnd();
  }

  @Test
  void aStoryGoesOnWhileItsStepsHold() throws InterruptedException {
    play(story(HOLDS, HOLDS));

    assertThat(statuses())
        .containsExactly("0 running", "0 running", "0 held", "1 running", "1 held", "1 finished");
    assertThat(told.peek().toJson())
        .hasToString(
            "{\"id\":\"test\",\"title\":\"A test\",\"step\":0,\"of\":2,"
                + "\"sentence\":\"It happens.\",\"promise\":\"R1\","
                + "\"does\":\"waits until all is well\",\"saw\":null,\"status\":\"running\"}");
    assertThat(player.now()).isEmpty();
  }

  @Test
  void aStepThatSeesSomethingElseBreaksTheStoryWhichHealsWhatItBroke() throws InterruptedException {
    play(story(BREAKS, HOLDS));

    assertThat(statuses()).endsWith("0 broken").doesNotContain("1 running");
    verify(faults, times(2)).heal();
    verify(world).dropTraffic();
  }

  @Test
  void aStepThatFailsBreaksTheStory() throws InterruptedException {
    play(
        story(
            telling -> {
              throw new IllegalStateException("No process is free.");
            }));

    assertThat(statuses()).endsWith("0 broken");
    assertThat(told).last().extracting(Told::saw).isEqualTo(Optional.of("No process is free."));
  }

  @Test
  void aStoryDoesNotBeginBeforeAllIsWell() throws InterruptedException {
    when(world.isCalm()).thenReturn(false);
    play(story(HOLDS));

    assertThat(statuses()).containsExactly("0 running", "0 broken");
  }

  @Test
  void stepByStepItWaitsToBeToldToGoOn() {
    player.start(story(HOLDS, HOLDS), Pace.STEP);
    await().until(() -> statuses().contains("0 waiting"));

    assertThat(player.next()).isTrue();
    await().until(() -> statuses().contains("1 waiting"));
    assertThat(player.now().map(Told::status)).contains(Status.WAITING);
    assertThat(player.start(story(HOLDS), Pace.PLAY)).as("another one").isFalse();
    assertThat(player.next()).isTrue();
    await().until(() -> statuses().contains("1 finished"));
    assertThat(player.next()).as("when it is over").isFalse();
  }

  @Test
  void aStoryThatIsStoppedHeals() throws InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    player.start(
        story(
            telling -> {
              never.await();
              return new Seen(true, "");
            }),
        Pace.PLAY);
    await().until(() -> statuses().size() == 2);
    player.stop();

    assertThat(statuses()).endsWith("0 stopped");
    verify(faults, times(2)).heal();
  }

  @Test
  void whatHasToComeByItselfIsWaitedForWithPatience() throws InterruptedException {
    int[] looks = {0};
    play(story(telling -> telling.await(same -> new Seen(++looks[0] == 2, "look " + looks[0]))));
    assertThat(statuses()).endsWith("0 finished");

    play(story(telling -> telling.await(BREAKS)));
    assertThat(statuses()).endsWith("0 broken");
    assertThat(told)
        .last()
        .extracting(each -> each.saw().orElseThrow())
        .asString()
        .startsWith("something else, even after 0.");
  }
}
