package dev.holdfast.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The story of two doors, told by the console and seen in a browser, on the real package. */
@Tag("slow")
class TwoDoorsConsoleIT {
  private static final Path PICTURES = Path.of("target/console");
  private static final LocatorAssertions.HasAttributeOptions PATIENTLY =
      new LocatorAssertions.HasAttributeOptions().setTimeout(40_000);

  private static LocalCloud cloud;
  private static Console console;

  @BeforeAll
  static void start() {
    cloud =
        LocalCloud.start(
            Options.onFreePorts()
                .with(Options.DOORS, 2)
                .with(Options.LOGS, Path.of("target/local-console-at-two-doors"))
                .with(Options.SCHEDULE, Duration.ofSeconds(5))
                .withEnvironment("HOLDFAST_SWEEP_OLDER_THAN", "1S")
                .withEnvironment("HOLDFAST_CIRCUIT_BREAKER_DELAY", "1S"));
    console = Console.open(cloud);
  }

  @AfterAll
  static void stop() {
    if (console != null) {
      console.close();
    }
    if (cloud != null) {
      cloud.close();
    }
  }

  @Test
  void theStoryOfTheHomeRegionIsAsItIsTold() throws InterruptedException {
    assertThat(Tale.told(console, "home-region-lost")).contains("Every promise held.");
  }

  private static Visit visit(Chromium chromium, int width) {
    return chromium.visit(URI.create(cloud.api() + "/"), width, 800, ColorScheme.LIGHT);
  }

  /** Presses a button of the form; the headline of the answer. */
  private static Locator ask(Visit visit, String deed) {
    visit.click("[data-do=" + deed + "]");
    assertThat(visit.find("#answer")).hasAttribute("aria-busy", "false");
    return visit.find("#answer .headline");
  }

  @Test
  void aBookingGoesOnAtTheSecondDoorWhileTheHomeRegionIsLost() {
    Optional<Chromium> found = Chromium.start();
    assumeTrue(found.isPresent(), "There is no Chromium.");
    PlaywrightAssertions.setDefaultAssertionTimeout(20_000);
    try (Chromium chromium = found.get();
        Visit visit = visit(chromium, 1280)) {
      assertThat(visit.find("#doors .door")).hasCount(2);
      assertThat(visit.find(".story[data-id=home-region-lost] [data-story=play]")).isVisible();
      visit.tab("book");
      assertThat(ask(visit, "book")).containsText("201");

      visit.click("#lose-home");
      assertThat(visit.find("#lose-home")).hasAttribute("aria-pressed", "true");
      assertThat(visit.find("[data-door=home]")).hasAttribute("data-lost", "true");
      assertThat(ask(visit, "read")).containsText("no answer");

      visit.click("[data-door=second]");
      assertThat(ask(visit, "read")).containsText("200");
      assertThat(visit.find("#answer")).containsText("at the second door");
      assertThat(ask(visit, "next")).containsText("202");
      assertThat(visit.find(".event")).hasCount(2);
      assertThat(visit.find(".event").last()).hasAttribute("data-home", "pending-index");
      assertThat(visit.scrollsDown()).isFalse();
      assertThat(visit.barriers("#doors")).isEmpty();
      visit.keep(PICTURES.resolve("home-region-lost-1280.png"), false);
      for (int width : List.of(390, 320)) {
        try (Visit look = visit(chromium, width)) {
          assertThat(look.find("#doors .door")).hasCount(2);
          assertThat(look.scrollsSideways()).isFalse();
          look.keep(PICTURES.resolve("home-region-lost-" + width + ".png"), true);
        }
      }

      visit.click("#heal-all");
      assertThat(visit.find("#lose-home")).hasAttribute("aria-pressed", "false");
      assertThat(visit.find(".event").last()).hasAttribute("data-home", "event-table", PATIENTLY);
      assertThat(visit.find("#verdict")).hasAttribute("data-kept", "true");
      // The browser tells of the calls that the lost door did not answer, and of nothing else.
      assertThat(visit.complaints())
          .allMatch(complaint -> complaint.contains("/_local/doors/home/bookings/"));
    }
  }
}
