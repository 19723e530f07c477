package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Door;
import dev.holdfast.local.Faults;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a story is played with: the local cloud, its live measures, and traffic of the story's own.
 * Thread-safe.
 */
final class World {
  private final LocalCloud cloud;
  private final Map<Door, Department> departments;
  private final BookingView view;
  private final Live live;
  private volatile Traffic traffic;

  /**
   * @param departments one at each door
   */
  World(LocalCloud cloud, Map<Door, Department> departments, BookingView view, Live live) {
    this.cloud = cloud;
    this.departments = departments;
    this.view = view;
    this.live = live;
    this.traffic = new Traffic(departments.values());
  }

  Answer append(Door door, Event event) throws InterruptedException {
    return departments.get(door).append(event);
  }

  Answer get(Door door, String path) throws InterruptedException {
    return departments.get(door).get(path);
  }

  Faults faults() {
    return cloud.faults();
  }

  /** Whether nothing fails, and what failed has left nothing behind. */
  boolean isCalm() {
    return live.isCalm();
  }

  /** What the stores hold of a booking, as the console shows it. */
  JsonNode look(String code) {
    return view.look(code);
  }

  List<State.Worker> workers() {
    return cloud.workers();
  }

  /** Kills a process of a function, if there still is one of that number. */
  boolean kill(long pid) {
    boolean isOurs = cloud.workers().stream().anyMatch(worker -> worker.pid() == pid);
    Optional<ProcessHandle> process = isOurs ? ProcessHandle.of(pid) : Optional.empty();
    return process.filter(ProcessHandle::destroyForcibly).isPresent();
  }

  /** Calls a function as operators do; what it answers. */
  JsonNode invoke(String function, JsonNode event) {
    return Json.tree(Buffer.buffer(cloud.invoke(function, event.toString())));
  }

  void startTraffic(double perSecond, double collisions) {
    dropTraffic();
    traffic = new Traffic(departments.values());
    traffic.set(perSecond, collisions);
  }

  /** What {@link #startTraffic} started last. */
  Traffic traffic() {
    return traffic;
  }

  /** Ends it at once, if there is some. */
  void dropTraffic() {
    traffic.close();
  }

  /** How the promises were kept until now. */
  Score score() {
    return live.judge();
  }
}
