package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import dev.holdfast.history.Operation;
import dev.holdfast.history.Violation;
import dev.holdfast.history.Violation.Rule;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.LocalCloud;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What the event table and the pending index hold themselves, read past the functions.
 *
 * @param recorded the event table's event ids by booking code and version
 * @param unclaimed the codes with events that are marked as unclaimed
 * @param heads the pending index, by booking code
 */
record Tables(
    Map<String, TreeMap<Integer, String>> recorded,
    List<String> unclaimed,
    Map<String, Head> heads) {

  /** An event's place. */
  record Place(int version, String eventId) {
    private static Place of(Map<String, AttributeValue> event) {
      return new Place(Integer.parseInt(event.get("version").n()), event.get("eventId").s());
    }
  }

  /**
   * A booking in the pending index.
   *
   * @param last what was claimed last
   * @param isClaimed whether it is only claimed
   * @param owner the event id of the first event, and {@code previous} of the one before the last,
   *     where the head knows it
   * @param pending the events that wait
   */
  record Head(
      Place last,
      boolean isClaimed,
      Optional<String> owner,
      Optional<String> previous,
      Set<Place> pending,
      Set<Place> kept) {

    private static Head of(Map<String, AttributeValue> item) {
      boolean isPending = item.containsKey("pendingSince");
      return new Head(
          Place.of(item),
          !isPending && !item.containsKey("recorded"),
          Optional.ofNullable(item.get("ownerId")).map(AttributeValue::s),
          Optional.ofNullable(item.get("previousId")).map(AttributeValue::s),
          isPending
              ? item.get("events").l().stream()
                  .map(event -> Place.of(event.m()))
                  .collect(Collectors.toSet())
              : Set.of(),
          item.containsKey("kept")
              ? item.get("kept").l().stream()
                  .map(kept -> Place.of(kept.m().get("event").m()))
                  .collect(Collectors.toSet())
              : Set.of());
    }
  }

  /** What they hold of the codes that begin so. */
  static Tables read(LocalCloud cloud, String prefix) {
    Tables tables = new Tables(new TreeMap<>(), new ArrayList<>(), new TreeMap<>());
    for (Map<String, AttributeValue> item : scan(cloud, EVENT_TABLE, prefix)) {
      String code = item.get("bookingCode").s();
      Place place = Place.of(item);
      tables
          .recorded
          .computeIfAbsent(code, none -> new TreeMap<>())
          .put(place.version(), place.eventId());
      if (item.containsKey("unclaimedSince")) {
        tables.unclaimed.add(code);
      }
    }
    for (Map<String, AttributeValue> item : scan(cloud, PENDING_INDEX, prefix)) {
      tables.heads.put(item.get("bookingCode").s(), Head.of(item));
    }
    return tables;
  }

  private static List<Map<String, AttributeValue>> scan(
      LocalCloud cloud, Dependency table, String prefix) {
    try (DynamoDbClient client = cloud.dynamoDb(table)) {
      return client
          .scanPaginator(
              scan ->
                  scan.tableName(cloud.tableName(table))
                      .consistentRead(true)
                      .filterExpression("begins_with(bookingCode, :prefix)")
                      .expressionAttributeValues(Map.of(":prefix", AttributeValue.fromS(prefix))))
          .items()
          .stream()
          .toList();
    }
  }

  /** Where they differ from what the clients were told, when every debt is paid. */
  List<Violation> differences(List<Operation> history) {
    List<Violation> violations = new ArrayList<>(notKept(history));
    unclaimed.forEach(code -> violations.add(differs(code, "its head does not know an event")));
    recorded.forEach(
        (code, events) -> {
          if (events.lastKey() != events.size()) {
            violations.add(differs(code, "there is a gap in " + events));
          }
        });
    Set<String> codes = new TreeSet<>(recorded.keySet());
    codes.addAll(heads.keySet());
    for (String code : codes) {
      TreeMap<Integer, String> events = recorded.getOrDefault(code, new TreeMap<>());
      Head head = heads.get(code);
      if (head == null || !isOn(head, events)) {
        violations.add(differs(code, "of " + events + " the head is " + head));
      }
    }
    return violations;
  }

  /**
   * Whether a head owes nothing, and is at the event table's last event or at a claim upon it,
   * whose writer died.
   */
  private static boolean isOn(Head head, TreeMap<Integer, String> events) {
    int last = events.isEmpty() ? 0 : events.lastKey();
    boolean isAtLast = new Place(last, events.getOrDefault(last, "")).equals(head.last());
    boolean isUponLast =
        head.isClaimed()
            && head.last().version() == last + 1
            && head.previous().equals(Optional.ofNullable(events.get(last)));
    boolean isOwned =
        events.isEmpty() || head.owner().filter(owner -> !owner.equals(events.get(1))).isEmpty();
    return (isAtLast || isUponLast) && isOwned && head.pending().isEmpty() && head.kept().isEmpty();
  }

  /** What was acknowledged and is neither in the event table nor kept aside. */
  List<Violation> notKept(List<Operation> history) {
    return history.stream()
        .filter(Operation::isAppend)
        .filter(Operation::isAcknowledged)
        .filter(
            append ->
                !append
                    .eventId()
                    .equals(
                        recorded
                            .getOrDefault(append.code(), new TreeMap<>())
                            .get(append.version())))
        .filter(
            append ->
                Optional.ofNullable(heads.get(append.code()))
                    .filter(
                        head -> head.kept().contains(new Place(append.version(), append.eventId())))
                    .isEmpty())
        .map(
            append ->
                new Violation(Rule.LOST, append.code(), append.eventId(), append + " is nowhere"))
        .toList();
  }

  /** The codes whose events wait. */
  List<String> pending() {
    return heads.entrySet().stream()
        .filter(head -> !head.getValue().pending().isEmpty())
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many events are kept aside. */
  int kept() {
    return heads.values().stream().mapToInt(head -> head.kept().size()).sum();
  }

  private static Violation differs(String code, String how) {
    return new Violation(Rule.TABLES, code, "", how);
  }
}
