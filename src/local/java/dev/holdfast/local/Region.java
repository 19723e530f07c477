package dev.holdfast.local;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What runs in one region: a fault proxy before each store, the functions' processes, and a
 * gateway, queue poller and scheduler before those. All of it can be lost at once. Safe for use by
 * several threads.
 */
final class Region {
  private static final Duration WARM_UP = Duration.ofMinutes(2);
  private static final Duration FIRST_SCHEDULE = Duration.ofSeconds(5);
  private static final Duration SCHEDULE_PATIENCE = Duration.ofMinutes(1);

  /** An event for append. */
  private static final Path SAMPLE = Path.of("events", "append-new.json");

  private final Door door;
  private final Ground ground;
  private final Template template;
  private final Queues queues;
  private final AccessControl access;
  private final List<Template.Function> functions;
  private final Map<Dependency, FaultProxy> proxies = new EnumMap<>(Dependency.class);
  private final Map<String, FunctionPool> pools = new LinkedHashMap<>();
  private final Gateway gateway;
  private final AtomicInteger processes = new AtomicInteger();
  private volatile boolean lost;

  /**
   * What every region stands on.
   *
   * @param tables of all regions
   * @param logs the directory for the functions' logs, absolute
   * @param screen is told, line by line, what was started and, later, what went wrong
   * @param opened takes what has to be closed again, the last one first
   */
  record Ground(
      Vertx vertx,
      Options options,
      StoreServers stores,
      List<Template.Table> tables,
      FunctionPackage functionPackage,
      RuntimeApi runtimeApi,
      Path logs,
      Supplier<Onlooker> onlooker,
      Consumer<String> screen,
      Deque<AutoCloseable> opened) {

    void tell(String part, String what) {
      screen.accept("%-22s %s".formatted(part, what));
    }
  }

  /**
   * A region in which nothing runs yet.
   *
   * @param template with the parameters of its stack
   * @param queues its own
   */
  Region(Door door, Ground ground, Template template, Queues queues) {
    this.door = door;
    this.ground = ground;
    this.template = template;
    this.queues = queues;
    this.functions = template.functions(queues.urls());
    this.access = new AccessControl(functions, ground.tables(), template.queues(), ground.screen());
    for (Template.Function function : functions) {
      pools.put(
          function.logicalId(),
          new FunctionPool(
              ground.vertx(),
              door,
              function,
              this::launch,
              log(function.name()),
              ground.options().processes(),
              ground.screen()));
    }
    this.gateway =
        new Gateway(
            door,
            functions.stream().flatMap(each -> each.routes().stream()).toList(),
            pools,
            ground.onlooker(),
            this::isLost);
  }

  /**
   * Starts all of it, and returns when every function is warm that has an event source.
   *
   * @throws StartFailure if a part of it cannot start
   */
  void start() throws IOException {
    for (Dependency dependency : Dependency.values()) {
      startProxy(dependency);
    }
    startFunctions();
    startPollers();
    startSchedules();
  }

  /** Answers a request of the API; as {@link Gateway} has it. */
  void handle(HttpServerRequest request, String path) {
    gateway.handle(request, path);
  }

  FaultProxy proxy(Dependency dependency) {
    return proxies.get(dependency);
  }

  AccessControl access() {
    return access;
  }

  Queues queues() {
    return queues;
  }

  Collection<FunctionPool> pools() {
    return pools.values();
  }

  List<State.Worker> workers() {
    return pools.values().stream().flatMap(pool -> pool.workers().stream()).toList();
  }

  /** Where a function writes its log. */
  Path log(String function) {
    return ground.logs().resolve(named(function) + ".log");
  }

  boolean isLost() {
    return lost;
  }

  /** Gateway and queue refuse everybody, and the processes are dead when this returns. */
  void lose() {
    lost = true;
    proxy(Dependency.FALLBACK_QUEUE).lose();
    pools.values().forEach(FunctionPool::lose);
  }

  /** Ends what {@link #lose} began. A function starts when it is called. */
  void comeBack() {
    pools.values().forEach(FunctionPool::comeBack);
    proxy(Dependency.FALLBACK_QUEUE).comeBack();
    lost = false;
  }

  private void startProxy(Dependency dependency) {
    Options options = ground.options();
    URI store = dependency.isTable() ? ground.stores().endpoint(dependency) : queues.endpoint();
    FaultProxy proxy =
        new FaultProxy(
            ground.vertx(),
            dependency,
            door == Door.HOME ? options.proxyPort(dependency) : 0,
            store,
            access,
            ground.onlooker());
    proxies.put(dependency, proxy);
    ground.opened().push(proxy);
    if (door == Door.HOME) {
      options.containers().ifPresent(proxy::letIn);
      ground.tell(dependency.title(), store + ", with its faults " + proxy.endpoint());
    }
  }

  private void startFunctions() throws IOException {
    Map<FunctionPool, CompletableFuture<Void>> warming = new LinkedHashMap<>();
    for (FunctionPool pool : pools.values()) {
      Files.deleteIfExists(pool.log());
      ground.opened().push(pool);
      if (pool.function().hasEventSource()) {
        warming.put(pool, pool.warmUp());
      } else {
        ground.tell(named(pool.function().name()), "starts when it is first invoked");
      }
    }
    warming.forEach(
        (pool, warm) -> {
          awaitWarm(pool, warm);
          ground.tell(named(pool.function().name()), "warm, pid " + pool.workers().get(0).pid());
        });
  }

