package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.StoryPlayer.Pace;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Onlooker;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.regex.Matcher;

/**
 * The console of one local cloud, on the port of its API: the page, what it is told, and what it
 * may do. Safe for use by several threads.
 */
public final class Console implements Onlooker, AutoCloseable {
  private static final HttpAnswer NO_CONTENT = new HttpAnswer(204, List.of(), Buffer.buffer());

  /** Long enough to read what a step has shown. */
  private static final Duration BREATH = Duration.ofMillis(1_500);

  /** A circuit breaker that is to be closed has been for a while. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  /** The sweep finds a debt that nobody told of within two minutes. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private final LocalCloud cloud;
  private final Routes routes;
  private final Audience audience = new Audience();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(3, Console::daemon);
  private final Live live;
  private final Watchers watchers;
  private final Traffic traffic;
  private final CloudWorld world;
  private final StoryPlayer player;

  private Console(LocalCloud cloud) {
    this.cloud = cloud;
    BookingView view = new BookingView(cloud);
    this.live =
        new Live(
            cloud,
            view,
            audience,
            threads,
            cloud.circuitBreakerDelay().plus(MARGIN),
            !cloud.hasExternalTables());
    this.watchers = new Watchers(view, threads);
    Map<Door, Department> departments = new EnumMap<>(Door.class);
    cloud.doors().forEach(door -> departments.put(door, new Department(cloud.api(door))));
    this.traffic = new Traffic(departments.values());
    Feed feed = new Feed(cloud.eventBus(), threads);
    this.world = new CloudWorld(cloud, departments, view, live);
    this.player =
        new StoryPlayer(world, BREATH, PATIENCE, told -> audience.tell("story", told.toJson()));
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
                .stream("/_local/feed", (path, request) -> feed.add(request))
                .add("DELETE", "/_local/processes/([0-9]{1,18})", (path, body) -> kill(path))
                .add("PUT", "/_local/traffic", (path, body) -> setTraffic(body))
                .add("DELETE", "/_local/traffic", (path, body) -> setTraffic(0, 0))
                .add("GET", "/_local/stories", (path, body) -> listStories())
                .add(
                    "POST",
                    "/_local/stories/([^/]+)",
                    (path, body) -> startStory(path.group(1), body))
                .add("POST", "/_local/story/next", (path, body) -> nextStep())
                .add("DELETE", "/_local/story", (path, body) -> stopStory());
  }

  /** Has a local cloud show its console until this is closed. */
  public static Console open(LocalCloud cloud) {
    Console console = new Console(cloud);
    cloud.show(console);
    console.live.start();
    console.tellTraffic();
    return console;
  }

  /**
   * Tells a story.
   *
   * @param id its name, one of {@link #stories}
   * @return what its steps did and saw, a line each
   * @throws IllegalStateException if a step does not see what it expects, or the promises were not
   *     kept until then; the message has those lines
   */
  public List<String> tell(String id) throws InterruptedException {
    StringWriter lines = new StringWriter();
    boolean isAsTold =
        TerminalStories.play(
            List.of(Stories.of(id).orElseThrow()),
            world,
            new Terminal(new PrintWriter(lines), false),
            PATIENCE);
    if (!isAsTold) {
      throw new IllegalStateException(lines.toString());
    }
    return lines.toString().lines().toList();
  }

  /** The names of all stories, in the order in which they are best told. */
  public static List<String> stories() {
    return Stories.all().stream().map(Story::id).toList();
  }

  /**
   * Plays stories in a terminal, without a pause.
   *
   * @return whether every step saw what it expected, and the checker found nothing
   */
  boolean play(List<Story> chosen, Terminal terminal) throws InterruptedException {
    return TerminalStories.play(chosen, world, terminal, PATIENCE);
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
    ObjectNode hello = live.hello();
    hello.set("traffic", traffic.toJson());
    hello.set(
        "story",
        player.now().map(told -> (JsonNode) told.toJson()).orElseGet(Json.MAPPER::nullNode));
    return hello;
  }

  private static String decoded(Matcher path) {
    return URLDecoder.decode(path.group(1).replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private HttpAnswer kill(Matcher path) {
    long pid = Long.parseLong(path.group(1));
    return world.kill(pid)
        ? NO_CONTENT
        : HttpAnswer.problem(404, "Unknown process", "No function has a process " + pid + ".");
  }

  private HttpAnswer setTraffic(Buffer body) {
    Optional<JsonNode> wish = Json.parse(body).filter(JsonNode::isObject);
    if (wish.isEmpty()) {
      return HttpAnswer.problem(400, "No traffic", "The body must be a JSON object.");
    }
    JsonNode rate = wish.get().path("rate");
    JsonNode collisions = wish.get().path("collisions");
    if (!isBetween(rate, 0, Traffic.HIGHEST_RATE)
        || !(collisions.isMissingNode() || isBetween(collisions, 0, 1))) {
      return HttpAnswer.problem(
          400, "No traffic", "rate is a number from 0 to 50, collisions one from 0 to 1.");
    }
    return setTraffic(rate.asDouble(), collisions.asDouble());
  }

  private static boolean isBetween(JsonNode number, double least, double most) {
    return number.isNumber() && number.asDouble() >= least && number.asDouble() <= most;
  }

  private HttpAnswer setTraffic(double rate, double collisions) {
    traffic.set(rate, collisions);
    JsonNode json = traffic.toJson();
    audience.tell("traffic", json);
    return HttpAnswer.json(200, json);
  }

  /** How much was sent changes by itself. */
  private void tellTraffic() {
    AtomicReference<JsonNode> told = new AtomicReference<>(traffic.toJson());
    var unused =
        threads.scheduleAtFixedRate(
            () -> {
              JsonNode now = traffic.toJson();
              if (!now.equals(told.getAndSet(now))) {
                audience.tell("traffic", now);
              }
            },
            1,
            1,
            TimeUnit.SECONDS);
  }

  private static HttpAnswer listStories() {
    ArrayNode list = Json.MAPPER.createArrayNode();
    Stories.all().forEach(story -> list.add(story.toJson()));
    return HttpAnswer.json(200, list);
  }

  private HttpAnswer startStory(String id, Buffer body) {
    Optional<Story> story = Stories.of(id);
    if (story.isEmpty()) {
      return HttpAnswer.problem(404, "Unknown story", "There is no story '" + id + "'.");
    }
    if (story.get().doors() > cloud.doors().size()) {
      return HttpAnswer.problem(
          409, "Two doors needed", "The local cloud has one: mvn -Plocal -Dlocal.doors=2.");
    }
    String pace =
        body.length() == 0
            ? "play"
            : Json.parse(body).map(wish -> wish.path("pace").asText("play")).orElse("");
    if (!pace.equals("play") && !pace.equals("step")) {
      return HttpAnswer.problem(400, "No pace", "pace is one of play, step.");
    }
    return player.start(story.get(), pace.equals("play") ? Pace.PLAY : Pace.STEP)
        ? HttpAnswer.json(202, story.get().toJson())
        : HttpAnswer.problem(409, "Another story", "Another story is being told.");
  }

  private HttpAnswer nextStep() {
    return player.next()
        ? HttpAnswer.json(202, Json.MAPPER.createObjectNode())
        : HttpAnswer.problem(409, "No story waits", "There is no step to do.");
  }

  private HttpAnswer stopStory() throws InterruptedException {
    player.stop();
    return NO_CONTENT;
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
    player.close();
    traffic.close();
    world.dropTraffic();
    threads.shutdownNow();
    audience.dismiss();
    watchers.close();
  }
}
