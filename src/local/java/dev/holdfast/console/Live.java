package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.history.Operation;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.HttpAnswer;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Onlooker;
import dev.holdfast.local.Onlooker.ApiAnswer;
import dev.holdfast.local.Onlooker.ApiCall;
import dev.holdfast.local.Onlooker.DependencyCall;
import dev.holdfast.local.State;
import io.vertx.core.buffer.Buffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Stream;
import software.amazon.awssdk.core.exception.SdkException;

/**
 * What happens in a local cloud, second by second: measured and judged all the time, and told while
 * somebody listens. Event loops only note what passed; all else is done once a second by threads of
 * its own. Thread-safe.
 */
final class Live implements Onlooker {
  private static final int MOST_BOOKINGS = 10_000;
  private static final Duration SECOND = Duration.ofSeconds(1);

  /** A circuit breaker that is to be closed has been for a while. */
  private static final Duration MARGIN = Duration.ofMillis(500);

  /** The stores are to have more time for others than for being counted. */
  private static final int REST = 5;

  private final LocalCloud cloud;
  private final Audience audience;
  private final BookingView view;
  private final Trouble trouble;
  private final Set<String> decided = ConcurrentHashMap.newKeySet();
  private final AtomicLong calls = new AtomicLong();
  private final Map<Long, ApiCall> underWay = new ConcurrentHashMap<>();
  private final Queue<Supplier<Observation>> answered = new ConcurrentLinkedQueue<>();
  private final Queue<DependencyCall> dependencyCalls = new ConcurrentLinkedQueue<>();
  private final ScheduledExecutorService threads;

  private final Object lock = new Object();
  private final Measures measures = new Measures();
  private final Scoreboard scoreboard;
  private JsonNode toldScore = Score.EMPTY.toJson();

  Live(LocalCloud cloud, BookingView view, Audience audience, ScheduledExecutorService threads) {
    this.cloud = cloud;
    this.view = view;
    this.trouble = new Trouble(cloud.circuitBreakerDelay().plus(MARGIN));
    this.audience = audience;
    this.threads = threads;
    this.scoreboard = new Scoreboard(MOST_BOOKINGS, !cloud.hasExternalTables());
  }

  /** From now on seconds pass. */
  void start() {
    long period = SECOND.toMillis();
    var unused = threads.scheduleAtFixedRate(this::second, period, period, TimeUnit.MILLISECONDS);
    countAgainIn(period);
  }

  @Override
  public Consumer<ApiAnswer> apiCalled(ApiCall call) {
    if (!call.path().startsWith("/bookings/")) {
      return answer -> {};
    }
    long number = calls.incrementAndGet();
    underWay.put(number, call);
    return answer -> {
      // In this order: a call that is over may be known twice, but never not at all.
      answered.add(() -> Observation.of(call, answer));
      underWay.remove(number);
    };
  }

  @Override
  public void dependencyCalled(DependencyCall call) {
    dependencyCalls.add(call);
  }

  @Override
  public void faultChanged(Dependency dependency, Optional<Fault> fault) {
    if (fault.isPresent()) {
      trouble.failed(dependency, System.nanoTime());
    } else {
      trouble.healed(dependency, System.nanoTime());
    }
  }

  /** An operator may have decided what becomes of a conflict. */
  @Override
  public void functionInvoked(String function, Buffer event, HttpAnswer answer) {
    if (function.equals("resolve") && answer.status() == 200) {
      JsonNode decision = Json.tree(event);
      String code = decision.path("bookingCode").asText();
      decided.add(code);
      synchronized (lock) {
        scoreboard.exempt(code);
        if (decision.hasNonNull("newBookingCode")) {
          scoreboard.exempt(decision.path("newBookingCode").asText());
        }
      }
    }
  }

  /** How the promises were kept until now. */
  Score judge() {
    synchronized (lock) {
      List<ApiCall> open = new ArrayList<>(underWay.values());
      for (Supplier<Observation> next = answered.poll(); next != null; next = answered.poll()) {
        Observation observation = next.get();
        measures.add(observation);
        scoreboard.add(observation, trouble.between(observation.start(), observation.end()));
      }
      open.addAll(underWay.values());
      long now = System.nanoTime();
      List<Operation> appends =
          open.stream().flatMap(call -> Observation.underWay(call, now).stream()).toList();
      return scoreboard.judge(appends, now, trouble.between(now, now));
    }
  }

  /** Whether nothing fails, and what failed has left nothing behind. */
  boolean isCalm() {
    return trouble.isOver();
  }

  /**
   * What a listener is told first, but for what others know: {@code stack, ticks, state, score}.
   */
  ObjectNode hello() {
    JsonNode state = state();
    synchronized (lock) {
      ObjectNode hello = Json.object().put("stack", "holdfast");
      measures.past().forEach(hello.putArray("ticks")::add);
      hello.set("state", state);
      hello.set("score", scoreboard.score().toJson());
      return hello;
    }
  }

  private void second() {
    try {
      JsonNode score = judge().toJson();
      ObjectNode tick;
      boolean isNews;
      synchronized (lock) {
        Stream.generate(dependencyCalls::poll).takeWhile(Objects::nonNull).forEach(measures::add);
        tick = measures.tick(System.currentTimeMillis());
        isNews = !score.equals(toldScore);
        toldScore = score;
      }
      audience.tell("tick", tick);
      if (isNews) {
        audience.tell("score", score);
      }
    } catch (RuntimeException bug) {
      // One that goes wrong is not to be the last.
      System.err.println("The console has lost a second: " + bug);
    }
  }

  private void countAgainIn(long millis) {
    // When all is closed it is refused, which nobody hears of.
    var unused = threads.schedule(this::count, millis, TimeUnit.MILLISECONDS);
  }

  /** The stores are counted only for those who listen, or to learn that trouble is over. */
  private void count() {
    long start = System.nanoTime();
    try {
      if (!audience.isEmpty() || trouble.isToBeLookedAfter()) {
        audience.tell("state", state());
      }
    } finally {
      long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
      countAgainIn(Math.max(SECOND.toMillis() - took, REST * took));
    }
  }

  /**
   * Whether every booking has one register again, which knows all that was accepted. What a booking
   * owes that an operator has decided on is not waited for: a sweep finds it.
   */
  private boolean isNothingOwed(State state) {
    if (state.pending() > 0) {
      return false;
    }
    if (state.unclaimed() > 0) {
      decided.removeIf(code -> view.unclaimed(code) == 0);
    }
    return state.unclaimed() <= decided.stream().mapToLong(view::unclaimed).sum();
  }

  /** What the stores hold; null where they cannot be counted. */
  private JsonNode state() {
    long start = System.nanoTime();
    State state;
    try {
      state = cloud.state();
      if (isNothingOwed(state)) {
        trouble.nothingOwed(start);
      }
    } catch (SdkException silent) {
      return Json.MAPPER.nullNode();
    }
    ObjectNode json = Json.MAPPER.valueToTree(state);
    json.put(
        "oldestPendingSeconds",
        state
            .oldestPending()
            .map(since -> Duration.between(since, Instant.now()).toMillis() / 1000.0)
            .orElse(null));
    json.set("faults", cloud.faults().toJson());
    return json;
  }
}
