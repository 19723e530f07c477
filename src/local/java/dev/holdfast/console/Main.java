package dev.holdfast.console;

import com.google.common.collect.Sets;
import dev.holdfast.console.Department.Event;
import dev.holdfast.local.Door;
import dev.holdfast.local.Interrupts;
import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.StartFailure;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;

/**
 * Runs the local cloud with its console until it is stopped: {@code mvn -Plocal}. Or plays the
 * stories in the terminal: {@code mvn -Plocal -Dlocal.story}, or one of them with {@code =ID}.
 */
public final class Main {
  private static final String STORY = "local.story";

  /** What Maven makes of a property without a value. */
  private static final String ALL = "true";

  private static final String SWEEP_AGE = "HOLDFAST_SWEEP_OLDER_THAN";

  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Before the first logger: one of the libraries insists.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    // Between JDK 22 and 24 there is a console even where no terminal is, unless it is this one.
    System.setProperty("jdk.console", "java.base");
    Interrupts.heed();
    System.exit(run());
  }

  private static int run() throws InterruptedException {
    try {
      Optional<String> story = Optional.ofNullable(System.getProperty(STORY));
      System.out.println();
      return story.isPresent() ? play(chosen(story.get())) : serve();
    } catch (StartFailure failure) {
      System.out.println(failure.getMessage());
      return 1;
    }
  }

  private static int serve() throws InterruptedException {
    Options options = Options.fromProperties(System.getProperties());
    LocalCloud cloud = start(options);
    Console.open(cloud);
    String api = cloud.api().toString();
    String logs = options.logs().normalize() + "/*.log";
    String booking = new Event("", 1, UUID.randomUUID().toString(), "412.50").json();
    System.out.println(Assets.text("/console/welcome.txt").formatted(api, booking, logs));
    if (options.doors() > 1) {
      String welcome = Assets.text("/console/welcome-second-door.txt");
      System.out.println(welcome.formatted(api, cloud.api(Door.SECOND)));
    }
    // Ctrl-C ends the wait, with the JVM.
    new CountDownLatch(1).await();
    return 0;
  }

  private static LocalCloud start(Options options) {
    LocalCloud cloud = LocalCloud.start(options, System.out::println);
    Runtime.getRuntime().addShutdownHook(new Thread(cloud::close, "stop"));
    return cloud;
  }

  private static List<Story> chosen(String id) {
    if (id.isEmpty() || id.equals(ALL)) {
      return Story.all();
    }
    return List.of(
        Story.of(id)
            .orElseThrow(
                () ->
                    new StartFailure(
                        "There is no story '%s'. There are: %s."
                            .formatted(id, String.join(", ", Console.stories())))));
  }

  private static int play(List<Story> stories) {
    Properties properties = new Properties();
    properties.putAll(Options.FREE_PORTS);
    // So that nobody has to wait for a sweep.
    properties.setProperty(Options.SCHEDULE, "2s");
    properties.putAll(System.getProperties());
    Options options = Options.fromProperties(properties);
    Map<String, String> hurry = Map.of(SWEEP_AGE, "2S", LocalCloud.CIRCUIT_BREAKER_DELAY, "1S");
    for (String name : Sets.difference(hurry.keySet(), System.getenv().keySet())) {
      options = options.withEnvironment(name, hurry.get(name));
    }
    int doors = options.doors();
    Map<Boolean, List<Story>> fitting =
        stories.stream().collect(Collectors.partitioningBy(story -> story.doors() <= doors));
    List<Story> told = fitting.get(true);
    String leftOut = fitting.get(false).stream().map(Story::id).collect(Collectors.joining(", "));
    if (told.isEmpty()) {
      throw new StartFailure(leftOut + " needs a second door: add -Dlocal.doors=2.");
    }
    // As https://no-color.org says it: an empty value is none.
    boolean isColoured = isTerminal() && Objects.toString(System.getenv("NO_COLOR"), "").isEmpty();
    try (LocalCloud cloud = start(options);
        Console console = Console.open(cloud)) {
      System.out.println();
      System.out.println(
          "So that nobody has to wait, the sweep comes every "
              + properties.getProperty(Options.SCHEDULE)
              + " here, for what is owed for 2 s (in AWS every minute, for what is owed for one),"
              + " and circuit breakers close after 1 s (2 s).");
      if (!leftOut.isEmpty()) {
        System.out.println("Left out, for want of a second door (-Dlocal.doors=2): " + leftOut);
      }
      return console.play(
              told,
              new Terminal(new PrintWriter(System.out, true, Charset.defaultCharset()), isColoured))
          ? 0
          : 1;
    }
  }

  // With the console that main has chosen it is still so: no terminal, no console.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal() {
    return System.console() != null;
  }
}
