package dev.holdfast.local;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How to run a local cloud.
 *
 * @param template the SAM template to read
 * @param functionPackage the deployment package, {@code function.zip}
 * @param logs the directory for the functions' logs
 * @param network where it listens
 * @param external the stores that are not embedded, and where they are instead
 * @param environment variables for all functions, stronger than those of the template and of the
 *     environment that the local cloud runs in
 * @param systemProperties of all functions, stronger than any variable
 * @param schedule how often every scheduled function runs, instead of the template's rates
 * @param processes the most processes that one function may have, at least 1
 */
public record Options(
    Path template,
    Path functionPackage,
    Path logs,
    Network network,
    Map<Dependency, URI> external,
    Map<String, String> environment,
    Map<String, String> systemProperties,
    Optional<Duration> schedule,
    int processes) {

  static final String API_PORT = "local.api.port";
  static final String CONTAINERS = "local.containers";
  static final String DOORS = "local.doors";
  static final String SECOND_DOOR_PORT = "local.second-door.port";

  /** The properties that let every port be any free one. */
  public static final Map<String, String> FREE_PORTS = freePorts();

  private static final int USUAL_API_PORT = 8080;
  private static final int USUAL_SECOND_DOOR_PORT = 8081;
  private static final int USUAL_PROCESSES = 2;
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  public Options {
    external = Map.copyOf(external);
    environment = Map.copyOf(environment);
    systemProperties = Map.copyOf(systemProperties);
    if (processes < 1) {
      throw new StartFailure("local.processes must be 1 or more, not " + processes + ".");
    }
  }

  /** For tests: every port is free to choose. */
  public static Options onFreePorts() {
    Properties properties = new Properties();
    properties.putAll(FREE_PORTS);
    return fromProperties(properties);
  }

  private static Map<String, String> freePorts() {
    Map<String, String> free = new TreeMap<>(Map.of(API_PORT, "0", SECOND_DOOR_PORT, "0"));
    for (Dependency dependency : Dependency.values()) {
      free.put(portProperty(dependency), "0");
      free.put(proxyPortProperty(dependency), "0");
    }
    return Map.copyOf(free);
  }

  /**
   * What the {@code local.*} properties say, over the defaults.
   *
   * @throws StartFailure where a property makes no sense
   */
  public static Options fromProperties(Properties properties) {
    Map<Dependency, Integer> stores = new EnumMap<>(Dependency.class);
    Map<Dependency, Integer> proxies = new EnumMap<>(Dependency.class);
    Map<Dependency, URI> external = new EnumMap<>(Dependency.class);
    for (Dependency dependency : Dependency.values()) {
      stores.put(dependency, port(properties, portProperty(dependency), dependency.usualPort()));
      proxies.put(
          dependency, port(properties, proxyPortProperty(dependency), dependency.usualProxyPort()));
      value(properties, "local." + dependency.key())
          .ifPresent(text -> external.put(dependency, endpoint(dependency, text)));
    }
    return new Options(
        Path.of(value(properties, "local.template").orElse("template.yaml")),
        Path.of(value(properties, "local.package").orElse("target/function.zip")),
        Path.of(value(properties, "local.logs").orElse("target/local")),
        new Network(
            port(properties, API_PORT, USUAL_API_PORT),
            secondDoor(properties),
            stores,
            proxies,
            value(properties, CONTAINERS).map(Options::address)),
        external,
        Map.of(),
        Map.of(),
        value(properties, "local.schedule").map(Options::schedule),
        value(properties, "local.processes")
            .map(text -> number("local.processes", text))
            .orElse(USUAL_PROCESSES));
  }

  public Options withTemplate(Path file) {
    return new Options(
        file,
        functionPackage,
        logs,
        network,
        external,
        environment,
        systemProperties,
        schedule,
        processes);
  }

  public Options withFunctionPackage(Path zip) {
    return new Options(
        template, zip, logs, network, external, environment, systemProperties, schedule, processes);
  }

  public Options withLogs(Path directory) {
    return new Options(
        template,
        functionPackage,
        directory,
        network,
        external,
        environment,
        systemProperties,
        schedule,
        processes);
  }

  /** The same, and one more variable for all functions. */
  public Options withEnvironment(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Options(
        template,
        functionPackage,
        logs,
        network,
        external,
        more,
        systemProperties,
        schedule,
        processes);
  }

  /** The same, and one more system property for all functions. */
  public Options withSystemProperty(String name, String value) {
    Map<String, String> more = new TreeMap<>(systemProperties);
    more.put(name, value);
    return new Options(
        template, functionPackage, logs, network, external, environment, more, schedule, processes);
  }

  public Options withSchedule(Duration every) {
    return new Options(
        template,
        functionPackage,
        logs,
        network,
        external,
        environment,
        systemProperties,
        Optional.of(every),
        processes);
  }

  public Options withProcesses(int most) {
    return new Options(
        template,
        functionPackage,
        logs,
        network,
        external,
        environment,
        systemProperties,
        schedule,
        most);
  }

  /** The same, with a second door, on any free port. */
  public Options withSecondDoor() {
    Network both =
        new Network(
            network.api(),
            OptionalInt.of(0),
            network.stores(),
            network.proxies(),
            network.containers());
    return new Options(
        template,
        functionPackage,
        logs,
        both,
        external,
        environment,
        systemProperties,
        schedule,
        processes);
  }

  /** The same, with a store that runs elsewhere. */
  public Options withExternal(Dependency dependency, URI endpoint) {
    Map<Dependency, URI> more = new EnumMap<>(Dependency.class);
    more.putAll(external);
    more.put(dependency, endpoint);
    return new Options(
        template,
        functionPackage,
        logs,
        network,
        more,
        environment,
        systemProperties,
        schedule,
        processes);
  }

  /** How many doors there are. */
  public int doors() {
    return network.secondDoor().isPresent() ? 2 : 1;
  }

  static String portProperty(Dependency dependency) {
    return "local." + dependency.key() + ".port";
  }

  static String proxyPortProperty(Dependency dependency) {
    return "local." + dependency.key() + ".proxy.port";
  }

  private static Optional<String> value(Properties properties, String name) {
    return Optional.ofNullable(properties.getProperty(name))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static int port(Properties properties, String name, int usual) {
    int port = value(properties, name).map(text -> number(name, text)).orElse(usual);
    if (port < 0 || port > 65_535) {
      throw new StartFailure(name + " must be a port from 0 to 65535, not " + port + ".");
    }
    return port;
  }

  private static OptionalInt secondDoor(Properties properties) {
    int doors = value(properties, DOORS).map(text -> number(DOORS, text)).orElse(1);
    if (doors < 1 || doors > 2) {
      throw new StartFailure(DOORS + " must be 1 or 2, not " + doors + ".");
    }
    return doors == 1
        ? OptionalInt.empty()
        : OptionalInt.of(port(properties, SECOND_DOOR_PORT, USUAL_SECOND_DOOR_PORT));
  }

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new StartFailure(name + " must be a number, not '" + text + "'.", notANumber);
    }
  }

  private static InetAddress address(String text) {
    try {
      // Nothing but an address: a name would be looked up.
      if (ADDRESS.matcher(text).matches()) {
        InetAddress address = InetAddress.getByName(text);
        if (!address.isAnyLocalAddress()) {
          return address;
        }
      }
    } catch (UnknownHostException noAddress) {
      // Told below, in words that name the property.
    }
    throw new StartFailure(
        CONTAINERS
            + " must be an address of this machine that its containers reach, such as 172.17.0.1,"
            + " not '"
            + text
            + "'.");
  }

  private static Duration schedule(String text) {
    return Durations.parse(text)
        .filter(every -> every.compareTo(Duration.ZERO) > 0)
        .orElseThrow(
            () ->
                new StartFailure(
                    "local.schedule must be a time such as 5s, 2m or PT5S, not '" + text + "'."));
  }

  private static URI endpoint(Dependency dependency, String text) {
    try {
      URI uri = URI.create(text);
      if (uri.getHost() != null && "http".equals(uri.getScheme())) {
        return uri;
      }
    } catch (IllegalArgumentException notAUri) {
      // Told below, in words that name the property.
    }
    throw new StartFailure(
        "local."
            + dependency.key()
            + " must be an address such as http://127.0.0.1:"
            + dependency.usualPort()
            + ", not '"
            + text
            + "'.");
  }
}
