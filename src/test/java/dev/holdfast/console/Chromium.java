package dev.holdfast.console;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType.LaunchOptions;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The machine's own Chromium. Nothing is downloaded. For use by one thread. */
final class Chromium implements AutoCloseable {
  private static final String PATH = "browser.chromium";
  private static final String DRIVER = "/com/microsoft/playwright/impl/driver/jar/DriverJar.class";

  private final Playwright playwright;
  private final Browser browser;

  private Chromium(Path executable) {
    playwright =
        Playwright.create(
            new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    browser =
        playwright
            .chromium()
            .launch(
                new LaunchOptions()
                    .setExecutablePath(executable)
                    // Root has no sandbox, and a container has little of /dev/shm.
                    .setArgs(List.of("--no-sandbox", "--disable-dev-shm-usage")));
  }

  /** Starts it, or says in one line that there is none, and how to get one. */
  static Optional<Chromium> start() {
    Path executable = Path.of(System.getProperty(PATH, "/usr/bin/chromium"));
    if (Files.isExecutable(executable) && Chromium.class.getResource(DRIVER) != null) {
      return Optional.of(new Chromium(executable));
    }
    System.out.println(
        "The console is not tested in a browser: there is no Chromium. Install Debian's package"
            + " chromium, or point to one: mvn verify -Pbrowser -Dbrowser.chromium=<path>.");
    return Optional.empty();
  }

  /** Opens a page in a window of its own. */
  Visit visit(URI page, int width, int height, ColorScheme theme) {
    return new Visit(window(width, height, theme), page);
  }

  /**
   * A window that shows nothing yet. Nothing moves in it until {@link Visit#move}: without a
   * graphics processor what moves takes one that others wait for.
   */
  BrowserContext window(int width, int height, ColorScheme theme) {
    return browser.newContext(
        new Browser.NewContextOptions()
            .setViewportSize(width, height)
            .setColorScheme(theme)
            .setReducedMotion(ReducedMotion.REDUCE)
            .setLocale("en-GB"));
  }

  @Override
  public void close() {
    playwright.close();
  }
}
