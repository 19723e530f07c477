package dev.holdfast.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.holdfast.console.Department.Answer;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Door;
import dev.holdfast.local.Fault;
import dev.holdfast.local.State;
import java.util.List;

/** What a story is played with. */
interface World {
  Answer append(Door door, Event event) throws InterruptedException;

  Answer get(Door door, String path) throws InterruptedException;

  void fail(Dependency dependency, Fault fault);

  void heal(Dependency dependency);

  void heal();

  /** Loses the home region as a whole; there has to be a second door. */
  void loseHome();

  void bringHomeBack();

  /** Whether nothing fails, and what failed has left nothing behind. */
  boolean isCalm();

  /** What the stores hold of a booking, as the console shows it. */
  JsonNode look(String code);

  State state();

  List<State.Worker> workers();

  /** Kills a process of a function, if there still is one of that number. */
  boolean kill(long pid);

  /** Calls a function as operators do; what it answers. */
  JsonNode invoke(String function, JsonNode event);

  /** Starts traffic of the story's own. */
  void startTraffic(double perSecond, double collisions);

  /** Ends it, and returns when every client has its last answer. */
  void stopTraffic() throws InterruptedException;

  /** Ends it at once, if there is some. */
  void dropTraffic();

  /** The newest bookings of it that were acknowledged. */
  List<String> trafficCodes();

  /** How the promises were kept until now. */
  Score score();
}
