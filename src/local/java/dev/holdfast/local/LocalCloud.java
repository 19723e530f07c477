package dev.holdfast.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The whole system on one machine: the stores, a fault proxy before each, the functions' real
 * package as processes, and an API gateway, queue poller and scheduler before those; all but the
 * tables twice where there are two doors. Everything listens on 127.0.0.1 only, but for what {@link
 * Network} lets containers in to, and nothing is left behind when this is closed, or dies. Safe for
 * use by several threads.
 */
public final class LocalCloud implements AutoCloseable {
  /** The functions' setting of {@link #circuitBreakerDelay}. */
  public static final String CIRCUIT_BREAKER_DELAY = "HOLDFAST_CIRCUIT_BREAKER_DELAY";

  private static final Duration USUAL_CIRCUIT_BREAKER_DELAY = Duration.ofSeconds(2);
  private static final String NATIVE = ", native (mvn clean -Plocal goes back to the JVM)";
  private static final String PACKAGE = "Package";

  /** A desk has the change feed. */
  private static final Map<String, String> WITH_FEED = Map.of("ChangeFeedBus", "bookings");

  private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(10);

  /**
   * Every door is to be found on the first one's port, too: the console's page may call no other.
   */
  private static final Pattern THROUGH = Pattern.compile(LocalRoutes.PREFIX + "doors/([^/]+)(/.*)");

  private final Options options;
  private final Consumer<String> screen;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile Onlooker onlooker = Onlooker.NOBODY;
  private final Map<Door, Region> regions = new EnumMap<>(Door.class);
  private final Map<Door, HttpServer> apis = new EnumMap<>(Door.class);
  private final Faults faults = new Faults(regions, () -> onlooker);
  private final Invoker invoker = new Invoker(() -> open().pools());
  private final Vertx vertx;
  private final FunctionPackage functionPackage;
  private final Stores stores;
  private final EventBus eventBus;

  /**
   * Starts without a word.
   *
   * @throws StartFailure if it cannot start; then nothing of it is left
   */
  public static LocalCloud start(Options options) {
    return start(options, line -> {});
  }

  /**
   * Starts, and returns when every function is warm that has an event source.
   *
   * @param screen is told, line by line, what was started and, later, what went wrong
   * @throws StartFailure if it cannot start; then nothing of it is left
   */
  public static LocalCloud start(Options options, Consumer<String> screen) {
    Quiet.please();
    demandFreePorts(options);
    return new LocalCloud(options, screen);
  }

