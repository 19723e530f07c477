package dev.holdfast.console;

import static dev.holdfast.local.Dependency.EVENT_TABLE;
import static dev.holdfast.local.Dependency.PENDING_INDEX;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.holdfast.local.LocalCloud;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/** Looks a booking up in the stores themselves, past every fault. Thread-safe. */
final class BookingView implements AutoCloseable {
  private static final List<String> FIELDS =
      List.of("eventId", "type", "amount", "currency", "occurredAt", "recordedAt");

  private final LocalCloud cloud;
  private final DynamoDbClient events;
  private final DynamoDbClient heads;

  BookingView(LocalCloud cloud) {
    this.cloud = cloud;
    this.events = cloud.dynamoDb(EVENT_TABLE);
    this.heads = cloud.dynamoDb(PENDING_INDEX);
  }

  @Override
  public void close() {
    events.close();
    heads.close();
  }

  /**
   * What the stores hold under a code: its head, if it has one, and its events, each where it is.
   * An event that is in both is shown in the event table.
   *
   * @throws SdkException if a store does not answer
   */
  ObjectNode look(String code) {
    // In this order: an event that is drained meanwhile is seen twice, not never.
    Map<String, AttributeValue> head = head(code);
    List<Map<String, AttributeValue>> recorded = recorded(code);
    ObjectNode view = JsonNodeFactory.instance.objectNode().put("bookingCode", code);
    putHead(view, head, unclaimed(recorded));
    Shown shown = new Shown(view.putArray("events"), new HashSet<>());
    recorded.forEach(event -> shown.add(event, EVENT_TABLE.key(), "recorded", Optional.empty()));
    maps(head, "events")
        .forEach(
            event ->
                shown.add(event, PENDING_INDEX.key(), state(head), text(head, "pendingSince")));
    maps(head, "kept")
        .forEach(
            kept ->
                shown.add(
                    kept.get("event").m(),
                    PENDING_INDEX.key(),
                    "conflict",
                    text(kept, "conflictSince")));
    return view;
  }

  /**
   * How many events of a booking its head does not know of, by the event table.
   *
   * @throws SdkException if it does not answer
   */
  long unclaimed(String code) {
    return unclaimed(recorded(code));
  }

  private static long unclaimed(List<Map<String, AttributeValue>> recorded) {
    return recorded.stream().filter(event -> event.containsKey("unclaimedSince")).count();
  }

  private Map<String, AttributeValue> head(String code) {
    return heads
        .getItem(
            get ->
                get.tableName(cloud.tableName(PENDING_INDEX))
                    .key(Map.of("bookingCode", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .item();
  }

  private List<Map<String, AttributeValue>> recorded(String code) {
    return events
        .query(
            query ->
                query
                    .tableName(cloud.tableName(EVENT_TABLE))
                    .keyConditionExpression("bookingCode = :code")
                    .expressionAttributeValues(Map.of(":code", AttributeValue.fromS(code)))
                    .consistentRead(true))
        .items();
  }

  private static void putHead(ObjectNode view, Map<String, AttributeValue> head, long unclaimed) {
    if (head.isEmpty() && unclaimed == 0) {
      view.putNull("head");
      return;
    }
    ObjectNode json = view.putObject("head");
    if (!head.isEmpty()) {
      json.put("version", Integer.parseInt(head.get("version").n()))
          .put("eventId", head.get("eventId").s())
          .put("state", state(head))
          .put("revision", Long.parseLong(head.get("revision").n()))
          .put("claimedAt", text(head, "claimedAt").orElse(null));
    }
    json.put("waiting", state(head).equals("pending") ? maps(head, "events").size() : 0)
        .put("kept", maps(head, "kept").size())
        .put("unclaimed", unclaimed);
  }

  private static String state(Map<String, AttributeValue> head) {
    if (head.containsKey("pendingSince")) {
      return "pending";
    }
    return head.containsKey("recorded") ? "recorded" : "claimed";
  }

  /** The events so far, no event twice. */
  private record Shown(ArrayNode list, Set<String> eventIds) {
    void add(
        Map<String, AttributeValue> event, String home, String status, Optional<String> since) {
      if (eventIds.add(event.get("eventId").s())) {
        ObjectNode json = list.addObject();
        json.put("version", Integer.parseInt(event.get("version").n()));
        FIELDS.forEach(field -> json.put(field, text(event, field).orElse(null)));
        json.put("home", home).put("status", status).put("since", since.orElse(null));
      }
    }
  }

  private static List<Map<String, AttributeValue>> maps(
      Map<String, AttributeValue> head, String list) {
    return head.containsKey(list)
        ? head.get(list).l().stream().map(AttributeValue::m).toList()
        : List.of();
  }

  private static Optional<String> text(Map<String, AttributeValue> item, String name) {
    return Optional.ofNullable(item.get(name)).map(AttributeValue::s);
  }
}
