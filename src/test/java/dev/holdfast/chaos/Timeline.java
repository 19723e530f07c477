package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import dev.holdfast.history.Operation;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.Fault;
import dev.holdfast.local.LocalCloud;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Select;

/** Makes the domains fail and heal, and remembers when. */
final class Timeline implements AutoCloseable {
  private static final int LOOK_EVERY_MILLIS = 200;

  /**
   * Some healthy time is between any two chapters, however little is owed. The functions' circuit
   * breakers believe for 1 s longer than it is so that the event table fails, and until then it
   * does fail for them.
   */
  private static final Duration BREATH = Duration.ofSeconds(2);

  private final LocalCloud cloud;
  private final String prefix;
  private final DynamoDbClient events;
  private final DynamoDbClient heads;
  private final List<Stretch> stretches = new ArrayList<>();
  private final List<Duration> drains = new ArrayList<>();

  /**
   * @param prefix of the booking codes whose debts count
   */
  Timeline(LocalCloud cloud, String prefix) {
    this.cloud = cloud;
    this.prefix = prefix;
    this.events = cloud.dynamoDb(EVENT_TABLE);
    this.heads = cloud.dynamoDb(PENDING_INDEX);
  }

  /**
   * What was so from one moment to another.
   *
   * @param fault empty where nothing failed
   * @param start nanoseconds, on the clock of the operations
   */
  record Stretch(Optional<Dependency> domain, Optional<Fault> fault, long start, long end) {

    /** Such as "event table (S), refuse". */
    String name() {
      return domain.map(Dependency::title).orElse("nothing fails")
          + fault.map(of -> ", " + of.mode().key()).orElse("");
    }

    boolean contains(Operation operation) {
      return start <= operation.start() && operation.start() < end;
    }

    /** Whether no call of the domain was answered in all of this time. */
    boolean isDown(Dependency which) {
      return domain.equals(Optional.of(which))
          && fault
              .filter(of -> of.share() == 1)
              .filter(of -> of.mode() != Fault.Mode.SLOW)
              .isPresent();
    }
  }

  /** One domain fails in all its ways. */
  void fail(Faults.Chapter chapter) throws InterruptedException {
    for (Faults.Phase phase : chapter.phases()) {
      long start = System.nanoTime();
      cloud.faults().inject(chapter.domain(), phase.fault());
      Thread.sleep(phase.length().toMillis());
      stretches.add(
          new Stretch(
              Optional.of(chapter.domain()), Optional.of(phase.fault()), start, System.nanoTime()));
    }
  }

  /** Two domains fail at once, each in its own way. */
  void failTogether(List<Faults.Chapter> two) throws InterruptedException {
    for (int index = 0; index < two.get(0).phases().size(); index++) {
      for (Faults.Chapter chapter : two) {
        Faults.Phase phase = chapter.phases().get(index);
        cloud.faults().inject(chapter.domain(), phase.fault());
        Thread.sleep(phase.length().toMillis() / 2);
      }
    }
  }

  /** The home region is lost as a whole: nobody reaches the event table, at no door. */
  void loseHome(Duration length) throws InterruptedException {
    cloud.faults().loseHome();
    long start = System.nanoTime();
    Thread.sleep(length.toMillis());
    stretches.add(
        new Stretch(
            Optional.of(EVENT_TABLE),
            Optional.of(Fault.of(Fault.Mode.REFUSE)),
            start,
            System.nanoTime()));
  }

  /**
   * Heals everything and waits until nothing is owed.
   *
   * @return whether that came to pass in time
   */
  boolean heal(Duration patience) throws InterruptedException {
    return heal(patience, this::owed);
  }

  /** Heals everything and waits until nothing is pending; heads may still be owed. */
  boolean healEvents(Duration patience) throws InterruptedException {
    return heal(patience, this::pending);
  }

  private boolean heal(Duration patience, LongSupplier debts) throws InterruptedException {
    long start = System.nanoTime();
    cloud.faults().heal();
    boolean drained = debts.getAsLong() == 0;
    while (!drained && System.nanoTime() - start < patience.toNanos()) {
      Thread.sleep(LOOK_EVERY_MILLIS);
      drained = debts.getAsLong() == 0;
    }
    drains.add(Duration.ofNanos(System.nanoTime() - start));
    Thread.sleep(BREATH.toMillis());
    stretches.add(new Stretch(Optional.empty(), Optional.empty(), start, System.nanoTime()));
    return drained;
  }

  private long owed() {
    return pending() + count(events, EVENT_TABLE, "unclaimed");
  }

  /** How many bookings are pending. */
  long pending() {
    return count(heads, PENDING_INDEX, "pending");
  }

  private long count(DynamoDbClient client, Dependency table, String index) {
    return client
        .scanPaginator(
            scan ->
                scan.tableName(cloud.tableName(table))
                    .indexName(index)
                    .filterExpression("begins_with(bookingCode, :prefix)")
                    .expressionAttributeValues(Map.of(":prefix", AttributeValue.fromS(prefix)))
                    .select(Select.COUNT))
        .stream()
        .mapToLong(page -> page.count())
        .sum();
  }

  /** Whether no call of a domain was answered for some time. */
  boolean wasDown(Dependency domain) {
    return stretches.stream().anyMatch(stretch -> stretch.isDown(domain));
  }

  List<Stretch> stretches() {
    return List.copyOf(stretches);
  }

  /** How long it took, each time, until nothing was owed. */
  List<Duration> drains() {
    return List.copyOf(drains);
  }

  /** A line of JSON for each fault, on the clock of the history. */
  String faults() {
    StringBuilder lines = new StringBuilder();
    for (Stretch stretch : stretches) {
      if (stretch.fault().isPresent()) {
        Fault fault = stretch.fault().get();
        lines.append(
            String.format(
                Locale.ROOT,
                "{\"domain\":\"%s\",\"mode\":\"%s\",\"share\":%s,\"start\":%d,\"end\":%d}%n",
                stretch.domain().map(Dependency::key).orElseThrow(),
                fault.mode().key(),
                fault.share(),
                stretch.start(),
                stretch.end()));
      }
    }
    return lines.toString();
  }

  Optional<Stretch> of(Operation operation) {
    return stretches.stream().filter(stretch -> stretch.contains(operation)).findFirst();
  }

  @Override
  public void close() {
    cloud.faults().heal();
    events.close();
    heads.close();
  }
}
