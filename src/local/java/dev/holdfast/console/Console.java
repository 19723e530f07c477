package dev.holdfast.console;

import static io.vertx.core.http.HttpMethod.DELETE;
import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;
import static io.vertx.core.http.HttpMethod.PUT;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.console.StoryPlayer.Pace;
import dev.holdfast.console.StoryPlayer.Told;
import dev.holdfast.local.Deliveries;
import dev.holdfast.local.Door;
import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Onlooker;
import dev.holdfast.local.Routes;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * The console of one local cloud, on the port of its API: the page, what it is told, and what it
 * may do. Safe for use by several threads.
 */
public final class Console implements AutoCloseable {
  private static final int LARGEST_SEED = 1_000_000;
  private static final long LOOK_EVERY_MILLIS = 250;
  private static final long DELIVER_EVERY_MILLIS = 100;
  private static final HttpAnswer NO_CONTENT = new HttpAnswer(204, List.of(), Buffer.buffer());

  /** Long enough to read what a step has shown. */
  private static final Duration BREATH = Duration.ofMillis(1_500);

  /** The sweep finds a debt that nobody told of within two minutes. */
  private static final Duration PATIENCE = Duration.ofSeconds(150);

  private final LocalCloud cloud;
  private final Audience audience = new Audience();
  private final ScheduledExecutorService threads =
      Executors.newScheduledThreadPool(3, new DefaultThreadFactory("console", true));
  private final Live live;
  private final BookingView view;
  private final Traffic traffic;
  private final World world;
  private final StoryPlayer player;

  private Console(LocalCloud cloud) {
    this.cloud = cloud;
    this.view = new BookingView(cloud);
    this.live = new Live(cloud, view, audience, threads);
    Map<Door, Department> departments = new EnumMap<>(Door.class);
    cloud.doors().forEach(door -> departments.put(door, new Department(cloud.api(door))));
    this.traffic = new Traffic(departments.values());
    this.world = new World(cloud, departments, view, live);
    this.player =
        new StoryPlayer(world, BREATH, PATIENCE, told -> audience.tell("story", told.toJson()));
  }

  /** Has a local cloud show its console until this is closed. */
  public static Console open(LocalCloud cloud) {
    Console console = new Console(cloud);
    cloud.show(console.live, console.routes());
    console.live.start();
    // How much was sent changes by itself.
    Runnable look = onChange(console.traffic::toJson, now -> console.audience.tell("traffic", now));
    var unused = console.threads.scheduleAtFixedRate(look, 1, 1, TimeUnit.SECONDS);
    return console;
  }

  private Routes routes() {
    return cloud
        .routes()
        .add(GET, "/", request -> Assets.own("index.html"))
        .add(GET, "/_local/console/:file", request -> Assets.own(request.pathParam("file")))
        .add(
            GET,
            "/_local/console/lib/uplot/:file",
            request -> Assets.uPlot(request.pathParam("file")))
        .stream("/_local/live", this::listen)
        .stream("/_local/live/bookings/:code", this::watch)
        .stream("/_local/feed", this::feed)
        .add(DELETE, "/_local/processes/:pid", this::kill)
        .add(PUT, "/_local/traffic", this::setTraffic)
        .add(DELETE, "/_local/traffic", request -> setTraffic(0, 0))
        .add(GET, "/_local/stories", request -> HttpAnswer.json(200, Story.all()))
        .add(POST, "/_local/stories/:id", this::startStory)
        .add(POST, "/_local/story/next", request -> nextStep())
        .add(DELETE, "/_local/story", request -> stopStory());
  }

  /** The names of all stories, in the order in which they are best told. */
  public static List<String> stories() {
    return Story.all().stream().map(Story::id).toList();
  }

  /**
   * Plays stories in a terminal, without a pause.
   *
   * @return whether every step saw what it expected, and the checker found nothing
   */
  boolean play(List<Story> chosen, Terminal terminal) {
    return terminal.play(chosen, world, PATIENCE);
  }