  private LocalCloud(Options options, Consumer<String> screen) {
    this.options = options;
    this.screen = screen;
    try {
      boolean isNative = FunctionPackage.isNative(options.functionPackage());
      String kind = isNative ? "native" : "jvm";
      Map<String, String> home = new HashMap<>(WITH_FEED);
      home.put(PACKAGE, kind);
      Template template = Template.read(options.template(), home);
      tell("package", options.functionPackage() + (isNative ? NATIVE : ", for the JVM"));
      vertx = Loopback.vertx();
      opened.push(() -> Loopback.await(vertx.close()));
      Path logs = Files.createDirectories(options.logs().toAbsolutePath());
      functionPackage = FunctionPackage.unpack(options.functionPackage(), logs);
      opened.push(functionPackage::delete);
      stores = Stores.open(template, options);
      opened.push(stores);
      eventBus = stores.eventBus(template);
      opened.push(eventBus);
      RuntimeApi runtimeApi = RuntimeApi.start(vertx);
      opened.push(runtimeApi);
      Region.Ground ground =
          new Region.Ground(
              vertx,
              options,
              stores,
              template.tables(),
              functionPackage,
              runtimeApi,
              logs,
              () -> onlooker,
              screen);
      startRegion(Door.HOME, ground, template, stores.queues());
      if (options.network().secondDoor().isPresent()) {
        Template secondDoor = Template.read(options.template(), secondDoor(kind));
        Queues queues = Queues.embedded(secondDoor, 0);
        opened.push(queues);
        startRegion(Door.SECOND, ground, secondDoor, queues);
        serve(
            Door.SECOND,
            options.network().secondDoor().getAsInt(),
            regions.get(Door.SECOND)::handle);
        tell("second door", api(Door.SECOND).toString());
      }
      LocalRoutes own = new LocalRoutes(vertx, faults, this::state, invoker, () -> onlooker);
      serve(Door.HOME, options.network().api(), request -> handle(request, own));
      tell("API", api().toString());
    } catch (IOException failed) {
      close();
      throw new StartFailure("The local cloud cannot start: " + failed, failed);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  /** The parameters of the second door's stack. On a desk both regions have one name. */
  private Map<String, String> secondDoor(String kind) {
    return Map.of(
        PACKAGE,
        kind,
        "HomeRegion",
        Intrinsics.REGION,
        "HomeEventTable",
        stores.tableName(Dependency.EVENT_TABLE),
        "HomePendingIndex",
        stores.tableName(Dependency.PENDING_INDEX));
  }

  private void startRegion(Door door, Region.Ground ground, Template template, Queues queues)
      throws IOException {
    Region region = new Region(door, ground, template, queues);
    regions.put(door, region);
    opened.push(region);
    region.start();
  }

  private void serve(Door door, int port, Handler<HttpServerRequest> handler) {
    HttpServer server = Loopback.serve(vertx, port, handler);
    apis.put(door, server);
    opened.push(() -> Loopback.await(server.close()));
  }

  private void handle(HttpServerRequest request, LocalRoutes own) {
    if (onlooker.handles(request)) {
      return;
    }
    Matcher through = THROUGH.matcher(request.path());
    Optional<Region> region =
        through.matches() ? Door.of(through.group(1)).map(regions::get) : Optional.empty();
    if (region.isPresent()) {
      region.get().handle(request, through.group(2));
    } else if (request.path().startsWith(LocalRoutes.PREFIX)) {
      own.handle(request);
    } else {
      regions.get(Door.HOME).handle(request);
    }
  }

  /** The region that answers, the home's as long as it does. */
  private Region open() {
    return regions.values().stream().filter(region -> !region.isLost()).findFirst().orElseThrow();
  }

  /** Has somebody look on from now on, instead of whoever did before. */
  public void show(Onlooker next) {
    onlooker = next;
  }

  /** The event loops that it runs on; it ends with this. */
  public Vertx vertx() {
    return vertx;
  }

  /** Where bookings live, without a slash at the end. */
  public URI api() {
    return api(Door.HOME);
  }

  /** The same, through that door, which has to be there. */
  public URI api(Door door) {
    return URI.create("http://" + Loopback.HOST + ":" + apis.get(door).actualPort());
  }

  /** The doors that there are. */
  public List<Door> doors() {
    return List.copyOf(regions.keySet());
  }

  /** The store itself, past every fault. */
  public URI endpoint(Dependency dependency) {
    return stores.endpoint(dependency);
  }

  /** The store as the functions of the home region see it. */
  public URI proxy(Dependency dependency) {
    return proxy(Door.HOME, dependency);
  }

  /** The same, behind that door. */
  public URI proxy(Door door, Dependency dependency) {
    return regions.get(door).proxy(dependency).endpoint();
  }

  /** A client of the event table's or the pending index's own server; the caller closes it. */
  public DynamoDbClient dynamoDb(Dependency table) {
    return Clients.dynamoDb(endpoint(table), CLIENT_PATIENCE);
  }

  /** A client of the queues' own server; the caller closes it. */
  public SqsClient sqs() {
    return Clients.sqs(endpoint(Dependency.FALLBACK_QUEUE), CLIENT_PATIENCE);
  }

  /** The name of the event table or the pending index. */
  public String tableName(Dependency table) {
    return stores.tableName(table);
  }

  /**
   * The URL of a queue.
   *
   * @param logicalId as the template names it, such as {@code DeadLetterQueue}
   */
  public String queueUrl(String logicalId) {
    return Optional.ofNullable(stores.queueUrls().get(logicalId)).orElseThrow();
  }

  /** Makes a dependency fail from now on, instead of as it failed before. */
  public void inject(Dependency dependency, Fault fault) {
    faults.set(dependency, Optional.of(fault));
  }

  /** Ends what {@link #inject} began. */
  public void heal(Dependency dependency) {
    faults.set(dependency, Optional.empty());
  }

  /** Heals every dependency, and brings the home region back. */
  public void heal() {
    faults.heal();
  }

  /** How a dependency fails, if it does. */
  public Optional<Fault> fault(Dependency dependency) {
    return faults.of(dependency);
  }

  /**
   * Loses the home region as a whole, as {@code PUT /_local/faults/home-region} does. The processes
   * there are dead when this returns.
   *
   * @throws IllegalStateException if there is no second door
   */
  public void loseHome() {
    faults.loseHome();
  }

  /** Ends what {@link #loseHome} began, if anything. */
  public void bringHomeBack() {
    faults.bringHomeBack();
  }

  /** What fails, as {@code GET /_local/faults} answers it. */
  public ObjectNode faults() {
    return faults.toJson();
  }

  /** What the stores hold. */
  public State state() {
    State state = stores.state(workers());
    return faults.hasTwoDoors()
        ? state.at(regions.keySet().stream().map(this::door).toList())
        : state;
  }

  private State.DoorState door(Door door) {
    Region region = regions.get(door);
    return new State.DoorState(
        door,
        api(door),
        region.isLost(),
        region.queues().fallback(),
        region.queues().deadLetters());
  }

  /** The functions' processes. */
  public List<State.Worker> workers() {
    return regions.values().stream().flatMap(region -> region.workers().stream()).toList();
  }

  /** How long the functions' circuit breakers stay open. */
  public Duration circuitBreakerDelay() {
    return Optional.ofNullable(options.environment().get(CIRCUIT_BREAKER_DELAY))
        .or(() -> Optional.ofNullable(System.getenv(CIRCUIT_BREAKER_DELAY)))
        .flatMap(text -> Durations.parse(text.toLowerCase(Locale.ROOT)))
        .orElse(USUAL_CIRCUIT_BREAKER_DELAY);
  }

  /** Whether a table is not the local cloud's own, and may have held something before. */
  public boolean hasExternalTables() {
    return options.external().keySet().stream().anyMatch(Dependency::isTable);
  }

  /** Whether the package holds a native executable. */
  public boolean isNative() {
    return functionPackage.isNative();
  }

  /**
   * Calls a function as the console's Test tab does, and starts it first where that was not done.
   *
   * @param function its short name, such as {@code pending}
   * @param json the event
   * @return what the function answered
   * @throws IllegalArgumentException if there is no such function, or the event is no JSON
   * @throws IllegalStateException if the function failed, died, or was not done in its time
   */
  public String invoke(String function, String json) {
    Buffer event = Buffer.buffer(json);
    HttpAnswer answer = invoker.invoke(function, event).join();
    onlooker.functionInvoked(function, event, answer);
    String body = answer.body().toString();
    if (answer.status() == 400 || answer.status() == 404) {
      throw new IllegalArgumentException(body);
    }
    if (answer.status() != 200) {
      throw new IllegalStateException(body);
    }
    return body;
  }

  /** What the functions have called so far, by faults or not, with success or not. */
  public Set<Access> calls() {
    return regions.values().stream()
        .flatMap(region -> region.access().calls().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What the functions' roles allow, each action with each resource. */
  public Set<Access> grants() {
    return regions.values().stream()
        .flatMap(region -> region.access().grants().stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** The event bus of the change feed. */
  public EventBus eventBus() {
    return eventBus;
  }

  /** Where a function writes its log. */
  public Path log(String function) {
    return log(Door.HOME, function);
  }

  /** The same, of a function behind that door. */
  public Path log(Door door, String function) {
    return regions.get(door).log(function);
  }

  /** Stops everything, the processes first. Does nothing the second time. */
  @Override
  public synchronized void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception left) {
        screen.accept("Not stopped cleanly: " + left);
      }
    }
  }

  private void tell(String part, String what) {
    screen.accept("%-22s %s".formatted(part, what));
  }

  private static void demandFreePorts(Options options) {
    Network network = options.network();
    InetAddress here = InetAddress.getLoopbackAddress();
    List<String> busy = new ArrayList<>();
    for (Dependency dependency : Dependency.values()) {
      if (!options.external().containsKey(dependency)) {
        demandFree(
            here,
            network.stores().get(dependency),
            "the " + dependency.title(),
            Options.portProperty(dependency),
            busy);
      }
      for (InetAddress address : addresses(here, network)) {
        demandFree(
            address,
            network.proxies().get(dependency),
            "the fault proxy of the " + dependency.title(),
            Options.proxyPortProperty(dependency),
            busy);
      }
    }
    demandFree(here, network.api(), "the API", Options.API_PORT, busy);
    demandFree(
        here, network.secondDoor().orElse(0), "the second door", Options.SECOND_DOOR_PORT, busy);
    if (!busy.isEmpty()) {
      throw new StartFailure(String.join(System.lineSeparator(), busy));
    }
  }

  private static List<InetAddress> addresses(InetAddress here, Network network) {
    if (network.containers().isEmpty()) {
      return List.of(here);
    }
    InetAddress containers = network.containers().get();
    try (ServerSocket probe = new ServerSocket(0, 1, containers)) {
      probe.getLocalPort();
    } catch (IOException elsewhere) {
      throw new StartFailure(
          "This machine has not the address of "
              + Options.CONTAINERS
              + ", "
              + containers.getHostAddress()
              + ".",
          elsewhere);
    }
    return List.of(here, containers);
  }

  private static void demandFree(
      InetAddress address, int port, String part, String property, List<String> busy) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket(port, 1, address)) {
      probe.getLocalPort();
    } catch (IOException taken) {
      busy.add(
          "Port "
              + port
              + ", for "
              + part
              + ", is busy. Free it, or choose another with -D"
              + property
              + "=<port> (0 is any free one).");
    }
  }
}
