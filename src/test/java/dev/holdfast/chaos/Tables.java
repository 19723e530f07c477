package dev.holdfast.chaos;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import dev.holdfast.history.History;
import dev.holdfast.history.Operation;
import dev.holdfast.history.Violation;
import dev.holdfast.history.Violation.Rule;
import dev.holdfast.local.Dependency;
import dev.holdfast.local.LocalCloud;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/**
 * What the event table and the pending index hold themselves, read past the functions.
 *
 * @param recorded the event table's event ids by booking code and version
 * @param unclaimed the codes whose events are marked as unclaimed
 * @param claims the owners of the codes, by the pending index
 * @param pending the event ids that wait there
 * @param conflicts those that wait there and are marked as in conflict
 */
record Tables(
    Map<String, Map<Integer, String>> recorded,
    List<String> unclaimed,
    Map<String, String> claims,
    Map<String, String> pending,
    Map<String, String> conflicts) {

  /** What they hold of the codes that begin so. */
  static Tables read(LocalCloud cloud, String prefix) {
    Tables tables =
        new Tables(
            new TreeMap<>(), new ArrayList<>(), new TreeMap<>(), new TreeMap<>(), new TreeMap<>());
    for (Map<String, AttributeValue> item : scan(cloud, EVENT_TABLE, prefix)) {
      String code = item.get("bookingCode").s();
      tables
          .recorded
          .computeIfAbsent(code, none -> new TreeMap<>())
          .put(Integer.valueOf(item.get("version").n()), item.get("eventId").s());
      if (item.containsKey("unclaimedSince")) {
        tables.unclaimed.add(code);
      }
    }
    for (Map<String, AttributeValue> item : scan(cloud, PENDING_INDEX, prefix)) {
      String code = item.get("bookingCode").s();
      String owner = item.get("eventId").s();
      tables.claims.put(code, owner);
      if (item.containsKey("conflictSince")) {
        tables.conflicts.put(code, owner);
      } else if (item.containsKey("event")) {
        tables.pending.put(code, owner);
      }
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
    unclaimed.forEach(code -> violations.add(differs(code, "its event has no claim")));
    pending.forEach((code, owner) -> violations.add(differs(code, owner + " is pending")));
    conflicts.forEach((code, owner) -> violations.add(differs(code, owner + " is in conflict")));
    recorded.forEach(
        (code, events) -> {
          for (int version = 1; version <= events.size(); version++) {
            if (!events.containsKey(version)) {
              violations.add(differs(code, "there is a gap in " + events));
            }
          }
          if (!claims.getOrDefault(code, "nobody").equals(events.get(1))) {
            violations.add(
                differs(code, "of " + events + " the claim is " + claims.get(code) + "'s"));
          }
        });
    return violations;
  }

  /** What was acknowledged and is neither in the event table nor marked as in conflict. */
  List<Violation> notKept(List<Operation> history) {
    return history.stream()
        .filter(Operation::isAppend)
        .filter(Operation::isAcknowledged)
        .filter(
            append ->
                !append
                    .eventId()
                    .equals(recorded.getOrDefault(append.code(), Map.of()).get(append.version())))
        .filter(
            append ->
                append.version() != 1 || !append.eventId().equals(conflicts.get(append.code())))
        .map(
            append ->
                new Violation(
                    Rule.LOST,
                    append.code(),
                    append.eventId(),
                    History.write(append) + " is nowhere"))
        .toList();
  }

  private static Violation differs(String code, String how) {
    return new Violation(Rule.TABLES, code, "", how);
  }
}
