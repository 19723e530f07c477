package dev.holdfast.local;

import io.quarkus.runtime.configuration.DurationConverter;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The whole system on one machine: the stores, a fault proxy before each, the functions' real
 * package as processes, and an API gateway, queue poller and scheduler before those; all but the
 * tables twice where there are two doors. Everything listens on 127.0.0.1 only, but for what {@link
 * Options} lets containers in to, and nothing is left behind when this is closed, or dies. Safe for
 * use by several threads.
 */
public final class LocalCloud implements AutoCloseable {
  /** The functions' setting of {@link #circuitBreakerDelay}. */
  public static final String CIRCUIT_BREAKER_DELAY = "HOLDFAST_CIRCUIT_BREAKER_DELAY";

  private static final Duration USUAL_CIRCUIT_BREAKER_DELAY = Duration.ofSeconds(2);
  private static final String NATIVE = ", native (mvn clean -Plocal goes back to the JVM)";
  private static final String PACKAGE = "Package";

  /**
   * Every door is to be found on the first one's port, too: the console's page may call no other.
   */
  private static final Pattern THROUGH = Pattern.compile(Routes.PREFIX + "doors/([^/]+)(/.*)");

  private final Options options;
  private final Consumer<String> screen;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private volatile Onlooker onlooker = Onlooker.NOBODY;
  private final Map<Door, Region> regions = new EnumMap<>(Door.class);
  private final Map<Door, HttpServer> apis = new EnumMap<>(Door.class);
  private final Faults faults = new Faults(regions, () -> onlooker);
  private final Invoker invoker = new Invoker(() -> open().pools(), () -> onlooker);
  private final Vertx vertx;
  private volatile Routes routes;
  private final FunctionPackage functionPackage;
  private final StoreServers stores;
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
      Path logs = Files.createDirectories(options.logs().toAbsolutePath());
      FunctionPackage unpacked = FunctionPackage.unpack(options.functionPackage(), logs);
      functionPackage = options.hasClassArchive() ? unpacked : unpacked.withoutArchive();
      opened.push(functionPackage::delete);
      String kind = isNative() ? "native" : "jvm";
      // A desk has the change feed.
      Template template =
          Template.read(options.template(), Map.of("ChangeFeedBus", "bookings", PACKAGE, kind));
      tell("package", options.functionPackage() + (isNative() ? NATIVE : ", for the JVM"));
      vertx = Loopback.vertx();
      opened.push(() -> Loopback.await(vertx.close()));
      routes = routes();
      stores = opened(new StoreServers(template, options));
      eventBus = opened(stores.eventBus(template));
      Region.Ground ground =
          new Region.Ground(
              vertx,
              options,
              stores,
              template.tables(),
              functionPackage,
              opened(new RuntimeApi(vertx)),
              logs,
              () -> onlooker,
              screen,
              opened);
      startRegion(Door.HOME, ground, template, stores.queues());
      if (options.secondDoorPort().isPresent()) {
        Template secondDoor = Template.read(options.template(), secondDoor(kind));
        startRegion(Door.SECOND, ground, secondDoor, opened(Queues.embedded(secondDoor, 0)));
        serve(
            Door.SECOND,
            options.secondDoorPort().getAsInt(),
            request -> regions.get(Door.SECOND).handle(request, request.path()));
        tell("second door", api(Door.SECOND).toString());
      }
      serve(Door.HOME, options.apiPort(), this::handle);
      tell("API", api().toString());
      // Last of all, since nobody here is to wait for it: it is for the starts to come.
      regions.get(Door.HOME).archiveClasses();
    } catch (IOException failed) {
      close();
      throw new StartFailure("The local cloud cannot start: " + failed, failed);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
  }

  private <T extends AutoCloseable> T opened(T part) {
    opened.push(part);
    return part;
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
    region.start();
  }

  private void serve(Door door, int port, Handler<HttpServerRequest> handler) {
    HttpServer server = Loopback.serve(vertx, Loopback.HOST, port, handler);
    apis.put(door, server);
    opened.push(() -> Loopback.await(server.close()));
  }

  private void handle(HttpServerRequest request) {
    String path = request.path();
    Matcher through = THROUGH.matcher(path);
    Optional<Region> region =
        through.matches() ? Door.of(through.group(1)).map(regions::get) : Optional.empty();
    boolean isPage = path.equals("/") && onlooker != Onlooker.NOBODY;
    if (region.isPresent()) {
      region.get().handle(request, through.group(2));
    } else if (isPage || path.startsWith(Routes.PREFIX)) {
      routes.handle(request);
    } else {
      regions.get(Door.HOME).handle(request, path);
    }
  }

  /** The region that answers, the home's as long as it does. */
  private Region open() {
    return regions.values().stream().filter(region -> !region.isLost()).findFirst().orElseThrow();
  }

  /**
   * Has somebody look on from now on, instead of whoever did before.
   *
   * @param answers what is below {@code /_local} from now on, and at the root if anybody looks on
   */
  public void show(Onlooker next, Routes answers) {
    onlooker = next;
    routes = answers;
  }

  /** The local cloud's own routes, for others to be added. */
  public Routes routes() {
    return new LocalRoutes(faults, this::state, invoker).addTo(new Routes(vertx));
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

  /** The store as the functions behind that door see it. */
  public URI proxy(Door door, Dependency dependency) {
    return regions.get(door).proxy(dependency).endpoint();
  }

  /** A client of the event table's or the pending index's own server; the caller closes it. */
  public DynamoDbClient dynamoDb(Dependency table) {
    return Clients.of(DynamoDbClient.builder(), endpoint(table), StoreServers.PATIENCE);
  }

  /** A client of the queues' own server; the caller closes it. */
  public SqsClient sqs() {
    return Clients.of(
        SqsClient.builder(), endpoint(Dependency.FALLBACK_QUEUE), StoreServers.PATIENCE);
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
    return Optional.ofNullable(stores.queues().urls().get(logicalId)).orElseThrow();
  }

  /** What fails, and may be made to. */
  public Faults faults() {
    return faults;
  }

  /** What the stores hold. */
  public State state() {
    List<State.DoorState> doors = new ArrayList<>();
    regions.forEach(
        (door, region) -> doors.add(region.queues().state(door, api(door), region.isLost())));
    return stores.state(doors, workers());
  }

  /** The functions' processes. */
  public List<State.Worker> workers() {
    return regions.values().stream().flatMap(region -> region.workers().stream()).toList();
  }

  /** How long the functions' circuit breakers stay open. */
  public Duration circuitBreakerDelay() {
    return Optional.ofNullable(options.environment().get(CIRCUIT_BREAKER_DELAY))
        .or(() -> Optional.ofNullable(System.getenv(CIRCUIT_BREAKER_DELAY)))
        .map(DurationConverter::parseDuration)
        .orElse(USUAL_CIRCUIT_BREAKER_DELAY);
  }

  /** Whether a table is not the local cloud's own, and may have held something before. */
  public boolean hasExternalTables() {
    return Stream.of(Dependency.EVENT_TABLE, Dependency.PENDING_INDEX)
        .anyMatch(table -> options.external(table).isPresent());
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
    HttpAnswer answer = invoker.invoke(function, Buffer.buffer(json)).join();
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

  /** The event bus of the change feed. */
  public EventBus eventBus() {
    return eventBus;
  }

  /** Where a function behind that door writes its log. */
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
    InetAddress here = InetAddress.getLoopbackAddress();
    List<InetAddress> addresses = new ArrayList<>(List.of(here));
    options.containers().ifPresent(address -> addresses.add(ofThisMachine(address)));
    List<String> busy = new ArrayList<>();
    for (Dependency dependency : Dependency.values()) {
      String name = "the " + dependency.title();
      if (options.external(dependency).isEmpty()) {
        String property = Options.portProperty(dependency);
        demandFree(here, options.port(dependency), name, property, busy);
      }
      for (InetAddress address : addresses) {
        String property = Options.proxyPortProperty(dependency);
        String proxy = "the fault proxy of " + name;
        demandFree(address, options.proxyPort(dependency), proxy, property, busy);
      }
    }
    demandFree(here, options.apiPort(), "the API", Options.API_PORT, busy);
    int secondDoor = options.secondDoorPort().orElse(0);
    demandFree(here, secondDoor, "the second door", Options.SECOND_DOOR_PORT, busy);
    if (!busy.isEmpty()) {
      throw new StartFailure(String.join(System.lineSeparator(), busy));
    }
  }

  private static InetAddress ofThisMachine(InetAddress containers) {
    if (isFree(containers, 0)) {
      return containers;
    }
    throw new StartFailure(
        "This machine has not the address of %s, %s."
            .formatted(Options.CONTAINERS, containers.getHostAddress()));
  }

  private static void demandFree(
      InetAddress address, int port, String part, String property, List<String> busy) {
    if (port != 0 && !isFree(address, port)) {
      busy.add(
          "Port %d, for %s, is busy. Free it, or choose another with -D%s=<port> (0 is any free one)."
              .formatted(port, part, property));
    }
  }

  private static boolean isFree(InetAddress address, int port) {
    try (ServerSocket probe = new ServerSocket(port, 1, address)) {
      return probe.isBound();
    } catch (IOException taken) {
      return false;
    }
  }
}
