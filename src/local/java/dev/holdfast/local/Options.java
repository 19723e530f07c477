package dev.holdfast.local;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/**
 * How to run a local cloud.
 *
 * @param template the SAM template to read
 * @param functionPackage the deployment package, {@code function.zip}
 * @param logs the directory for the functions' logs
 * @param apiPort the port of the API; 0 is any free one
 * @param ports the port of each embedded store; 0 is any free one
 * @param external the stores that are not embedded, and where they are instead
 * @param environment variables for all functions, stronger than those of the template and of the
 *     environment that the local cloud runs in
 * @param schedule how often every scheduled function runs, instead of the template's rates
 * @param processes the most processes that one function may have, at least 1
 */
public record Options(
    Path template,
    Path functionPackage,
    Path logs,
    int apiPort,
    Map<Dependency, Integer> ports,
    Map<Dependency, URI> external,
    Map<String, String> environment,
    Optional<Duration> schedule,
    int processes) {

  static final String API_PORT = "local.api.port";
  private static final int USUAL_API_PORT = 8080;
  private static final int USUAL_PROCESSES = 2;

  public Options {
    ports = Map.copyOf(ports);
    external = Map.copyOf(external);
    environment = Map.copyOf(environment);
    if (processes < 1) {
      throw new StartFailure("local.processes must be 1 or more, not " + processes + ".");
    }
  }

  /** For tests: every port is free to choose. */
  public static Options onFreePorts() {
    return fromProperties(
        properties(
            Map.of(
                API_PORT,
                "0",
                "local.event-table.port",
                "0",
                "local.pending-index.port",
                "0",
                "local.fallback-queue.port",
                "0")));
  }

  /**
   * What the {@code local.*} properties say, over the defaults.
   *
   * @throws StartFailure where a property makes no sense
   */
  public static Options fromProperties(Properties properties) {
    Map<Dependency, Integer> ports = new EnumMap<>(Dependency.class);
    Map<Dependency, URI> external = new EnumMap<>(Dependency.class);
    for (Dependency dependency : Dependency.values()) {
      ports.put(dependency, port(properties, portProperty(dependency), dependency.usualPort()));
      value(properties, "local." + dependency.key())
          .ifPresent(text -> external.put(dependency, endpoint(dependency, text)));
    }
    return new Options(
        Path.of(value(properties, "local.template").orElse("template.yaml")),
        Path.of(value(properties, "local.package").orElse("target/function.zip")),
        Path.of(value(properties, "local.logs").orElse("target/local")),
        port(properties, API_PORT, USUAL_API_PORT),
        ports,
        external,
        Map.of(),
        value(properties, "local.schedule").map(Options::schedule),
        value(properties, "local.processes")
            .map(text -> number("local.processes", text))
            .orElse(USUAL_PROCESSES));
  }

  public Options withTemplate(Path file) {
    return new Options(
        file, functionPackage, logs, apiPort, ports, external, environment, schedule, processes);
  }

  public Options withFunctionPackage(Path zip) {
    return new Options(
        template, zip, logs, apiPort, ports, external, environment, schedule, processes);
  }

  public Options withLogs(Path directory) {
    return new Options(
        template,
        functionPackage,
        directory,
        apiPort,
        ports,
        external,
        environment,
        schedule,
        processes);
  }

  /** The same, and one more variable for all functions. */
  public Options withEnvironment(String name, String value) {
    Map<String, String> more = new TreeMap<>(environment);
    more.put(name, value);
    return new Options(
        template, functionPackage, logs, apiPort, ports, external, more, schedule, processes);
  }

  public Options withSchedule(Duration every) {
    return new Options(
        template,
        functionPackage,
        logs,
        apiPort,
        ports,
        external,
        environment,
        Optional.of(every),
        processes);
  }

  public Options withProcesses(int most) {
    return new Options(
        template, functionPackage, logs, apiPort, ports, external, environment, schedule, most);
  }

  /** The same, with a store that runs elsewhere. */
  public Options withExternal(Dependency dependency, URI endpoint) {
    Map<Dependency, URI> more = new EnumMap<>(Dependency.class);
    more.putAll(external);
    more.put(dependency, endpoint);
    return new Options(
        template, functionPackage, logs, apiPort, ports, more, environment, schedule, processes);
  }

  static String portProperty(Dependency dependency) {
    return "local." + dependency.key() + ".port";
  }

  private static Properties properties(Map<String, String> values) {
    Properties properties = new Properties();
    properties.putAll(values);
    return properties;
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

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException notANumber) {
      throw new StartFailure(name + " must be a number, not '" + text + "'.", notANumber);
    }
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
