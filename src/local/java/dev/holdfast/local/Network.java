package dev.holdfast.local;

import java.net.InetAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Where a local cloud listens: on 127.0.0.1 alone, but for the fault proxies, which containers on
 * this machine may be let in to.
 *
 * @param api the port of the API; 0 is any free one
 * @param secondDoor the port of the second door's API, likewise; empty where there is no such door
 * @param stores the port of each embedded store, likewise
 * @param proxies the port of each fault proxy, likewise
 * @param containers where the fault proxies listen as well: an address of this machine that its
 *     containers reach, for Docker Engine on Linux its bridge's. Docker Desktop needs none: its
 *     containers reach 127.0.0.1 as {@code host.docker.internal}
 */
public record Network(
    int api,
    OptionalInt secondDoor,
    Map<Dependency, Integer> stores,
    Map<Dependency, Integer> proxies,
    Optional<InetAddress> containers) {

  public Network {
    stores = Map.copyOf(stores);
    proxies = Map.copyOf(proxies);
  }
}
