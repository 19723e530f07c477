package dev.holdfast.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.Regression;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.OwedSweeps;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/**
 * The console as people use it: in a browser, by clicking, on the real package in real processes.
 * Its pictures are in {@code target/console}.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@Tag("slow")
class ConsoleIT {

  private static final Path PICTURES = Path.of("target/console");
  private static final List<ColorScheme> THEMES = List.of(ColorScheme.LIGHT, ColorScheme.DARK);
  private static final Duration SECONDS = Duration.ofSeconds(40);
  private static final LocatorAssertions.HasAttributeOptions PATIENTLY =
      new LocatorAssertions.HasAttributeOptions().setTimeout(40_000);

  private static LocalCloud cloud;
  private static OwedSweeps sweeps;
  private static Console console;
  private static Chromium chromium;
  private static Visit visit;

  @BeforeAll
  static void start() {
    Optional<Chromium> found = Chromium.start();
    assumeTrue(found.isPresent(), "There is no Chromium.");
    chromium = found.get();
    PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    cloud =
        LocalCloud.start(
            Options.onFreePorts()
                .with(Options.LOGS, Path.of("target/local-console"))
                .with(Options.SCHEDULE, Duration.ofHours(1))
                .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "1S")
                .withEnvironment("HOLDFAST_CIRCUIT_BREAKER_DELAY", "1S"));
    sweeps = OwedSweeps.start(cloud);
    console = Console.open(cloud);
    visit = visit(1280, 800, ColorScheme.LIGHT);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
    }
    if (console != null) {
      console.close();
    }
    if (cloud != null) {
      sweeps.close();
      cloud.close();
    }
  }

  @AfterEach
  void nothingWentWrongInTheBrowser() {
    cloud.faults().heal();
    assertThat(visit.complaints()).isEmpty();
  }

  private static Visit visit(int width, int height, ColorScheme theme) {
    return chromium.visit(URI.create(cloud.api() + "/"), width, height, theme);
  }

  private static void everyPromiseIsKept() {
    assertThat(visit.find("#verdict")).hasAttribute("data-kept", "true");
    assertThat(visit.find(".promise[data-kept=true]")).hasCount(4);
    assertThat(visit.find(".promise [data-broken]")).hasText(new String[] {"0", "0", "0", "0"});
  }

  /** Presses a button of the form, and waits for the answer to that. */
  private static void ask(String deed) {
    visit.click("[data-do=" + deed + "]");
    assertThat(visit.find("#answer")).hasAttribute("aria-busy", "false");
  }

  /** Begins a story, and asks for each of its steps. */
  private static void tell(Locator story) {
    story.locator("[data-story=step]").click();
    Locator steps = story.locator(".steps li");
    for (Locator step : steps.all()) {
      next(story, step);
    }
    assertThat(steps).not().hasCount(0);
    assertThat(story.locator(".end")).hasAttribute("data-status", "finished");
  }

  private static void next(Locator story, Locator step) {
    assertThat(step).hasAttribute("data-state", "next", PATIENTLY);
    story.locator("[data-story=next]").click();
    assertThat(step).hasAttribute("data-state", "held", PATIENTLY);
  }

  @Test
  @Order(1)
  void theStoryOfABookingIsToldStepByStep() {
    tell(visit.find(".story[data-id=healthy]"));
    assertThat(visit.find(".event[data-home=event-table]")).hasCount(2);
    everyPromiseIsKept();
  }

  @Test
  @Order(2)
  void theStoryOfAnEventTableThatHangsIsToldStepByStep() {
    tell(visit.find(".story[data-id=event-table-hangs]"));
    assertThat(visit.dependency("event-table")).hasAttribute("data-fault", "false");
    everyPromiseIsKept();
  }

  @Test
  @Order(3)
  void pricesGoOnBesideTheirHead() {
    Locator story = visit.find(".story[data-id=prices-go-on]");
    story.locator("[data-story=step]").click();
    Locator steps = story.locator(".steps li");
    for (int number = 0; number < 7; number++) {
      next(story, steps.nth(number));
    }
    assertThat(visit.find(".event[data-home=event-table]")).hasCount(1);
    assertThat(visit.find(".event[data-home=pending-index]")).hasCount(2);
    assertThat(visit.find("#timeline-head")).containsText("head at version 3, pending");
    // The first one is in the event table already, but nobody who answers can know.
    assertThat(visit.find("#timeline-head")).containsText("holds 3 events");
    visit.keep(PICTURES.resolve("prices-go-on-1280.png"), false);
    for (int width : List.of(390, 320)) {
      visit.page().setViewportSize(width, 800);
      assertThat(visit.scrollsSideways()).isFalse();
      visit.keep(PICTURES.resolve("prices-go-on-" + width + ".png"), true);
    }
    visit.page().setViewportSize(1280, 800);
    for (int number = 7; number < steps.count(); number++) {
      next(story, steps.nth(number));
    }
    assertThat(story.locator(".end")).hasAttribute("data-status", "finished");
    assertThat(visit.find(".event[data-home=event-table]")).hasCount(3);
    assertThat(visit.find(".head-mark")).isVisible();
    assertThat(visit.find("#timeline-head")).containsText("head at version 3, recorded");
    visit.keep(PICTURES.resolve("prices-recorded-1280.png"), false);
    everyPromiseIsKept();
  }

  @Test
  @Order(4)
  void aStoryThatGoesOnByItselfIsStoppedAndHealed() {
    Locator story = visit.find(".story[data-id=event-table-hangs]");
    story.locator("[data-story=play]").click();
    assertThat(visit.dependency("event-table")).hasAttribute("data-fault", "true");
    story.locator("[data-story=stop]").click();
    assertThat(story.locator(".end")).hasAttribute("data-status", "stopped");
    assertThat(visit.dependency("event-table")).hasAttribute("data-fault", "false");
  }

  @Test
  @Order(5)
  void aBookingIsMadeRepeatedChangedAndDefended() {
    visit.tab("book");
    Locator headline = visit.find("#answer .headline");
    ask("book");
    assertThat(headline).containsText("201");
    ask("repeat");
    assertThat(headline).containsText("200");
    ask("rival");
    assertThat(headline).containsText("booking-code-taken");
    ask("next");
    assertThat(headline).containsText("201");
    ask("read");
    assertThat(headline).containsText("200");
    assertThat(visit.find(".event[data-home=event-table]")).hasCount(2);
    everyPromiseIsKept();
  }

  @Test
  @Order(6)
  void anEventMovesFromThePendingIndexToTheEventTable() {
    visit.move(true);
    visit.tab("book");
    visit.fail("event-table", "refuse");
    ask("book");
    assertThat(visit.find("#answer .headline")).containsText("202");
    assertThat(visit.find(".event")).hasAttribute("data-home", "pending-index");
    assertThat(visit.dependency("event-table").locator(".health"))
        .hasAttribute("data-health", "down");
    assertThat(visit.dependency("pending-index").locator("[data-count=pending] dd")).hasText("1");
    visit.dependency("event-table").locator(".heal").click();
    assertThat(visit.find(".event")).hasAttribute("data-home", "event-table", PATIENTLY);
    everyPromiseIsKept();
    visit.move(false);
  }

  @Test
  @Order(7)
  void aProcessIsKilled() {
    visit.tab("processes");
    Locator row = visit.find("tr[data-function=read]").first();
    String killed = row.getAttribute("data-pid");
    row.locator("button").click();
    assertThat(visit.find("tr[data-pid='" + killed + "']")).hasCount(0);
    assertThat(visit.find("#killed")).containsText("Killed read, pid " + killed);
    assertThat(ProcessHandle.of(Long.parseLong(killed)).filter(ProcessHandle::isAlive)).isEmpty();
  }

  @Test
  @Order(8)
  void theFeedIsShownAndWhatIsRepublished() {
    visit.tab("feed");
    assertThat(visit.find("#feed-rows tr").first()).isVisible();
    assertThat(visit.barriers("#feed")).isEmpty();
    visit.tab("operators");
    visit.click("[data-invoke=republish]");
    assertThat(visit.find("#operators-answer")).containsText("on the change feed again");
    visit.tab("feed");
    assertThat(visit.find("#feed-rows td:text-is('republished')").first())
        .isVisible(new LocatorAssertions.IsVisibleOptions().setTimeout(40_000));
  }

  @Test
  @Order(8)
  void anAuditSaysWhatItFound() {
    visit.tab("operators");
    visit.click("[data-invoke=audit]");
    assertThat(visit.find("#operators-answer")).containsText("events and heads:");
    assertThat(visit.barriers("#operators")).isEmpty();
  }

  @Test
  @Order(9)
  void theDiagramIsShownAndTabsAreMovedByArrows() {
    visit.tab("stories");
    visit.click(".ways summary");
    assertThat(visit.find(".ways img")).isVisible();
    visit.keep(PICTURES.resolve("ways.png"), true);
    visit.click(".ways summary");
    visit.find("#tab-stories").click();
    visit.page().keyboard().press("ArrowLeft");
    assertThat(visit.find("#tab-processes")).isFocused();
    assertThat(visit.find("#processes")).isVisible();
    visit.page().keyboard().press("ArrowRight");
    assertThat(visit.find("#stories")).isVisible();
  }

  @Test
  @Order(10)
  void nothingJumpsAndNobodyIsShutOutWhileNumbersChange() {
    String parts = ".promise, .node, .call, .chart, .panel";
    List<String> before = visit.places(parts);
    visit.find("#traffic input[name=rate]").fill("4");
    visit.click("#traffic-switch");
    visit.fail("event-table", "hang");
    assertThat(visit.dependency("pending-index").locator("[data-count=pending]"))
        .hasAttribute("data-some", "true");
    for (ColorScheme theme : THEMES) {
      try (Visit look = visit(1280, 800, theme)) {
        assertThat(look.find("#client-rate")).not().hasText("0.0");
        for (int width : List.of(1280, 390, 320)) {
          look.page().setViewportSize(width, 800);
          assertThat(look.scrollsSideways()).isFalse();
          look.keep(PICTURES.resolve(width + "-" + name(theme) + ".png"), width < 500);
        }
        assertThat(look.complaints()).isEmpty();
      }
    }
    assertThat(visit.places(parts)).isEqualTo(before);
    assertThat(visit.scrollsDown()).isFalse();
    visit.click("#traffic-switch");
    assertThat(visit.find("#traffic-switch")).hasText("Start traffic");
    for (ColorScheme theme : THEMES) {
      visit.click("#theme label:has([value=" + name(theme) + "])");
      assertThat(visit.find("html")).hasAttribute("data-theme", name(theme));
      visit.tab("stories");
      assertThat(visit.barriers("body")).as("%s", theme).isEmpty();
      for (String tab : List.of("book", "operators", "processes")) {
        visit.tab(tab);
        assertThat(visit.barriers("#" + tab)).as("%s, %s", tab, theme).isEmpty();
      }
    }
    visit.click("#heal-all");
    assertThat(visit.dependency("event-table")).hasAttribute("data-fault", "false");
  }

  /** As behind a proxy, while the local cloud starts again. */
  @Test
  @Regression("the console never came back after an answer of a proxy")
  @Order(11)
  void whateverEndedTheStreamItIsOpenedAgain() {
    BrowserContext window = chromium.window(1280, 800, ColorScheme.LIGHT);
    Deque<Route.FulfillOptions> answers =
        new ArrayDeque<>(
            List.of(
                new Route.FulfillOptions().setStatus(503).setBody("No server"),
                new Route.FulfillOptions().setStatus(204),
                new Route.FulfillOptions().setContentType("text/html").setBody("<p>Wait</p>")));
    window.route("**/_local/live", route -> answer(route, Optional.ofNullable(answers.poll())));
    AtomicBoolean isFirst = new AtomicBoolean(true);
    window.route(
        "**/_local/stories",
        route ->
            answer(
                route,
                Optional.of(new Route.FulfillOptions().setStatus(502))
                    .filter(badGateway -> isFirst.getAndSet(false))));
    try (Visit look = new Visit(window, URI.create(cloud.api() + "/"))) {
      assertThat(answers).isEmpty();
      assertThat(look.find("#client-rate")).isVisible();
    }
  }

  private static void answer(Route route, Optional<Route.FulfillOptions> instead) {
    instead.ifPresentOrElse(route::fulfill, route::resume);
  }

  @Test
  @Order(12)
  void theAmountFitsTheCurrency() {
    visit.tab("book");
    visit.find("#booking-form [name=amount]").fill("412.50");
    visit.find("#booking-form [name=currency]").selectOption("JPY");
    ask("book");
    assertThat(visit.find("#answer .headline")).containsText("201");
    assertThat(visit.find("#booking-form [name=amount]")).hasValue("413");
  }

  private static String name(ColorScheme theme) {
    return theme.name().toLowerCase(Locale.ROOT);
  }

  /** Two faults at once, which is beyond the promises: it comes last. */
  @Test
  @Order(13)
  void aConflictIsListedAndResolved() {
    visit.tab("book");
    // So that no drain comes to the event table when it is healed.
    visit.fail("fallback-queue", "refuse");
    visit.fail("event-table", "refuse");
    ask("book");
    Locator headline = visit.find("#answer .headline");
    assertThat(headline).containsText("202");
    String code = visit.find("#booking-form [name=code]").inputValue();
    visit.fail("pending-index", "refuse");
    visit.dependency("event-table").locator(".heal").click();
    // The circuit breaker is still open for a second.
    await()
        .atMost(SECONDS)
        .until(
            () -> {
              ask("rival");
              return headline.textContent().contains("201");
            });
    // The head is at the event that waits, not at the one that took its place meanwhile.
    assertThat(visit.find(".event")).hasCount(2);
    assertThat(visit.find(".head-mark")).hasCount(0);
    assertThat(visit.find("#unjudged")).hasText("not judged now");
    visit.click("#unjudged");
    assertThat(visit.find("#unjudged-now")).isVisible();
    visit.keep(PICTURES.resolve("not-judged.png"), false);
    visit.click("#unjudged");

    visit.click("#heal-all");
    assertThat(visit.find(".event[data-status=conflict]"))
        .hasAttribute("data-home", "pending-index", PATIENTLY);
    assertThat(visit.find("#timeline-head")).containsText("1 kept aside");
    assertThat(visit.find(".head-mark")).hasCount(1);

    visit.tab("operators");
    assertThat(visit.find("#operators-count")).hasText("1");
    visit.click("[data-invoke=conflicts]");
    Locator conflict = visit.find("form[data-code='" + code + "']");
    conflict.locator("[name=newBookingCode]").fill(code + "-2");
    conflict.locator("[type=submit]").click();
    assertThat(visit.find("#operators-answer")).containsText("reassigned");
    assertThat(conflict).hasCount(0);
    visit.tab("book");
    assertThat(visit.find(".event")).hasCount(1);
    assertThat(visit.find(".event")).hasAttribute("data-home", "event-table");
    // What is written from then on is judged again.
    assertThat(visit.find("#unjudged")).hasText(Pattern.compile("[0-9]+ bookings? not judged"));
  }
}
