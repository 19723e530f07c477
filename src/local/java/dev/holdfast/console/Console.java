package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Onlooker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Consumer;
import java.util.regex.Matcher;

/**
 * The console of one local cloud, on the port of its API: the page, what it is told, and what it
 * may do. Safe for use by several threads.
 */
public final class Console implements Onlooker, AutoCloseable {
  private final LocalCloud cloud;
  private final Routes routes;
  private final Audience audience = new Audience();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(3, Console::daemon);
  private final Live live;
  private final Watchers watchers;

  private Console(LocalCloud cloud) {
    this.cloud = cloud;
    this.live = new Live(cloud, audience, threads, !cloud.hasExternalTables());
    this.watchers = new Watchers(new BookingView(cloud), threads);
    Assets assets = new Assets();
    this.routes =
        new Routes(cloud.vertx())
                .add("GET", "/", (path, body) -> assets.own("index.html"))
                .add("GET", "/_local/console/([^/]+)", (path, body) -> assets.own(path.group(1)))
                .add(
                    "GET",
                    "/_local/console/lib/([^/]+)/([^/]+)",
                    (path, body) -> assets.library(path.group(1), path.group(2)))
                .stream("/_local/live", (path, request) -> listen(EventStream.open(request)))
                .stream(
                    "/_local/live/bookings/([^/]+)",
                    (path, request) -> watchers.add(decoded(path), EventStream.open(request)))
                .add("DELETE", "/_local/processes/([0-9]{1,18})", (path, body) -> kill(path));
  }

  /** Has a local cloud show its console until this is closed. */
  public static Console open(LocalCloud cloud) {
    Console console = new Console(cloud);
    cloud.show(console);
    console.live.start();
    return console;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "console");
    thread.setDaemon(true);
    return thread;
  }

  private void listen(EventStream stream) {
    threads.execute(
        () -> {
          stream.send("hello", hello());
          audience.add(stream);
        });
  }

  private JsonNode hello() {
    return live.hello();
  }

  private static String decoded(Matcher path) {
    return URLDecoder.decode(path.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private HttpAnswer kill(Matcher path) {
    long pid = Long.parseLong(path.group(1));
    boolean isOurs = cloud.workers().stream().anyMatch(worker -> worker.pid() == pid);
    Optional<ProcessHandle> process = isOurs ? ProcessHandle.of(pid) : Optional.empty();
    return process.filter(ProcessHandle::destroyForcibly).isPresent()
        ? new HttpAnswer(204, List.of(), Buffer.buffer())
        : HttpAnswer.problem(404, "Unknown process", "No function has a process " + pid + ".");
  }

  @Override
  public boolean handles(HttpServerRequest request) {
    return routes.handles(request);
  }

  @Override
  public Consumer<ApiAnswer> apiCalled(ApiCall call) {
    return live.apiCalled(call);
  }

  @Override
  public void dependencyCalled(DependencyCall call) {
    live.dependencyCalled(call);
  }

  @Override
  public void faultChanged(Dependency dependency, Optional<Fault> fault) {
    live.faultChanged(dependency, fault);
  }

  @Override
  public void functionInvoked(String function, Buffer event, HttpAnswer answer) {
    live.functionInvoked(function, event, answer.status());
  }

  @Override
  public void close() {
    cloud.show(Onlooker.NOBODY);
    threads.shutdownNow();
    audience.dismiss();
    watchers.close();
  }
}