  private void listen(RoutingContext request) {
    EventStream stream = EventStream.open(request.request());
    threads.execute(
        () -> {
          stream.send("hello", hello());
          audience.add(stream);
        });
  }

  /** Tells a client what a booking is now, and each time it changes. */
  private void watch(RoutingContext request) {
    EventStream stream = EventStream.open(request.request());
    String code = request.pathParam("code");
    Runnable look = onChange(() -> view.look(code), now -> stream.send("booking", now));
    stream.whileOpen(
        threads,
        LOOK_EVERY_MILLIS,
        () -> {
          try {
            look.run();
          } catch (SdkException silent) {
            // A store does not answer: later, perhaps.
          }
        });
  }

  /**
   * Tells a client the change feed, as one rule on the bus: everything that is there and comes, in
   * an order of its own, which a seed decides.
   */
  private void feed(RoutingContext request) {
    long seed =
        request.queryParam("seed").stream()
            .filter(text -> text.matches("[0-9]{1,18}"))
            .map(Long::parseLong)
            .findFirst()
            .orElseGet(() -> ThreadLocalRandom.current().nextLong(LARGEST_SEED));
    EventStream stream = EventStream.open(request.request());
    stream.send("hello", Json.object().put("seed", seed));
    Deliveries deliveries = cloud.eventBus().deliveries(seed);
    stream.whileOpen(
        threads,
        DELIVER_EVERY_MILLIS,
        () -> {
          boolean isMore = true;
          while (isMore && stream.isReady()) {
            Optional<ObjectNode> event = deliveries.next();
            event.ifPresent(delivery -> stream.send("delivery", delivery));
            isMore = event.isPresent();
          }
        });
  }

  private JsonNode hello() {
    ObjectNode hello = live.hello();
    hello.set("traffic", traffic.toJson());
    return hello.set("story", Json.MAPPER.valueToTree(player.now().map(Told::toJson)));
  }

  private HttpAnswer kill(RoutingContext request) {
    String pid = request.pathParam("pid");
    return pid.matches("[0-9]{1,18}") && world.kill(Long.parseLong(pid))
        ? NO_CONTENT
        : HttpAnswer.problem(404, "Unknown process", "No function has a process " + pid + ".");
  }

  private HttpAnswer setTraffic(RoutingContext request) {
    JsonNode wish = Json.tree(Routes.body(request));
    JsonNode rate = wish.path("rate");
    JsonNode collisions = wish.path("collisions");
    if (!isBetween(rate, 0, Traffic.HIGHEST_RATE)
        || !(collisions.isMissingNode() || isBetween(collisions, 0, 1))) {
      return HttpAnswer.problem(
          400, "No traffic", "A JSON object: rate from 0 to 50, collisions from 0 to 1.");
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

  /** Looks, and tells of what is not as it was told last. */
  private static Runnable onChange(Supplier<JsonNode> look, Consumer<JsonNode> listener) {
    AtomicReference<JsonNode> told = new AtomicReference<>(MissingNode.getInstance());
    return () -> {
      JsonNode now = look.get();
      if (!now.equals(told.getAndSet(now))) {
        listener.accept(now);
      }
    };
  }

  private HttpAnswer startStory(RoutingContext request) {
    String id = request.pathParam("id");
    Buffer body = Routes.body(request);
    Optional<Story> story = Story.of(id);
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
        ? HttpAnswer.json(202, story.get())
        : HttpAnswer.problem(409, "Another story", "Another story is being told.");
  }

  private HttpAnswer nextStep() {
    return player.next()
        ? HttpAnswer.json(202, Json.object())
        : HttpAnswer.problem(409, "No story waits", "There is no step to do.");
  }

  private HttpAnswer stopStory() {
    player.stop();
    return NO_CONTENT;
  }

  @Override
  public void close() {
    cloud.show(Onlooker.NOBODY, cloud.routes());
    player.close();
    traffic.close();
    world.dropTraffic();
    threads.shutdownNow();
    audience.dismiss();
    view.close();
  }
}
