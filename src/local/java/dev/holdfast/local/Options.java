package dev.holdfast.local;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import com.google.common.collect.Sets;
import io.netty.util.NetUtil;
import io.quarkus.runtime.configuration.DurationConverter;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * How to run a local cloud. It listens on 127.0.0.1 alone, but for the fault proxies, which
 * containers on this machine may be let in to.
 *
 * @param properties the {@code local.*} properties that are not left to their defaults
 * @param environment variables for all functions, stronger than those of the template and of the
 *     environment that the local cloud runs in
 * @param systemProperties of all functions, stronger than any variable
 */
public record Options(
    Map<String, String> properties,
    Map<String, String> environment,
    Map<String, String> systemProperties) {

  // What may be chosen in code as well; docs/local-cloud.md says what each means.
  public static final String CLASS_ARCHIVE = "local.class-archive";
  public static final String DOORS = "local.doors";
  public static final String LOGS = "local.logs";
  public static final String PACKAGE = "local.package";
  public static final String PROCESSES = "local.processes";
  public static final String SCHEDULE = "local.schedule";
  public static final String TEMPLATE = "local.template";
  static final String API_PORT = "local.api.port";
  static final String CONTAINERS = "local.containers";
  static final String SECOND_DOOR_PORT = "local.second-door.port";

  /** The properties that let every port be any free one. */
  public static final Map<String, String> FREE_PORTS = freePorts();

  private static Map<String, String> freePorts() {
    Map<String, String> free = new TreeMap<>(Map.of(API_PORT, "0", SECOND_DOOR_PORT, "0"));
    for (Dependency dependency : Dependency.values()) {
      free.put(portProperty(dependency), "0");
      free.put(proxyPortProperty(dependency), "0");
    }
    return Map.copyOf(free);
  }

  public Options {
    properties = Map.copyOf(properties);
    environment = Map.copyOf(environment);
    systemProperties = Map.copyOf(systemProperties);
  }

  /** For tests: every port is free to choose. */
  public static Options onFreePorts() {
    return new Options(FREE_PORTS, Map.of(), Map.of());
  }

  /**
   * What the {@code local.*} properties say, over the defaults.
   *
   * @throws StartFailure where a property makes no sense
   */
  public static Options fromProperties(Properties all) {
    Set<String> names = Sets.filter(all.stringPropertyNames(), it -> it.startsWith("local."));
    Map<String, String> given = Maps.asMap(names, all::getProperty);
    Options options = new Options(given, Map.of(), Map.of());
    for (Dependency dependency : Dependency.values()) {
      options.port(dependency);
      options.proxyPort(dependency);
      options.external(dependency);
    }
    options.apiPort();
    options.secondDoorPort();
    options.containers();
    options.schedule();
    options.processes();
    options.hasClassArchive();
    return options;
  }

  /** The same, and one more property. */
  public Options with(String property, Object value) {
    return new Options(more(properties, property, value), environment, systemProperties);
  }

  /** The same, and one more variable for all functions. */
  public Options withEnvironment(String name, String value) {
    return new Options(properties, more(environment, name, value), systemProperties);
  }

  /** The same, and one more system property for all functions. */
  public Options withSystemProperty(String name, String value) {
    return new Options(properties, environment, more(systemProperties, name, value));
  }

  private static Map<String, String> more(Map<String, String> map, String name, Object value) {
    return ImmutableMap.<String, String>builder()
        .putAll(map)
        .put(name, value.toString())
        .buildKeepingLast();
  }

  /** The SAM template to read. */
  Path template() {
    return Path.of(properties.getOrDefault(TEMPLATE, "template.yaml"));
  }

  /** The deployment package, {@code function.zip}. */
  Path functionPackage() {
    return Path.of(properties.getOrDefault(PACKAGE, "target/function.zip"));
  }

  /** The directory for the functions' logs. */
  public Path logs() {
    return Path.of(properties.getOrDefault(LOGS, "target/local"));
  }

  /** Whether functions start from a class archive, once there is one. */
  boolean hasClassArchive() {
    Map<String, Boolean> answers = Map.of("true", true, "false", false);
    return read(CLASS_ARCHIVE, "true or false", answers::get, Objects::nonNull).orElse(true);
  }

  /** The port of the API; 0 is any free one. */
  int apiPort() {
    return port(API_PORT, 8080);
  }

  /** How many doors there are. */
  public int doors() {
    return number(DOORS, "1 or 2", doors -> doors == 1 || doors == 2).orElse(1);
  }

  /** The port of the second door's API, likewise; empty where there is no such door. */
  OptionalInt secondDoorPort() {
    return doors() == 2 ? OptionalInt.of(port(SECOND_DOOR_PORT, 8081)) : OptionalInt.empty();
  }

  /** The port of an embedded store, likewise. */
  int port(Dependency dependency) {
    return port(portProperty(dependency), dependency.usualPort());
  }

  /** The port of a fault proxy, likewise. */
  int proxyPort(Dependency dependency) {
    return port(proxyPortProperty(dependency), dependency.usualProxyPort());
  }

  /** Where a store is that is not embedded. */
  Optional<URI> external(Dependency dependency) {
    return read(
        "local." + dependency.key(),
        "an address such as http://127.0.0.1:" + dependency.usualPort(),
        URI::create,
        uri -> uri.getHost() != null && "http".equals(uri.getScheme()));
  }

  /**
   * Where the fault proxies listen as well: an address of this machine that its containers reach,
   * for Docker Engine on Linux its bridge's. Docker Desktop needs none: its containers reach
   * 127.0.0.1 as {@code host.docker.internal}.
   */
  Optional<InetAddress> containers() {
    return read(
        CONTAINERS,
        "an address of this machine that its containers reach, such as 172.17.0.1",
        // Nothing but an address: a name would be looked up.
        NetUtil::createInetAddressFromIpAddressString,
        address -> address != null && !address.isAnyLocalAddress());
  }

  /** How often every scheduled function runs, instead of the template's rates. */
  Optional<Duration> schedule() {
    return read(
        SCHEDULE,
        "a time such as 5s, 2m or PT5S",
        DurationConverter::parseDuration,
        every -> every.compareTo(Duration.ZERO) > 0);
  }

  /** The most processes that one function may have, at least 1. */
  int processes() {
    return number(PROCESSES, "1 or more", most -> most >= 1).orElse(2);
  }

  static String portProperty(Dependency dependency) {
    return "local." + dependency.key() + ".port";
  }

  static String proxyPortProperty(Dependency dependency) {
    return "local." + dependency.key() + ".proxy.port";
  }

  private int port(String name, int usual) {
    return number(name, "a port from 0 to 65535", port -> port >= 0 && port <= 65_535)
        .orElse(usual);
  }

  private Optional<Integer> number(String name, String rule, Predicate<Integer> fits) {
    return read(name, rule, Integer::valueOf, fits);
  }

  /** The value of a property, if it is set to more than blanks. */
  private <T> Optional<T> read(
      String name, String rule, Function<String, T> reader, Predicate<T> fits) {
    String text = properties.getOrDefault(name, "").strip();
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      T value = reader.apply(text);
      if (fits.test(value)) {
        return Optional.of(value);
      }
    } catch (IllegalArgumentException unreadable) {
      // Told below, in words that name the property.
    }
    throw new StartFailure(name + " must be " + rule + ", not '" + text + "'.");
  }
}
