package dev.holdfast.console;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** One look at the console, and everything that the browser complains of meanwhile. */
final class Visit implements AutoCloseable {
  private static final Set<String> GRAVE = Set.of("serious", "critical");

  private final BrowserContext context;
  private final Page page;
  private final List<String> complaints = new ArrayList<>();

  Visit(BrowserContext context, URI address) {
    this.context = context;
    page = context.newPage();
    page.onConsoleMessage(
        message -> {
          // Chromium reports every answer from 400 on as an error; here many are asked for.
          boolean isAnswer = message.location().contains("/bookings/");
          if (List.of("error", "warning").contains(message.type()) && !isAnswer) {
            complaints.add(message.type() + ": " + message.text() + " " + message.location());
          }
        });
    page.onPageError(complaints::add);
    page.onRequestFailed(
        request -> {
          // The streams end when the page follows another booking, or is left.
          if (!request.url().matches(".*/_local/(live|feed).*")) {
            complaints.add("failed: " + request.url() + " " + request.failure());
          }
        });
    page.navigate(address.toString());
    assertThat(find("#connection")).hasAttribute("data-state", "live");
    assertThat(find("#story-cards .story").first()).isVisible();
  }

  Page page() {
    return page;
  }

  /** From now on, or no longer, the page shows by movement what happens. */
  void move(boolean moves) {
    page.emulateMedia(
        new Page.EmulateMediaOptions()
            .setReducedMotion(moves ? ReducedMotion.NO_PREFERENCE : ReducedMotion.REDUCE));
  }

  Locator find(String selector) {
    return page.locator(selector);
  }

  void click(String selector) {
    page.locator(selector).click();
  }

  void tab(String name) {
    click("#tab-" + name);
    assertThat(find("#" + name)).isVisible();
  }

  Locator dependency(String key) {
    return find("[data-dependency=" + key + "]");
  }

  /** Presses a switch of a dependency. */
  void fail(String dependency, String mode) {
    Locator button = dependency(dependency).locator("[data-mode=" + mode + "]");
    button.click();
    assertThat(button).hasAttribute("aria-pressed", "true");
  }

  /** Where things stand and how large they are. */
  List<String> places(String selector) {
    return page.locator(selector).all().stream()
        .map(Locator::boundingBox)
        .map(box -> "%.1f %.1f %.1f %.1f".formatted(box.x, box.y, box.width, box.height))
        .toList();
  }

  /** What of a part a person could not use who cannot see it, or see it well. */
  List<String> barriers(String part) {
    return new AxeBuilder(page)
        .setLegacyMode(true).include(part).analyze().getViolations().stream()
            .filter(rule -> GRAVE.contains(rule.getImpact()))
            .map(Visit::describe)
            .toList();
  }

  private static String describe(Rule rule) {
    return rule.getId()
        + ": "
        + rule.getHelp()
        + " "
        + rule.getNodes().stream().map(node -> node.getHtml()).toList();
  }

  boolean scrollsSideways() {
    return (boolean)
        page.evaluate(
            "document.documentElement.scrollWidth > document.documentElement.clientWidth");
  }

  boolean scrollsDown() {
    return (boolean) page.evaluate("document.documentElement.scrollHeight > innerHeight");
  }

  void keep(Path picture, boolean whole) {
    page.screenshot(new Page.ScreenshotOptions().setPath(picture).setFullPage(whole));
  }

  /** Errors and warnings of the page, and requests that failed. */
  List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public void close() {
    context.close();
  }
}
