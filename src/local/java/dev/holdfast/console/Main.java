package dev.holdfast.console;

import dev.holdfast.local.LocalCloud;
import dev.holdfast.local.Options;
import dev.holdfast.local.StartFailure;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;

/** Runs the local cloud until it is stopped: {@code mvn -Plocal}. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws InterruptedException {
    // Before the first logger: one of the libraries insists.
    System.setProperty("java.util.logging.manager", "org.jboss.logmanager.LogManager");
    System.exit(run());
  }

  private static int run() throws InterruptedException {
    try {
      Options options = Options.fromProperties(System.getProperties());
      System.out.println();
      LocalCloud cloud = LocalCloud.start(options, System.out::println);
      Console.open(cloud);
      Runtime.getRuntime().addShutdownHook(new Thread(cloud::close, "stop"));
      System.out.println(welcome(cloud, options));
    } catch (StartFailure failure) {
      System.out.println(failure.getMessage());
      return 1;
    }
    // Ctrl-C ends the wait, with the JVM.
    new CountDownLatch(1).await();
    return 0;
  }

  private static String welcome(LocalCloud cloud, Options options) {
    String api = cloud.api().toString();
    return """

        Holdfast runs. Ctrl-C stops it. See it, and break it: %s/

        Make a booking, and read it:
          curl -i %s/bookings/HOTEL-4711/events -H 'content-type: application/json' -d '%s'
          curl -i %s/bookings/HOTEL-4711

        Break the event table, look what happens, and heal it:
          curl -X PUT %s/_local/faults/event-table -d '{"mode":"refuse"}'
          curl %s/_local/state
          curl -X DELETE %s/_local/faults/event-table
        (also pending-index, fallback-queue; hang, error, throttle, slow, lose-answer; "share":0.5)

        Call a function that operators call:
          curl -X POST %s/_local/invoke/pending -d '{}'

        The functions' logs: %s
        """
        .formatted(api, api, booking(), api, api, api, api, api, shown(options.logs()) + "/*.log");
  }

  private static String booking() {
    return """
        {"eventId":"%s","version":1,"type":"booked",\
        "price":{"amount":"412.50","currency":"EUR"},\
        "occurredAt":"2026-11-23T09:15:00+01:00"}"""
        .formatted(UUID.randomUUID());
  }

  private static Path shown(Path directory) {
    return directory.normalize();
  }
}
