package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.Json;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.State;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;

/** The local cloud, its live measures and its traffic. Thread-safe. */
final class CloudWorld implements World {
  private final LocalCloud cloud;
  private final Department department;
  private final BookingView view;
  private final Live live;
  private volatile Traffic traffic;

  CloudWorld(LocalCloud cloud, Department department, BookingView view, Live live) {
    this.cloud = cloud;
    this.department = department;
    this.view = view;
    this.live = live;
    this.traffic = new Traffic(department);
  }

  @Override
  public Answer append(Event event) throws InterruptedException {
    return department.append(event);
  }

  @Override
  public Answer get(String path) throws InterruptedException {
    return department.get(path);
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
    traffic = new Traffic(department);
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
