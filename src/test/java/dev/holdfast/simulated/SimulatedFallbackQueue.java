package dev.holdfast.simulated;

import dev.holdfast.ledger.AcceptedEvent;
import dev.holdfast.ledger.FallbackQueue;
import dev.holdfast.ledger.Hint;
import dev.holdfast.ledger.Unavailable;
import dev.holdfast.simulated.Network.Call;
import dev.holdfast.simulated.Network.Fate;
import dev.holdfast.simulated.Network.Store;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Q in memory. For one thread at a time. */
public final class SimulatedFallbackQueue implements FallbackQueue {

  private final Network network;
  private final List<AcceptedEvent> messages = new ArrayList<>();

  public SimulatedFallbackQueue(Network network) {
    this.network = network;
  }

  /** A queue with the same content and a network of its own. */
  public SimulatedFallbackQueue copy(Network itsNetwork) {
    SimulatedFallbackQueue copy = new SimulatedFallbackQueue(itsNetwork);
    copy.messages.addAll(messages);
    return copy;
  }

  /** Which messages there are, as a value; past the network. */
  public Set<AcceptedEvent> content() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(messages));
  }

  /** What is on the queue, past the network. */
  public List<AcceptedEvent> messages() {
    return List.copyOf(messages);
  }

  /** Takes everything off the queue, past the network. */
  public List<AcceptedEvent> takeAll() {
    List<AcceptedEvent> all = messages();
    messages.clear();
    return all;
  }

  @Override
  public SendAnswer send(Hint hint) {
    Fate fate = network.decide(new Call(Store.FALLBACK_QUEUE, "send"));
    if (fate != Fate.FAILS) {
      messages.add(hint.event());
    }
    return fate == Fate.WORKS
        ? new SendAnswer.Sent()
        : new Unavailable("the fallback queue does not answer");
  }
}
