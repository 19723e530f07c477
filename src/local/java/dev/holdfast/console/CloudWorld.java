package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The local cloud, its live measures and its traffic. Thread-safe. */
final class CloudWorld implements World {
  private final LocalCloud cloud;
  private final Map<Door, Department> departments;
  private final BookingView view;
  private final Live live;
  private volatile Traffic traffic;

  /**
   * @param departments one at each door
   */
  CloudWorld(LocalCloud cloud, Map<Door, Department> departments, BookingView view, Live live) {
    this.cloud = cloud;
    this.departments = departments;
    this.view = view;
    this.live = live;
    this.traffic = traffic();
  }

  private Traffic traffic() {
    return new Traffic(departments.values());
  }

  @Override
  public Answer append(Door door, Event event) throws InterruptedException {
    return departments.get(door).append(event);
  }

  @Override
  public Answer get(Door door, String path) throws InterruptedException {
    return departments.get(door).get(path);
  }

  @Override
  public void fail(Dependency dependency, Fault fault) {
    cloud.inject(dependency, fault);
  }

  @Override
  public void heal(Dependency dependency) {
    cloud.heal(dependency);
  }

  @Override
  public void heal() {
    cloud.heal();
  }

  @Override
  public void loseHome() {
    cloud.loseHome();
  }

  @Override
  public void bringHomeBack() {
    cloud.bringHomeBack();
  }

  @Override
  public boolean isCalm() {
    return live.isCalm();
  }

  @Override
  public JsonNode look(String code) {
    return view.look(code);
  }

  @Override
  public State state() {
    return cloud.state();
  }

  @Override
  public List<State.Worker> workers() {
    return cloud.workers();
  }

  @Override
  public boolean kill(long pid) {
    boolean isOurs = cloud.workers().stream().anyMatch(worker -> worker.pid() == pid);
    Optional<ProcessHandle> process = isOurs ? ProcessHandle.of(pid) : Optional.empty();
    return process.filter(ProcessHandle::destroyForcibly).isPresent();
  }

  @Override
  public JsonNode invoke(String function, JsonNode event) {
    return Json.parse(Buffer.buffer(cloud.invoke(function, event.toString())))
        .orElseGet(MissingNode::getInstance);
  }

  @Override
  public void startTraffic(double perSecond, double collisions) {
    dropTraffic();
    traffic = traffic();
    traffic.set(perSecond, collisions);
  }

  @Override
  public void stopTraffic() throws InterruptedException {
    traffic.stop();
  }

  @Override
  public void dropTraffic() {
    traffic.close();
  }

  @Override
  public List<String> trafficCodes() {
    return traffic.codes();
  }

  @Override
  public Score score() {
    return live.judge();
  }
}