  /** Such as {@code append}, and {@code second-append} at the second door. */
  private String named(String function) {
    return door == Door.HOME ? function : door.key() + "-" + function;
  }

  private static void awaitWarm(FunctionPool pool, CompletableFuture<Void> warm) {
    try {
      warm.orTimeout(WARM_UP.toSeconds(), TimeUnit.SECONDS).join();
    } catch (CompletionException failed) {
      throw failed.getCause() instanceof StartFailure reason
          ? reason
          : new StartFailure(
              "%s did not ask for work within %d s; see %s."
                  .formatted(pool.function().name(), WARM_UP.toSeconds(), pool.log()),
              failed);
    }
  }

  /** Starts a process of the unpacked package. */
  private FunctionProcess launch(FunctionPool pool) throws IOException {
    Template.Function function = pool.function();
    String id = named(function.name()) + "-" + processes.incrementAndGet();
    ground.runtimeApi().register(id, pool);
    return FunctionProcess.start(
        id,
        ground.functionPackage().command(function, ground.options().systemProperties()),
        environment(function, id),
        ground.functionPackage().root(),
        pool.log());
  }

  /** Has the package's classes archived for later starts: {@link ClassArchive#make}. */
  void archiveClasses() {
    Optional<ClassArchive> archive =
        ground.functionPackage().runtime().flatMap(LambdaRuntime::archive);
    functions.stream()
        .filter(function -> archive.isPresent() && function.name().equals("append"))
        .forEach(append -> archiveClasses(archive.get(), append));
  }

  private void archiveClasses(ClassArchive archive, Template.Function function) {
    try {
      ground
          .opened()
          .push(
              archive.make(
                  ground.vertx(),
                  ground.functionPackage().command(function, Map.of()),
                  environment(function, "training"),
                  ground.functionPackage().root(),
                  Buffer.buffer(Files.readAllBytes(SAMPLE)),
                  WARM_UP));
    } catch (IOException without) {
      // Starts take a little longer then.
    }
  }

  private Map<String, String> environment(Template.Function function, String processId) {
    Map<String, String> environment = new HashMap<>(System.getenv());
    // A developer's own AWS account is none of the functions' business.
    environment.keySet().removeIf(name -> name.startsWith("AWS_"));
    function.environment().forEach(environment::putIfAbsent);
    environment.putAll(ground.options().environment());
    environment.put("AWS_LAMBDA_RUNTIME_API", ground.runtimeApi().address(processId));
    environment.put("_HANDLER", function.handler());
    environment.put("LAMBDA_TASK_ROOT", ground.functionPackage().root().toString());
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
    environment.put("QUARKUS_DYNAMODB_EVENTS_ENDPOINT_OVERRIDE", address(Dependency.EVENT_TABLE));
    environment.put(
        "QUARKUS_DYNAMODB_PENDING_ENDPOINT_OVERRIDE", address(Dependency.PENDING_INDEX));
    environment.put("QUARKUS_SQS_ENDPOINT_OVERRIDE", address(Dependency.FALLBACK_QUEUE));
    return environment;
  }

  private String address(Dependency dependency) {
    return proxy(dependency).endpoint().toString();
  }

  private void startPollers() {
    for (Template.Function function : functions) {
      for (Template.QueueMapping mapping : function.queueMappings()) {
        Template.Queue queue =
            template
                .queue(mapping.queueArn())
                .orElseThrow(
                    () ->
                        new StartFailure(
                            "%s works off a queue that the template has not: %s"
                                .formatted(function.logicalId(), mapping.queueArn())));
        QueuePoller poller =
            new QueuePoller(
                mapping,
                queues.urls().get(queue.logicalId()),
                proxy(Dependency.FALLBACK_QUEUE).endpoint(),
                pools.get(function.logicalId()),
                Math.min(mapping.maximumConcurrency(), ground.options().processes()));
        ground.opened().push(poller);
      }
    }
  }

  /**
   * Stands for EventBridge Scheduler: calls functions at their rate, the first time soon after the
   * start. A run is left out while the one before is not over.
   */
  private void startSchedules() {
    for (Template.Function function : functions) {
      FunctionPool pool = pools.get(function.logicalId());
      function.schedules().forEach(schedule -> start(schedule, pool));
    }
  }

  private void start(Template.Schedule schedule, FunctionPool pool) {
    Vertx vertx = ground.vertx();
    AtomicBoolean running = new AtomicBoolean();
    long period = Math.max(1, ground.options().schedule().orElse(schedule.rate()).toMillis());
    long timer =
        vertx.setPeriodic(
            Math.min(FIRST_SCHEDULE.toMillis(), period),
            period,
            tick -> {
              if (running.compareAndSet(false, true)) {
                var unused =
                    pool.invoke(schedule.event(Instant.now()), SCHEDULE_PATIENCE)
                        .whenComplete((outcome, never) -> running.set(false));
              }
            });
    ground.opened().push(() -> vertx.cancelTimer(timer));
  }
}
