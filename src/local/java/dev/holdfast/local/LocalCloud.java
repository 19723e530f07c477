package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/**
 * The whole system on one machine: the stores, a fault proxy before each, the functions' real
 * package as processes, and an API gateway, queue poller and scheduler before those. Everything
 * listens on 127.0.0.1 only, but for what {@link Network} lets containers in to, and nothing is
 * left behind when this is closed, or dies. Safe for use by several threads.
 */
public final class LocalCloud implements AutoCloseable {
  /** The functions' setting of {@link #circuitBreakerDelay}. */
  public static final String CIRCUIT_BREAKER_DELAY = "HOLDFAST_CIRCUIT_BREAKER_DELAY";

  private static final Duration USUAL_CIRCUIT_BREAKER_DELAY = Duration.ofSeconds(2);
  private static final String NATIVE = ", native (mvn clean -Plocal goes back to the JVM)";
  private static final Duration WARM_UP = Duration.ofMinutes(2);
  private static final Duration CLIENT_PATIENCE = Duration.ofSeconds(10);

  private final Options options;
  private final Consumer<String> screen;
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();
  private final Map<Dependency, FaultProxy> proxies = new EnumMap<>(Dependency.class);
  private final Map<String, FunctionPool> pools = new LinkedHashMap<>();
  private final AtomicInteger processes = new AtomicInteger();
  private final Vertx vertx;
  private final FunctionPackage functionPackage;
  private final Stores stores;
  private final AccessControl access;
  private final Invoker invoker;
  private final HttpServer api;
  private volatile Onlooker onlooker = Onlooker.NOBODY;

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
      Template template =
          Template.read(options.template(), Map.of("Package", isNative ? "native" : "jvm"));
      tell("package", options.functionPackage() + (isNative ? NATIVE : ", for the JVM"));
      vertx = Loopback.vertx();
      opened.push(() -> Loopback.await(vertx.close()));
      Path logs = Files.createDirectories(options.logs().toAbsolutePath());
      functionPackage = FunctionPackage.unpack(options.functionPackage(), logs);
      opened.push(functionPackage::delete);
      stores = Stores.open(template, options);
      opened.push(stores);
      List<Template.Function> functions = template.functions(stores.queueUrls());
      access = new AccessControl(functions, template.tables(), template.queues(), screen);
      for (Dependency dependency : Dependency.values()) {
        FaultProxy proxy =
            FaultProxy.start(
                vertx,
                dependency,
                options.network().proxies().get(dependency),
                stores.endpoint(dependency),
                access,
                () -> onlooker);
        proxies.put(dependency, proxy);
        opened.push(proxy);
        options.network().containers().ifPresent(proxy::letIn);
        tell(
            dependency.title(),
            stores.endpoint(dependency) + ", with its faults " + proxy.endpoint());
      }
      startFunctions(functions, logs);
      invoker = new Invoker(pools.values());
      startPollers(functions, template.queues());
      startSchedules(functions);
      Gateway gateway =
          new Gateway(
              functions.stream().flatMap(each -> each.routes().stream()).toList(),
              pools,
              () -> onlooker);
      LocalRoutes own = new LocalRoutes(vertx, proxies, this::state, invoker, () -> onlooker);
      api =
          Loopback.serve(
              vertx,
              options.network().api(),
              request -> {
                if (onlooker.handles(request)) {
                  return;
                }
                if (request.path().startsWith(LocalRoutes.PREFIX)) {
                  own.handle(request);
                } else {
                  gateway.handle(request);
                }
              });
      opened.push(() -> Loopback.await(api.close()));
      tell("API", api().toString());
    } catch (IOException failed) {
      close();
      throw new StartFailure("The local cloud cannot start: " + failed, failed);
    } catch (RuntimeException failed) {
      close();
      throw failed;
    }
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
    return URI.create("http://" + Loopback.HOST + ":" + api.actualPort());
  }

  /** The store itself, past every fault. */
  public URI endpoint(Dependency dependency) {
    return stores.endpoint(dependency);
  }

  /** The store as the functions see it. */
  public URI proxy(Dependency dependency) {
    return proxies.get(dependency).endpoint();
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
    proxies.get(dependency).set(Optional.of(fault));
  }

  /** Ends what {@link #inject} began. */
  public void heal(Dependency dependency) {
    proxies.get(dependency).set(Optional.empty());
  }

  /** Heals every dependency. */
  public void heal() {
    proxies.values().forEach(proxy -> proxy.set(Optional.empty()));
  }

  /** How a dependency fails, if it does. */
  public Optional<Fault> fault(Dependency dependency) {
    return proxies.get(dependency).fault();
  }

  /** What the stores hold. */
  public State state() {
    return stores.state(workers());
  }

  /** The functions' processes. */
  public List<State.Worker> workers() {
    return pools.values().stream().flatMap(pool -> pool.workers().stream()).toList();
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
    return access.calls();
  }

  /** What the functions' roles allow, each action with each resource. */
  public Set<Access> grants() {
    return access.grants();
  }

  /** Where a function writes its log. */
  public Path log(String function) {
    return options.logs().toAbsolutePath().resolve(function + ".log");
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

  private void startFunctions(List<Template.Function> functions, Path logs) throws IOException {
    RuntimeApi runtimeApi = RuntimeApi.start(vertx);
    opened.push(runtimeApi);
    Map<FunctionPool, CompletableFuture<Void>> warming = new LinkedHashMap<>();
    for (Template.Function function : functions) {
      Path log = logs.resolve(function.name() + ".log");
      Files.deleteIfExists(log);
      FunctionPool pool =
          new FunctionPool(
              vertx, function, new PackageLauncher(runtimeApi, log), options.processes(), screen);
      pools.put(function.logicalId(), pool);
      opened.push(pool);
      if (function.hasEventSource()) {
        warming.put(pool, pool.warmUp());
      } else {
        tell(function.name(), "starts when it is first invoked");
      }
    }
    for (Map.Entry<FunctionPool, CompletableFuture<Void>> entry : warming.entrySet()) {
      String name = entry.getKey().function().name();
      awaitWarm(name, entry.getValue());
      tell(name, "warm, pid " + entry.getKey().workers().get(0).pid());
    }
  }

  private void awaitWarm(String function, CompletableFuture<Void> warm) {
    try {
      warm.get(WARM_UP.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof StartFailure reason
          ? reason
          : new StartFailure(function + " does not start: " + failed.getCause(), failed);
    } catch (TimeoutException late) {
      throw new StartFailure(
          function
              + " did not ask for work within "
              + WARM_UP.toSeconds()
              + " s; see "
              + log(function)
              + ".",
          late);
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
      throw new StartFailure("Interrupted.", stopped);
    }
  }

  /** Starts processes of the unpacked package. */
  private final class PackageLauncher implements FunctionPool.Launcher {
    private final RuntimeApi runtimeApi;
    private final Path log;

    PackageLauncher(RuntimeApi runtimeApi, Path log) {
      this.runtimeApi = runtimeApi;
      this.log = log;
    }

    @Override
    public FunctionProcess launch(FunctionPool pool) throws IOException {
      Template.Function function = pool.function();
      String id = function.name() + "-" + processes.incrementAndGet();
      runtimeApi.register(id, pool);
      return FunctionProcess.start(
          id,
          functionPackage.command(function),
          environment(function, id, runtimeApi.address(id)),
          functionPackage.root(),
          log);
    }

    @Override
    public Path log() {
      return log;
    }
  }

  private Map<String, String> environment(
      Template.Function function, String processId, String runtimeApi) {
    Map<String, String> environment = new HashMap<>(function.environment());
    System.getenv()
        .forEach(
            (name, value) -> {
              // A developer's own AWS account is none of the functions' business.
              if (!name.startsWith("AWS_")) {
                environment.put(name, value);
              }
            });
    environment.putAll(options.environment());
    environment.put("AWS_LAMBDA_RUNTIME_API", runtimeApi);
    environment.put("_HANDLER", function.handler());
    environment.put("LAMBDA_TASK_ROOT", functionPackage.root().toString());
    environment.put("AWS_LAMBDA_FUNCTION_NAME", function.physicalName());
    environment.put("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST");
    environment.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Integer.toString(function.memorySize()));
    environment.put("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + function.physicalName());
    environment.put("AWS_LAMBDA_LOG_STREAM_NAME", processId);
    environment.put("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand");
    environment.put("AWS_REGION", Intrinsics.REGION);
    environment.put("AWS_DEFAULT_REGION", Intrinsics.REGION);
    environment.put("AWS_ACCESS_KEY_ID", AccessControl.accessKey(function));
    environment.put("AWS_SECRET_ACCESS_KEY", Clients.SECRET_KEY);
    environment.put(
        "QUARKUS_DYNAMODB_EVENTS_ENDPOINT_OVERRIDE", proxy(Dependency.EVENT_TABLE).toString());
    environment.put(
        "QUARKUS_DYNAMODB_PENDING_ENDPOINT_OVERRIDE", proxy(Dependency.PENDING_INDEX).toString());
    environment.put("QUARKUS_SQS_ENDPOINT_OVERRIDE", proxy(Dependency.FALLBACK_QUEUE).toString());
    return environment;
  }

  private void startPollers(List<Template.Function> functions, List<Template.Queue> queues) {
    for (Template.Function function : functions) {
      for (Template.QueueMapping mapping : function.queueMappings()) {
        Template.Queue queue =
            queues.stream()
                .filter(candidate -> candidate.arn().equals(mapping.queueArn()))
                .findFirst()
                .orElseThrow(
                    () ->
                        new StartFailure(
                            function.logicalId()
                                + " works off a queue that the template has not: "
                                + mapping.queueArn()));
        opened.push(
            QueuePoller.start(
                mapping,
                queueUrl(queue.logicalId()),
                proxy(Dependency.FALLBACK_QUEUE),
                pools.get(function.logicalId()),
                Math.min(mapping.maximumConcurrency(), options.processes())));
      }
    }
  }

  private void startSchedules(List<Template.Function> functions) {
    Scheduler scheduler = new Scheduler(vertx);
    opened.push(scheduler);
    for (Template.Function function : functions) {
      for (Template.Schedule schedule : function.schedules()) {
        scheduler.run(
            schedule, options.schedule().orElse(schedule.rate()), pools.get(function.logicalId()));
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
